"""Which place somebody who waits has in the queue."""

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.db import inline

_before = aliased(Booking)
PLACE = case(
    (
        Booking.state == inline(State.WAITING),
        select(func.count() + 1)
        .where(
            _before.slot_id == Booking.slot_id,
            _before.state == inline(State.WAITING),
            _before.seq < Booking.seq,
        )
        .correlate(Booking)
        .scalar_subquery(),
    )
)
"""Beside a selected booking: the 1-based place of a waiting one, one more than the waiting tickets before it."""
