"""Marks for late cancelling and for not coming: when one is due, counts, lapses, and what two of them mean.

All of it is arithmetic on instants; days are 24 hours, so no calendar matters.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from msgspec import Struct

SHOWN_AFTER = timedelta(hours=24)
"""A no-show is written, and told, this long after the end."""
WRITTEN_WITHIN = timedelta(days=7)
"""Later than this after it was due it is not written at all: nobody remembers why they did not come."""
OBJECT_WITHIN = timedelta(days=7)
PAIR_WITHIN = timedelta(days=90)
APPROVAL_FOR = timedelta(days=30)
LAPSES_AFTER = timedelta(days=180)
NEVER = frozenset({"legal"})
"""Topics that leave no marks whatever the activity says: who looks for help must not pay for it."""


class Status(StrEnum):
    """What a mark is worth at an instant."""

    COUNTS = "counts"
    SUSPENDED = "suspended"
    """An objection waits for its answer."""
    LIFTED = "lifted"
    LAPSED = "lapsed"


class Record(Struct, frozen=True):
    """The instants of a mark: shown, objected to, settled, lifted."""

    at: datetime
    objected_at: datetime | None = None
    settled_at: datetime | None = None
    lifted_at: datetime | None = None

    @property
    def lapses_at(self) -> datetime:
        """From this instant it is as if it had not been."""
        return self.at + LAPSES_AFTER

    @property
    def object_until(self) -> datetime:
        """An objection is taken before this instant."""
        return self.at + OBJECT_WITHIN

    def status(self, at: datetime) -> Status:
        """What it is worth at an instant."""
        if self.lifted_at is not None:
            return Status.LIFTED
        if at >= self.lapses_at:
            return Status.LAPSED
        if self.objected_at is not None and self.settled_at is None:
            return Status.SUSPENDED
        return Status.COUNTS

    def can_be_objected_to(self, at: datetime) -> bool:
        """Once, within seven days from when it was shown, and only while there is something to object to."""
        return self.lifted_at is None and self.objected_at is None and at < self.object_until


class Seats(Struct, frozen=True):
    """Seats that came free or were taken; `turn` is the id of the audit row, which tells the order."""

    turn: int
    seats: int


def leaves_marks(penalties: bool, topic: str | None) -> bool:
    """Whether an activity leaves marks at all. Where it does not, marks from elsewhere weigh nothing either."""
    return penalties and topic not in NEVER


def approval_until(records: Iterable[Record], at: datetime) -> datetime | None:
    """The end of the time in which sign-ups for oversubscribed activities need approval; None when there is none.

    Two counting marks less than 90 days apart: 30 days from the second.
    """
    counting = sorted(one.at for one in records if one.at <= at and one.status(at) is Status.COUNTS)
    ends = [second + APPROVAL_FOR for first, second in pairwise(counting) if second < first + PAIR_WITHIN]
    return ends[-1] if ends and at < ends[-1] else None


def taken_again(freed: Sequence[Seats], taken: Iterable[Seats]) -> list[bool]:
    """Of seats that came free, each entry one late cancel, which were wholly taken by waiters afterwards.

    Each waiter's seats go to the oldest late cancels before them that still have some.
    """
    left = [one.seats for one in freed]
    for waiter in sorted(taken, key=lambda one: one.turn):
        seats = waiter.seats
        for index in sorted(range(len(freed)), key=lambda n: freed[n].turn):
            if freed[index].turn < waiter.turn:
                used = min(left[index], seats)
                left[index] -= used
                seats -= used
    return [not seats for seats in left]
