"""How cancelled bookings ended: what they were before, and whether a colleague has the place now."""

from collections.abc import Collection

from msgspec import Struct
from sqlalchemy import select

from yiqi.booking.models import Booking, BookingChange
from yiqi.booking.rules.states import State
from yiqi.db import Facts, db
from yiqi.people.persons import whose

HANDED_ON = "handed on"
MERGED = "merged"
"""Why a booking changed when two records of its person became one."""


class Ending(Struct, frozen=True):
    """What a cancelled booking was, whether it was handed on, and, where an organizer took its person out, why."""

    was: State | None
    is_handed_on: bool
    taken_out_because: str = ""

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was only asked for yet: to be checked, or to be drawn."""
        return self.was in (State.PENDING, State.ENTERED)


def of(booking_ids: Collection[int]) -> dict[int, Ending]:
    """By booking id, the ending of those of some bookings that were cancelled. One query; none for no bookings."""
    if not booking_ids:
        return {}
    rows = db.session.execute(
        select(
            BookingChange.booking_id,
            BookingChange.was,
            BookingChange.why,
            whose(BookingChange.by_id).label("by_id"),
            Booking.person_id,
        )
        .join(Booking, Booking.id == BookingChange.booking_id)
        .where(BookingChange.booking_id.in_(booking_ids), BookingChange.became == State.CANCELLED)
        .order_by(BookingChange.id)
    )
    return {row.booking_id: _ending(row) for row in rows}


def _ending(row: Facts) -> Ending:
    if row.why == HANDED_ON:
        return Ending(row.was, is_handed_on=True)
    by_somebody_else = row.by_id not in (None, row.person_id) and row.why != MERGED
    return Ending(row.was, False, row.why if by_somebody_else else "")
