"""The negative control of the door: who has come is looked up first, and entered and counted then. Never served but in tests."""

import time
from datetime import datetime

from sqlalchemy import delete, select, update

from tests.concurrency.desk import app
from yiqi.activities.models import Slot, slot_occurrence
from yiqi.booking.attendance import Entry
from yiqi.booking.models import Attendance, Booking
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.states import State
from yiqi.db import db, table, writing
from yiqi.people.tallies import dialect

WINDOW_SECONDS = 0.05


def check_in(
    *, ref: str, occurrence_id: int, at: datetime, by_id: int | None, activity_id: int | None = None
) -> Entry:
    """What `attendance.check_in` would be without the slot's lock, and with a count that was read before."""
    this = (slot_occurrence.c.slot_id == Booking.slot_id, slot_occurrence.c.occurrence_id == occurrence_id)
    with db.engine.connect() as reader:
        booking = reader.execute(
            select(Booking.id, Booking.slot_id, Booking.state, Booking.party, slot_occurrence.c.came)
            .join(slot_occurrence, this[0] & this[1])
            .where(Booking.ref == ref)
        ).one()
        came = reader.scalar(select(Attendance.in_at).where(Attendance.booking_id == booking.id))
    db.session.rollback()
    if booking.state != State.CONFIRMED:
        raise Refused(Refusal.NOT_YOURS, state=booking.state)
    time.sleep(WINDOW_SECONDS)
    with writing() as session:
        entry = {"booking_id": booking.id, "occurrence_id": occurrence_id, "in_at": at}
        session.execute(dialect(session).insert(table(Attendance)).values(**entry).on_conflict_do_nothing())
        version = select(Slot.version).where(Slot.id == booking.slot_id).scalar_subquery()
        session.execute(
            update(slot_occurrence)
            .where(slot_occurrence.c.slot_id == booking.slot_id)
            .values(came=(booking.came or 0) + booking.party, expected=0, gone=0, counted_version=version)
        )
    return Entry(booking.id, occurrence_id, came or at, None, came is None)


def undo(*, ref: str, occurrence_id: int, at: datetime, by_id: int | None, leaving: bool = False) -> bool:
    """What `attendance.undo` would be without the slot's lock: whether there is something was looked up before."""
    with db.engine.connect() as reader:
        entry = reader.execute(
            select(Attendance.booking_id, Attendance.in_at, Attendance.out_at)
            .join(Booking, Booking.id == Attendance.booking_id)
            .where(Booking.ref == ref, Attendance.occurrence_id == occurrence_id)
        ).one_or_none()
    db.session.rollback()
    if entry is None or (entry.out_at if leaving else entry.in_at) is None:
        return False
    time.sleep(WINDOW_SECONDS)
    this = (Attendance.booking_id == entry.booking_id, Attendance.occurrence_id == occurrence_id)
    with writing() as session:
        session.execute(
            update(Attendance).where(*this).values(out_at=None)
            if leaving
            else delete(Attendance).where(*this)
        )
    return True


__all__ = ["app", "check_in", "undo"]
