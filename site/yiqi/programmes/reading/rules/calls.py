"""A call for essays: where it stands, and why something cannot be done with it."""

from datetime import datetime
from enum import StrEnum


class Phase(StrEnum):
    """Where a call stands."""

    NOT_OPEN = "not_open"
    OPEN = "open"
    JUDGED = "judged"
    """The deadline is over, the jurors read."""
    PUBLISHED = "published"


class Why(StrEnum):
    """Why something cannot be done with a call or an entry."""

    NOT_OPEN = "not_open"
    TOO_LATE = "too_late"
    TOO_EARLY = "too_early"
    """Before the deadline nothing is marked: it may still be replaced."""
    PUBLISHED = "published"
    KIND = "kind"
    TOO_BIG = "too_big"
    NO_ENTRY = "no_entry"
    NOT_A_JUROR = "not_a_juror"
    OWN = "own"
    """Nobody marks or awards their own."""
    NO_AWARDS = "no_awards"


def phase(*, opens_at: datetime, closes_at: datetime, published_at: datetime | None, at: datetime) -> Phase:
    """Where a call stands at an instant; at the very deadline it is over."""
    if published_at is not None:
        return Phase.PUBLISHED
    if at < opens_at:
        return Phase.NOT_OPEN
    return Phase.OPEN if at < closes_at else Phase.JUDGED


def why_not_handed_in(phase: Phase) -> Why | None:
    """Why nothing is taken (nor taken back) now; None when it is."""
    return {Phase.NOT_OPEN: Why.NOT_OPEN, Phase.OPEN: None}.get(phase, Why.TOO_LATE)


def why_not_marked(phase: Phase) -> Why | None:
    """Why nothing is marked or awarded now; None when it is."""
    if phase is Phase.PUBLISHED:
        return Why.PUBLISHED
    return None if phase is Phase.JUDGED else Why.TOO_EARLY
