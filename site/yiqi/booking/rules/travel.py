"""Two times that one person can both attend, but hardly get from one to the other."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

TRAVEL = timedelta(minutes=30)
"""What somebody needs between two venues."""


class Stop(Struct, frozen=True):
    """A time at a venue, half-open, and the booking that takes it. An empty venue is not known."""

    starts_at: datetime
    ends_at: datetime
    venue: str
    ref: str = ""


class Tight(Struct, frozen=True):
    """A wanted stop, the taken one next to it, and the time between them (nought when they touch)."""

    wanted: Stop
    taken: Stop
    gap: timedelta


def gap(a: Stop, b: Stop) -> timedelta | None:
    """The time between two stops; None when they overlap, which is a clash and no matter of travel."""
    between = max(a.starts_at, b.starts_at) - min(a.ends_at, b.ends_at)
    return between if between >= timedelta(0) else None


def too_close(wanted: Iterable[Stop], taken: Iterable[Stop]) -> Tight | None:
    """The tightest pair with less than `TRAVEL` between two different venues, the earliest of equals; or None."""
    held = list(taken)
    pairs = [
        Tight(want, have, between)
        for want in wanted
        for have in held
        if want.venue
        and have.venue
        and want.venue != have.venue
        and (between := gap(want, have)) is not None
        and between < TRAVEL
    ]
    return min(pairs, key=lambda pair: (pair.gap, pair.wanted.starts_at), default=None)
