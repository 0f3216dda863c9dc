"""Timed offers: whether a freed seat is given or held out, and until when."""

from datetime import datetime, timedelta

from yiqi import clock
from yiqi.notices.rules.quiet import QUIET_FROM, QUIET_UNTIL

MOST_EXPIRED = 2
"""An offer that runs out sends its worker to the back of the queue; this many end the booking."""


def offer_until(at: datetime, starts_at: datetime, *, longest: timedelta, shortest: timedelta) -> datetime:
    """The instant at which an offer made at `at` ends.

    Half of the time that is left, within the two bounds, and never in the quiet hours: such an end moves to seven in
    the morning. The start itself ends every offer.
    """
    left = max(min(longest, (starts_at - at) / 2), shortest)
    until = (at + left).replace(microsecond=0)
    wall = clock.beijing(until)
    if wall.time() >= QUIET_FROM:
        until = clock.at(wall.date() + timedelta(days=1), QUIET_UNTIL.hour)
    elif wall.time() < QUIET_UNTIL:
        until = clock.at(wall.date(), QUIET_UNTIL.hour)
    return min(until, starts_at)
