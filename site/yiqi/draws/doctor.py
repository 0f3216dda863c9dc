"""What a draw says of its entries is what became of the bookings."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, or_, select

from yiqi.booking.doctor.findings import Check, Finding
from yiqi.booking.models import Booking, BookingChange
from yiqi.booking.rules.states import State
from yiqi.db import db, table
from yiqi.draws.models import Draw, DrawEntry

_draw, _entry = table(Draw), table(DrawEntry)
_booking, _change = table(Booking), table(BookingChange)

_ENTRIES = (
    select(_entry.c.booking_id, _entry.c.rank, _entry.c.outcome, _change.c.became)
    .join(_draw, _draw.c.id == _entry.c.draw_id)
    .outerjoin(_change, (_change.c.booking_id == _entry.c.booking_id) & (_change.c.was == State.ENTERED))
    .where(
        _draw.c.drawn_at.is_not(None),
        or_(_entry.c.rank.is_(None), _entry.c.outcome.is_distinct_from(_change.c.became)),
    )
)
_SAME_RANK = (
    select(_entry.c.draw_id, _entry.c.rank, func.max(_entry.c.booking_id).label("booking_id"))
    .where(_entry.c.rank.is_not(None))
    .group_by(_entry.c.draw_id, _entry.c.rank)
    .having(func.count() > 1)
)


def draws(at: datetime) -> Iterator[Finding]:
    """Each entry of a draw that was held has a place of its own in its order, and the outcome that its booking had."""
    for row in db.session.execute(_ENTRIES).all():
        yield Finding(
            "draw_entry",
            row.booking_id,
            f"place {row.rank} and {row.outcome}, the booking became {row.became}",
        )
    for draw_id, rank, booking_id in db.session.execute(_SAME_RANK).all():
        yield Finding("draw_entry", booking_id, f"another one of draw {draw_id} has place {rank}")


CHECKS: dict[str, Check] = {"draws": draws}
