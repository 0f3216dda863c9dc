"""When a letter that can wait may reach a phone."""

from datetime import datetime, time, timedelta

from yiqi import clock

QUIET_FROM, QUIET_UNTIL = time(22), time(7)
"""Beijing wall clock: nobody's phone rings, and no offer runs out, from the one up to, not including, the other."""


def not_before(at: datetime, starts_at: datetime, ends_at: datetime) -> datetime:
    """The instant from which a letter written at `at` about a date may go out.

    In the quiet hours it waits until seven in the morning, unless the date is on that very day and not over, or has
    begun by then.
    """
    morning = after_the_night(at)
    if morning == at:
        return at
    is_same_day = clock.beijing(starts_at).date() == clock.beijing(at).date() or starts_at < morning
    return at if is_same_day and at < ends_at else morning


def after_the_night(at: datetime) -> datetime:
    """The first instant from `at` on that is not in the quiet hours."""
    wall = clock.beijing(at)
    if QUIET_UNTIL <= wall.time() < QUIET_FROM:
        return at
    return clock.at(wall.date() + timedelta(days=wall.time() >= QUIET_FROM), QUIET_UNTIL.hour)
