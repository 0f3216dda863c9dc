"""A process's event streams: who follows what, how many may, and telling them as soon as it is another version.

Two threads: `lines.Lines` writes and never asks the database; the one here asks the database and never waits for a
browser. What a stream carries is the same for all who follow the same thing, and made once.
"""

import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import structlog
from msgspec import Struct

from yiqi.counters import STREAMS
from yiqi.live.lines import Line, Lines

LOOK_SECONDS = 0.4
"""Between two looks at whether anything was written."""
AT_LEAST_SECONDS = 5.0
"""What the clock alone changes is seen so late at most."""
TROUBLE_SECONDS = 5.0
"""Who cannot be told anything for so long is let go: their pages ask by themselves, and say what is wrong."""
STUCK_SECONDS = 20.0
"""A database that neither answers nor fails holds a look for so long at most, before all are let go."""
AGAIN_SECONDS = 10.0
"""Whether somebody still may is asked anew so often, for up to `AGAIN_AT_ONCE` of them in each look."""
AGAIN_AT_ONCE = 20
MOST_OF_ONE = 12
"""Streams of one session or screen in a process."""
SPREAD_MS, MOST_SPREAD_MS = 3, 2000
"""Those who are told to fetch do so within this many milliseconds for each of them."""
RETRY_MS = (2000, 8000)
"""When a browser comes back after its line has ended: not all at once."""

log = structlog.get_logger()


class Look(Struct, frozen=True):
    """What is there now: its version, and the fragment to say; without one the followers are told to fetch their own."""

    version: str
    fragment: Callable[[], str] | None = None


@dataclass
class Topic:
    """Something that is followed. `look` runs in the context of a request like those of its followers; it is the same for
    all whose topic has this name, so it may not show what only one of them may see."""

    name: tuple[str, ...]
    look: Callable[[], Look]
    version: str = ""
    well_at: float = field(default_factory=time.monotonic)
    followers: set["Follower"] = field(default_factory=set)


class Follower(Line):
    """One stream: whose it is, from where, the request that it began with, and the version that its page has."""

    __slots__ = ("address", "asked_at", "has", "request", "topic", "whose")

    def __init__(
        self,
        sock: socket.socket,
        topic: Topic,
        whose: str,
        address: str,
        request: Mapping[str, Any],
        has: str,
    ) -> None:
        super().__init__(sock)
        self.topic, self.whose, self.address, self.has = topic, whose, address, has
        self.request = request
        self.asked_at = time.monotonic()


class Refused(StrEnum):
    """Why there is no stream for somebody; their page goes on asking."""

    NONE_HERE = "none_here"
    """This server keeps no lines open."""
    FULL = "full"
    """The process has as many as it may."""
    ENOUGH = "enough"
    """The same session or address has as many as it may."""


class Within(Struct, frozen=True):
    """How the site is asked for what only it knows: a context like that of a request, whether a request would still be let
    in, and whether anything was written since this was last asked."""

    context: Callable[[Mapping[str, Any]], AbstractContextManager[object]]
    may: Callable[[Mapping[str, Any]], bool]
    moved: Callable[[], bool]


