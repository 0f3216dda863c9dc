"""A process's picture of versions, at most half a second old: an unchanged poll costs no query and no template."""

import threading
import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import datetime

from msgspec import Struct

FRESH_SECONDS = 0.5
WATCHED_SECONDS = 120.0


def shown_version(stored: int, instants: Iterable[datetime], at: datetime) -> int:
    """A stored version raised by each instant that has passed, so that the clock alone makes a page change."""
    return stored + sum(instant <= at for instant in instants)


class Seen(Struct, frozen=True):
    """What is known of one thing: its stored version, the instants at which the clock alone raises it, when a rush
    for it is to be expected, when it is over, whether only some may know of it, and what is shown of it to everybody."""

    version: int
    instants: tuple[datetime, ...]
    rush_at: datetime
    over_at: datetime
    is_for_some: bool = False
    shows: Hashable = None

    def at(self, instant: datetime) -> int:
        """The version a page shows at an instant."""
        return shown_version(self.version, self.instants, instant)


Read = Callable[[Iterable[int]], Mapping[int, Seen]]


class Snapshot:
    """The versions of the things that somebody watches, read again by one query when older than half a second."""

    def __init__(self, read: Read, changed: Callable[[], bool] = lambda: True) -> None:
        self._read = read
        self._changed = changed
        self._lock = threading.Lock()
        self._seen: dict[int, Seen] = {}
        self._asked: dict[int, float] = {}
        self._read_at = 0.0
        self._stale = True

    def of(self, ids: Iterable[int]) -> dict[int, Seen]:
        """What is known of these ids; unknown ones are left out."""
        wanted = list(ids)
        now = time.monotonic()
        with self._lock:
            fresh = [one for one in wanted if one not in self._asked]
            self._asked.update(dict.fromkeys(wanted, now))
            if now - self._read_at >= FRESH_SECONDS:
                self._asked = {
                    one: asked for one, asked in self._asked.items() if now - asked < WATCHED_SECONDS
                }
                self._stale = self._changed() or self._stale
                if self._stale:
                    self._seen = dict(self._read(self._asked))
                    self._stale = False
                elif fresh:
                    self._seen.update(self._read(fresh))
                self._read_at = now
            elif fresh:
                self._seen.update(self._read(fresh))
            for unknown in self._asked.keys() - self._seen.keys():
                del self._asked[unknown]
            return {one: self._seen[one] for one in wanted if one in self._seen}
