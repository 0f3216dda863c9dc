"""What was signed at a shift: what it comes to, and whether it is news to the ledger."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from yiqi.db import Facts
from yiqi.hours.rules.credit import Shift, credit
from yiqi.hours.rules.standing import Deed


@dataclass(frozen=True)
class Presence:
    """Somebody signed in at a shift, and out where `out_at` says so."""

    person_id: int
    activity_id: int
    booking_id: int
    occurrence_id: int
    shift: Shift
    in_at: datetime
    out_at: datetime | None


class Counted(NamedTuple):
    """What the site counted last: minutes to be confirmed, and until when; None without a sign-out, or before all counting."""

    proposed: int | None = None
    ends_at: datetime | None = None


def signed(seen: Presence) -> dict[str, Any]:
    """What signing in and out comes to; without a sign-out nobody knows how much."""
    counted = credit(seen.shift, seen.in_at, seen.out_at or seen.in_at)
    has_left = seen.out_at is not None
    return {
        "proposed": counted.minutes if has_left else None,
        "starts_at": counted.starts_at,
        "ends_at": counted.ends_at if has_left else None,
    }


def is_news(seen: Presence, was: Facts | None, counted: Counted) -> bool:
    """Whether what was signed is not in the ledger yet, `was` being the newest row.

    What the site itself took back may be signed again. Of an organizer's word one that says no more than what was
    signed goes with the sign-out that it confirmed; one of their own (they settled, adjusted, reversed, answered) stays.
    """
    if was is None:
        return True
    now = signed(seen)
    if was.deed == Deed.COUNTED or (was.deed == Deed.REVERSED and was.by_id is None):
        return any(getattr(was, name) != value for name, value in now.items())
    return confirms(was, counted) and counted.ends_at != now["ends_at"]


def confirms(word: Facts, counted: Counted) -> bool:
    """Whether an organizer's row says what the site counted, and nothing else."""
    if word.deed not in (Deed.CONFIRMED, Deed.PROPOSED) or counted.ends_at is None:
        return False
    minutes = word.proposed if word.deed == Deed.PROPOSED else word.minutes
    return (minutes, word.ends_at) == (counted.proposed, counted.ends_at)
