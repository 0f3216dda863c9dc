"""Reads of who holds which role."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby

from msgspec import Struct
from sqlalchemy import ColumnElement, Date, Integer, and_, bindparam, literal, or_, select

from yiqi import clock
from yiqi.activities.models import Activity
from yiqi.db import Facts, db
from yiqi.people import second_factor
from yiqi.roles.models import Grant
from yiqi.roles.rules.permissions import Held, Role, Thing
from yiqi.unions import belonging


class Given(Struct, frozen=True):
    """Whose a role is, and what it was granted on; a role of the federation is on nothing."""

    person_id: int
    role: Role
    thing: Thing


class Facing(Struct, frozen=True):
    """Somebody before an address: the roles they hold, whether they have a second factor, and the activity that the address
    names, where there is one."""

    held: tuple[Held, ...]
    has_factor: bool = False
    activity: Thing | None = None


def counts(at: datetime) -> ColumnElement[bool]:
    """Whether a role counts at an instant: it was not taken, and its last day is not over in Beijing."""
    return _counts(literal(clock.beijing(at).date()))


def _counts(day: ColumnElement[date]) -> ColumnElement[bool]:
    return and_(Grant.revoked_at.is_(None), or_(Grant.ends_on.is_(None), Grant.ends_on >= day))


_theirs = (Grant.person_id == bindparam("person"), _counts(bindparam("today", type_=Date())))
_reached = belonging.under_these(select(Grant.union_id).where(*_theirs))
_HELD = (
    select(Grant.id, Grant.role, Grant.programme, Grant.activity_id, _reached.c.id.label("reached"))
    .outerjoin(_reached, _reached.c.top == Grant.union_id)
    .where(*_theirs)
    .order_by(Grant.id)
)
_FACING = _HELD.add_columns(
    second_factor.is_set_up(bindparam("person", type_=Integer())).label("has_factor"),
    Activity.id.label("named"),
    Activity.owner_id,
    Activity.programme.label("of_activity"),
).outerjoin(Activity, Activity.id == bindparam("activity"))
_ACTIVITY = select(Activity.owner_id, Activity.programme).where(Activity.id == bindparam("activity"))


def of(person_id: int, at: datetime) -> tuple[Held, ...]:
    """The roles somebody holds at an instant, with the unions they reach. One query."""
    return _held(db.session.execute(_HELD, {"person": person_id, "today": clock.beijing(at).date()}))


def facing(person_id: int, at: datetime, activity_id: int | None) -> Facing:
    """Somebody before an address that names an activity, or none. One query; who holds no role learns nothing of it."""
    said = {"person": person_id, "today": clock.beijing(at).date(), "activity": activity_id}
    rows = db.session.execute(_FACING, said).all()
    if not rows:
        return Facing(())
    one = rows[0]
    named = Thing(one.owner_id, one.named, one.of_activity) if one.named is not None else None
    return Facing(_held(rows), one.has_factor, named)


def _held(rows: Iterable[Facts]) -> tuple[Held, ...]:
    return tuple(
        Held(
            one.role,
            frozenset(row.reached for row in (one, *more) if row.reached),
            one.programme,
            one.activity_id,
        )
        for _grant, (one, *more) in groupby(rows, key=lambda row: row.id)
    )


def holds_any(person_id: int, at: datetime) -> bool:
    """Whether somebody holds any role at all, and so has a desk."""
    here = select(Grant.id).where(Grant.person_id == person_id, counts(at)).limit(1)
    return db.session.scalar(here) is not None


def granted(grant_id: int) -> Given | None:
    """A role that was granted, held or not any more; None when there is none."""
    found = db.session.execute(
        select(
            Grant.person_id,
            Grant.role,
            Grant.union_id,
            Grant.activity_id,
            Grant.programme,
            Activity.owner_id,
            Activity.programme.label("of_activity"),
        )
        .outerjoin(Activity, Activity.id == Grant.activity_id)
        .where(Grant.id == grant_id)
    ).one_or_none()
    if found is None:
        return None
    on_activity = Thing(found.owner_id, found.activity_id, found.of_activity)
    thing = on_activity if found.activity_id else Thing(found.union_id, None, found.programme)
    return Given(found.person_id, found.role, thing)


def activity(activity_id: int) -> Thing | None:
    """An activity as a thing that roles reach; None when there is none."""
    found = db.session.execute(_ACTIVITY, {"activity": activity_id}).one_or_none()
    return Thing(found.owner_id, activity_id, found.programme) if found else None


def named(activity_id: int) -> Facts:
    """The title of an activity, for the head of a page about it, and how it gives its places."""
    asked = select(Activity.id, Activity.title, Activity.title_en, Activity.allocation)
    return db.session.execute(asked.where(Activity.id == activity_id)).one()
