"""What one entry of a calendar says, whatever it is made of; and how bookings stand in it."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from yiqi.booking.rules.states import LIVE, State


class Status(StrEnum):
    """RFC 5545, 3.8.1.11."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


class Entry(Struct, frozen=True):
    """One date. Instants are aware UTC. `uid` is never another one's; a higher `sequence` replaces a lower one."""

    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    status: Status = Status.CONFIRMED
    where: str = ""
    about: str = ""
    url: str = ""


def status_of(state: State, *, with_waiting: bool, was_shown: bool, is_off: bool) -> Status | None:
    """How a booking stands in its person's calendar; None where it does not.

    Nobody who only waits stands there as registered (the rule book, 2.3.7): such a booking is left out, or tentative where
    its person wants it there. One that has ended is said to be cancelled only where it was shown before.
    """
    if state not in LIVE or is_off:
        return Status.CANCELLED if was_shown else None
    if state is State.CONFIRMED:
        return Status.CONFIRMED
    return Status.TENTATIVE if with_waiting else None
