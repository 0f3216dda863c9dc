"""How cancelled bookings ended: what they were before, and whether a colleague has the place now."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from yiqi.booking.models import BookingChange
from yiqi.booking.rules.states import State
from yiqi.db import db


@dataclass(frozen=True)
class Ending:
    """What a cancelled booking was, and whether it was handed on."""

    was: State | None
    is_handed_on: bool

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was only asked for yet: to be checked, or to be drawn."""
        return self.was in (State.PENDING, State.ENTERED)


def of(booking_ids: Collection[int]) -> dict[int, Ending]:
    """By booking id, the ending of those of some bookings that were cancelled. One query; none for no bookings."""
    if not booking_ids:
        return {}
    rows = db.session.execute(
        select(BookingChange.booking_id, BookingChange.was, BookingChange.why)
        .where(BookingChange.booking_id.in_(booking_ids), BookingChange.became == State.CANCELLED)
        .order_by(BookingChange.id)
    )
    return {row.booking_id: Ending(row.was, row.why == "handed on") for row in rows}
