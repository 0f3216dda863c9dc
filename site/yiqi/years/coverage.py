"""周周有活动 over a year: which of its weeks have something on, by programme and by enterprise's union, within reach."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, select, true

from yiqi import clock
from yiqi.activities.models import Activity, Programme
from yiqi.db import db
from yiqi.desk.figures import coverage
from yiqi.desk.figures.statistics import Scope
from yiqi.desk.rules.period import WEEK, Period
from yiqi.roles.rules.permissions import EVERYWHERE, TABLE, Action, Held
from yiqi.unions.models import Union
from yiqi.years.rules.calendar import Year


class Strip(Struct, frozen=True):
    """The weeks of a year with how many dates each has, by Monday. `today` divides them: a week that is not over yet and
    has nothing on lacks nothing."""

    weeks: Mapping[date, int]
    today: date
    union: Union | None = None

    def is_called(self, typed: str) -> bool:
        """Whether its union has these characters in a name."""
        one = self.union
        return one is not None and (typed in one.name or typed.casefold() in one.name_en.casefold())

    @property
    def on(self) -> int:
        """Weeks with something on, those that have begun."""
        return sum(1 for monday, many in self.weeks.items() if many and monday <= self.today)

    @property
    def begun(self) -> int:
        return sum(1 for monday in self.weeks if monday <= self.today)

    @property
    def lacking(self) -> Sequence[date]:
        """The Mondays of weeks that are over and had nothing on."""
        return [monday for monday, many in self.weeks.items() if not many and monday + WEEK <= self.today]

    @property
    def cells(self) -> Sequence[str]:
        """What each week is: `on`, `off`, or `next` while it may still get something."""
        lacking = set(self.lacking)
        return [
            "on" if many else "off" if monday in lacking else "next" for monday, many in self.weeks.items()
        ]


def of_programmes(held: Sequence[Held], year: Year, at: datetime) -> tuple[Strip, dict[Programme, Strip]]:
    """All programmes together, and each. One statement."""
    weeks = coverage.weekly(_scope(held, year, at))
    today = clock.beijing(at).date()
    each = {
        programme: Strip({week.monday: week.dates[programme] for week in weeks}, today)
        for programme in Programme
    }
    return Strip({week.monday: week.total for week in weeks}, today), each


def of_unions(held: Sequence[Held], year: Year, at: datetime) -> list[Strip]:
    """Each enterprise's union within reach with the activities of its own and of its groups; those with most weeks without
    come first. Two statements."""
    unions = {one.id: one for one in db.session.scalars(select(Union))}
    counted = coverage.by(Activity.owner_id, _scope(held, year, at).activities, year.mondays)
    reached = {one.id for one in unions.values() if one.ended_on is None or one.ended_on > year.first}
    reached &= {one.id for one in db.session.scalars(select(Union).where(_within(held)))}
    today = clock.beijing(at).date()
    sums = {
        one: dict.fromkeys(year.mondays, 0)
        for one in reached
        if _enterprise(one, unions) == one and (unions[one].parent_id is not None or len(unions) == 1)
    }
    for owner_id, weeks in counted.items():
        top = _enterprise(owner_id, unions)
        for monday, many in weeks.items() if top in sums else ():
            sums[top][monday] += many
    found = [Strip(weeks, today, unions[one]) for one, weeks in sums.items()]
    return sorted(found, key=lambda one: (-len(one.lacking), one.union.name if one.union else ""))


def records(held: Sequence[Held]) -> list[Union]:
    """The unions whose records these roles may open and that are the highest of them: the federation, or one's own."""
    seeing = [one for one in held if one.role in TABLE[Action.SEE_YEARS] and one.programme is None]
    if any(one.role in EVERYWHERE for one in seeing):
        tops: ColumnElement[bool] = Union.parent_id.is_(None)
    else:
        ids = frozenset[int]().union(*(one.unions for one in seeing))
        tops = Union.id.in_(ids) & (Union.parent_id.is_(None) | Union.parent_id.not_in(ids))
    return list(db.session.scalars(select(Union).where(tops).order_by(Union.name)))


def _scope(held: Sequence[Held], year: Year, at: datetime) -> Scope:
    first, last = year.mondays[0], year.mondays[-1] + WEEK * 6 / 7
    return Scope(held, Period(first, last), at)


def _within(held: Sequence[Held]) -> ColumnElement[bool]:
    counting = [one for one in held if one.role in TABLE[Action.SEE_STATISTICS]]
    if any(one.role in EVERYWHERE for one in counting):
        return true()
    return Union.id.in_(frozenset[int]().union(*(one.unions for one in counting)))


def _enterprise(union_id: int, unions: Mapping[int, Union]) -> int:
    """The union right below the top of the tree that a union is in, or is; the top itself stays itself."""
    here = unions[union_id]
    while here.parent_id is not None and unions[here.parent_id].parent_id is not None:
        here = unions[here.parent_id]
    return here.id
