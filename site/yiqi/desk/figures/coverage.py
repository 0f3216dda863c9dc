"""Weekly coverage 周周有活动: in which weeks of a period each programme has something on."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute

from yiqi import clock
from yiqi.activities.models import Activity, Occurrence, Programme
from yiqi.db import db
from yiqi.desk.figures.statistics import Scope
from yiqi.desk.rules.period import WEEK


class Week(Struct, frozen=True):
    """A week by its Monday, and how many dates each programme has in it."""

    monday: date
    dates: Mapping[Programme, int]

    @property
    def total(self) -> int:
        return sum(self.dates.values())


def weekly(scope: Scope) -> Sequence[Week]:
    """Every week that shares a day with the period, with all dates of that week. One statement."""
    mondays = scope.period.weeks
    counted = by(Activity.programme, scope.activities, mondays)
    return [
        Week(
            monday,
            {programme: counted.get(programme, {}).get(monday, 0) for programme in Programme},
        )
        for monday in mondays
    ]


def by(
    column: InstrumentedAttribute[Any], activities: ColumnElement[bool], mondays: Sequence[date]
) -> dict[Any, dict[date, int]]:
    """How many dates of some activities (a condition on `Activity`) are in each of these weeks, which follow one another:
    by a column of theirs, then by the Monday. What was called off is none. One statement."""
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
        select(column, *columns)
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .where(
            activities,
            Occurrence.called_off_at.is_(None),
            Occurrence.starts_at >= clock.at(mondays[0]),
            Occurrence.starts_at < clock.at(mondays[-1] + WEEK),
        )
        .group_by(column)
    ).all()
    return {row[0]: dict(zip(mondays, (int(many) for many in row[1:]), strict=True)) for row in rows}
