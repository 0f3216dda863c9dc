"""Reads for whoever stands at a door: which occurrence is on, who has come, and what a worker at the venue has there."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Integer, bindparam, func, literal_column, select, true
from sqlalchemy.orm import joinedload

from yiqi.activities.models import Activity, Occurrence, Slot, Status, slot_occurrence
from yiqi.booking import counted
from yiqi.booking.models import Attendance, Booking
from yiqi.booking.rules.states import LIVE, State
from yiqi.db import Facts, db, sealed, table
from yiqi.people.models import Person

NEWEST = 8
_here = sealed("occurrence", Integer())
_COUNTED = (
    select(
        *(
            func.coalesce(func.sum(of_slot), counted.NOUGHT).label(name)
            for name, of_slot in counted.as_of(table(Slot).c.version).items()
        )
    )
    .select_from(slot_occurrence.join(Slot, Slot.id == slot_occurrence.c.slot_id))
    .where(slot_occurrence.c.occurrence_id == _here)
    .subquery("counted")
)
_NEWEST = (
    select(Attendance.booking_id, Attendance.in_at, Attendance.out_at)
    .where(Attendance.occurrence_id == _here)
    .order_by(func.coalesce(Attendance.out_at, Attendance.in_at).desc(), Attendance.booking_id)
    .limit(literal_column(str(NEWEST), Integer()))
    .subquery("newest")
)
"""Found before it is asked whose they are: of thousands who came, that is asked of eight."""
_ARRIVED = (
    select(
        *_COUNTED.c,
        _NEWEST.c.in_at,
        _NEWEST.c.out_at,
        Booking.ref,
        Booking.party,
        Person.name,
        Slot.label,
        Slot.label_en,
    )
    .select_from(_COUNTED)
    .outerjoin(_NEWEST, true())
    .outerjoin(Booking, Booking.id == _NEWEST.c.booking_id)
    .outerjoin(Person, Person.id == Booking.person_id)
    .outerjoin(Slot, Slot.id == Booking.slot_id)
    .order_by(func.coalesce(_NEWEST.c.out_at, _NEWEST.c.in_at).desc(), _NEWEST.c.booking_id)
)
"""How many are expected, came and left, beside each of those who came last; once, beside nobody, where nobody came."""
_WHOSE = (
    select(
        Booking.ref,
        Booking.party,
        Booking.state,
        Person.name,
        Slot.label,
        Slot.label_en,
        Slot.activity_id,
        Attendance.in_at,
        Attendance.out_at,
    )
    .join(Person, Person.id == Booking.person_id)
    .join(Slot, Slot.id == Booking.slot_id)
    .outerjoin(
        Attendance,
        (Attendance.booking_id == Booking.id) & (Attendance.occurrence_id == bindparam("occurrence")),
    )
    .where(Booking.ref == bindparam("ref"))
)


class Arrived(Struct, frozen=True):
    """Who has come to an occurrence by now. Counts are people, companions included; `newest` came last, the last one
    first: `ref`, `party`, `name`, `label`, `in_at`, `out_at`."""

    activity_id: int
    occurrence_id: int
    expected: int
    came: int
    left: int
    newest: Sequence[Facts]


class Door(Struct, frozen=True):
    """One occurrence of an activity at its door."""

    activity: Activity
    occurrence: Occurrence
    occurrences: Sequence[Occurrence]
    arrived: Arrived

    @property
    def is_off(self) -> bool:
        """Whether it does not take place."""
        return self.activity.status is Status.CALLED_OFF or self.occurrence.called_off_at is not None


def of(activity_id: int, occurrence_id: int | None, at: datetime) -> Door | None:
    """The door of an occurrence, else of the one that is on or next, else of the last. None for an activity that is
    not there or not published, or an occurrence of another one. Two queries."""
    found = _where(activity_id, occurrence_id, at)
    if found is None:
        return None
    activity, occurrence = found
    return Door(activity, occurrence, activity.occurrences, arrived(activity.id, occurrence.id))


def arrived(activity_id: int, occurrence_id: int) -> Arrived:
    """Who has come to an occurrence of an activity by now. One query."""
    rows = db.session.execute(_ARRIVED, {"occurrence": occurrence_id}).all()
    head, newest = rows[0], [one for one in rows if one.ref is not None]
    expected, came, left = int(head.expected), int(head.came), int(head.gone)
    return Arrived(activity_id, occurrence_id, expected, came, left, newest)


def ticket(ref: str, occurrence_id: int) -> Facts | None:
    """Whose ticket a code is: `name`, `party`, `state`, `label`, the activity it is for, and `in_at`, `out_at` at an
    occurrence."""
    return db.session.execute(_WHOSE, {"ref": ref, "occurrence": occurrence_id}).one_or_none()


def of_worker(person_id: int, occurrence_id: int) -> tuple[Occurrence, Facts | None] | None:
    """An occurrence and what a worker holds there: their live booking's `ref`, `state`, `party`, and when they came
    and left, else one that a calling-off ended; None in its place where they hold none. None for no such occurrence, or one of
    a draft."""
    occurrence = db.session.scalar(
        select(Occurrence)
        .join(Occurrence.activity)
        .where(Occurrence.id == occurrence_id, Activity.status != Status.DRAFT)
    )
    if occurrence is None:
        return None
    booking = (
        select(Booking.ref, Booking.state, Booking.party, Attendance.in_at, Attendance.out_at)
        .join(slot_occurrence, slot_occurrence.c.slot_id == Booking.slot_id)
        .outerjoin(
            Attendance,
            (Attendance.booking_id == Booking.id) & (Attendance.occurrence_id == occurrence_id),
        )
        .where(
            Booking.person_id == person_id,
            slot_occurrence.c.occurrence_id == occurrence_id,
            Booking.state.in_(LIVE | {State.CALLED_OFF}),
        )
        .order_by((Booking.state == State.CONFIRMED).desc(), Booking.state == State.CALLED_OFF, Booking.id)
        .limit(1)
    )
    return occurrence, db.session.execute(booking).one_or_none()


def _where(activity_id: int, occurrence_id: int | None, at: datetime) -> tuple[Activity, Occurrence] | None:
    activity = db.session.get(Activity, activity_id, options=[joinedload(Activity.occurrences)])
    if activity is None or activity.status is Status.DRAFT:
        return None
    dates = [one for one in activity.occurrences if one.called_off_at is None] or activity.occurrences
    nearest = next((one for one in dates if at < one.ends_at), dates[-1])
    chosen = next((one for one in activity.occurrences if one.id == occurrence_id), None)
    if occurrence_id is not None and chosen is None:
        return None
    return activity, chosen or nearest
