"""What a board shows: today, the days after it, and a line of each programme; each process's picture of it. What one
activity has on one day is one row: a day of auditions is not twelve of them."""

import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from msgspec import Struct

from yiqi import clock
from yiqi.activities.calendar import Showing
from yiqi.booking import programme, sight
from yiqi.booking.programme import Line

DAYS_AFTER = 6
MOST = 60
"""Rows of the days after today: beyond it a board goes on for ever."""
LINES = 8
FRESH_SECONDS = 1.0
LINES_SECONDS = 15.0


class Row(Showing, frozen=True):
    """All that one activity has on one Beijing day: `facts` are those of its first occurrence that takes place, `slots`
    those of all that do, each once, so that places are sums. `ends_at` is when the last one ends."""

    ends_at: datetime
    has_one_place: bool
    """Whether all of it is at the place of the first."""
    many: int
    """How many occurrences it stands for."""


class Board(Struct, frozen=True):
    """What is on at an instant. `week` are the days after today, on which `later` occurrences take place in all."""

    at: datetime
    today: Sequence[Row]
    week: Sequence[Row]
    lines: Sequence[Line]
    later: int = 0

    @property
    def now(self) -> int:
        """How many occurrences today still has, counted as the front page counts them, without those called off."""
        return _many(self.today)

    @property
    def version(self) -> str:
        """The same for the same picture; another one as soon as a row differs."""
        shown = [_told(one) for one in (*self.today, *self.week)]
        told = repr((clock.beijing(self.at).date(), shown, self.later, [line.text for line in self.lines]))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def read(at: datetime, lines: Sequence[Line]) -> Board:
    """The board at an instant, of what everybody may know. One query."""
    today = clock.beijing(at).date()
    coming = sight.shown(today, today + timedelta(days=DAYS_AFTER), None, at)
    ahead = rows([one for one in coming if one.facts.ends_at > at])
    later = [one for one in ahead if one.day > today]
    return Board(at, [one for one in ahead if one.day == today], later[:MOST], lines, _many(later))


def _many(shown: Sequence[Row]) -> int:
    return sum(one.many for one in shown if not one.is_off)


def rows(showings: Sequence[Showing]) -> list[Row]:
    """Occurrences as rows of a board, the one that begins first in front."""

    def key(one: Showing) -> tuple[date, int]:
        return one.day, one.facts.activity_id

    found = [_row(list(same)) for _key, same in groupby(sorted(showings, key=key), key)]
    return sorted(found, key=lambda one: (one.facts.starts_at, one.facts.occurrence_id))


def _row(same: list[Showing]) -> Row:
    held = [one for one in same if not one.is_off] or same
    slots = {slot.slot_id: slot for one in held for slot in one.slots}
    return Row(
        held[0].facts,
        tuple(slots.values()),
        held[0].at,
        ends_at=max(one.facts.ends_at for one in held),
        has_one_place=len({one.facts.venue for one in held}) == 1,
        many=len(held),
    )


def lines_of(at: datetime) -> list[Line]:
    """What the programmes tell to everybody who passes by, in the language of the page."""
    return [line for plug in programme.plugs() for line in plug.board(at)][:LINES]


class Picture:
    """A process's picture of the board in one language, at most a second old: it is drawn again only when something was
    written, or the minute is another one. However many screens ask, the database is asked once a second."""

    def __init__(self, changed: Callable[[], bool] = lambda: True) -> None:
        self._changed = changed
        self._lock = threading.Lock()
        self._board: Board | None = None
        self._lines: Sequence[Line] = ()
        self._looked_at = self._lines_at = float("-inf")

    def at(self, instant: datetime, *, within: float = FRESH_SECONDS) -> Board:
        """The board as it is, or was so many seconds ago."""
        now = time.monotonic()
        with self._lock:
            if self._board is None or now - self._looked_at >= within:
                moved = self._changed()
                if self._board is None or moved or _minute(self._board.at) != _minute(instant):
                    if now - self._lines_at >= LINES_SECONDS:
                        self._lines, self._lines_at = lines_of(instant), now
                    self._board = read(instant, self._lines)
                self._looked_at = now
            return self._board


def _minute(instant: datetime) -> int:
    return int(instant.timestamp()) // 60


def _told(one: Row) -> tuple[object, ...]:
    facts = one.facts
    return (
        facts.occurrence_id,
        facts.title,
        facts.title_en,
        facts.venue,
        facts.venue_en,
        facts.starts_at,
        one.ends_at,
        one.has_one_place,
        one.many,
        one.is_off,
        one.capacity,
        one.free,
        one.held,
        one.waiting,
        one.at < facts.opens_at,
        one.can_be_joined,
    )
