"""May this worker have, or wait for, a place here and now? One closed list of refusals, decided in one fixed order."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from yiqi.booking.rules.states import State


class Refusal(StrEnum):
    """Why not. Pages, messages and logs use these names and no others."""

    NOT_OPEN_YET = "not_open_yet"
    CLOSED = "closed"
    CALLED_OFF = "called_off"
    ALREADY_BOOKED = "already_booked"
    FULL = "full"
    QUOTA_FULL = "quota_full"
    NOT_ELIGIBLE = "not_eligible"
    CLASH = "clash"
    PARTY_TOO_BIG = "party_too_big"
    TOO_MANY_OPEN = "too_many_open"
    BARRED = "barred"
    STALE_FORM = "stale_form"
    NOT_YOURS = "not_yours"


class Refused(Exception):
    """A rule says no. `facts` holds what the sentence needs: instants, numbers, a booking's ref, never a name."""

    def __init__(self, why: Refusal, **facts: object) -> None:
        super().__init__(why.value)
        self.why = why
        self.facts = facts


class Window(Struct, frozen=True):
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


class Asking(Struct, frozen=True):
    """What is known when somebody asks: the window, themselves, their party, their clashes, and the slot.

    `free` are the seats this person could take (None: no limit), `left` what their own quotas leave (None: none binds
    them); `room_to_wait` says whether the waitlist takes one more, `moves` whether its queue still moves. `checked`:
    the organizer looks at this sign-up before anything is given; `drawn`: places are drawn by lot.
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
    left: int | None = None
    moves: bool = True
    barred: bool = False
    eligible: bool = True
    open_bookings: int = 0
    most_open: int | None = None
    checked: bool = False
    drawn: bool = False


def refusal(asking: Asking) -> Refusal | None:
    """The first reason to say no, or None: then `answer` says what becomes of it."""
    closed = asking.window.refusal(asking.at)
    if closed is not None:
        return closed
    if asking.barred:
        return Refusal.BARRED
    if not asking.eligible:
        return Refusal.NOT_ELIGIBLE
    if asking.party < 1 or asking.party > asking.max_party:
        return Refusal.PARTY_TOO_BIG
    if asking.capacity is not None and asking.party > asking.capacity and asking.capacity > 0:
        return Refusal.PARTY_TOO_BIG
    if asking.most_open is not None and asking.open_bookings >= asking.most_open:
        return Refusal.TOO_MANY_OPEN
    if asking.clash is not None:
        return Refusal.CLASH
    if asking.drawn or asking.checked or fits(asking):
        return None
    if not asking.moves or not asking.room_to_wait:
        return Refusal.QUOTA_FULL if own_quota_full(asking) else Refusal.FULL
    return None


def fits(asking: Asking) -> bool:
    """Whether the whole party has seats here, whoever else waits for them."""
    return asking.free is None or asking.party <= asking.free


def own_quota_full(asking: Asking) -> bool:
    """Whether it is the person's own quota that has no place for them."""
    return asking.left is not None and asking.party > asking.left


def answer(asking: Asking) -> State:
    """What becomes of a sign-up that is not refused.

    A place at once when the party fits and nobody waits, or the queue moves no more; CONFIRMED and WAITING are
    not yet told apart while others wait: then the queue is walked.
    """
    if asking.drawn:
        return State.ENTERED
    if asking.checked:
        return State.PENDING
    if fits(asking) and (asking.waiting == 0 or not asking.moves):
        return State.CONFIRMED
    return State.WAITING
