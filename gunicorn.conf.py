"""How gunicorn serves Yiqi: processes, threads, timeouts, and which one of the processes does the background work."""

import ctypes
import errno
import fcntl
import hashlib
import os
import resource
import signal
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

from environs import Env
from gunicorn.workers import gthread

ROOT = Path(__file__).resolve().parent
RETRY_SECONDS = 3.0
OTHER_FILES = 400
"""What a process has open besides event streams."""
M_ARENA_MAX, M_MMAP_THRESHOLD, M_TRIM_THRESHOLD = -8, -3, -1
"""The numbers of glibc's `mallopt` for how many heaps there may be, for how large a piece has to be to lie outside of them,
and for how much may be free at the end of one before it is given back."""
LARGE_BYTES = 128 * 1024

env = Env()
env.read_env(str(ROOT / ".env"), recurse=False)

_host, _port = env.str("HOST", "127.0.0.1"), env.int("PORT", 8000)
_is_demo = env.str("YIQI_ENV", "demo") == "demo"
_embedded = env.str("YIQI_BACKGROUND", "embedded") == "embedded"


def _counting_folder():
    """Where the processes keep what they count for /metrics: in memory. They write through a map of the file, and
    on a disk without room the system would kill them for it."""
    memory = Path("/dev/shm")  # noqa: S108
    if not memory.is_dir():
        return ROOT / "instance" / f"counted-{_port}"
    return memory / f"yiqi-{os.getuid()}-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}-{_port}"


# Set before they import the site; a master that reloads or replaces itself keeps it.
_counted = Path(os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(_counting_folder())))
_counted.mkdir(mode=0o700, parents=True, exist_ok=True)
if _counted == _counting_folder() and (_counted.is_symlink() or _counted.stat().st_uid != os.getuid()):
    raise SystemExit(f"{_counted} is somebody else's. Remove it, or set PROMETHEUS_MULTIPROC_DIR.")


_line = threading.local()


class Worker(gthread.ThreadWorker):
    """A process that leaves closes its door at once, when it has let in everybody who stood before it. With the door
    open until the last answer is given (the stock way), people wait at a process that takes nobody in any more.

    A connection that became an event stream is no longer this worker's: it neither counts it nor waits for it."""

    yiqi_streams = None

    def set_accept_enabled(self, enabled):
        super().set_accept_enabled(enabled)
        if not enabled and not self.alive:
            if self.yiqi_streams is not None:
                self.yiqi_streams.leave()
            for listener in self.sockets:
                self._let_in(listener)
                listener.close()

    def finish_request(self, conn, fs):
        if conn.sock.fileno() < 0:
            self.nr_conns -= 1
        else:
            super().finish_request(conn, fs)

    def _let_in(self, listener):
        before = -1
        while before < self.nr_conns < self.worker_connections:
            before = self.nr_conns
            self.accept(listener)

    # How long a request has stood in line for a thread: whoever stood too long is told so, instead of being served when
    # they have given up (`yiqi.web.crowds`).

    def enqueue_req(self, conn):
        conn.since = time.monotonic()
        super().enqueue_req(conn)

    def handle(self, conn):
        _line.waited = time.monotonic() - conn.since
        return super().handle(conn)

    def load_wsgi(self):
        super().load_wsgi()
        serve = self.wsgi

        def told(environ, start_response):
            environ["yiqi.waited"] = _line.waited
            return serve(environ, start_response)

        self.wsgi = told


wsgi_app = "wsgi:app"
chdir = str(ROOT)
bind = f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"
workers = env.int("WEB_CONCURRENCY", 2)
worker_class = Worker
threads = 32
# Whoever is not let in stands where nobody counts how long (`yiqi.web.crowds`): with the stock thousand, some of 8,000
# phones had no answer within a minute.
worker_connections = 4000
timeout = 30
graceful_timeout = 20
keepalive = 5
reuse_port = True
preload_app = False
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
accesslog = None

# A connection that says nothing holds one of the threads this long before it is handed to the poller. The stock
# 5 seconds let 200 silent connections stop the whole site.
gthread.DEFAULT_WORKER_DATA_TIMEOUT = 0.02


