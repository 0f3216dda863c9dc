"""Reads for whoever arrives at a screen: which occurrence a ticket is for now, whose it is, who is expected, and which
doors are open."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from yiqi.activities.calendar import PUBLIC
from yiqi.activities.models import Activity, Occurrence, Slot, Status, slot_occurrence
from yiqi.booking.models import Attendance, Booking
from yiqi.booking.rules.attendance import OPENS_BEFORE
from yiqi.booking.rules.states import State
from yiqi.db import Facts, db
from yiqi.kiosk.models import Scan
from yiqi.people.models import Person

MOST_ALIKE = 4
"""People with the same last digits who are sent a code: beyond it the code on the ticket has to be typed."""
MOST_DOORS = 6
_SHOWN = (
    Booking.ref,
    Booking.party,
    Person.name,
    Person.phone,
    Activity.title,
    Activity.title_en,
    Occurrence.starts_at,
    Occurrence.venue,
    Occurrence.venue_en,
    Occurrence.directions,
    Occurrence.directions_en,
    Attendance.in_at,
    Attendance.out_at,
)


def door_of(here: Connection, ref: str, at: datetime) -> Facts | None:
    """The occurrence that a ticket is for at an instant: `id`, `starts_at`, `ends_at`, `activity_id`. The one whose door
    is open, else the next one, else the last; None for a code that is no ticket's."""
    rows = here.execute(
        select(
            Occurrence.id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.called_off_at,
            Occurrence.activity_id,
        )
        .join(slot_occurrence, slot_occurrence.c.occurrence_id == Occurrence.id)
        .join(Booking, Booking.slot_id == slot_occurrence.c.slot_id)
        .where(Booking.ref == ref)
        .order_by(Occurrence.starts_at, Occurrence.id)
    ).all()
    dates = [one for one in rows if one.called_off_at is None] or rows
    return next((one for one in dates if at < one.ends_at), dates[-1] if dates else None)


def shown(ref: str, occurrence_id: int | None) -> Facts | None:
    """What a screen says of a ticket at an occurrence: `name`, `phone`, `party`, the activity's titles, the place and the
    way there, `starts_at`, `in_at`, `out_at`. None for no such ticket."""
    found = _tickets(select(*_SHOWN).select_from(Booking), literal(occurrence_id, Integer()))
    return db.session.execute(found.where(Booking.ref == ref)).one_or_none()


def shown_of(scans: Collection[Scan]) -> dict[int, Facts]:
    """The same for the tickets of some scans, by the scans' ids; what is no ticket is left out. One query."""
    asked = select(Scan.id.label("scan_id"), *_SHOWN).select_from(Scan).join(Booking, Booking.ref == Scan.ref)
    found = _tickets(asked, Scan.occurrence_id).where(Scan.id.in_([one.id for one in scans]))
    return {row.scan_id: row for row in db.session.execute(found)}


def _tickets(
    asked: Select[*tuple[Any, ...]], occurrence_id: ColumnElement[int] | InstrumentedAttribute[int | None]
) -> Select[*tuple[Any, ...]]:
    return (
        asked.join(Person, Person.id == Booking.person_id)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Activity, Activity.id == Slot.activity_id)
        .join(Occurrence, Occurrence.id == occurrence_id)
        .outerjoin(
            Attendance,
            (Attendance.booking_id == Booking.id) & (Attendance.occurrence_id == occurrence_id),
        )
    )


def expected(tail: str, at: datetime) -> Sequence[Facts]:
    """Who is expected at a door that is open, by the last four digits of their number: `person_id`, `phone`, `ref`, the one
    that begins first in front. Nobody when too many are alike."""
    found = (
        select(Person.id.label("person_id"), Person.phone, Booking.ref)
        .join(Booking, Booking.person_id == Person.id)
        .join(slot_occurrence, slot_occurrence.c.slot_id == Booking.slot_id)
        .join(Occurrence, Occurrence.id == slot_occurrence.c.occurrence_id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(
            Booking.state == State.CONFIRMED,
            Person.phone.endswith(tail, autoescape=True),
            Person.merged_into_id.is_(None),
            Activity.status == Status.PUBLISHED,
            *_open(at),
        )
        .order_by(Occurrence.starts_at, Booking.id)
    )
    rows = db.session.execute(found).all()
    alike = {row.person_id for row in rows}
    return rows if len(alike) <= MOST_ALIKE else []


def open_doors(at: datetime) -> Sequence[Facts]:
    """The occurrences of public activities at whose door people check in now: `id`, titles, place, times."""
    found = (
        select(
            Occurrence.id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.venue,
            Occurrence.venue_en,
            Activity.id.label("activity_id"),
            Activity.title,
            Activity.title_en,
            Activity.programme,
            Activity.topic,
        )
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(PUBLIC, Activity.status == Status.PUBLISHED, *_open(at))
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(MOST_DOORS)
    )
    return db.session.execute(found).all()


def open_door(occurrence_id: int, at: datetime) -> Facts | None:
    """One of them, however many there are, also when it was called off: `is_off`, and `because`, why."""
    is_off = Occurrence.called_off_at.is_not(None) | (Activity.status == Status.CALLED_OFF)
    found = (
        select(
            Occurrence.id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.venue,
            Occurrence.venue_en,
            Activity.title,
            Activity.title_en,
            is_off.label("is_off"),
            _either(Activity.called_off_because, Occurrence.called_off_because).label("because"),
            _either(Activity.called_off_because_en, Occurrence.called_off_because_en).label("because_en"),
        )
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(PUBLIC, Activity.status != Status.DRAFT, Occurrence.id == occurrence_id, *_is_time(at))
    )
    return db.session.execute(found).one_or_none()


def _either(first: InstrumentedAttribute[str], other: InstrumentedAttribute[str]) -> ColumnElement[str]:
    return func.coalesce(func.nullif(first, ""), other)


def _open(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Occurrence.called_off_at.is_(None), *_is_time(at))


def _is_time(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return Occurrence.starts_at <= at + OPENS_BEFORE, Occurrence.ends_at > at
