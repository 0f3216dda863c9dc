"""Event streams of the real site: who gets one and how many, until when, and what becomes of them when processes leave."""

import os
import select
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from http.client import HTTPResponse
from pathlib import Path
from signal import SIGHUP, SIGTERM
from urllib.parse import urlsplit

import pytest

from tests.concurrency.crowd import Door
from tests.databases import built
from tests.faults.test_asked_to_stop import LISTENS
from tests.faults.test_killed_under_load import workers
from tests.kiosk.screens import Screen, a_screen
from tests.servers import NO_POSTGRESQL, postgresql_programs, serving, throwaway_postgresql
from yiqi import clock
from yiqi.db import db
from yiqi.kiosk import devices
from yiqi.kiosk.screen import cookie_name
from yiqi.people import sessions

pytestmark = pytest.mark.fault
BOARD = "/kiosk/_board/stream"


class Stream:
    """One stream, as a browser has it."""

    def __init__(self, door: Door, path: str, cookie: str) -> None:
        self._line = door.connection()
        self._line.request("GET", path, headers={"Cookie": cookie, "Accept": "text/event-stream"})
        sock = self._line.sock
        self.answer: HTTPResponse = self._line.getresponse()
        self.status, self._sock, self._had = self.answer.status, sock, ""
        self.has_ended = self.status != 200

    def close(self) -> None:
        self.answer.close()
        self._line.close()

    def hears(self, seconds: float) -> str:
        """What is said within some seconds, or until it ends."""
        end = time.monotonic() + seconds
        while not self.has_ended and (left := end - time.monotonic()) > 0:
            decrypted = getattr(self._sock, "pending", int)()
            if decrypted or select.select([self.answer.fp], [], [], left)[0]:
                more = self.answer.read1(65536)
                self.has_ended = not more
                self._had += more.decode(errors="replace")
        said, self._had = self._had, ""
        return said

    def hears_of(self, what: str, seconds: float) -> float | None:
        """After how many seconds something is said; None when it is not."""
        began, said = time.monotonic(), ""
        while time.monotonic() < began + seconds and not self.has_ended:
            said += self.hears(0.05)
            if what in said:
                return time.monotonic() - began
        return None


@contextmanager
def opened(
    database_url: str, folder: Path, env: Mapping[str, str] | None = None, processes: int = 1
) -> Iterator[tuple[Door, int]]:
    given = {"YIQI_BACKGROUND": "external", **(env or {})}
    with built(database_url, folder) as ours, serving(database_url, processes, given) as (base, master):
        yield Door(ours, base), master


@pytest.fixture
def at_the_end() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def stream(door: Door, stack: ExitStack, path: str, cookie: str) -> Stream:
    begun = Stream(door, path, cookie)
    stack.callback(begun.close)
    return begun


def screens(door: Door, many: int) -> list[tuple[Screen, str]]:
    """Some screens, and the cookie of each."""
    with door.app.app_context():
        made, name = [a_screen() for _one in range(many)], cookie_name()
    return [(one, f"{name}={one.token}") for one in made]


