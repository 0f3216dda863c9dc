"""What every form shares: each typed text passes the gate before a rule looks at it."""

from collections.abc import Iterable
from typing import Any

from wtforms import Form, StringField, ValidationError
from wtforms.fields import Field
from wtforms.widgets import TextArea

from yiqi.i18n import gettext as _
from yiqi.web.texts import Unwritable, plain, shown_again


class PlainField(StringField):
    """A line of text (`lines=True`: several), as it may be stored. `max_length` counts characters."""

    def __init__(self, label: str = "", *, max_length: int, lines: bool = False, **kwargs: Any) -> None:
        super().__init__(label, widget=TextArea() if lines else None, **kwargs)
        self.max_length = max_length
        self.lines = lines
        self.typed = ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.typed = str(valuelist[0]) if valuelist else ""
        self.data = ""
        try:
            self.data = plain(self.typed, lines=self.lines)
        except Unwritable:
            self.data = None

    def pre_validate(self, form: Any) -> None:
        if self.data is None:
            raise ValidationError(_("有不能保存的字符，删掉再试"))
        if len(self.data) > self.max_length:
            raise ValidationError(
                _(
                    "最多 %(most)s 个字，现在有 %(now)s 个",
                    most=self.max_length,
                    now=len(self.data),
                )
            )

    def _value(self) -> str:
        return shown_again(self.typed if self.raw_data else self.data or "")[:2000]


class PageForm(Form):
    """A form of a page. Only the fields it declares are read; whatever else is sent is passed over."""

    def wrong(self) -> Iterable[tuple[Field, str]]:
        """Each field with an error, and its first one."""
        return [(field, str(field.errors[0])) for field in self if field.errors]
