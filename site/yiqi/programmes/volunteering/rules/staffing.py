"""Whether a post has people enough, and when its organizer is told that it has not."""

from datetime import datetime, timedelta

WARNED_BEFORE = timedelta(hours=48)
"""From so long before the start on: time enough to ask around, and late enough that most have signed up."""


def missing(least: int, held: int) -> int:
    """How many people a post is short of."""
    return max(0, least - held)


def is_to_be_told(least: int, held: int, starts_at: datetime, at: datetime) -> bool:
    """Whether the organizer should hear of it now."""
    return missing(least, held) > 0 and starts_at - WARNED_BEFORE <= at < starts_at
