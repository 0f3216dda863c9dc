"""What is typed about lectures that travel: one for the list, a request, and the answer to it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from wtforms import HiddenField, SelectField, ValidationError

from yiqi import clock
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.programmes.training.forms.moments import DayField, TimeField
from yiqi.programmes.training.forms.request import LONGEST_NONCE
from yiqi.programmes.training.models import TouringLecture
from yiqi.programmes.training.rules.lectures import FEWEST_PEOPLE, MOST_PEOPLE
from yiqi.unions.models import Union
from yiqi.web.formats import minutes, said
from yiqi.web.forms import PageForm, PlainField
from yiqi.web.texts import whole

SHORTEST, LONGEST = 15, 480
"""Minutes of a lecture."""


class LectureForm(PageForm):
    """A lecture for the list."""

    title = PlainField(_l("题目"), max_length=40)
    title_en = PlainField(_l("英文题目"), max_length=80)
    lecturer = PlainField(_l("主讲人"), max_length=40)
    lecturer_en = PlainField(_l("英文主讲人"), max_length=80)
    minutes = PlainField(_l("讲多少分钟"), max_length=3)
    about = PlainField(_l("讲什么"), max_length=400, lines=True)
    about_en = PlainField(_l("英文内容"), max_length=800, lines=True)

    def validate_title(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("写讲座的题目"))

    def validate_lecturer(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("写谁来讲"))

    def validate_minutes(self, field: Any) -> None:
        if whole(field.data or "", least=SHORTEST, most=LONGEST) is None:
            raise ValidationError(_("填 15 到 480 的整数"))

    @property
    def row(self) -> dict[str, Any]:
        """What was typed, as a lecture is kept."""
        return {name: field.data or "" for name, field in self._fields.items()} | {
            "minutes": int(self.minutes.data or 0)
        }


class AskForm(PageForm):
    """Which lecture a union would like, when, and where. `wishes` are its starts, once they were found good."""

    lecture = SelectField(_l("想听哪一场"), validate_choice=False)
    union = SelectField(_l("给哪个工会"), validate_choice=False)
    day_1 = DayField(_l("首选日期"))
    time_1 = TimeField(_l("首选时间"))
    day_2 = DayField(_l("备选日期"))
    time_2 = TimeField(_l("备选时间"))
    day_3 = DayField(_l("再备选日期"))
    time_3 = TimeField(_l("再备选时间"))
    venue = PlainField(_l("在哪里"), max_length=80)
    people = PlainField(_l("大约多少人"), max_length=4)
    said = PlainField(_l("还有什么要说明"), max_length=200, lines=True)
    nonce = HiddenField()

    def __init__(
        self, *args: Any, lectures: Sequence[TouringLecture], unions: Sequence[Union], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lecture.choices = [
            (str(one.id), f"{said(one, 'title')} · {said(one, 'lecturer')} · {minutes(one.minutes)}")
            for one in lectures
        ]
        self.union.choices = [(str(one.id), said(one, "name")) for one in unions]

    @property
    def pairs(self) -> list[tuple[DayField, TimeField]]:
        """Each wish: its day and its time."""
        return [(self.day_1, self.time_1), (self.day_2, self.time_2), (self.day_3, self.time_3)]

    @property
    def wishes(self) -> list[datetime]:
        return [
            clock.at(day.day, time.hour.hour, time.hour.minute)
            for day, time in self.pairs
            if day.day is not None and time.hour is not None
        ]

    def validate_lecture(self, field: Any) -> None:
        if field.data not in [value for value, _word in field.choices]:
            raise ValidationError(_("从目录里选一场"))

    def validate_union(self, field: Any) -> None:
        if field.data not in [value for value, _word in field.choices]:
            raise ValidationError(_("从列表里选一个工会"))

    def validate_day_1(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("填首选的日期"))

    def validate_time_1(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("填首选的时间"))

    def validate_time_2(self, field: Any) -> None:
        _both(self.day_2, field)

    def validate_time_3(self, field: Any) -> None:
        _both(self.day_3, field)

    def validate_venue(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("写在哪里讲，老师好找"))

    def validate_people(self, field: Any) -> None:
        if whole(field.data or "", least=FEWEST_PEOPLE, most=MOST_PEOPLE) is None:
            raise ValidationError(_("填 5 到 500 的整数"))

    def validate_nonce(self, field: Any) -> None:
        if not field.data or len(field.data) > LONGEST_NONCE or not field.data.isascii():
            raise ValidationError(_("这一页放久了，重新打开再填"))


class AgreeForm(PageForm):
    """When a lecture takes place, or why it does not. `starts_at` once both were found good."""

    day = DayField(_l("日期"))
    time = TimeField(_l("时间"))
    because = PlainField(_l("为什么安排不了"), max_length=120)

    @property
    def starts_at(self) -> datetime | None:
        if self.day.day is None or self.time.hour is None:
            return None
        return clock.at(self.day.day, self.time.hour.hour, self.time.hour.minute)

    def validate_on(self, *, agrees: bool) -> bool:
        """Whether what is needed for the answer is there."""
        if not self.validate():
            return False
        if agrees and not self.day.data:
            self.day.errors = [_("填定下来的日期")]
        if agrees and not self.time.data:
            self.time.errors = [_("填定下来的时间")]
        if not agrees and not self.because.data:
            self.because.errors = [_("写一句为什么，申请的人会看到")]
        return not self.errors


def _both(day: DayField, time: Any) -> None:
    if bool(day.data) != bool(time.data):
        raise ValidationError(_("备选的日期和时间要一起填"))
