"""What awards, figures and evidence are called, on pages and in files."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import url_for
from msgspec import Struct

from yiqi.booking.programme import Measure
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.people.rules import starred
from yiqi.web.formats import month_day
from yiqi.years import measures
from yiqi.years.commending import Why
from yiqi.years.models import Commended
from yiqi.years.records import MEMBERS, Fact
from yiqi.years.rules.awards import NO_SHOWS, OF_UNIONS, PEOPLE, SHARE, WEEKS, Award, Criteria
from yiqi.years.rules.calendar import WEEK

AWARDS = {
    Award.VOLUNTEER: _l("优秀志愿者"),
    Award.PLAYER: _l("优秀运动员"),
    Award.ARTIST: _l("文艺骨干"),
    Award.READER: _l("阅读之星"),
    Award.LEARNER: _l("学习标兵"),
    Award.REGULAR: _l("活动积极分子"),
    Award.LIVELY_UNION: _l("周周有活动先进工会"),
    Award.JOINING_UNION: _l("职工参与先进工会"),
}
REFUSALS = {
    Why.TOO_EARLY: _l("还没到公布的时候"),
    Why.NOBODY: _l("还没有人达到标准，没有可公布的"),
    Why.MOVED: _l("记录刚刚变了，重新看一遍再公布"),
}
_EVEN = {
    WEEKS: _l("有活动的周"),
    SHARE: _l("参加过的会员占比"),
    PEOPLE: _l("参加过的会员"),
    MEMBERS: _l("会员"),
}


Known = Mapping[str, Measure]
"""The measures by their names, in their order."""


class Told(Struct, frozen=True):
    """What somebody did of one kind: the sum in words, and each with its address (empty where there is no page)."""

    measure: Measure
    total: str
    facts: Sequence[tuple[Fact, str]]


def word(name: str, known: Known) -> str:
    """What a figure is called."""
    return str(_EVEN[name]) if name in _EVEN else str(known[name].word) if name in known else name


def amount(name: str, many: int, known: Known) -> str:
    """A figure in words: 40 小时, 5 场, 50%."""
    if name == WEEKS:
        return _("%(n)s 周", n=many)
    if name == SHARE:
        return f"{many}%"
    if name in _EVEN:
        return _("%(n)s 个人", n=many)
    return known[name].said(many) if name in known else str(many)


def known(at: datetime) -> dict[str, Measure]:
    """The measures by their names."""
    return {one.name: one for one in measures.all_of(at)}


def asks(one: Criteria, of: Known) -> str:
    """What an award takes: 志愿时长 40 小时以上，爽约不超过 2 次."""
    least = [
        _("%(what)s %(much)s以上", what=word(name, of), much=amount(name, many, of))
        for name, many in one.least.items()
    ]
    most = [
        _("%(what)s不超过 %(much)s", what=word(name, of), much=amount(name, many, of))
        for name, many in one.most.items()
    ]
    return _("，").join([*least, *most])


def reached(one: Criteria, figures: Mapping[str, int], of: Known) -> str:
    """What somebody has of that: 志愿时长 61 小时."""
    return _("，").join(
        _("%(what)s %(much)s", what=word(name, of), much=amount(name, figures.get(name, 0), of))
        for name in one.least
    )


def told(facts: Sequence[Fact], of: Known) -> list[Told]:
    """Evidence, by measure in their order."""
    found = []
    for name, measure in of.items():
        mine = [one for one in facts if one.measure == name]
        if mine:
            total = measure.said(sum(one.amount for one in mine))
            found.append(Told(measure, total, [(one, address(measure, one.ref)) for one in mine]))
    return found


def address(measure: Measure, ref: str) -> str:
    """Where one thing can be seen; empty where there is no page."""
    endpoint, part = measure.leads
    named: dict[str, Any] = {part: int(ref) if ref.isdigit() else ref}
    return url_for(endpoint, **named) if ref else ""


def facts_of(row: Commended) -> list[Fact]:
    """The evidence that is kept with a row."""
    return [
        Fact(**{**one, "at": datetime.fromisoformat(one["at"])})
        for one in row.evidence
        if one["measure"] != "lacking"
    ]


def lacking_of(row: Commended) -> list[date]:
    """The weeks without anything on, of a union's row, by their Mondays."""
    kept = [one["weeks"] for one in row.evidence if one["measure"] == "lacking"]
    return [date.fromisoformat(day) for weeks in kept for day in weeks]


def week(monday: date) -> str:
    """第 12 周 3月16日–3月22日."""
    return _(
        "第 %(n)s 周 %(first)s–%(last)s",
        n=monday.isocalendar().week,
        first=month_day(monday),
        last=month_day(monday + WEEK * 6 / 7),
    )


def name_of(row: Commended, named: Any = True) -> str:
    """The name on a row: in full, or 王**; of a deleted account none."""
    if row.award in OF_UNIONS:
        return row.name
    if not row.name:
        return _("已注销")
    return row.name if named else starred(row.name)


def summed(of: Known) -> list[str]:
    """The measures that are added up for a union: what was missed is told of a person only."""
    return [name for name in of if name != NO_SHOWS]
