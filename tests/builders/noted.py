"""A mark on somebody's record, without the day that would bring it about."""

from datetime import datetime

from sqlalchemy import select

from yiqi import clock
from yiqi.activities.models import slot_occurrence
from yiqi.booking import marks
from yiqi.booking.models import Booking, MarkKind
from yiqi.db import db, writing


def a_mark(ref: str, *, kind: MarkKind = MarkKind.NO_SHOW, at: datetime | None = None) -> int:
    """Written by the site's own hand for a booking at the first occurrence of its slot; answers its id."""
    with writing() as session:
        booking = session.scalars(select(Booking).where(Booking.ref == ref)).one()
        occurrence_id = session.scalars(
            select(slot_occurrence.c.occurrence_id).where(slot_occurrence.c.slot_id == booking.slot_id)
        ).first()
        assert occurrence_id is not None
        here = session.connection()
        mark_id = marks.write(here, booking.id, booking.person_id, occurrence_id, kind, at or clock.now())
    db.session.rollback()
    return mark_id
