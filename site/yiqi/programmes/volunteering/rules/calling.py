"""When a squad leader sees the names of their people in full: while the roll is called, and not before or after."""

from datetime import datetime

from yiqi.booking.rules.attendance import Doors


def shows_names(starts_at: datetime, ends_at: datetime, at: datetime) -> bool:
    """From an hour before a shift, when people are signed in, until a day after it, when wrong entries can no longer be
    put right."""
    doors = Doors(starts_at, ends_at)
    return doors.opens_at <= at < doors.right_until
