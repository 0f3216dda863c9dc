"""Times of the day that an organizer types, as instants of a shift."""

import re
from datetime import datetime, timedelta

from yiqi import clock
from yiqi.booking.rules.attendance import OPENS_BEFORE

_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:：]([0-5][0-9])")
_DAY = timedelta(days=1)


def instant(typed: str, starts_at: datetime) -> datetime | None:
    """The first instant at which Beijing's clocks show a typed time (`08:45`), from an hour before a shift on: a time
    after midnight is the next day's. None for what is no time."""
    found = _TIME.fullmatch(typed.strip())
    if found is None:
        return None
    earliest = starts_at - OPENS_BEFORE
    day = clock.beijing(earliest).date()
    said = clock.at(day, int(found[1]), int(found[2]))
    return said if said >= earliest else said + _DAY