def until(happens: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether it happens in time; asked no more once it has."""
    end = time.monotonic() + seconds
    while not (happened := happens()) and time.monotonic() < end:
        time.sleep(0.05)
    return happened


def connections(door: Door, master: int) -> int:
    """How many connections to the site its processes hold."""
    port = f":{urlsplit(door.base).port:04X}"
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    to_site = {f"socket:[{one[9]}]" for one in lines if one[1].endswith(port) and one[3] != LISTENS}
    folders = [Path(f"/proc/{pid}/fd") for pid in workers(master)]
    return sum(
        str(one.readlink()) in to_site for folder in folders for one in folder.iterdir() if one.is_socket()
    )


def test_who_may_see_it_is_told_at_once_and_nobody_else_and_only_for_as_long(
    database_url: str, folder: Path, at_the_end: ExitStack
) -> None:
    with opened(database_url, folder, processes=2) as (door, _master):
        made = door.activity(places=7, starts_in=timedelta(hours=4))
        organizer, worker, other = door.organizer(), *door.people(2)
        (_kept, its_cookie), (lost, lost_cookie) = screens(door, 2)
        roster = f"/desk/activities/{made.activity_id}/_counts/stream"
        gate = f"/desk/activities/{made.activity_id}/_door/stream"

        refused = [
            stream(door, at_the_end, path, cookie).status
            for path in (BOARD, roster, gate, "/desk/kiosks/_calls/stream")
            for cookie in ("", worker.cookie)
        ]
        assert refused == [303, 303, 401, 404, 401, 404, 401, 404]
        assert stream(door, at_the_end, BOARD, organizer.cookie).status == 303

        told = [
            stream(door, at_the_end, BOARD, its_cookie),
            stream(door, at_the_end, BOARD, lost_cookie),
            stream(door, at_the_end, roster, organizer.cookie),
            stream(door, at_the_end, gate, organizer.cookie),
        ]
        assert [one.status for one in told] == [200] * 4
        assert {one.answer.headers["Content-Type"] for one in told} == {"text/event-stream; charset=utf-8"}
        assert {one.answer.headers["X-Accel-Buffering"] for one in told} == {"no"}
        first = [one.hears(2) for one in told]
        assert ["event: fragment" in one for one in first] == [True, True, False, False]
        assert ["event: stale" in one for one in first] == [False, False, True, True]
        assert all("retry: " in one for one in first)

        door.signs_up(worker, made.slot_id, nonce="n")
        late = [one.hears_of("event: ", 5) for one in told]
        assert all(one is not None for one in late), late

        with door.app.app_context():
            devices.revoke(device_id=lost.id, by_id=lost.made_by, at=clock.now())
            sessions.sign_out(browser_id=_session(door, organizer.person_id))
        for one in told[1:]:
            one.hears(60)
        assert [one.has_ended for one in told] == [False, True, True, True]
        door.signs_up(other, made.slot_id, nonce="n")
        assert told[0].hears_of("event: fragment", 5) is not None


def _session(door: Door, person_id: int) -> int:
    (row,) = door.found("SELECT id FROM browser_session WHERE person_id = :person", person=person_id)
    return int(row)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ({"YIQI_STREAMS": "3"}, [200, 200, 200, 503]),
        ({"YIQI_STREAMS_ADDRESS": "2"}, [200, 200, 429, 429]),
        ({"YIQI_STREAMS": "0"}, [204] * 4),
        ({}, [200] * 4),
    ],
    ids=["of a process", "of an address", "none", "no limit is near"],
)
def test_past_a_limit_there_is_no_stream_and_the_pages_go_on(
    database_url: str, folder: Path, at_the_end: ExitStack, limit: dict[str, str], expected: list[int]
) -> None:
    with opened(database_url, folder, limit) as (door, _master):
        cookies = [cookie for _screen, cookie in screens(door, 4)]
        begun = [stream(door, at_the_end, BOARD, one) for one in cookies]

        assert [one.status for one in begun] == expected
        assert [door.ask("GET", "/kiosk/_board", one, htmx=True).status for one in cookies] == [200] * 4
        if expected[0] == 200:
            begun[0].close()
            assert until(lambda: stream(door, at_the_end, BOARD, cookies[0]).status == 200)


def test_one_screen_has_twelve_and_another_still_gets_its_own(
    database_url: str, folder: Path, at_the_end: ExitStack
) -> None:
    with opened(database_url, folder) as (door, _master):
        (_one, greedy), (_two, modest) = screens(door, 2)

        assert [stream(door, at_the_end, BOARD, greedy).status for _time in range(13)] == [200] * 12 + [429]
        assert stream(door, at_the_end, BOARD, modest).status == 200


def test_streams_take_no_connection_from_others_and_leave_nothing_behind(
    database_url: str, folder: Path
) -> None:
    """More streams than the process may have connections: the site answers all the same."""
    few = {"GUNICORN_CMD_ARGS": "--worker-connections 40"}
    with opened(database_url, folder, few) as (door, master):
        cookies = [cookie for _screen, cookie in screens(door, 8)]
        for _round in range(2):
            with ExitStack() as stack:
                begun = [stream(door, stack, BOARD, one) for one in cookies for _time in range(10)]
                assert [one.status for one in begun] == [200] * 80
                assert door.ask("GET", "/livez").status == 200
                assert connections(door, master) >= 80
            assert until(lambda: connections(door, master) == 0)
        assert [door.ask("GET", "/livez").status for _time in range(60)] == [200] * 60


def test_a_reload_and_a_stop_end_the_streams_at_once_and_wait_for_none(
    database_url: str, folder: Path, at_the_end: ExitStack
) -> None:
    patient = {"GUNICORN_CMD_ARGS": "--graceful-timeout 120"}
    with opened(database_url, folder, patient, processes=2) as (door, master):
        cookies = [cookie for _screen, cookie in screens(door, 4)]
        begun = [stream(door, at_the_end, BOARD, one) for one in cookies]
        old = set(workers(master))
        began = time.monotonic()
        os.kill(master, SIGHUP)
        for one in begun:
            one.hears(60)
        assert all(one.has_ended for one in begun)
        assert until(lambda: not old & set(workers(master)))
        assert time.monotonic() - began < 60
        assert until(lambda: stream(door, at_the_end, BOARD, cookies[0]).status == 200)

        again = [stream(door, at_the_end, BOARD, one) for one in cookies]
        assert [one.status for one in again] == [200] * 4
        with door.app.app_context():
            db.engine.dispose()
        began = time.monotonic()
        os.kill(master, SIGTERM)
        for one in again:
            one.hears(60)
        assert all(one.has_ended for one in again)
        assert until(lambda: not workers(master))
        assert time.monotonic() - began < 60


def test_while_the_database_is_gone_no_stream_pretends_and_afterwards_there_are_some_again(
    tmp_path: Path, at_the_end: ExitStack
) -> None:
    if postgresql_programs() is None:
        pytest.skip(NO_POSTGRESQL)
    with throwaway_postgresql() as server, opened(server.new_database(), tmp_path) as (door, _master):
        ((_screen, cookie),) = screens(door, 1)
        begun = stream(door, at_the_end, BOARD, cookie)
        assert "event: fragment" in begun.hears(2)
        with door.app.app_context():
            db.engine.dispose()
        server.stop()
        begun.hears(60)
        assert begun.has_ended
        assert door.ask("GET", BOARD, cookie).status == 503

        server.start()
        again = stream(door, at_the_end, BOARD, cookie)
        assert again.status == 200
        assert "event: fragment" in again.hears(3)
