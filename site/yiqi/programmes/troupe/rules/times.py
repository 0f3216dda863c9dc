"""An audition's day cut into equal times."""

from collections.abc import Sequence
from datetime import datetime, timedelta

Span = tuple[datetime, datetime]
SHORTEST, LONGEST = 3, 60
"""Minutes for one person."""
MOST_TIMES = 60
"""Of one audition, all sections together: each is a slot of its own."""


def cut(starts_at: datetime, ends_at: datetime, minutes: int) -> list[Span]:
    """The times of `minutes` each that fit one after the other from the start; a shorter rest at the end is left over.

    Raises `ValueError` when not even one fits, or for a length nobody auditions in.
    """
    if not SHORTEST <= minutes <= LONGEST:
        raise ValueError("minutes")
    step = timedelta(minutes=minutes)
    many = (ends_at - starts_at) // step
    if many < 1:
        raise ValueError("span")
    return [(starts_at + n * step, starts_at + (n + 1) * step) for n in range(many)]


def dealt(spans: Sequence[Span], many: int) -> list[list[Span]]:
    """Times dealt to `many` sections in blocks one after the other, so that a section's people wait together; the
    first sections get one more where it does not come out even. Raises `ValueError` for fewer times than sections."""
    if many < 1 or len(spans) < many:
        raise ValueError("sections")
    each, more = divmod(len(spans), many)
    blocks, start = [], 0
    for n in range(many):
        end = start + each + (n < more)
        blocks.append(list(spans[start:end]))
        start = end
    return blocks
