"""Uploading a list, taking one over, and taking one away: what people choose."""

from typing import Any

from wtforms import FileField, RadioField, SelectMultipleField, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.sheets.reading import MOST_BYTES
from yiqi.web.forms import PageForm, PlainField

ALL, GOOD = "all", "good"
KINDS = [("xlsx", "Excel (xlsx)"), ("csv", "CSV")]


class UploadForm(PageForm):
    """One file. `content` is what it holds, `filename` what it is called."""

    file = FileField(_l("文件"))

    content = b""
    filename = ""

    def validate_file(self, field: FileField) -> None:
        sent = field.data
        self.filename = getattr(sent, "filename", "") or ""
        if not self.filename:
            raise ValidationError(_("选一个文件"))
        self.content = sent.read(MOST_BYTES + 1)


class Ticks(SelectMultipleField):
    """Several of a closed list, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    @property
    def has_good_data(self) -> bool:
        """Whether something is ticked, and nothing that is not on the list."""
        return bool(self.data) and set(self.data or ()) <= {one[0] for one in self.iter_choices()}


class ExportForm(PageForm):
    """What a list that is taken away holds: its columns and the groups of bookings, and the kind of file."""

    columns = Ticks(_l("列"), validate_choice=False)
    states = Ticks(_l("哪些人"), validate_choice=False)
    kind = RadioField(_l("文件"), default="xlsx", validate_choice=False)
    because = PlainField(_l("用途"), max_length=120)

    def __init__(
        self,
        *args: Any,
        columns: list[tuple[str, str]],
        states: list[tuple[str, str]],
        asks_why: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.columns.choices, self.states.choices, self.kind.choices = columns, states, KINDS
        self.asks_why = asks_why

    def validate_columns(self, field: Ticks) -> None:
        if not field.has_good_data:
            raise ValidationError(_("至少留一列"))

    def validate_states(self, field: Ticks) -> None:
        if not field.has_good_data:
            raise ValidationError(_("至少选一组人"))

    def validate_kind(self, field: RadioField) -> None:
        if field.data not in dict(KINDS):
            raise ValidationError(_("选一种文件"))

    def validate_because(self, field: PlainField) -> None:
        if self.asks_why and not field.data:
            raise ValidationError(_("写一句用来做什么，会记在操作记录里"))