def on_starting(server):
    """Say so when somebody listens already: with `reuse_port` the system would let both in."""
    if "GUNICORN_PID" in os.environ:  # a new master takes over from the old one
        return
    family = socket.AF_INET6 if ":" in _host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_host, _port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise SystemExit(f"Something listens on {bind} already. Stop it, or set PORT.") from None
            raise SystemExit(f"Cannot listen on {bind}: {error.strerror}. Set HOST or PORT.") from None
    _forget_counts()


def on_exit(server):
    """The last master leaves nothing in memory."""
    if server.reexec_pid == server.master_pid == 0:
        _forget_counts()
        with suppress(OSError):
            _counted.rmdir()


def _forget_counts():
    for old in _counted.glob("*.db"):
        old.unlink(missing_ok=True)


class _Leader:
    """Does the background work in this process for as long as it holds the lock; waits for the lock until then."""

    def __init__(self, app, start):
        self._app, self._start = app, start
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._wait, name="background-lock", daemon=True)
        self._thread.start()

    def _wait(self):
        # One lock for each database: two sites from one checkout do not take each other's turn.
        database = self._app.config["SQLALCHEMY_DATABASE_URI"]
        name = f"background-{hashlib.sha256(database.encode()).hexdigest()[:12]}.lock"
        path = Path(self._app.instance_path) / name
        while not self._leaving.is_set():
            try:
                with path.open("a") as lock:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    stop = self._start(self._app)
                    self._leaving.wait()
                    stop()
            except OSError:  # another process has it, or the disk has no room for the file
                self._leaving.wait(RETRY_SECONDS)

    def leave(self):
        """Stop the work and let go of the lock; waits for the round under way."""
        self._leaving.set()
        self._thread.join(timeout=12)


def post_fork(server, worker):
    """Memory may have been tidied up since the master began: systemd does so when a user who is none of the system's
    logs out."""
    _counted.mkdir(mode=0o700, parents=True, exist_ok=True)
    _one_heap()


def _one_heap():
    """glibc gives threads heaps of their own, so that they need not wait for each other to allocate. Here they wait for
    the interpreter's lock anyhow, and 32 threads' heaps held 20 to 30 MB that nobody used. And what is large goes back to the
    system when it is free, however large a piece there was before: compressing a page takes half a megabyte for each thread.
    Other C libraries have none of this."""
    with suppress(AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(M_ARENA_MAX, 1)
        mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
        mallopt(M_TRIM_THRESHOLD, LARGE_BYTES)


def post_worker_init(worker):
    """The process is ready: stand for the background work, and tell whoever started the demo where it is."""
    # Ctrl-C reaches the whole terminal, and then the master sends each worker SIGQUIT as well. Two at once lock
    # gunicorn's thread pool against itself for `graceful_timeout`; the master's is enough.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if _embedded:
        from yiqi.background import start

        worker.yiqi_leader = _Leader(worker.app.callable, start)
    worker.yiqi_streams = _streams(worker)
    if _is_demo and worker.age == 1:
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(_host, _host)  # noqa: S104
        print(f"\n  Yiqi is at http://{shown}:{_port}   (Ctrl-C stops it)\n", flush=True)


def _streams(worker):
    """The event streams of this process, as many as the system lets it have open beside all else; None for none. Where it
    does not let it have enough for both, people come first, but for an eighth: who is let in and finds no file left for
    them would be dropped without a word."""
    from yiqi.live.following import start

    app = worker.app.callable
    wanted = app.config["YIQI"].streams
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + worker_connections + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    most = wanted
    if soft != resource.RLIM_INFINITY and soft < needed:
        left = max(2, soft - OTHER_FILES)
        most = min(wanted, left // 8)
        worker.worker_connections = left - most
    return start(app, most=most) if most > 0 else None


def worker_exit(server, worker):
    """The process leaves, for whatever reason it still can tell."""
    if getattr(worker, "yiqi_streams", None) is not None:
        worker.yiqi_streams.leave(2.0)
    leader = getattr(worker, "yiqi_leader", None)
    if leader is not None:
        leader.leave()


def child_exit(server, worker):
    """A process is gone: its gauges go with it, its counts stay."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)
