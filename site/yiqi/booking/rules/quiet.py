"""When a letter that can wait may reach a phone (PRODUCT: notices)."""

from datetime import datetime, timedelta

from yiqi import clock
from yiqi.booking.rules.offers import QUIET_FROM, QUIET_UNTIL


def not_before(at: datetime, starts_at: datetime, ends_at: datetime) -> datetime:
    """The instant from which a letter written at `at` about a date may go out.

    In the quiet hours it waits until seven in the morning, unless the date is on that very day and not over, or has
    begun by then.
    """
    wall = clock.beijing(at)
    if QUIET_UNTIL <= wall.time() < QUIET_FROM:
        return at
    morning = clock.at(wall.date() + timedelta(days=wall.time() >= QUIET_FROM), QUIET_UNTIL.hour)
    is_same_day = clock.beijing(starts_at).date() == wall.date() or starts_at < morning
    return at if is_same_day and at < ends_at else morning
