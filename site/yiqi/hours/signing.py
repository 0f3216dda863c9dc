"""What was signed at a shift: what it comes to, and whether it is news to the ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from yiqi.db import Facts
from yiqi.hours.rules.credit import Shift, credit
from yiqi.hours.rules.standing import Deed, State


class Presence(Struct, frozen=True):
    """Somebody signed in at a shift, and out where `out_at` says so."""

    person_id: int
    activity_id: int
    booking_id: int
    occurrence_id: int
    shift: Shift
    in_at: datetime
    out_at: datetime | None


def signed(seen: Presence) -> dict[str, Any]:
    """What signing in and out comes to; without a sign-out nobody knows how much."""
    counted = credit(seen.shift, seen.in_at, seen.out_at or seen.in_at)
    has_left = seen.out_at is not None
    return {
        "proposed": counted.minutes if has_left else None,
        "starts_at": counted.starts_at,
        "ends_at": counted.ends_at if has_left else None,
    }


def may_be_news(seen: Presence, was: Facts | None) -> bool:
    """Whether what was signed differs from `was`, the newest row, so that it may be news; without reading any other row."""
    if was is None:
        return True
    now = signed(seen)
    if _is_the_sites(was):
        return any(getattr(was, name) != value for name, value in now.items())
    return bool(was.ends_at != now["ends_at"])


def is_news(seen: Presence, was: Facts | None, past: Sequence[Facts]) -> bool:
    """Whether what was signed is not in the ledger yet. `was`: the newest row; `past`: all of its service, the first one
    first.

    What the site itself took back may be signed again. Of an organizer's words one that says no more than what was
    signed goes with the check-out that it confirmed, also when its volunteer disputes it since or a second organizer is
    asked for other minutes: neither is a word that hours rest on. One of their own (they settled, adjusted, reversed,
    answered) stays, and so does what was disputed or proposed on top of it.
    """
    return may_be_news(seen, was) and (was is None or _is_the_sites(was) or confirms(past))


def confirms(past: Sequence[Facts]) -> bool:
    """Whether the newest word of an organizer that holds says what the site counted last, and nothing else."""
    counted = next((row for row in reversed(past) if row.deed == Deed.COUNTED), None)
    word = next((row for row in reversed(past) if _holds(row)), None)
    if counted is None or counted.ends_at is None or word is None:
        return False
    if word.deed not in (Deed.CONFIRMED, Deed.PROPOSED):
        return False
    minutes = word.proposed if word.deed == Deed.PROPOSED else word.minutes
    return bool((minutes, word.ends_at) == (counted.proposed, counted.ends_at))


def _holds(row: Facts) -> bool:
    """Whether hours stand as they do by this row: not by a dispute, nor by other minutes proposed for decided ones."""
    return bool(row.deed != Deed.DISPUTED and (row.deed != Deed.PROPOSED or row.state == State.PENDING))


def _is_the_sites(row: Facts) -> bool:
    return row.deed == Deed.COUNTED or (row.deed == Deed.REVERSED and row.by_id is None)
