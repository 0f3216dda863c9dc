"""The negative control of the screens: a scan that is looked up first and written then. Never served but in tests."""

import secrets
import time
from datetime import datetime

from sqlalchemy import select

from tests.concurrency.desk import app
from yiqi.activities.models import Occurrence, slot_occurrence
from yiqi.booking.models import Attendance, Booking
from yiqi.booking.rules import refs
from yiqi.db import db, table, writing
from yiqi.kiosk.models import Outcome, Scan
from yiqi.people.tallies import dialect

WINDOW_SECONDS = 0.05


def take(
    *,
    device_id: int,
    nonce: str,
    typed: str,
    at: datetime,
    scanned_at: datetime | None = None,
    ref: str | None = None,
) -> Scan:
    """What `scans.take` would be without the slot's lock, and without a nonce that is there only once."""
    code = ref or refs.read(typed) or ""
    with db.engine.connect() as reader:
        booking = reader.execute(
            select(Booking.id, Occurrence.id.label("occurrence_id"), Occurrence.activity_id)
            .join(slot_occurrence, slot_occurrence.c.slot_id == Booking.slot_id)
            .join(Occurrence, Occurrence.id == slot_occurrence.c.occurrence_id)
            .where(Booking.ref == code)
        ).one()
        came = reader.scalar(select(Attendance.in_at).where(Attendance.booking_id == booking.id))
    db.session.rollback()
    time.sleep(WINDOW_SECONDS)
    with writing() as session:
        entry = {"booking_id": booking.id, "occurrence_id": booking.occurrence_id, "in_at": at}
        session.execute(dialect(session).insert(table(Attendance)).values(**entry).on_conflict_do_nothing())
        scan = Scan(
            device_id=device_id,
            nonce=nonce + secrets.token_hex(4),
            ref=code,
            activity_id=booking.activity_id,
            occurrence_id=booking.occurrence_id,
            scanned_at=scanned_at or at,
            delivered_at=at,
            outcome=Outcome.AGAIN if came else Outcome.IN,
            in_at=came or at,
        )
        session.add(scan)
        return scan


__all__ = ["app", "take"]
