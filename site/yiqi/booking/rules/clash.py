"""Two times that one person cannot both attend: half-open overlap."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct


class Span(Struct, frozen=True):
    """A time from `starts_at` up to, not including, `ends_at`, and the booking that takes it."""

    starts_at: datetime
    ends_at: datetime
    ref: str = ""


def overlap(a: Span, b: Span) -> bool:
    """Half-open: one that starts as the other ends does not clash."""
    return a.starts_at < b.ends_at and b.starts_at < a.ends_at


def clash(wanted: Iterable[Span], taken: Iterable[Span]) -> Span | None:
    """The first taken time that overlaps a wanted one, or None."""
    mine = list(taken)
    return next((span for want in wanted for span in mine if overlap(want, span)), None)
