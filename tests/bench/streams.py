"""How fresh boards are that are told, beside pages that ask: `python -m tests.bench.streams 1000 3000 10000`.

The real site under gunicorn with two processes, its watchers in one process of their own, and a worker who signs up a
few times a second. Freshness is from the answer to whoever signed up until each watcher has the count that it made.
Numbers of a machine that has other things to do are worth little: its load stands beside them.
"""

import argparse
import asyncio
import multiprocessing
import os
import random
import re
import resource
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from multiprocessing.queues import Queue
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import text

from tests.concurrency.crowd import Browser, Door
from tests.databases import built
from tests.faults.test_killed_under_load import workers
from tests.kiosk.screens import a_screen
from tests.servers import serving, throwaway_postgresql
from yiqi.booking import watching
from yiqi.db import WRITES, db
from yiqi.people.sessions import fingerprint

OF_ONE_SCREEN, AT_A_TIME = 8, 40
"""Streams on one screen's cookie, and how many connect at a time."""
PLACES, PAUSE, POLL_SECONDS = 5000, 0.1, 5
LEFT = re.compile(r"余[^0-9]{0,80}?(\d+)")
MAX_FILES = 1_000_000


@dataclass
class Watched:
    """When each watcher first had which count, and what came over the wire."""

    seen: list[list[tuple[int, float]]]
    refused: int = 0
    received: int = 0
    counts: dict[bytes, int] = field(default_factory=dict)


class Board(asyncio.Protocol):
    """A screen's stream."""

    def __init__(self, number: int, all_: Watched, ask: bytes, ready: asyncio.Future[None]) -> None:
        self._number, self._all, self._ask, self._ready = number, all_, ask, ready
        self._had = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(self._ask)

    def data_received(self, data: bytes) -> None:
        self._all.received += len(data)
        self._had += data
        if not self._had.endswith(b"\n\n"):
            return
        whole, self._had = self._had, b""
        if not self._ready.done():
            self._all.refused += b" 200 OK" not in whole[:20]
            self._ready.set_result(None)
        at = whole.rfind(b"\nid: ")
        if at >= 0:
            version = whole[at + 5 : at + 21]
            if version not in self._all.counts:
                self._all.counts[version] = shown(whole.decode())
            self._all.seen[self._number].append((self._all.counts[version], time.monotonic()))

    def connection_lost(self, _error: Exception | None) -> None:
        if not self._ready.done():
            self._all.refused += 1
            self._ready.set_result(None)


def shown(html: str) -> int:
    """How many places are taken, by the first count of a board."""
    found = LEFT.search(re.sub(r"<[^>]*>", " ", html))
    return PLACES - int(found[1]) if found else 0


