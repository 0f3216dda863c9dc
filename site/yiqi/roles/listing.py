"""Reads of the roles that are held, as far as somebody's own roles reach."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from yiqi.activities.models import Activity
from yiqi.db import Facts, db
from yiqi.people.models import Person, SecondFactor
from yiqi.people.persons import called, name_behind
from yiqi.roles import holding
from yiqi.roles.models import Grant
from yiqi.roles.rules.permissions import EVERYWHERE, TABLE, Action, Held
from yiqi.unions.models import Union

PAGE = 50


def grants(
    held: Sequence[Held], at: datetime, *, who: str = "", before: int | None = None
) -> tuple[list[Facts], bool]:
    """The roles that are held within reach at an instant, the newest first, a page of them before the id of one; and whether there
    are more. `who`: part of a name, or the end of a phone number. One query."""
    found = (
        select(
            Grant.id,
            Grant.person_id,
            Grant.role,
            Grant.union_id,
            Grant.programme,
            Grant.activity_id,
            Grant.ends_on,
            Grant.granted_at,
            Person.name,
            Person.phone,
            name_behind(Grant.granted_by_id).label("giver"),
            Union.name.label("union"),
            Union.name_en.label("union_en"),
            Activity.title,
            Activity.title_en,
            Activity.owner_id,
            Activity.programme.label("of_activity"),
            SecondFactor.confirmed_at.label("factor_since"),
        )
        .join(Person, Person.id == Grant.person_id)
        .outerjoin(Union, Union.id == Grant.union_id)
        .outerjoin(Activity, Activity.id == Grant.activity_id)
        .outerjoin(SecondFactor, SecondFactor.person_id == Grant.person_id)
        .where(holding.counts(at), _within(held), called(who))
        .order_by(Grant.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        found = found.where(Grant.id < before)
    rows = list(db.session.execute(found))
    return rows[:PAGE], len(rows) > PAGE


def held_once(person_id: int) -> bool:
    """Whether somebody holds a role, or ever held one."""
    return db.session.scalar(select(Grant.id).where(Grant.person_id == person_id).limit(1)) is not None


def _within(held: Sequence[Held]) -> ColumnElement[bool]:
    within: list[ColumnElement[bool]] = [false()]
    for one in held:
        if one.role not in TABLE[Action.GRANT_ROLES]:
            continue
        if one.role in EVERYWHERE:
            return true()
        of_union: ColumnElement[bool] = Grant.union_id.in_(one.unions)
        of_activity: ColumnElement[bool] = Activity.owner_id.in_(one.unions)
        if one.programme is not None:
            of_union = and_(of_union, Grant.programme == one.programme)
            of_activity = and_(of_activity, Activity.programme == one.programme)
        within += [of_union, of_activity]
    return or_(*within)
