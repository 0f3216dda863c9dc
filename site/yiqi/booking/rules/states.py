"""The states of a booking, and which of them are live."""

from enum import StrEnum


class State(StrEnum):
    """A live booking asks for or holds places; a final one never comes back to life."""

    PENDING = "pending"
    ENTERED = "entered"
    WAITING = "waiting"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    CANCELLED_LATE = "cancelled_late"
    LEFT = "left"
    DECLINED = "declined"
    EXPIRED = "expired"
    REJECTED = "rejected"
    CALLED_OFF = "called_off"


LIVE = frozenset({State.PENDING, State.ENTERED, State.WAITING, State.OFFERED, State.CONFIRMED})
HOLDING = frozenset({State.OFFERED, State.CONFIRMED})