async def boards(where: tuple[str, int], tokens: list[str], all_: Watched, ready: Callable[[], None]) -> None:
    """Open all streams, some at a time, and follow until cancelled."""
    here, gate = asyncio.get_running_loop(), asyncio.Semaphore(AT_A_TIME)

    async def one(number: int) -> None:
        token = tokens[number // OF_ONE_SCREEN]
        asked = f"GET /kiosk/_board/stream HTTP/1.1\r\nHost: {where[0]}\r\nCookie: yiqi-kiosk={token}\r\n\r\n"
        async with gate:
            begun = here.create_future()
            made = partial(Board, number, all_, asked.encode(), begun)
            await here.create_connection(made, *where, local_addr=(f"127.0.0.{2 + number % 8}", 0))
            await begun

    await asyncio.gather(*(one(number) for number in range(len(all_.seen))))
    ready()
    await asyncio.Event().wait()


async def pages(where: tuple[str, int], slot_id: int, all_: Watched, ready: Callable[[], None]) -> None:
    """Ask as lists do, each every five seconds with a fifth of jitter, until cancelled."""

    async def one(number: int) -> None:
        version = "0"
        await asyncio.sleep(random.uniform(0, POLL_SECONDS))
        while True:
            began = time.monotonic()
            path = f"/live?slots={slot_id}.{version}&view=list"
            asked = (
                f"GET {path} HTTP/1.1\r\nHost: {where[0]}\r\nHX-Request: true\r\nConnection: close\r\n\r\n"
            )
            try:
                reader, writer = await asyncio.open_connection(
                    *where, local_addr=(f"127.0.0.{2 + number % 8}", 0)
                )
                writer.write(asked.encode())
                got = await reader.read()
                writer.close()
            except OSError:
                all_.refused += 1
                got = b""
            all_.received += len(got)
            found = re.search(rf"slots={slot_id}\.(\d+)".encode(), got)
            if found:
                version = found[1].decode()
                all_.seen[number].append((int(version), time.monotonic()))
            lasts = POLL_SECONDS * random.uniform(0.8, 1.2)
            await asyncio.sleep(max(0.0, began + lasts - time.monotonic()))

    here = asyncio.get_running_loop()
    here.call_later(POLL_SECONDS * 1.5, ready)
    await asyncio.gather(*(one(number) for number in range(len(all_.seen))))


def watch(
    way: str,
    where: tuple[str, int],
    given: list[str] | int,
    many: int,
    until: "Queue[str]",
    told: "Queue[object]",
) -> None:
    """The process of the watchers: says when all are there, and at the end what they saw."""
    all_ = Watched([[] for _one in range(many)])

    async def go() -> None:
        ready = partial(told.put, "ready")
        task = (
            boards(where, given, all_, ready) if isinstance(given, list) else pages(where, given, all_, ready)
        )
        following = asyncio.ensure_future(task)
        await asyncio.to_thread(until.get)
        following.cancel()

    asyncio.run(go())
    told.put(all_)


@dataclass
class Crowd:
    """Who signs up, one after the other, and when each form was sent and answered."""

    door: Door
    slot_id: int
    people: Iterator[Browser]
    sent: list[tuple[float, float]] = field(default_factory=list)

    def press(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (began := time.monotonic()) < end:
            answer = self.door.signs_up(next(self.people), self.slot_id, nonce="n")
            assert answer.status == 303, answer
            self.sent.append((began, time.monotonic()))
            time.sleep(max(0.0, random.uniform(0, 2 * PAUSE) - (time.monotonic() - began)))


def used(pids: list[int]) -> tuple[float, float]:
    """Seconds of processor time and kilobytes of memory of some processes."""
    ticks = kilobytes = 0
    for pid in pids:
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(stat[11]) + int(stat[12])
        kilobytes += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4
    return ticks / 100, kilobytes


def quantile(numbers: list[float], part: float) -> float:
    ordered = sorted(numbers)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else float("nan")


def measure(
    door: Door, master: int, crowd: Crowd, way: str, many: int, tokens: list[str], seconds: float
) -> None:
    """One way, so many watchers: one line of the table."""
    parts = urlsplit(door.base)
    where, pids = (parts.hostname or "", parts.port or 0), workers(master)
    context = multiprocessing.get_context("spawn")
    until, told = context.Queue(), context.Queue()
    _cpu, before = used(pids)
    with door.app.app_context():
        version = watching.read([crowd.slot_id])[crowd.slot_id].version
    base = len(crowd.sent) if way == "told" else version
    given = tokens if way == "told" else crowd.slot_id
    watchers = context.Process(target=watch, args=(way, where, given, many, until, told), daemon=True)
    began = time.monotonic()
    watchers.start()
    assert told.get(timeout=600) == "ready"
    ready_after = time.monotonic() - began
    time.sleep(2)
    cpu, memory = used(pids)
    started, first = time.monotonic(), len(crowd.sent)
    crowd.press(seconds)
    time.sleep(POLL_SECONDS + 4 if way != "told" else 4)
    cpu, lasted = used(pids)[0] - cpu, time.monotonic() - started
    until.put("")
    all_ = told.get(timeout=120)
    assert isinstance(all_, Watched)
    watchers.join()
    late, missed, mine = [], 0, crowd.sent[first:]
    for seen in all_.seen:
        at = 0
        for count, moment in seen:
            while at < len(mine) and base + at < count:
                late.append(max(0.0, moment - mine[at][1]))
                at += 1
        missed += len(mine) - at
    presses = [answered - sent for sent, answered in mine]
    sys.stdout.write(
        f"{way:5} {many:6}  fresh p50 {quantile(late, 0.5):5.2f}  p99 {quantile(late, 0.99):5.2f}"
        f"  most {max(late, default=0):5.2f} s  never {missed}  refused {all_.refused}"
        f"  sign-ups {len(mine)}, p50 {quantile(presses, 0.5) * 1000:.0f} p99 {quantile(presses, 0.99) * 1000:.0f} ms"
        f"  CPU {100 * cpu / lasted:.0f} %  {max(0.0, memory - before) / max(many, 1):.1f} KB each"
        f"  {all_.received // 1024} KB in all  connected in {ready_after:.0f} s  load {os.getloadavg()[0]:.1f}\n"
    )
    sys.stdout.flush()


@contextmanager
def opened(database_url: str, folder: Path) -> Iterator[tuple[Door, int]]:
    env = {"YIQI_BACKGROUND": "external", "YIQI_STREAMS": "8000", "YIQI_STREAMS_ADDRESS": "8000"}
    with built(database_url, folder) as ours, serving(database_url, 2, env) as (base, master):
        yield Door(ours, base), master


def main() -> None:
    known = argparse.ArgumentParser(description=__doc__)
    known.add_argument("watchers", type=int, nargs="+")
    known.add_argument("--seconds", type=float, default=20)
    known.add_argument("--postgresql", action="store_true")
    known.add_argument("--ways", nargs="+", default=["told", "asks"], choices=["told", "asks"])
    asked = known.parse_args()
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, MAX_FILES), hard))
    with tempfile.TemporaryDirectory() as folder:
        if asked.postgresql:
            with throwaway_postgresql() as server:
                run(server.new_database(), Path(folder), asked)
        else:
            run(f"sqlite:///{Path(folder) / 'yiqi.db'}", Path(folder), asked)


def run(database_url: str, folder: Path, asked: argparse.Namespace) -> None:
    with opened(database_url, folder) as (door, master):
        made = door.activity(places=PLACES, starts_in=timedelta(days=2))
        needed = int(asked.seconds / PAUSE * 1.2 * len(asked.watchers) * len(asked.ways)) + 20
        crowd = Crowd(door, made.slot_id, iter(door.people(needed)))
        tokens = [secrets.token_urlsafe(16) for _one in range(max(asked.watchers) // OF_ONE_SCREEN + 1)]
        enrol(door, tokens)
        for many in asked.watchers:
            for way in asked.ways:
                measure(door, master, crowd, way, many, tokens, asked.seconds)


def enrol(door: Door, tokens: list[str]) -> None:
    """So many screens, written into the table itself."""
    with door.app.app_context():
        first = a_screen()
        rows = [{"first": first.id, "nonce": one[:8], "hash": fingerprint(one)} for one in tokens]
        with db.engine.connect().execution_options(**WRITES) as here:
            here.execute(
                text(
                    "INSERT INTO kiosk_device (union_id, name, place, place_en, nonce, made_at, made_by_id, serial,"
                    " csrf, token_hash, enrolled_at) SELECT union_id, name, place, place_en, :nonce, made_at,"
                    " made_by_id, 1, :nonce, :hash, enrolled_at FROM kiosk_device WHERE id = :first"
                ),
                rows,
            )
            here.commit()


if __name__ == "__main__":
    main()
