"""Weekly coverage 周周有活动: in which weeks of a period each programme has something on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, case, func, select

from yiqi import clock
from yiqi.activities.models import Activity, Occurrence, Programme
from yiqi.db import db
from yiqi.desk.figures.statistics import Scope
from yiqi.desk.rules.period import WEEK


@dataclass(frozen=True)
class Week:
    """A week by its Monday, and how many dates each programme has in it."""

    monday: date
    dates: Mapping[Programme, int]

    @property
    def total(self) -> int:
        return sum(self.dates.values())


def weekly(scope: Scope) -> Sequence[Week]:
    """Every week that shares a day with the period, with all dates of that week. One statement."""
    mondays = scope.period.weeks
    inside = and_(
        scope.activities,
        Occurrence.called_off_at.is_(None),
        Occurrence.starts_at >= clock.at(mondays[0]),
        Occurrence.starts_at < clock.at(mondays[-1] + WEEK),
    )
    columns = [
        func.count(
            case(
                (
                    and_(
                        Occurrence.starts_at >= clock.at(monday),
                        Occurrence.starts_at < clock.at(monday + WEEK),
                    ),
                    1,
                )
            )
        )
        for monday in mondays
    ]
    rows = db.session.execute(
        select(Activity.programme, *columns)
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .where(inside)
        .group_by(Activity.programme)
    ).all()
    counted = {row[0]: row[1:] for row in rows}
    return [
        Week(
            monday,
            {
                programme: int(counted[programme][number]) if programme in counted else 0
                for programme in Programme
            },
        )
        for number, monday in enumerate(mondays)
    ]
