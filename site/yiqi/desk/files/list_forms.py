"""Uploading a list, taking one over, and taking one away: what people choose."""

from typing import Any

from wtforms import FileField, RadioField, SelectMultipleField, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.sheets.reading import MOST_BYTES
from yiqi.web.forms import PageForm, PlainField

ALL, GOOD = "all", "good"


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


class ExportForm(PageForm):
    """What a list that is taken away holds: its columns and the groups of bookings, and the kind of file."""

    columns = Ticks(_l("列"))
    states = Ticks(_l("哪些人"))
    kind = RadioField(_l("文件"), choices=[("xlsx", "Excel（xlsx）"), ("csv", "CSV")], default="xlsx")
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
        self.columns.choices, self.states.choices = columns, states
        self.asks_why = asks_why

    def validate_columns(self, field: Ticks) -> None:
        if not field.data:
            raise ValidationError(_("至少留一列"))

    def validate_states(self, field: Ticks) -> None:
        if not field.data:
            raise ValidationError(_("至少选一组人"))

    def validate_because(self, field: PlainField) -> None:
        if self.asks_why and not field.data:
            raise ValidationError(_("写一句用来做什么，会记在操作记录里"))
