"""The thread that writes to all streams, on real sockets: nobody waits for somebody who does not read."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from yiqi.live import lines
from yiqi.live.lines import BEAT, Line, Lines

PAGE = b"event: fragment\n" + b"data: " + b"x" * 20_000 + b"\n\n"


class Ended:
    """Which lines have ended."""

    def __init__(self) -> None:
        self.all: list[Line] = []

    def __call__(self, line: Line) -> None:
        self.all.append(line)


@pytest.fixture
def ended() -> Ended:
    return Ended()


@pytest.fixture
def told(ended: Ended) -> Iterator[Lines]:
    started = Lines(ended)
    started.start()
    yield started
    started.leave(5)


Pair = tuple[Line, socket.socket]


@pytest.fixture
def connected() -> Iterator[Callable[..., Pair]]:
    """Makes a line, and the browser's end of it."""
    with ExitStack() as both_ends:

        def make(room: int = 4096) -> Pair:
            with socket.create_server(("127.0.0.1", 0)) as server:
                browser = both_ends.enter_context(socket.create_connection(server.getsockname(), timeout=10))
                browser.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
                ours, _address = server.accept()
            return Line(both_ends.enter_context(ours)), browser

        yield make


def read(browser: socket.socket, many: int) -> bytes:
    got = b""
    while len(got) < many and (more := browser.recv(65536)):
        got += more
    return got


def soon(is_so: Callable[[], bool]) -> bool:
    until = time.monotonic() + 10
    while not is_so() and time.monotonic() < until:
        time.sleep(0.01)
    return is_so()


def test_everybody_is_told_the_same_in_order(connected: Callable[..., Pair], told: Lines) -> None:
    several = [connected() for _one in range(5)]
    for line, _browser in several:
        told.take(line, b"hello\n\n")
    told.tell([line for line, _browser in several], b"first\n\n")
    told.tell([line for line, _browser in several], b"second\n\n")

    whole = b"hello\n\nfirst\n\nsecond\n\n"
    assert [read(browser, len(whole)) for _line, browser in several] == [whole] * 5


def test_who_does_not_read_is_let_go_and_the_others_are_told_all(
    connected: Callable[..., Pair], told: Lines, ended: Ended
) -> None:
    (lazy, _unread), (keen, browser) = connected(), connected(1 << 20)
    got: list[bytes] = []
    reads = threading.Thread(target=lambda: got.append(read(browser, 80 * len(PAGE))))
    reads.start()
    for line in (lazy, keen):
        told.take(line, b"")
    for _time in range(80):
        told.tell([lazy, keen], PAGE)
        time.sleep(0.01)
    reads.join(20)

    assert ended.all == [lazy]
    assert got == [PAGE * 80]


def test_a_browser_that_reads_slowly_gets_all_of_it(
    connected: Callable[..., Pair], told: Lines, ended: Ended
) -> None:
    line, browser = connected()
    told.take(line, b"")
    for _time in range(12):
        told.tell([line], PAGE)
    time.sleep(0.3)

    assert read(browser, 12 * len(PAGE)) == PAGE * 12
    assert ended.all == []


def test_a_quiet_line_is_told_that_it_stands_and_one_that_took_nothing_since_is_dropped(
    connected: Callable[..., Pair], told: Lines, ended: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "BEAT_SECONDS", 1.0)
    (quiet, browser), (stuck, _unread) = connected(), connected()
    told.take(quiet, b"")
    told.take(stuck, b"")
    told.tell([stuck], PAGE * 10)

    assert read(browser, len(BEAT)) == BEAT
    assert soon(lambda: ended.all == [stuck])
    assert read(browser, len(BEAT)) == BEAT


def test_who_hangs_up_is_forgotten_and_who_is_ended_reads_the_end(
    connected: Callable[..., Pair], told: Lines, ended: Ended
) -> None:
    (gone, away), (sent_off, browser) = connected(), connected()
    told.take(gone, b"")
    told.take(sent_off, b"last words\n\n")
    away.close()
    assert soon(lambda: ended.all == [gone])
    told.end([sent_off])

    assert read(browser, 1000) == b"last words\n\n"
    assert soon(lambda: ended.all == [gone, sent_off])
    assert gone.sock.fileno() == sent_off.sock.fileno() == -1


def test_a_process_that_leaves_closes_all_and_takes_no_more(
    connected: Callable[..., Pair], ended: Ended
) -> None:
    told = Lines(ended)
    told.start()
    several = [connected() for _one in range(20)]
    for line, _browser in several:
        told.take(line, b"")
    told.leave(5)
    late, _waits = connected()
    told.take(late, b"too late")

    assert len(ended.all) == 20
    assert [browser.recv(10) for _line, browser in several] == [b""] * 20


def test_when_nobody_has_looked_for_long_no_line_pretends_to_stand(
    connected: Callable[..., Pair], ended: Ended
) -> None:
    is_well = threading.Event()
    is_well.set()
    told = Lines(ended, is_well.is_set)
    told.start()
    line, browser = connected()
    told.take(line, b"hello\n\n")
    assert read(browser, 7) == b"hello\n\n"
    time.sleep(1.5)
    assert ended.all == []
    is_well.clear()

    assert soon(lambda: ended.all == [line])
    assert browser.recv(10) == b""
    told.leave(5)
