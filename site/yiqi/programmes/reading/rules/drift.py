"""Drifting books: what a copy may do next, and how long it stays in a hand."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from yiqi import clock

NUDGE_AFTER = timedelta(days=20)
"""A book that stays longer in one hand is asked after, once."""


class CopyState(StrEnum):
    """Where a copy is."""

    IN_ROOM = "in_room"
    IN_HAND = "in_hand"
    LOST = "lost"
    PAUSED = "paused"


class StepKind(StrEnum):
    """What happened to a copy."""

    ADRIFT = "adrift"
    """It was put adrift, in a room."""
    RECEIVED = "received"
    """A reader has it, from another reader, from a room, or found again."""
    RETURNED = "returned"
    """It stands in a room again."""
    LOST = "lost"
    PAUSED = "paused"


class Where(Struct, frozen=True):
    """A copy as the rules see it."""

    state: CopyState
    holder_id: int | None
    steps: int


class Why(StrEnum):
    """Why a copy cannot go that way."""

    MOVED_ON = "moved_on"
    """Somebody else took it since the page was opened."""
    OWN_ALREADY = "own_already"
    HANDS_FULL = "hands_full"
    """The receiver holds another book."""
    PAUSED = "paused"
    NOT_HELD = "not_held"
    """Only its holder, or the desk, may say so."""
    NO_CHANGE = "no_change"
    """It is so already."""
    NO_ROOM = "no_room"


_REACHES = {
    StepKind.ADRIFT: CopyState.IN_ROOM,
    StepKind.RECEIVED: CopyState.IN_HAND,
    StepKind.RETURNED: CopyState.IN_ROOM,
    StepKind.LOST: CopyState.LOST,
    StepKind.PAUSED: CopyState.PAUSED,
}


def reaches(kind: StepKind) -> CopyState:
    """Where a copy is after a step."""
    return _REACHES[kind]


def why_not_received(where: Where, person_id: int, *, holds_another: bool, seen: int) -> Why | None:
    """Why somebody cannot receive a copy of which they saw `seen` steps; None when they can. Also one that was lost is
    received: that is how it is found."""
    if where.holder_id == person_id:
        return Why.OWN_ALREADY
    if where.steps != seen:
        return Why.MOVED_ON
    if where.state is CopyState.PAUSED:
        return Why.PAUSED
    return Why.HANDS_FULL if holds_another else None


def why_not_moved(where: Where, kind: StepKind, *, seen: int) -> Why | None:
    """Why a copy cannot be put somewhere, reported lost or taken out of the drift; None when it can."""
    if where.steps != seen:
        return Why.MOVED_ON
    stays = reaches(kind) is where.state and kind is not StepKind.RETURNED
    return Why.NO_CHANGE if stays else None


def day_in_hand(since: datetime, at: datetime) -> int:
    """The how manieth day it is in a hand: 1 on the Beijing day it was received."""
    return max(1, (clock.beijing(at).date() - clock.beijing(since).date()).days + 1)


def is_overdue(since: datetime, at: datetime) -> bool:
    """Whether its holder is to be asked after it."""
    return at - since >= NUDGE_AFTER


def pass_on_by(since: datetime) -> date:
    """The Beijing day on which its holder is asked after it."""
    return clock.beijing(since + NUDGE_AFTER).date()
