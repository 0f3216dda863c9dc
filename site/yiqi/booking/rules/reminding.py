"""When people are reminded of what they are coming to."""

from datetime import datetime, timedelta

LEADS = (timedelta(hours=24), timedelta(hours=2))
"""How long before the start."""
LATEST = timedelta(minutes=30)
"""A reminder of two hours before that could not be made in time is still worth it this long before the start; the one of the
day before up to the next."""


def still_due(lead: timedelta) -> timedelta:
    """How long before the start a reminder of so long before is still made."""
    return LEADS[1] if lead == LEADS[0] else LATEST


def window(lead: timedelta, at: datetime) -> tuple[datetime, datetime]:
    """What begins after the first and not after the second is to be reminded of at `at`."""
    return at + still_due(lead), at + lead
