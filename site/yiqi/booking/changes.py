"""The verbs of an organizer's changes: look first who is affected and why, then carry out what was seen. And the answer
of a worker whose time was moved.
"""

from datetime import datetime

from sqlalchemy import update

from yiqi.booking import locking, looking, rearranging
from yiqi.booking.asking import Ticket
from yiqi.booking.models import Booking
from yiqi.booking.offers import timely
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.changes import Change, Preview
from yiqi.booking.rules.states import LIVE
from yiqi.db import retried, table, writing


@timely
@retried
def preview(change: Change, *, at: datetime) -> Preview:
    """Who would be affected by a change, and why: it is carried out and taken back, so nothing is left to guess.

    Raises `LookupError` for what is not there, `Refused` for what is called off or begun already, `ValueError` for
    times and numbers that cannot be.
    """
    with writing() as session:
        seen = rearranging.carry_out(session.connection(), change, at, None)
        session.rollback()
    return seen


@timely
@retried
def apply(change: Change, *, seen: str, at: datetime, by_id: int | None = None) -> Preview:
    """Carry out a change as it was previewed. Bookings are never deleted; each person concerned gets one letter.

    Raises as `preview` does, and `Refused(STALE_FORM)` when what would happen is no longer what was `seen`.
    """
    with writing() as session:
        happened = rearranging.carry_out(session.connection(), change, at, by_id)
        if happened.version != seen:
            raise Refused(Refusal.STALE_FORM)
    return happened


@timely
@retried
def still_coming(*, ref: str, person_id: int, at: datetime) -> Ticket:
    """A worker comes at the new time as well: they are not asked again. Twice equals once.

    Raises `Refused(NOT_YOURS)` for a booking of somebody else or none.
    """
    with writing() as session:
        here = session.connection()
        mine = looking.by_ref(here, ref)
        if mine is None or mine.person_id != person_id:
            raise Refused(Refusal.NOT_YOURS)
        slot = locking.lock(here, [mine.slot_id], [], at)[mine.slot_id]
        booking = looking.by_ref(here, ref) or mine
        if booking.moved_at is None or booking.state not in LIVE:
            session.rollback()
            return Ticket(ref, booking.state, slot.id, slot.activity_id, fresh=False)
        here.execute(update(table(Booking)).where(Booking.id == booking.id).values(moved_at=None))
        return Ticket(ref, booking.state, slot.id, slot.activity_id)
