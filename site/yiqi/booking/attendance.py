"""The verbs of attendance: who came to an occurrence, when they left, and taking a wrong entry back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from yiqi.activities.models import Activity, Occurrence, Slot, Status, slot_occurrence
from yiqi.booking import seats
from yiqi.booking.models import Attendance, Booking
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.attendance import Doors
from yiqi.booking.rules.states import State
from yiqi.db import Again, Facts, db, retried, table, writing
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing

_booking, _attendance = table(Booking), table(Attendance)
_occurrence, _slot, _activity = table(Occurrence), table(Slot), table(Activity)

_TICKET = (
    select(
        _booking.c.id,
        _booking.c.slot_id,
        _booking.c.state,
        _occurrence.c.starts_at,
        _occurrence.c.ends_at,
        _occurrence.c.called_off_at,
        _activity.c.status,
        _activity.c.id.label("activity_id"),
        _activity.c.owner_id,
        _activity.c.programme,
        _booking.c.person_id,
        _attendance.c.in_at,
        _attendance.c.out_at,
    )
    .join(_slot, _slot.c.id == _booking.c.slot_id)
    .join(_activity, _activity.c.id == _slot.c.activity_id)
    .join(slot_occurrence, slot_occurrence.c.slot_id == _slot.c.id)
    .join(_occurrence, _occurrence.c.id == slot_occurrence.c.occurrence_id)
    .outerjoin(
        _attendance,
        (_attendance.c.booking_id == _booking.c.id) & (_attendance.c.occurrence_id == _occurrence.c.id),
    )
    .where(_booking.c.ref == bindparam("ref"), _occurrence.c.id == bindparam("occurrence"))
)
_THIS = (
    _attendance.c.booking_id == bindparam("booking"),
    _attendance.c.occurrence_id == bindparam("at_occurrence"),
)
_ENTER = insert(_attendance)
_LEAVE = update(_attendance).where(*_THIS).values(out_at=bindparam("left_at"))
_UNDO = delete(_attendance).where(*_THIS)

log = structlog.get_logger()


@dataclass(frozen=True)
class Attended:
    """A booking at one occurrence. `fresh` is False when the answer was there before."""

    booking_id: int
    occurrence_id: int
    in_at: datetime
    out_at: datetime | None = None
    fresh: bool = False


@dataclass(frozen=True)
class Sign:
    """What a ticket says: checked in at `in_at`, or, without it, that one can check in now."""

    in_at: datetime | None = None
    out_at: datetime | None = None


@retried
def check_in(*, ref: str, occurrence_id: int, at: datetime, by_id: int | None) -> Attended:
    """Somebody is here. The second time answers the first one and writes nothing.

    Raises `Refused`: NOT_YOURS for a ticket that is none for this occurrence or not confirmed (`state` says what it
    is then), CALLED_OFF, NOT_OPEN_YET earlier than an hour before the start, CLOSED from the end.
    """
    with writing() as session:
        entry = enter(session.connection(), ref=ref, occurrence_id=occurrence_id, at=at, by_id=by_id)
        if not entry.fresh:
            session.rollback()
        return entry


def enter(here: Connection, *, ref: str, occurrence_id: int, at: datetime, by_id: int | None) -> Attended:
    """`check_in` in the caller's transaction, under the slot's lock."""
    ticket = _valid(here, ref, occurrence_id)
    if ticket.in_at is not None:
        return Attended(ticket.id, occurrence_id, ticket.in_at, ticket.out_at)
    doors = Doors(ticket.starts_at, ticket.ends_at)
    if not doors.are_open(at):
        early = at < doors.opens_at
        raise Refused(
            Refusal.NOT_OPEN_YET if early else Refusal.CLOSED,
            opens_at=doors.opens_at,
            closes_at=doors.ends_at,
            activity_id=ticket.activity_id,
        )
    row = {"booking_id": ticket.id, "occurrence_id": occurrence_id, "in_at": at, "by_id": by_id}
    here.execute(_ENTER, row)
    return Attended(ticket.id, occurrence_id, at, fresh=True)


@retried
def check_out(*, ref: str, occurrence_id: int, at: datetime, by_id: int | None) -> Attended:
    """Somebody leaves. The second time answers the first one.

    Raises `Refused`: NOT_YOURS also for who was never checked in, CLOSED a day after the end.
    """
    with writing() as session:
        here = session.connection()
        ticket = _valid(here, ref, occurrence_id)
        if ticket.in_at is None:
            raise Refused(Refusal.NOT_YOURS, state=ticket.state)
        if ticket.out_at is not None:
            session.rollback()
            return Attended(ticket.id, occurrence_id, ticket.in_at, ticket.out_at)
        _still_right(ticket, at)
        here.execute(_LEAVE, {"booking": ticket.id, "at_occurrence": occurrence_id, "left_at": at})
        log.info("checked_out", booking=ticket.id, occurrence=occurrence_id, by=by_id)
        return Attended(ticket.id, occurrence_id, ticket.in_at, at, fresh=True)


@retried
def undo(*, ref: str, occurrence_id: int, at: datetime, by_id: int | None) -> bool:
    """Take a check-in back, its leaving included; answers whether there was one. Raises `Refused` as `check_out`."""
    with writing() as session:
        here = session.connection()
        ticket = _valid(here, ref, occurrence_id)
        if ticket.in_at is None:
            session.rollback()
            return False
        _still_right(ticket, at)
        here.execute(_UNDO, {"booking": ticket.id, "at_occurrence": occurrence_id})
        trail.note(
            here,
            What.CHECK_IN_UNDONE,
            at=at,
            by_id=by_id,
            thing=Thing(ticket.owner_id, ticket.activity_id, ticket.programme),
            person_id=ticket.person_id,
            booking_ref=ref,
            was=ticket.in_at.isoformat(),
        )
        return True


def sign(occurrences: Sequence[Occurrence], attended: Sequence[Attended], at: datetime) -> Sign | None:
    """What a ticket says of checking in, at the occurrence that is on or next, else the last one; None for nothing."""
    taking_place = [one for one in occurrences if one.called_off_at is None]
    if not taking_place:
        return None
    nearest = next((one for one in taking_place if at < one.ends_at), taking_place[-1])
    entry = next((one for one in attended if one.occurrence_id == nearest.id), None)
    if entry is not None:
        return Sign(entry.in_at, entry.out_at)
    return Sign() if Doors(nearest.starts_at, nearest.ends_at).are_open(at) else None


def of(booking_ids: Collection[int]) -> dict[int, list[Attended]]:
    """Where some bookings were checked in, by booking, earliest first. One query; none for no bookings."""
    if not booking_ids:
        return {}
    found: dict[int, list[Attended]] = {}
    rows = select(Attendance).where(Attendance.booking_id.in_(booking_ids)).order_by(Attendance.in_at)
    for row in db.session.scalars(rows.execution_options(populate_existing=True)):
        entry = Attended(row.booking_id, row.occurrence_id, row.in_at, row.out_at)
        found.setdefault(row.booking_id, []).append(entry)
    return found


def _valid(here: Connection, ref: str, occurrence_id: int) -> Facts:
    """A confirmed ticket for an occurrence that takes place, under its slot's lock: nobody cancels meanwhile."""
    locked = seats.lock_of(here, ref)
    ticket = here.execute(_TICKET, {"ref": ref, "occurrence": occurrence_id}).one_or_none()
    if ticket is None:
        raise Refused(Refusal.NOT_YOURS)
    if ticket.slot_id != locked:
        raise Again
    if ticket.called_off_at is not None or ticket.status == Status.CALLED_OFF:
        raise Refused(Refusal.CALLED_OFF, activity_id=ticket.activity_id)
    if ticket.state != State.CONFIRMED:
        raise Refused(Refusal.NOT_YOURS, state=ticket.state)
    return ticket


def _still_right(ticket: Facts, at: datetime) -> None:
    doors = Doors(ticket.starts_at, ticket.ends_at)
    if at >= doors.right_until:
        raise Refused(Refusal.CLOSED, closes_at=doors.right_until, activity_id=ticket.activity_id)
