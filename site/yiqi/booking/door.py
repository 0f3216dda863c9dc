"""Reads for whoever stands at a door: which occurrence is on, who has come, and what a worker at the venue has there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from yiqi.activities.models import Activity, Occurrence, Slot, Status, slot_occurrence
from yiqi.booking.models import Attendance, Booking
from yiqi.booking.rules.states import LIVE, State
from yiqi.db import Facts, db
from yiqi.people.models import Person

NEWEST = 8
_ENTRIES = (
    select(
        Booking.ref,
        Booking.party,
        Person.name,
        Slot.label,
        Slot.label_en,
        Attendance.in_at,
        Attendance.out_at,
    )
    .join(Booking, Booking.id == Attendance.booking_id)
    .join(Person, Person.id == Booking.person_id)
    .join(Slot, Slot.id == Booking.slot_id)
)


_COUNTS = (
    select(
        func.coalesce(func.sum(Booking.party), 0).label("expected"),
        func.coalesce(func.sum(Booking.party).filter(Attendance.in_at.is_not(None)), 0).label("came"),
        func.coalesce(func.sum(Booking.party).filter(Attendance.out_at.is_not(None)), 0).label("gone"),
    )
    .join(slot_occurrence, slot_occurrence.c.slot_id == Booking.slot_id)
    .outerjoin(
        Attendance,
        (Attendance.booking_id == Booking.id) & (Attendance.occurrence_id == bindparam("occurrence")),
    )
    .where(slot_occurrence.c.occurrence_id == bindparam("occurrence"), Booking.state == State.CONFIRMED)
)
_NEWEST = (
    _ENTRIES.where(Attendance.occurrence_id == bindparam("occurrence"))
    .order_by(func.coalesce(Attendance.out_at, Attendance.in_at).desc(), Booking.id)
    .limit(NEWEST)
)
_WHOSE = (
    select(
        Booking.ref,
        Booking.party,
        Booking.state,
        Person.name,
        Slot.label,
        Slot.label_en,
        Slot.activity_id,
    )
    .join(Person, Person.id == Booking.person_id)
    .join(Slot, Slot.id == Booking.slot_id)
    .where(Booking.ref == bindparam("ref"))
)


@dataclass(frozen=True)
class Door:
    """One occurrence at its door. Counts are people, companions included; `newest` came last, the last one first."""

    activity: Activity
    occurrence: Occurrence
    occurrences: Sequence[Occurrence]
    expected: int
    came: int
    left: int
    newest: Sequence[Facts]


def of(activity_id: int, occurrence_id: int | None, at: datetime) -> Door | None:
    """The door of an occurrence, else of the one that is on or next, else of the last. None for an activity that is
    not there or not published, or an occurrence of another one. Three queries."""
    found = where(activity_id, occurrence_id, at)
    if found is None:
        return None
    activity, occurrence = found
    here = {"occurrence": occurrence.id}
    counts = db.session.execute(_COUNTS, here).one()
    newest = db.session.execute(_NEWEST, here).all()
    return Door(activity, occurrence, activity.occurrences, counts.expected, counts.came, counts.gone, newest)


def where(activity_id: int, occurrence_id: int | None, at: datetime) -> tuple[Activity, Occurrence] | None:
    """The activity and the occurrence of a door, as `of` finds them. One query; none when it was asked for before."""
    activity = db.session.get(Activity, activity_id, options=[joinedload(Activity.occurrences)])
    if activity is None or activity.status is Status.DRAFT:
        return None
    dates = [one for one in activity.occurrences if one.called_off_at is None] or activity.occurrences
    nearest = next((one for one in dates if at < one.ends_at), dates[-1])
    chosen = next((one for one in activity.occurrences if one.id == occurrence_id), None)
    if occurrence_id is not None and chosen is None:
        return None
    return activity, chosen or nearest


def ticket(ref: str) -> Facts | None:
    """Whose ticket a code is: `name`, `party`, `state`, `label`, and the activity it is for."""
    return db.session.execute(_WHOSE, {"ref": ref}).one_or_none()


def of_worker(person_id: int, occurrence_id: int) -> tuple[Occurrence, Facts | None] | None:
    """An occurrence and what a worker holds there: their live booking's `ref`, `state`, `party`, and when they came
    and left; None in its place where they hold none. None for no such occurrence, or one of a draft."""
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
            Booking.state.in_(LIVE),
        )
        .order_by((Booking.state == State.CONFIRMED).desc(), Booking.id)
        .limit(1)
    )
    return occurrence, db.session.execute(booking).one_or_none()
