"""What volunteers and their organizers fill in."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, ValidationError

from yiqi import clock
from yiqi.booking.rules.attendance import OPENS_BEFORE
from yiqi.desk.files.list_forms import KINDS
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.people.rules import typed_date
from yiqi.programmes.volunteering.posts import Posted
from yiqi.programmes.volunteering.proving import Period
from yiqi.programmes.volunteering.rules import clocks
from yiqi.programmes.volunteering.staffing import Staffed
from yiqi.web.formats import said
from yiqi.web.forms import PageForm, PlainField
from yiqi.web.texts import whole

REASON, WORDS, BRIEFING = 120, 200, 2000
MOST_PEOPLE, MOST_BREAK = 9999, 600


class OneOf(SelectField):
    """One of a list that is made when the form is."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, choices=[], validate_choice=False, **kwargs)
        self.names: dict[str, str] = {}

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Values with their names."""
        self.choices = list(choices)
        self.names = dict(choices)

    def pre_validate(self, form: Any) -> None:
        if self.data not in self.names:
            raise ValidationError(_("从列出的里面选一个"))


class NamedForm(PageForm):
    """One of several forms on a page: the ids of its controls carry its name."""

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.id = f"{name}-{field.name}"


class ReasonForm(NamedForm):
    """Why hours are taken away, or stay as they are: the volunteer reads it."""

    because = PlainField(_l("原因"), max_length=REASON)

    def validate_because(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("写一句原因，志愿者看得到"))


class AdjustForm(ReasonForm):
    """Other minutes. `minutes_of` is the number when it is one."""

    minutes = PlainField(_l("改为多少分钟"), max_length=5)

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most
        self.minutes_of = 0

    def validate_minutes(self, field: PlainField) -> None:
        found = whole(field.data or "", least=0, most=self.most)
        if found is None:
            raise ValidationError(_("填 0 到 %(most)s 之间的整数", most=self.most))
        self.minutes_of = found


class SettleForm(ReasonForm):
    """When somebody came and left, as times of the day. `in_at` and `out_at` are the instants."""

    came = PlainField(_l("到岗"), max_length=5)
    left = PlainField(_l("离岗"), max_length=5)

    def __init__(self, *args: Any, starts_at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.starts_at = starts_at
        self.in_at = self.out_at = starts_at

    def validate_came(self, field: PlainField) -> None:
        self.in_at = self._time(field)

    def validate_left(self, field: PlainField) -> None:
        self.out_at = self._time(field)
        if self.out_at <= self.in_at:
            raise ValidationError(_("离岗要晚于到岗"))

    def _time(self, field: PlainField) -> datetime:
        found = clocks.instant(field.data or "", self.starts_at)
        if found is None:
            raise ValidationError(_("按 08:30 这样填时间"))
        return found


class DisputeForm(NamedForm):
    """What is wrong with one's hours."""

    words = PlainField(_l("哪里不对？"), max_length=WORDS, lines=True)

    def validate_words(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("写一句，组织者才好核实"))


class PeriodForm(PageForm):
    """Two days. `period` is what they make."""

    first = PlainField(_l("从"), max_length=12)
    last = PlainField(_l("到"), max_length=12)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._days: dict[str, date] = {}

    @property
    def period(self) -> Period:
        return Period(self._days["first"], self._days["last"])

    def validate_first(self, field: PlainField) -> None:
        self._days["first"] = _day(field)

    def validate_last(self, field: PlainField) -> None:
        self._days["last"] = _day(field)
        if self._days["last"] < self._days.get("first", self._days["last"]):
            raise ValidationError(_("结束日期要晚于开始日期"))


class NumberForm(PageForm):
    """One's number on the city's platform."""

    number = PlainField(_l("志愿北京编号"), max_length=20)

    def validate_number(self, field: PlainField) -> None:
        text = field.data or ""
        if text and not (text.isascii() and text.isalnum() and len(text) >= 6):
            raise ValidationError(_("编号是 6 到 20 位数字和字母，照“志愿北京”上的填"))


