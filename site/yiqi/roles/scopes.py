"""Reads of what a role may be granted on by somebody: unions and activities within reach of their own."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true

from yiqi.activities.models import Activity, Occurrence
from yiqi.db import Facts, db
from yiqi.roles.rules.permissions import EVERYWHERE, TABLE, Action, Held
from yiqi.unions.models import Union

FEW, MANY = 10, 200


def unions(held: Sequence[Held], typed: str) -> list[Union]:
    """The unions within reach that a typed name means: the one of that name, or at most ten with it in their names."""
    for means in (
        or_(Union.name == typed, Union.name_en == typed),
        Union.name.contains(typed, autoescape=True),
    ):
        query = select(Union).where(means, Union.ended_on.is_(None), _unions(held)).order_by(Union.name)
        found = list(db.session.scalars(query.limit(FEW)))
        if found:
            return found
    return []


def names(held: Sequence[Held]) -> list[str]:
    """The names of the unions within reach, to choose from while typing; the first two hundred."""
    query = select(Union.name).where(_unions(held), Union.ended_on.is_(None)).order_by(Union.name)
    return list(db.session.scalars(query.limit(MANY)))


def activities(held: Sequence[Held], at: datetime) -> list[Facts]:
    """The activities within reach that are not over, by their next occurrence; the first two hundred."""
    starts_at = func.min(Occurrence.starts_at)
    query = (
        select(Activity.id, Activity.title, Activity.title_en, starts_at.label("starts_at"))
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .where(Occurrence.ends_at > at, _activities(held))
        .group_by(Activity.id)
        .order_by(starts_at, Activity.id)
    )
    return list(db.session.execute(query.limit(MANY)))


def _givers(held: Sequence[Held]) -> list[Held]:
    return [one for one in held if one.role in TABLE[Action.GRANT_ROLES]]


def _unions(held: Sequence[Held]) -> ColumnElement[bool]:
    givers = _givers(held)
    if any(one.role in EVERYWHERE for one in givers):
        return true()
    return Union.id.in_(frozenset[int]().union(*(one.unions for one in givers)))


def _activities(held: Sequence[Held]) -> ColumnElement[bool]:
    within: list[ColumnElement[bool]] = [false()]
    for one in _givers(held):
        if one.role in EVERYWHERE:
            return true()
        below: ColumnElement[bool] = Activity.owner_id.in_(one.unions)
        within.append(and_(below, Activity.programme == one.programme) if one.programme else below)
    return or_(*within)
