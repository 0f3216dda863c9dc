"""What is within reach of somebody's roles, as conditions of queries and as lists."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true

from yiqi.activities.models import Activity, Occurrence
from yiqi.db import Facts, db
from yiqi.roles.rules.permissions import EVERYWHERE, TABLE, Action, Held


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


def coming(held: Sequence[Held], at: datetime) -> list[Facts]:
    """The activities within reach whose last occurrence is not over, by their next one. One query."""
    starts_at = func.min(Occurrence.starts_at)
    found = (
        select(Activity.id, Activity.title, Activity.title_en, Activity.status, starts_at.label("starts_at"))
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .where(Occurrence.ends_at > at, activities(held))
        .group_by(Activity.id)
        .order_by(starts_at, Activity.id)
    )
    return list(db.session.execute(found))
