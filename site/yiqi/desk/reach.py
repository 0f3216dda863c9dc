"""What is within reach of somebody's roles, as conditions of queries and as lists."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from yiqi.activities.models import Activity, Programme
from yiqi.db import db
from yiqi.desk.models import Draft
from yiqi.roles.rules.permissions import EVERYWHERE, TABLE, Action, Held
from yiqi.unions.models import Union

MANY = 200
"""Of a list that nobody pages through."""


def activities(held: Sequence[Held], action: Action = Action.ENTER) -> ColumnElement[bool]:
    """The activities with which these roles allow an action, as a condition on `Activity`."""
    within: list[ColumnElement[bool]] = [false()]
    for one in held:
        if one.role not in TABLE[action]:
            continue
        if one.role in EVERYWHERE:
            return true()
        if one.activity_id is not None:
            within.append(Activity.id == one.activity_id)
            continue
        below = Activity.owner_id.in_(one.unions)
        within.append(and_(below, Activity.programme == one.programme) if one.programme else below)
    return or_(*within)


def kept(
    held: Sequence[Held], union_id: InstrumentedAttribute[int], programme: str, action: Action = Action.EDIT
) -> ColumnElement[bool]:
    """What a union keeps of a programme beside activities, where these roles allow an action, as a condition on its
    column: roles on a single activity reach none of it."""
    within: list[ColumnElement[bool]] = [false()]
    for one in held:
        if one.role not in TABLE[action] or one.activity_id is not None:
            continue
        if one.role in EVERYWHERE:
            return true()
        if one.programme in (None, programme):
            within.append(union_id.in_(one.unions))
    return or_(*within)


def editable(held: Sequence[Held]) -> ColumnElement[bool]:
    """The activities of which these roles may begin a copy: those in whose union and programme they may make one."""
    return activities(writers(held), Action.EDIT)


def drafts(held: Sequence[Held]) -> ColumnElement[bool]:
    """The drafts that these roles may write, as a condition on `Draft`."""
    within: list[ColumnElement[bool]] = [false()]
    for one in writers(held):
        if one.role in EVERYWHERE:
            return true()
        below = Draft.owner_id.in_(one.unions)
        within.append(and_(below, Draft.programme == one.programme) if one.programme else below)
    return or_(*within)


def unions(held: Sequence[Held]) -> list[Union]:
    """The unions for which these roles may make an activity, by name."""
    makers = writers(held)
    query = select(Union).where(Union.ended_on.is_(None)).order_by(Union.name)
    if not any(one.role in EVERYWHERE for one in makers):
        query = query.where(Union.id.in_(frozenset().union(*(one.unions for one in makers))))
    return list(db.session.scalars(query)) if makers else []


def programmes(held: Sequence[Held]) -> list[Programme]:
    """The programmes of which these roles may make an activity, for some union."""
    makers = writers(held)
    return [one for one in Programme if any(maker.programme in (None, one) for maker in makers)]


def writers(held: Sequence[Held]) -> list[Held]:
    """The roles that may make activities: not those on a single one."""
    return [one for one in held if one.role in TABLE[Action.EDIT] and one.activity_id is None]
