"""What a board shows: today, the days after it, and a line of each programme; each process's picture of it."""

import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from yiqi import clock
from yiqi.activities import calendar
from yiqi.activities.calendar import Showing
from yiqi.booking import programme
from yiqi.booking.programme import Line

DAYS_AFTER = 6
MOST = 60
"""Rows of the days after today: beyond it a board goes on for ever."""
LINES = 8
FRESH_SECONDS = 1.0
LINES_SECONDS = 15.0


@dataclass(frozen=True)
class Board:
    """What is on at an instant. `week` are the days after today."""

    at: datetime
    today: Sequence[Showing]
    week: Sequence[Showing]
    lines: Sequence[Line]

    @property
    def version(self) -> str:
        """The same for the same picture; another one as soon as a row differs."""
        rows = [_told(one) for one in (*self.today, *self.week)]
        told = repr((clock.beijing(self.at).date(), rows, [line.text for line in self.lines]))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def read(at: datetime, lines: Sequence[Line]) -> Board:
    """The board at an instant, of what everybody may know. One query."""
    today = clock.beijing(at).date()
    coming = calendar.between(today, today + timedelta(days=DAYS_AFTER), at=at)
    ahead = [one for one in coming if one.facts.ends_at > at]
    later = [one for one in ahead if one.day > today]
    return Board(at, [one for one in ahead if one.day == today], later[:MOST], lines)


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

    def at(self, instant: datetime) -> Board:
        """The board as it is, or was a second ago."""
        now = time.monotonic()
        with self._lock:
            if self._board is None or now - self._looked_at >= FRESH_SECONDS:
                moved = self._changed()
                if self._board is None or moved or _minute(self._board.at) != _minute(instant):
                    if now - self._lines_at >= LINES_SECONDS:
                        self._lines, self._lines_at = lines_of(instant), now
                    self._board = read(instant, self._lines)
                self._looked_at = now
            return self._board


def _minute(instant: datetime) -> int:
    return int(instant.timestamp()) // 60


def _told(one: Showing) -> tuple[object, ...]:
    facts = one.facts
    return (
        facts.occurrence_id,
        facts.title,
        facts.title_en,
        facts.venue,
        facts.venue_en,
        facts.starts_at,
        facts.ends_at,
        one.is_off,
        one.capacity,
        one.free,
        one.held,
        one.waiting,
        one.at < facts.opens_at,
        one.can_be_joined,
    )
