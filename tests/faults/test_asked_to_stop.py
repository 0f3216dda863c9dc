"""SIGTERM and SIGHUP while two hundred people have sent a form (faults: C8): every one of them is answered, and each
booking is made once. They are kept waiting at a lock that is let go of only when the leaving processes let nobody in."""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from signal import SIGHUP, SIGTERM
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import text

from tests.concurrency.crowd import Browser, Door
from tests.databases import built
from tests.faults.test_killed_under_load import workers
from tests.servers import serving
from yiqi.db import WRITES, db

pytestmark = pytest.mark.fault

CROWD, PLACES, FEW = 200, 120, 20
MOST_SECONDS = 60.0
LISTENS = "0A"


@contextmanager
def opened(database_url: str, folder: Path, graceful: int) -> Iterator[tuple[Door, int]]:
    """The site with two processes, and the process id of their master."""
    env = {
        "YIQI_BACKGROUND": "external",
        "GUNICORN_CMD_ARGS": f"--preload --graceful-timeout {graceful}",
    }
    with built(database_url, folder) as ours, serving(database_url, 2, env) as (base, master):
        yield Door(ours, base), master


def until(happens: Callable[[], bool], what: str) -> None:
    """Wait for something that other processes do."""
    end = time.monotonic() + MOST_SECONDS
    while not happens():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def doors_of(door: Door) -> dict[str, int]:
    """The sockets that listen on the site's port, by their numbers, and how many stand before each."""
    port = f":{urlsplit(door.base).port:04X}"
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {
        one[9]: int(one[4].partition(":")[2], 16)
        for one in lines
        if one[1].endswith(port) and one[3] == LISTENS
    }


@contextmanager
def held(door: Door, slot_id: int) -> Iterator[None]:
    """Nobody can write to a slot meanwhile."""
    with door.app.app_context(), db.engine.connect().execution_options(**WRITES) as connection:
        connection.execute(text("UPDATE slot SET seq = seq WHERE id = :slot"), {"slot": slot_id})
        yield
        connection.rollback()


class Sent:
    """People who have sent the form of a slot, each on a connection of their own, and wait for what is answered."""

    def __init__(self, door: Door, crowd: list[Browser], slot_id: int) -> None:
        self._door, self._slot_id = door, slot_id
        self._on_the_way = len(crowd)
        self._counting = threading.Lock()
        self._pool = ThreadPoolExecutor(len(crowd))
        self._all: list[Future[int]] = [self._pool.submit(self._send, who) for who in crowd]
        until(lambda: not self._on_the_way and not sum(doors_of(door).values()), "not all were let in")

    def _send(self, who: Browser) -> int:
        fields = urlencode({"csrf_token": who.csrf, "party": 1, "nonce": "n"})
        headers = {"Cookie": who.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        with closing(HTTPConnection(urlsplit(self._door.base).netloc, timeout=MOST_SECONDS)) as connection:
            connection.request("POST", f"/slots/{self._slot_id}/bookings", fields, headers)
            with self._counting:
                self._on_the_way -= 1
            with suppress(OSError, HTTPException):
                return connection.getresponse().status
            return 0

    def answers(self) -> Counter[int]:
        """By status; 0 for a connection that broke."""
        with self._pool:
            return Counter(one.result() for one in self._all)


def stored(door: Door, slot_id: int) -> dict[str, int]:
    return Counter(door.states(slot_id))


def test_reloaded_and_stopped_the_site_answers_everybody_it_let_in_and_counts_nobody_twice(
    database_url: str, folder: Path
) -> None:
    """An old process answers its own while new ones serve, and the last ones answer theirs before they leave: of two
    hundred, 120 have a place and the others wait."""
    with opened(database_url, folder, graceful=60) as (door, master):
        crowd = door.people(CROWD)
        one = door.activity(places=PLACES, starts_in=timedelta(days=3)).slot_id
        other = door.activity(places=PLACES, starts_in=timedelta(days=4)).slot_id
        first, old = doors_of(door), set(workers(master))
        with held(door, one):
            sent = Sent(door, crowd[:FEW], one)
            os.kill(master, SIGHUP)
            until(lambda: bool(doors_of(door)) and not doors_of(door).keys() & first.keys(), "no reload")
        reloaded = sent.answers()
        until(lambda: not old & set(workers(master)), "the old ones stay")
        with held(door, other):
            sent = Sent(door, crowd, other)
            os.kill(master, SIGTERM)
            until(lambda: not doors_of(door), "the door stays open")
            with pytest.raises(ConnectionRefusedError):
                door.ask("GET", "/livez")
        stopped = sent.answers()

        assert (reloaded, stopped) == ({303: FEW}, {303: CROWD})
        assert stored(door, one) == {"confirmed": FEW}
        assert stored(door, other) == {"confirmed": PLACES, "waiting": CROWD - PLACES}
        assert door.faults() == []


def test_a_site_that_waits_for_nobody_drops_those_it_let_in(database_url: str, folder: Path) -> None:
    with opened(database_url, folder, graceful=0) as (door, master):
        slot_id, crowd = door.activity(places=PLACES).slot_id, door.people(FEW)
        with held(door, slot_id):
            sent = Sent(door, crowd, slot_id)
            os.kill(master, SIGTERM)
            until(lambda: not workers(master), "they are still there")

        assert sent.answers()[0] > 0