class PostForm(PageForm):
    """One slot as a post. Its fields carry the slot's id."""

    least = PlainField(_l("最少人数"), max_length=4)
    breaks = PlainField(_l("休息（分钟）"), max_length=4)
    squad = OneOf(_l("小队"))
    is_briefing = BooleanField(_l("岗前培训，不计时长"))

    def __init__(self, formdata: Any, post: Staffed, squads: Sequence[Any]) -> None:
        facts = post.facts
        kept = {
            "least": str(facts.least),
            "breaks": str(facts.break_minutes),
            "squad": str(facts.squad_id or ""),
            "is_briefing": facts.is_briefing,
        }
        super().__init__(formdata, prefix=f"{facts.slot_id}-", data=kept)
        self.post = post
        self.squad.offer([("", _("不分队")), *((str(one.id), one.name) for one in squads)])
        self._numbers: dict[str, int] = {}

    @property
    def posted(self) -> Posted:
        """What was typed."""
        squad_id = int(self.squad.data) if self.squad.data else None
        return Posted(self._numbers["least"], self._numbers["breaks"], bool(self.is_briefing.data), squad_id)

    def validate_least(self, field: PlainField) -> None:
        self._numbers["least"] = self._number(field, MOST_PEOPLE)

    def validate_breaks(self, field: PlainField) -> None:
        self._numbers["breaks"] = self._number(field, MOST_BREAK)

    def _number(self, field: PlainField, most: int) -> int:
        found = whole(field.data or "0", least=0, most=most)
        if found is None:
            raise ValidationError(_("填 0 到 %(most)s 之间的整数", most=most))
        return found


class SquadForm(NamedForm):
    """A squad: its name and its leader, who is one of those with a place."""

    name = PlainField(_l("小队名称"), max_length=20)
    leader = OneOf(_l("小队长"))

    def __init__(self, *args: Any, people: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nobody = [("", _("还没定"))]
        self.leader.offer([*nobody, *((str(one.id), one.name or _("没填姓名")) for one in people)])

    @property
    def leader_id(self) -> int | None:
        return int(self.leader.data) if self.leader.data else None

    def validate_name(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("给小队起个名字"))


class BriefingForm(NamedForm):
    """What those who are confirmed read, and when they are briefed. `briefing_at` is the instant, or none."""

    text = PlainField(_l("岗前须知"), max_length=BRIEFING, lines=True)
    day = PlainField(_l("培训日期"), max_length=12)
    time = PlainField(_l("培训时间"), max_length=5)

    briefing_at: datetime | None = None

    def validate_time(self, field: PlainField) -> None:
        if not field.data and not self.day.data:
            return
        day = typed_date(self.day.data or "")
        midnight = clock.at(day) if day else None
        found = clocks.instant(field.data or "", midnight + OPENS_BEFORE) if midnight else None
        if found is None:
            raise ValidationError(_("日期和时间都要填，例如 2026-11-28 和 08:30；没有就都空着"))
        self.briefing_at = found


class ExportForm(PageForm):
    """The kind of file, and with full numbers what it is for."""

    kind = RadioField(_l("文件"), default="xlsx", validate_choice=False)
    because = PlainField(_l("用途"), max_length=REASON)

    def __init__(self, *args: Any, asks_why: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = KINDS
        self.asks_why = asks_why

    def validate_kind(self, field: RadioField) -> None:
        if field.data not in dict(KINDS):
            raise ValidationError(_("选一种文件"))

    def validate_because(self, field: PlainField) -> None:
        if self.asks_why and not field.data:
            raise ValidationError(_("写一句用来做什么，会记在操作记录里"))


class PeriodExportForm(ExportForm, PeriodForm):
    """The same of the events of a union within some days."""

    union = OneOf(_l("主办工会"))

    def __init__(self, *args: Any, unions: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.union.offer([(str(one.id), said(one, "name")) for one in unions])


def _day(field: PlainField) -> date:
    found = typed_date(field.data or "")
    if found is None:
        raise ValidationError(_("按 2026-11-28 这样填日期"))
    return found