class Streams:
    """The streams of one process: `most` in all, `most_of_address` from one address."""

    def __init__(self, within: Within, *, most: int, most_of_address: int) -> None:
        self._within = within
        self._most, self._most_of_address = most, most_of_address
        self._lock = threading.Lock()
        self._topics: dict[tuple[str, ...], Topic] = {}
        self._followers: dict[Follower, None] = {}  # whoever was asked longest ago comes first
        self._of: Counter[str] = Counter()
        self._fresh: list[Follower] = []
        self._leaving = threading.Event()
        self._lines = Lines(self._gone, self._is_well)
        self._looked_at, self._turned_at = 0.0, time.monotonic()
        self._thread = threading.Thread(target=self._run, name="live-looks", daemon=True)

    def start(self) -> None:
        """Begin; in the process that serves, never before it was forked."""
        self._lines.start()
        self._thread.start()

    def leave(self, seconds: float = 0.0) -> None:
        """End all streams and take no more; waits so long for both threads."""
        self._leaving.set()
        self._lines.leave(seconds)
        if seconds and self._thread.is_alive():
            self._thread.join(seconds)

    def __len__(self) -> int:
        return len(self._followers)

    def refusal(self, whose: str, address: str) -> Refused | None:
        """Why somebody gets no stream now; None when they get one. Asked before it begins: the threads that let people in
        at the same moment may go past a limit together, by as many as they are."""
        with self._lock:
            if self._leaving.is_set() or len(self._followers) >= self._most:
                return Refused.FULL
            if self._of[whose] >= MOST_OF_ONE or self._of[address] >= self._most_of_address:
                return Refused.ENOUGH
        return None

    def take(self, follower: Follower, head: bytes) -> None:
        """From now on somebody is told; `head` is how the answer begins."""
        with self._lock:
            follower.topic = self._topics.setdefault(follower.topic.name, follower.topic)
            follower.topic.followers.add(follower)
            self._followers[follower] = None
            self._of.update((follower.whose, follower.address))
            self._fresh.append(follower)
            STREAMS.set(len(self._followers))
        retry = random.randint(*RETRY_MS)  # noqa: S311
        self._lines.take(follower, b"%sretry: %d\n\n" % (head, retry))

    def _gone(self, line: Line) -> None:
        if not isinstance(line, Follower):
            return
        with self._lock:
            if self._followers.pop(line, line) is line:
                return
            line.topic.followers.discard(line)
            if not line.topic.followers:
                self._topics.pop(line.topic.name, None)
            for key in (line.whose, line.address):
                self._of[key] -= 1
                if not self._of[key]:
                    del self._of[key]
            STREAMS.set(len(self._followers))

    def _run(self) -> None:
        while not self._leaving.wait(LOOK_SECONDS):
            self._turned_at = time.monotonic()
            if self._followers:
                self._look()
                self._ask_again()

    def _is_well(self) -> bool:
        return time.monotonic() - self._turned_at < STUCK_SECONDS

    def _look(self) -> None:
        now = time.monotonic()
        moved = self._moved() or now - self._looked_at >= AT_LEAST_SECONDS
        with self._lock:
            fresh, self._fresh = self._fresh, []
            named = list(self._topics) if moved else {one.topic.name for one in fresh}
            topics = [self._topics[name] for name in named if name in self._topics]
        if moved:
            self._looked_at = now
        for topic in topics:
            try:
                self._tell(topic, fresh)
                topic.well_at = time.monotonic()
            except Exception as error:
                self._looked_at = 0.0  # what was missed is looked at again
                with self._lock:
                    self._fresh += [one for one in fresh if one.topic is topic]
                self._trouble(topic, error)

    def _moved(self) -> bool:
        try:
            return self._within.moved()
        except Exception:  # then each look says by itself what is wrong
            return True

    def _tell(self, topic: Topic, fresh: Iterable[Follower]) -> None:
        """Look at one thing, and tell those whose page has another version."""
        with self._lock:
            everybody = list(topic.followers)
        if not everybody:
            return
        with self._within.context(everybody[0].request):
            seen = topic.look()
            new = [one for one in fresh if one.topic is topic]
            known = topic.version == seen.version
            behind = [one for one in (new if known else everybody) if one.has != seen.version]
            message = said(seen, len(behind)) if behind else b""
        topic.version = seen.version
        for one in behind:
            one.has = seen.version
        self._lines.tell(behind, message)

    def _ask_again(self) -> None:
        """Ask of those who were asked longest ago whether they still may; end the streams of who may not."""
        before = time.monotonic() - AGAIN_SECONDS
        with self._lock:
            due = [
                one
                for one, _few in zip(self._followers, range(AGAIN_AT_ONCE), strict=False)
                if one.asked_at <= before
            ]
            for one in due:
                self._followers[one] = self._followers.pop(one)
                one.asked_at = time.monotonic()
        self._lines.end([one for one in due if not self._within.may(one.request)])

    def _trouble(self, topic: Topic, error: Exception) -> None:
        """Let go of those whose page cannot be told anything."""
        if time.monotonic() - topic.well_at < TROUBLE_SECONDS:
            return
        with self._lock:
            everybody = list(topic.followers)
        log.warning("streams_let_go", followed=topic.name, streams=len(everybody), error=type(error).__name__)
        self._lines.end(everybody)


def said(seen: Look, many: int) -> bytes:
    """A version as an event: its fragment, or within how many milliseconds each is to fetch its own."""
    if seen.fragment is None:
        name, data = "stale", str(min(MOST_SPREAD_MS, many * SPREAD_MS))
    else:
        name, data = "fragment", seen.fragment()
    lines = "".join(f"data: {line}\n" for line in data.splitlines())
    return f"event: {name}\nid: {seen.version}\n{lines}\n".encode()
