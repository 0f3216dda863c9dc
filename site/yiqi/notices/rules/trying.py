"""How often a letter is tried, and how long it waits in between."""

from datetime import datetime, timedelta

MAX_TRIES = 8
FIRST_PAUSE = timedelta(seconds=30)
"""After the first try; each further pause is four times as long, up to a day. It is also how long a claim holds."""
LONGEST_PAUSE = timedelta(hours=24)
RESTS = timedelta(seconds=30)
"""How long a channel that is away is left alone before one letter tries it again."""
FAILS = 3
"""Failures one after the other after which a channel counts as away."""


def next_try(at: datetime, tries: int) -> datetime:
    """When a letter is tried again that was tried `tries` times before this one, at `at`: after 30 s, 2 min, 8 min, 32 min,
    2 h, 8.5 h and then a day."""
    pause: timedelta = FIRST_PAUSE * 4**tries
    return at + min(pause, LONGEST_PAUSE)
