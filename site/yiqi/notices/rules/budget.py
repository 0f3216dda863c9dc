"""What short messages may cost on a Beijing day, who goes first when it runs short, and why one did not fit."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from msgspec import Struct

from yiqi import clock
from yiqi.notices.rules.quiet import QUIET_UNTIL

SOON = timedelta(hours=24)
"""News of what begins, or of what one has to answer, within it counts as news of today."""
CAN_WAIT = frozenset({"message", "reminder"})
"""Kinds of notices that are the first to stay in the inbox: what organizers write, and what people know already."""
HELD_FOR = timedelta(days=3)
"""How long after it was written news is kept for a day that has budget again: older ones are no news to ring for."""
WARNS_FROM = 80
"""Per cent of a day's budget from which the desk and the alert speak up."""


class Rank(IntEnum):
    """What goes first, the first one lowest."""

    CODE = 1
    TODAY = 2
    """News of what is within a day: offers, changes, calling-off."""
    NEWS = 3
    CAN_WAIT = 4


OPEN = {Rank.CODE: 100, Rank.TODAY: 90, Rank.NEWS: 80, Rank.CAN_WAIT: 60}
"""Per cent of the day's budget up to which letters of a rank go out by short message: the rest is kept for what goes
first. Signing in is the last thing to stop."""


class Purse(StrEnum):
    """What is counted by itself."""

    DAY = "day"
    """All short messages of a day."""
    PERSON = "person"
    """Those to one person, codes left out."""
    MESSAGE = "message"
    """Those of one message that an organizer wrote."""


class Short(StrEnum):
    """Why a letter did not go by short message: these words are kept as its reason."""

    DAY = "sms day"
    PERSON = "sms person"
    MESSAGE = "sms message"


SHORT = {Purse.DAY: Short.DAY, Purse.PERSON: Short.PERSON, Purse.MESSAGE: Short.MESSAGE}


class Take(Struct, frozen=True):
    """One purse that a letter is taken from: whose (a person, a message; 0 for the day), and what may be in it after
    that; None is without limit."""

    purse: Purse
    of_id: int
    most: int | None


class Budget(Struct, frozen=True):
    """Parts of short messages a Beijing day: in all, to one person, and of one organizer's message; 0 is without limit."""

    day: int = 0
    person: int = 0
    message: int = 0

    def open_to(self, rank: Rank) -> int | None:
        """How many parts of the day letters of a rank may bring it to; None is without limit."""
        return self.day * OPEN[rank] // 100 if self.day else None

    def takes(self, rank: Rank, person_id: int | None, message_id: int | None) -> Sequence[Take]:
        """The purses that a letter is taken from, always in the same order."""
        found = [Take(Purse.DAY, 0, self.open_to(rank))]
        if rank is not Rank.CODE and person_id is not None and self.person:
            found.append(Take(Purse.PERSON, person_id, self.person))
        if message_id is not None and self.message:
            found.append(Take(Purse.MESSAGE, message_id, self.message))
        return found

    def is_nearly_spent(self, parts: int) -> bool:
        """Whether somebody should know."""
        return bool(self.day) and parts * 100 >= self.day * WARNS_FROM


def rank_of(
    kind: str,
    *,
    is_code: bool,
    about: tuple[datetime, datetime] | None,
    until: datetime | None,
    at: datetime,
) -> Rank:
    """The rank of a letter at an instant. `about`: start and end of what it tells of; `until`: when it is worth nothing."""
    if is_code:
        return Rank.CODE
    if kind in CAN_WAIT:
        return Rank.CAN_WAIT
    begins_soon = about is not None and about[0] < at + SOON and at < about[1]
    ends_soon = until is not None and until <= at + SOON
    return Rank.TODAY if begins_soon or ends_soon else Rank.NEWS


def held_until(
    rank: Rank,
    *,
    about: tuple[datetime, datetime] | None,
    until: datetime | None,
    written_at: datetime,
    at: datetime,
) -> datetime | None:
    """When a letter that did not fit into the day of `at` is tried again: at seven on the next one, or right after midnight
    about what begins before. None where it is not: codes and what can wait, and what is over, or no news, by then."""
    if rank in (Rank.CODE, Rank.CAN_WAIT):
        return None
    tomorrow = clock.beijing(at).date() + timedelta(days=1)
    then = clock.at(tomorrow, QUIET_UNTIL.hour)
    if about is not None and about[0] <= then:
        then = clock.at(tomorrow)
    is_over = about is not None and about[1] <= then
    is_late = until is not None and until <= then
    return None if is_over or is_late or then - written_at > HELD_FOR else then
