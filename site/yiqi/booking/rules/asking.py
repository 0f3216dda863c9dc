"""May this worker have, or wait for, a place here and now? One closed list of refusals, decided in one fixed order."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Refusal(StrEnum):
    """Why not (PRODUCT: refusals). Pages, messages and logs use these names and no others."""

    NOT_OPEN_YET = "not_open_yet"
    CLOSED = "closed"
    CALLED_OFF = "called_off"
    ALREADY_BOOKED = "already_booked"
    FULL = "full"
    CLASH = "clash"
    PARTY_TOO_BIG = "party_too_big"
    STALE_FORM = "stale_form"
    NOT_YOURS = "not_yours"


class Refused(Exception):
    """A rule says no. `facts` holds what the sentence needs: instants, numbers, a booking's ref, never a name."""

    def __init__(self, why: Refusal, **facts: object) -> None:
        super().__init__(why.value)
        self.why = why
        self.facts = facts


@dataclass(frozen=True)
class Window:
    """When an activity takes sign-ups: from `opens_at` up to, not including, `closes_at`."""

    opens_at: datetime
    closes_at: datetime
    called_off: bool = False

    def refusal(self, at: datetime) -> Refusal | None:
        """Whether the window itself says no at an instant."""
        if self.called_off:
            return Refusal.CALLED_OFF
        if at < self.opens_at:
            return Refusal.NOT_OPEN_YET
        if at >= self.closes_at:
            return Refusal.CLOSED
        return None


@dataclass(frozen=True)
class Asking:
    """What is known when somebody asks: the window, their party, their clashes, and the state of the slot.

    `free` is None for a slot without limit; `room_to_wait` says whether the waitlist takes one more.
    """

    at: datetime
    window: Window
    party: int
    max_party: int
    capacity: int | None
    free: int | None
    waiting: int
    room_to_wait: bool
    clash: str | None = None


def refusal(asking: Asking) -> Refusal | None:
    """The first reason to say no, or None: then the answer is a place or a place in the queue."""
    closed = asking.window.refusal(asking.at)
    if closed is not None:
        return closed
    if asking.party < 1 or asking.party > asking.max_party:
        return Refusal.PARTY_TOO_BIG
    if asking.capacity is not None and asking.party > asking.capacity and asking.capacity > 0:
        return Refusal.PARTY_TOO_BIG
    if asking.clash is not None:
        return Refusal.CLASH
    if not gets_a_place(asking) and not asking.room_to_wait:
        return Refusal.FULL
    return None


def gets_a_place(asking: Asking) -> bool:
    """Seats at once: nobody waits before them and the whole party fits. Otherwise the queue comes first."""
    return asking.waiting == 0 and (asking.free is None or asking.party <= asking.free)
