"""How long a screen remembers somebody, and when a scan that was kept without a network may be believed."""

from datetime import datetime, timedelta
from enum import StrEnum

IDLE = timedelta(seconds=60)
"""Nobody touched the screen for so long: whoever was there is forgotten."""
ON_THE_WAY = timedelta(seconds=15)
"""How long the screen's own word that somebody is still there may take to arrive."""
LONGEST = timedelta(minutes=5)
"""With a code a screen acts for somebody for five minutes, however busy they are."""
CODE_LIFE = timedelta(minutes=15)
"""How long the code that enrols a device works."""
CLOCKS_APART = timedelta(minutes=1)
"""How far a screen's clock may run ahead of ours."""


class Doubt(StrEnum):
    """Why a scan that a screen kept is not believed."""

    FROM_THE_FUTURE = "from_the_future"
    OTHER_TIME = "other_time"
    TOO_OLD = "too_old"


def forgotten_at(began_at: datetime, touched_at: datetime) -> datetime:
    """When a visit is over, whatever the screen says."""
    return min(touched_at + IDLE + ON_THE_WAY, began_at + LONGEST)


def doubt(
    scanned_at: datetime, at: datetime, *, opens_at: datetime, ends_at: datetime, right_until: datetime
) -> Doubt | None:
    """Whether a scan that arrives `at` an instant may count as of `scanned_at`: it was made while the door was open, is
    not from the future, and arrives while entries can still be put right."""
    if scanned_at > at + CLOCKS_APART:
        return Doubt.FROM_THE_FUTURE
    if not opens_at <= scanned_at < ends_at:
        return Doubt.OTHER_TIME
    return Doubt.TOO_OLD if at >= right_until else None
