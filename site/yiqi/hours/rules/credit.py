"""How many minutes of a shift count: those somebody was there, without the planned breaks, at most 15 over the plan.

Instants are compared as instants, so that midnight and New Year are nothing special.
"""

from datetime import datetime, timedelta

from msgspec import Struct

GRACE = timedelta(minutes=15)
"""Who stays to hand over or to tidy up is counted this long after the end; who forgets to sign out is not counted
for days."""
MINUTE = timedelta(minutes=1)


class Shift(Struct, frozen=True):
    """One post at one time: instants, and the minutes of it that are planned as breaks."""

    starts_at: datetime
    ends_at: datetime
    break_minutes: int = 0

    @property
    def planned(self) -> int:
        """Minutes of service that it is planned for."""
        return max(0, (self.ends_at - self.starts_at) // MINUTE - self.break_minutes)

    @property
    def most(self) -> int:
        """The most minutes that may count of it, whoever says so."""
        return self.planned + GRACE // MINUTE


class Credit(Struct, frozen=True):
    """What counts of a presence: from when to when, and the minutes left after the breaks."""

    starts_at: datetime
    ends_at: datetime
    minutes: int


def credit(shift: Shift, in_at: datetime, out_at: datetime) -> Credit:
    """What counts of who came at one instant and left at another. Never negative; parts of a minute are dropped."""
    starts_at = max(in_at, shift.starts_at)
    ends_at = max(starts_at, min(out_at, shift.ends_at + GRACE))
    there = (ends_at - starts_at) // MINUTE - shift.break_minutes
    return Credit(starts_at, ends_at, max(0, min(there, shift.most)))


def overlap(first: Credit, second: Credit) -> bool:
    """Whether two stretches of service share time; one may end when the other begins."""
    return first.starts_at < second.ends_at and second.starts_at < first.ends_at
