"""The verbs of attendance: who came to an occurrence, when they left, and taking a wrong entry back."""

from collections.abc import Collection, Sequence
from datetime import datetime

import structlog
from msgspec import Struct
from sqlalchemy import Connection, bindparam, delete, insert, select, true, update

from yiqi.activities.models import Activity, Occurrence, Slot, Status, slot_occurrence
from yiqi.booking import counted, seats
from yiqi.booking.models import Attendance, Booking
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.attendance import Doors
from yiqi.booking.rules.states import State
from yiqi.db import Again, Facts, db, retried, table, vouch, writing
from yiqi.people.models import Person
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing

_booking, _attendance, _person = table(Booking), table(Attendance), table(Person)
_occurrence, _slot, _activity = table(Occurrence), table(Slot), table(Activity)

_TICKET = (
    select(
        _booking.c.id,
        _booking.c.slot_id,
        _booking.c.state,
        _booking.c.party,
        _slot.c.version,
        _person.c.name,
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
    .join(_person, _person.c.id == _booking.c.person_id)
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
_here = _attendance.c.occurrence_id.type
_asked = _TICKET.cte("ticket")
_signs = (
    select(_person.c.id)
    .where(_person.c.id == bindparam("by"), _person.c.merged_into_id.is_(None))
    .with_for_update(read=True, key_share=True)
    .cte("signs")
)
_entered = (
    insert(_attendance)
    .from_select(
        ["booking_id", "occurrence_id", "in_at", "by_id"],
        select(
            _asked.c.id,
            bindparam("occurrence", type_=_here),
            bindparam("now", type_=_attendance.c.in_at.type),
            bindparam("by", type_=_attendance.c.by_id.type),
        ).where(_asked.c.slot_id == bindparam("locked"), _asked.c.in_at.is_(None)),
    )
    .returning(_attendance.c.booking_id)
    .cte("entered")
)
_counted = (
    counted.one_more(_asked.c.slot_id, bindparam("occurrence", type_=_here), _asked.c.version, _asked.c.party)
    .where(_entered.c.booking_id == _asked.c.id)
    .cte("counted")
)
_ENTER_AND_LOOK = (
    select(_asked, _signs.c.id.label("signed_by"))
    .select_from(_asked.outerjoin(_entered, true()).outerjoin(_signs, true()))
    .add_cte(_counted)
)
"""PostgreSQL: a ticket, entered and counted where nobody entered it before, and whether whoever signs for it is still
somebody. It is not the statement that waited for the slot's lock, so it sees what was true after the wait."""
_COUNT = counted.one_more(
    bindparam("slot"), bindparam("at_occurrence"), bindparam("version"), bindparam("party")
)
_LEAVE = update(_attendance).where(*_THIS).values(out_at=bindparam("left_at"))
_STAY = update(_attendance).where(*_THIS).values(out_at=None)
_UNDO = delete(_attendance).where(*_THIS)

log = structlog.get_logger()


class Attended(Struct, frozen=True):
    """A booking at one occurrence. `fresh` is False when the answer was there before."""

    booking_id: int
    occurrence_id: int
    in_at: datetime
    out_at: datetime | None = None
    fresh: bool = False


class Entry(Attended, frozen=True):
    """What became of a ticket that was shown at a door: whose it is, by `name` and `party`."""

    name: str = ""
    party: int = 1


class Sign(Struct, frozen=True):
    """What a ticket says: checked in at `in_at`, or, without it, that one can check in now."""

    in_at: datetime | None = None
    out_at: datetime | None = None


@retried
def check_in(
    *, ref: str, occurrence_id: int, at: datetime, by_id: int | None, activity_id: int | None = None
) -> Entry:
    """Somebody is here. The second time answers the first one and writes nothing.

    Raises `Refused`: NOT_YOURS for a ticket that is none for this occurrence (of `activity_id`, where one is given) or not
    confirmed (`state` says what it is then), CALLED_OFF, NOT_OPEN_YET earlier than an hour before the start, CLOSED from
    the end.
    """
    with writing() as session:
        here = session.connection()
        entry = enter(here, ref=ref, occurrence_id=occurrence_id, at=at, by_id=by_id, activity_id=activity_id)
        if not entry.fresh:
            session.rollback()
        return entry


def enter(
    here: Connection,
    *,
    ref: str,
    occurrence_id: int,
    at: datetime,
    by_id: int | None,
    activity_id: int | None = None,
) -> Entry:
    """`check_in` in the caller's transaction, under the slot's lock. What it raises has to be rolled back: PostgreSQL
    enters a ticket in the statement that looks at it, and what was seen is judged then."""
    locked = seats.lock_of(here, ref)
    enters_at_once = here.dialect.name == "postgresql"
    if enters_at_once:
        said = {"ref": ref, "occurrence": occurrence_id, "now": at, "by": by_id, "locked": locked}
        found = here.execute(_ENTER_AND_LOOK, said).one_or_none()
        if found is not None and found.signed_by is not None:
            vouch(found.signed_by)
    else:
        found = _looked_at(here, ref, occurrence_id)
    ticket = _valid(found, locked, activity_id)
    if ticket.in_at is not None:
        return _entry(ticket, occurrence_id, ticket.in_at, ticket.out_at)
    doors = Doors(ticket.starts_at, ticket.ends_at)
    if not doors.are_open(at):
        early = at < doors.opens_at
        raise Refused(
            Refusal.NOT_OPEN_YET if early else Refusal.CLOSED,
            opens_at=doors.opens_at,
            closes_at=doors.ends_at,
            activity_id=ticket.activity_id,
        )
    if not enters_at_once:
        at_door = {"slot": ticket.slot_id, "at_occurrence": occurrence_id}
        here.execute(_COUNT, at_door | {"version": ticket.version, "party": ticket.party})
        row = {"booking_id": ticket.id, "occurrence_id": occurrence_id, "in_at": at, "by_id": by_id}
        here.execute(_ENTER, row)
    return _entry(ticket, occurrence_id, at, fresh=True)


@retried
def check_out(
    *, ref: str, occurrence_id: int, at: datetime, by_id: int | None, activity_id: int | None = None
) -> Entry:
    """Somebody leaves. The second time answers the first one.

    Raises `Refused`: NOT_YOURS also for who was never checked in, CLOSED a day after the end.
    """
    with writing() as session:
        here = session.connection()
        ticket = _locked(here, ref, occurrence_id, activity_id)
        if ticket.in_at is None:
            raise Refused(Refusal.NOT_YOURS, state=ticket.state)
        if ticket.out_at is not None:
            session.rollback()
            return _entry(ticket, occurrence_id, ticket.in_at, ticket.out_at)
        _still_right(ticket, at)
        here.execute(_LEAVE, {"booking": ticket.id, "at_occurrence": occurrence_id, "left_at": at})
        log.info("checked_out", booking=ticket.id, occurrence=occurrence_id, by=by_id)
        return _entry(ticket, occurrence_id, ticket.in_at, at, fresh=True)


@retried
def undo(*, ref: str, occurrence_id: int, at: datetime, by_id: int | None, leaving: bool = False) -> bool:
    """Take a check-in back, or (`leaving`) a check-out alone; answers whether there was one.

    Raises `Refused` as `check_out`; STALE_FORM for the check-in of who has left: what was done last is taken back first.
    """
    with writing() as session:
        here = session.connection()
        ticket = _locked(here, ref, occurrence_id)
        was = ticket.out_at if leaving else ticket.in_at
        if was is None:
            session.rollback()
            return False
        if ticket.out_at is not None and not leaving:
            raise Refused(Refusal.STALE_FORM)
        _still_right(ticket, at)
        here.execute(_STAY if leaving else _UNDO, {"booking": ticket.id, "at_occurrence": occurrence_id})
        trail.note(
            here,
            What.CHECK_OUT_UNDONE if leaving else What.CHECK_IN_UNDONE,
            at=at,
            by_id=by_id,
            thing=Thing(ticket.owner_id, ticket.activity_id, ticket.programme),
            person_id=ticket.person_id,
            booking_ref=ref,
            was=was.isoformat(),
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


def _entry(
    ticket: Facts, occurrence_id: int, in_at: datetime, out_at: datetime | None = None, *, fresh: bool = False
) -> Entry:
    return Entry(ticket.id, occurrence_id, in_at, out_at, fresh, ticket.name, ticket.party)


def _locked(here: Connection, ref: str, occurrence_id: int, activity_id: int | None = None) -> Facts:
    """A confirmed ticket for an occurrence that takes place, under its slot's lock: nobody cancels meanwhile."""
    locked = seats.lock_of(here, ref)
    return _valid(_looked_at(here, ref, occurrence_id), locked, activity_id)


def _looked_at(here: Connection, ref: str, occurrence_id: int) -> Facts | None:
    return here.execute(_TICKET, {"ref": ref, "occurrence": occurrence_id}).one_or_none()


def _valid(ticket: Facts | None, locked: int | None, activity_id: int | None) -> Facts:
    """A ticket, looked at under the lock of a slot, that is a confirmed one for an occurrence that takes place."""
    if ticket is None or activity_id not in (None, ticket.activity_id) or ticket.status == Status.DRAFT:
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
