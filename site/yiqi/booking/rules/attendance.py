"""When a booking can be checked in and out at an occurrence, and how long a wrong entry can be put right."""

from datetime import datetime, timedelta

from msgspec import Struct

OPENS_BEFORE = timedelta(minutes=60)
RIGHT_UNTIL = timedelta(hours=24)
"""After the end: signing out, and undoing. Then whoever did not come is told so."""


class Doors(Struct, frozen=True):
    """One occurrence's times: instants."""

    starts_at: datetime
    ends_at: datetime

    @property
    def opens_at(self) -> datetime:
        """From here on people are checked in."""
        return self.starts_at - OPENS_BEFORE

    @property
    def open_minutes(self) -> int:
        """How long before the start that is."""
        return int(OPENS_BEFORE.total_seconds()) // 60

    @property
    def right_until(self) -> datetime:
        """Signing out and undoing end here."""
        return self.ends_at + RIGHT_UNTIL

    def are_open(self, at: datetime) -> bool:
        """Whether somebody can be checked in: from an hour before the start up to, not including, the end."""
        return self.opens_at <= at < self.ends_at
