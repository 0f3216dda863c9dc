"""Who sees an activity at all: a public one everybody; one for a union only its members (and those of the groups under
it), whoever has a role that reaches it, and whoever has a booking in it."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, bindparam, exists, literal, or_, select

from yiqi import clock
from yiqi.activities import picture
from yiqi.activities.calendar import PUBLIC, Showing
from yiqi.activities.models import Activity, Programme, Slot
from yiqi.booking.models import Booking, Handover
from yiqi.db import db, inlined, sealed
from yiqi.roles.models import Grant
from yiqi.roles.rules.permissions import EVERYWHERE
from yiqi.unions.models import Membership, Union


def seen_by(person_id: int | None, at: datetime) -> ColumnElement[bool]:
    """The activities somebody (None: a visitor) may know of, as a condition on `Activity`. It brings its own tables, so
    that a page asks no more often for it."""
    if person_id is None:
        return PUBLIC
    return _seen(literal(person_id), literal(clock.beijing(at).date()))


def values(person_id: int | None, at: datetime) -> dict[str, int | date]:
    """What `SEEN_BY_VIEWER` takes; a visitor is nobody."""
    return {"viewer": person_id or 0, "seen_on": clock.beijing(at).date()}


def sees(activity_id: int, person_id: int | None, at: datetime) -> bool:
    """Whether somebody may know of an activity."""
    return db.session.scalar(_SEES, {"activity": activity_id, **values(person_id, at)}) is not None


def shown(
    first: date, last: date, viewer: int | None, at: datetime, stamp: tuple[Any, ...] | None = None
) -> list[Showing]:
    """What is on from the first to the last day, both included, of what `viewer` (None: a visitor) may know of:
    `picture.between`, and one query more while something there is for members only."""
    found = picture.between(first, last, at, stamp)
    return among(found, known_of(members_only(found), viewer, at))


def members_only(showings: Iterable[Showing]) -> frozenset[int]:
    """The activities among them that not everybody may know of."""
    return frozenset(one.facts.activity_id for one in showings if one.facts.union_only)


def among(showings: Iterable[Showing], known: Collection[int]) -> list[Showing]:
    """Those for everybody, and of those for members only the ones that are `known`."""
    return [one for one in showings if not one.facts.union_only or one.facts.activity_id in known]


def known_of(hidden: Collection[int], viewer: int | None, at: datetime) -> frozenset[int]:
    """Those of some activities for members only that `viewer` (None: a visitor) may know of. One query, none for none."""
    if not hidden or viewer is None:
        return frozenset()
    return frozenset(db.session.scalars(_SEEN_OF, {"activities": sorted(hidden), **values(viewer, at)}))


def slots(slot_ids: Collection[int], person_id: int | None, at: datetime) -> set[int]:
    """Those of some slots that somebody may know of."""
    found = select(Slot.id).join(Slot.activity).where(Slot.id.in_(slot_ids), seen_by(person_id, at))
    return set(db.session.scalars(found))


def programme_of(
    *,
    activity_id: int | None = None,
    slot_id: int | None = None,
    ref: str | None = None,
    token: str | None = None,
) -> Programme | None:
    """The programme of an activity, or of that of a slot, of a booking, of a place that is held out; None for none."""
    found = select(Activity.programme)
    if activity_id is not None:
        found = found.where(Activity.id == activity_id)
    elif slot_id is not None:
        found = found.join(Slot, Slot.activity_id == Activity.id).where(Slot.id == slot_id)
    else:
        found = found.join(Slot, Slot.activity_id == Activity.id).join(Booking, Booking.slot_id == Slot.id)
        held_out = select(Handover.booking_id).where(Handover.token == token)
        found = found.where(Booking.ref == ref if ref is not None else Booking.id.in_(held_out))
    return db.session.scalar(found)


def _seen(person_id: ColumnElement[int], day: ColumnElement[date]) -> ColumnElement[bool]:
    return or_(PUBLIC, _of_own_union(person_id, day), _by_role(person_id), _with_booking(person_id))


def _of_own_union(person_id: ColumnElement[int], day: ColumnElement[date]) -> ColumnElement[bool]:
    """The owner is a union of theirs, or one above it."""
    home = (
        select(Membership.union_id)
        .where(
            Membership.person_id == person_id,
            Membership.since <= day,
            or_(Membership.until.is_(None), Membership.until > day),
        )
        .cte("home", recursive=True)
    )
    home = home.union(
        select(Union.parent_id).where(Union.id == home.c.union_id, Union.parent_id.is_not(None))
    )
    return Activity.owner_id.in_(select(home.c.union_id))


def _by_role(person_id: ColumnElement[int]) -> ColumnElement[bool]:
    held = (Grant.person_id == person_id, Grant.revoked_at.is_(None))
    below = select(Grant.programme, Grant.union_id).where(*held).cte("below", recursive=True)
    below = below.union(select(below.c.programme, Union.id).where(Union.parent_id == below.c.union_id))
    return or_(
        exists(select(Grant.id).where(*held, Grant.role.in_(inlined(*EVERYWHERE)))),
        Activity.id.in_(select(Grant.activity_id).where(*held, Grant.activity_id.is_not(None))),
        exists(
            select(below.c.union_id).where(
                below.c.union_id == Activity.owner_id,
                or_(below.c.programme.is_(None), below.c.programme == Activity.programme),
            )
        ),
    )


def _with_booking(person_id: ColumnElement[int]) -> ColumnElement[bool]:
    own = select(Slot.activity_id).join(Booking, Booking.slot_id == Slot.id)
    return Activity.id.in_(own.where(Booking.person_id == person_id))


SEEN_BY_VIEWER = _seen(sealed("viewer", Integer()), sealed("seen_on", Date()))
"""`seen_by` for statements that are built once; it takes `values`. A visitor it lets see what is public."""

_SEES = select(Activity.id).where(Activity.id == sealed("activity", Integer()), SEEN_BY_VIEWER)
_SEEN_OF = select(Activity.id).where(Activity.id.in_(bindparam("activities", expanding=True)), SEEN_BY_VIEWER)
