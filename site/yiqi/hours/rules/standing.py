"""What a row of the ledger says, what may follow it, and until when a volunteer may say that it is wrong."""

from datetime import datetime, timedelta
from enum import StrEnum

DISPUTED_WITHIN = timedelta(days=30)
"""After the word of an organizer."""


class State(StrEnum):
    """How the hours of one service stand. Only what was credited counts; disputed hours go on counting as they did
    until they are answered."""

    PENDING = "pending"
    CREDITED = "credited"
    DISPUTED = "disputed"
    REVERSED = "reversed"


class Deed(StrEnum):
    """What a row was written for."""

    COUNTED = "counted"
    """By the site, from signing in and out."""
    PROPOSED = "proposed"
    """An organizer's word that a second one has to confirm."""
    CONFIRMED = "confirmed"
    ADJUSTED = "adjusted"
    REVERSED = "reversed"
    DISPUTED = "disputed"
    ANSWERED = "answered"
    """An organizer's reason why it stays as it is."""


class Why(StrEnum):
    """Why something cannot be done with hours: the closed list."""

    OWN = "own"
    """Nobody confirms, changes or answers their own."""
    STALE = "stale"
    """Somebody else has said something meanwhile."""
    NOT_LEFT = "not_left"
    """Nobody knows when they left."""
    TOO_MUCH = "too_much"
    OVERLAPS = "overlaps"
    """They have hours at the same time."""
    SECOND = "second"
    """So many need a second person."""
    TOO_LATE = "too_late"
    NOTHING = "nothing"
    """There is nothing to be done about it."""


class Refused(Exception):
    """The one exception of the ledger: `why`."""

    def __init__(self, why: Why) -> None:
        super().__init__(str(why))
        self.why = why


def disputed_until(said_at: datetime) -> datetime:
    """Until when a volunteer may object to what was said at an instant."""
    return said_at + DISPUTED_WITHIN


def may_be_disputed(state: State, deed: Deed, said_at: datetime, at: datetime) -> bool:
    """Whether a volunteer may say that their hours are wrong: within 30 days of an organizer's word, and not twice
    against the same one."""
    decided = state in (State.CREDITED, State.REVERSED) and deed is not Deed.ANSWERED
    return decided and at < disputed_until(said_at)


def needs_second(minutes: int, second_above: int, *, said_by: int | None, by_id: int) -> bool:
    """Whether so many minutes wait for somebody else: there are more than the setting, and no other person (`said_by`)
    has said the same before."""
    return minutes > second_above and said_by in (None, by_id)
