"""What the federation's editor and whoever keeps a list of commendation type."""

from datetime import date
from typing import Any

from wtforms import SelectMultipleField, StringField, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from yiqi.activities import calendar as on
from yiqi.activities.models import Topic
from yiqi.activities.names import PROGRAMMES
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.web.forms import PageForm, PlainField
from yiqi.years.rules.calendar import month_of

TOPICS = {
    Topic.LECTURE: _l("大讲堂"),
    Topic.WOMEN: _l("女职工"),
    Topic.LEGAL: _l("法律服务"),
}


class Lifted(SelectMultipleField):
    """Programmes and topics, as boxes to tick; none is all."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ThemeForm(PageForm):
    """A month's theme. `first` is the first day of the month once it is valid."""

    month = StringField(_l("月份"))
    title = PlainField(_l("主题"), max_length=30)
    line = PlainField(_l("一句话"), max_length=80)
    title_en = PlainField(_l("主题（英文）"), max_length=80)
    line_en = PlainField(_l("一句话（英文）"), max_length=200)
    lifts = Lifted(_l("主推哪些"), validate_choice=False)

    first: date | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lifts.choices = [(str(one), word) for one, word in [*PROGRAMMES.items(), *TOPICS.items()]]

    def validate_month(self, field: StringField) -> None:
        self.first = month_of(field.data or "")
        if self.first is None:
            raise ValidationError(_("从列出的月份里选"))

    def validate_title(self, field: PlainField) -> None:
        if not field.data and (self.line.data or self.title_en.data or self.line_en.data):
            raise ValidationError(_("写上主题；要撤掉，就全部清空"))

    def validate_lifts(self, field: Lifted) -> None:
        if not set(field.data or ()) <= set(on.chips()):
            raise ValidationError(_("从列出的里面选"))


class CorrectionForm(PageForm):
    """What is not right on a published list."""

    said = PlainField(_l("更正"), max_length=200)

    def validate_said(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("写明哪一行、错在哪里、应该是什么"))
