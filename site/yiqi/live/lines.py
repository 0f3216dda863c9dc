"""The lines of a process that stay open: one thread writes to all of them, and none waits for another."""

import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from queue import Empty, SimpleQueue

BEAT = b"event: beat\ndata: 1\n\n"
BEAT_SECONDS = 15.0
"""A line on which nothing was said for so long is told that it stands. Shorter than proxies and address translators
forget a quiet connection."""
MOST_PENDING = 256 * 1024
"""Bytes that a line may be behind; past it, or with anything pending at the next beat, it is dropped."""
KERNEL_BUFFER = 64 * 1024


class Line:
    """One connection. Only the writing thread touches the socket."""

    __slots__ = ("pending", "sock")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.pending = b""


class Lines:
    """All lines of a process. `gone` is called, in the writing thread, once for each line that has ended; all are ended
    when `well` says no: a line that stands while nobody has anything to say on it would keep its page from asking.

    What is asked here is done by the writing thread, in the order in which it was asked.
    """

    def __init__(self, gone: Callable[[Line], None], well: Callable[[], bool] = lambda: True) -> None:
        self._gone, self._well = gone, well
        self._deeds: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._selector = selectors.DefaultSelector()
        self._ear, self._bell = socket.socketpair()
        for end in (self._ear, self._bell):
            end.setblocking(False)
        self._selector.register(self._ear, selectors.EVENT_READ)
        self._quiet: dict[Line, float] = {}  # whoever was told something longest ago comes first
        self._over = False
        self._thread = threading.Thread(target=self._run, name="live-lines", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def take(self, line: Line, greeting: bytes) -> None:
        """From now on a connection is one of these lines."""
        self._ask(lambda: self._begin(line, greeting))

    def tell(self, lines: Iterable[Line], message: bytes) -> None:
        """Say the same on several lines."""
        several = list(lines)
        self._ask(lambda: self._tell(several, message))

    def end(self, lines: Iterable[Line]) -> None:
        """Close some lines; what was said before goes out first, as far as it can without waiting."""
        several = list(lines)
        self._ask(lambda: self._end(several))

    def leave(self, seconds: float = 0.0) -> None:
        """Close all of them, take no more, and wait so long for the thread to end."""
        self._ask(self._leave)
        if seconds and self._thread.is_alive():
            self._thread.join(seconds)

    def _ask(self, deed: Callable[[], None]) -> None:
        self._deeds.put(deed)
        with suppress(OSError):  # it has been rung already, or nobody is there any more
            self._bell.send(b"\0")

    def _run(self) -> None:
        while not self._over:
            for key, mask in self._selector.select(1.0):
                if key.data is None:
                    with suppress(OSError):
                        self._ear.recv(4096)
                    continue
                if mask & selectors.EVENT_READ:
                    self._hear(key.data)
                if mask & selectors.EVENT_WRITE and key.data in self._quiet:
                    self._write(key.data, b"")
            with suppress(Empty):
                while True:
                    self._deeds.get_nowait()()
            self._beat()
        self._selector.close()
        self._ear.close()
        self._bell.close()

    def _begin(self, line: Line, greeting: bytes) -> None:
        try:
            if self._over:
                raise OSError("too late")
            line.sock.setblocking(False)
            line.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BUFFER)
            line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(line.sock, selectors.EVENT_READ, line)
        except OSError:
            line.sock.close()
            self._gone(line)
            return
        self._quiet[line] = time.monotonic()
        self._write(line, greeting)

    def _tell(self, lines: list[Line], message: bytes) -> None:
        for line in lines:
            if line in self._quiet:
                self._write(line, message)

    def _end(self, lines: list[Line]) -> None:
        for line in lines:
            if line in self._quiet:
                self._drop(line)

    def _leave(self) -> None:
        self._over = True
        self._end(list(self._quiet))

    def _write(self, line: Line, message: bytes) -> None:
        """Send what fits; the rest goes when there is room."""
        waited = bool(line.pending)
        whole = line.pending + message if waited else message
        try:
            sent = line.sock.send(whole)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._drop(line)
            return
        line.pending = whole[sent:]
        if len(line.pending) > MOST_PENDING:
            self._drop(line)
            return
        if not line.pending:
            del self._quiet[line]
            self._quiet[line] = time.monotonic()
        if waited != bool(line.pending):
            more = selectors.EVENT_WRITE if line.pending else 0
            self._selector.modify(line.sock, selectors.EVENT_READ | more, line)

    def _hear(self, line: Line) -> None:
        """Nothing is expected from the other end but that it hangs up."""
        try:
            if line.sock.recv(4096):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._drop(line)

    def _beat(self) -> None:
        if not self._well():
            self._end(list(self._quiet))
        before = time.monotonic() - BEAT_SECONDS
        while self._quiet:
            line, told_at = next(iter(self._quiet.items()))
            if told_at > before:
                return
            if line.pending:
                self._drop(line)
            else:
                del self._quiet[line]
                self._quiet[line] = time.monotonic()  # with any of it pending a beat later it is dropped
                self._write(line, BEAT)

    def _drop(self, line: Line) -> None:
        del self._quiet[line]
        with suppress(OSError, KeyError, ValueError):
            self._selector.unregister(line.sock)
        with suppress(OSError):
            line.sock.shutdown(socket.SHUT_RDWR)
        line.sock.close()
        self._gone(line)
