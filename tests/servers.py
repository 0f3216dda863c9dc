"""Throw-away servers: a PostgreSQL in a folder of its own, and the real site under gunicorn. For tests and scripts.

`python -m tests.servers check` migrates a new database of each kind and compares it with the models.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ctypes import CDLL
from functools import partial
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import psycopg.sql
import pytest

from tests.plugins import another_time

ROOT = Path(__file__).resolve().parents[1]
NO_POSTGRESQL = "no PostgreSQL server programs here (Debian: apt install postgresql, or set PG_BIN)"
TRIES = 3
PARENT_DEATH_SIGNAL = 1
SERVED = {
    "PYTHONDONTWRITEBYTECODE": "",
    "PYTHONOPTIMIZE": "2",
    "PYTHONPYCACHEPREFIX": str(Path(sys.prefix) / "served"),
}
"""What serves is compiled without docstrings, as `make run` and `deploy/` have it."""
_c = CDLL(None) if sys.platform == "linux" else None


class Unavailable(Exception):
    """A server is not there or did not start; the message says why."""


def free_port() -> int:
    """A TCP port of the loopback interface that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def stops_with_us(how: signal.Signals) -> None:
    """In a new child process: let the system stop it when its parent is killed and cannot. Linux only."""
    if _c is not None:
        _c.prctl(PARENT_DEATH_SIGNAL, how)


def postgresql_programs() -> Path | None:
    """The folder with `initdb` and `postgres`: $PG_BIN, Debian's (the newest), or PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda bin_: int(bin_.parent.name))
    on_path = shutil.which("initdb")
    asked = os.environ.get("PG_BIN")
    folders = [
        *([Path(asked)] if asked else []),
        *reversed(debian),
        *([Path(on_path).resolve().parent] if on_path else []),
    ]
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


class PostgreSQL:
    """One server in a temporary folder, on a free loopback port. `crash()` and `start()` are for fault tests."""

    def __init__(self, folder: Path, programs: Path, *, fsync: bool = False) -> None:
        self.folder, self._programs, self._fsync = folder, programs, fsync
        self.port = 0
        self._server: subprocess.Popen[bytes] | None = None
        self._who: dict[str, Any] = {}
        if os.geteuid() == 0:  # the programs refuse to run as root
            user = _somebody_else()
            shutil.chown(folder, user)
            self._who = {"user": user, "group": _group_of(user), "extra_groups": []}
        self._run(
            "initdb",
            "-D",
            "data",
            "-U",
            "yiqi",
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )

    def start(self) -> None:
        """Start on the port of last time, or on a free one. Raises `Unavailable`."""
        for _ in range(TRIES):
            port = self.port or free_port()
            settings = {
                "listen_addresses": "127.0.0.1",
                "port": port,
                "unix_socket_directories": self.folder,
                "max_connections": 400,
                "fsync": "on" if self._fsync else "off",
                "synchronous_commit": "on" if self._fsync else "off",
                "full_page_writes": "on" if self._fsync else "off",
                # Who does not wait for the disk writes late, too: what a crash takes away is no matter of luck.
                "wal_writer_delay": "200ms" if self._fsync else "10s",
                "wal_writer_flush_after": "1MB" if self._fsync else "1GB",
                "timezone": "UTC",
            }
            options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
            with (self.folder / "log").open("ab") as log:
                self._server = subprocess.Popen(
                    [self._programs / "postgres", "-D", "data", *options],
                    cwd=self.folder,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,  # Ctrl-C reaches the tests, which stop it in order
                    preexec_fn=partial(stops_with_us, signal.SIGINT),
                    **self._who,
                )
            if self._answers(port):
                self.port = port
                return
            self.stop()
        raise Unavailable(f"PostgreSQL does not start: {(self.folder / 'log').read_text()[-2000:]}")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: connections are closed, work under way is rolled back."""
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait(timeout=30)
            self._server = None

    def crash(self) -> None:
        """Stop at once, as a power cut would; the next start recovers from the log."""
        self.stop(signal.SIGQUIT)

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://yiqi@127.0.0.1:{self.port}/{database}"

    def new_database(self, where: str = "pg_default") -> str:
        """The URL of a database that did not exist before, in a tablespace."""
        name = f"yiqi_{secrets.token_hex(6)}"
        self._say("CREATE DATABASE {} TABLESPACE {}", name, where)
        return self.url(name)

    @contextmanager
    def database_in(self, folder: Path) -> Iterator[str]:
        """A new database whose tables are in a folder, gone with it afterwards; yields its URL."""
        folder.mkdir()
        if self._who:
            shutil.chown(folder, self._who["user"])
        space = f"space_{secrets.token_hex(6)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            made = psycopg.sql.SQL("CREATE TABLESPACE {} LOCATION {}")
            connection.execute(made.format(psycopg.sql.Identifier(space), str(folder)))
        url = self.new_database(space)
        try:
            yield url
        finally:
            self._say("DROP DATABASE {} WITH (FORCE)", url.rpartition("/")[2])
            self._say("DROP TABLESPACE {}", space)

    def _say(self, statement: LiteralString, *names: str) -> None:
        named = psycopg.sql.SQL(statement).format(*map(psycopg.sql.Identifier, names))
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(named)

    def _answers(self, port: int) -> bool:
        until = time.monotonic() + 20
        while time.monotonic() < until and self._server is not None and self._server.poll() is None:
            try:
                psycopg.connect(f"postgresql://yiqi@127.0.0.1:{port}/postgres", connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return True
        return False

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            **self._who,
        )
        if done.returncode:
            raise Unavailable(f"{program} failed: {done.stderr}")


@contextmanager
def throwaway_postgresql(*, fsync: bool = False) -> Iterator[PostgreSQL]:
    """A server of our own, gone afterwards. Raises `Unavailable` where its programs are missing."""
    programs = postgresql_programs()
    if programs is None:
        raise Unavailable(NO_POSTGRESQL)
    with tempfile.TemporaryDirectory(prefix="yiqi-pg-", ignore_cleanup_errors=True) as folder:
        server = PostgreSQL(Path(folder), programs, fsync=fsync)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def environment(database_url: str, **more: str) -> dict[str, str]:
    """What the site's own programs get: a test on this database, whatever the developer's shell has set."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("YIQI_", "FLASK_", "COV_"))
        and name not in ("HOST", "PORT", "WEB_CONCURRENCY")
    }
    return {
        **inherited,
        "YIQI_ENV": "test",
        "DATABASE_URL": database_url,
        **more,
    }


def flask(database_url: str, *arguments: str) -> str:
    """Run `flask …` on a database; answers what it printed. Raises `Unavailable` with its errors when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", *arguments],
        cwd=ROOT,
        env=environment(database_url),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Unavailable(f"flask {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def migrate(database_url: str) -> None:
    """Bring a database to the newest schema."""
    flask(database_url, "db", "upgrade")


@contextmanager
def running_site(
    database_url: str, workers: int = 2, env: Mapping[str, str] | None = None, app: str = "wsgi:app"
) -> Iterator[str]:
    """The real site under gunicorn on a migrated database; yields its base URL, without a slash at the end."""
    with serving(database_url, workers, env, app) as (base, _master):
        yield base


@contextmanager
def serving(
    database_url: str,
    workers: int = 2,
    env: Mapping[str, str] | None = None,
    app: str = "wsgi:app",
    log_folder: Path | None = None,
) -> Iterator[tuple[str, int]]:
    """As `running_site`, with the process id of gunicorn's master beside the base URL, for who kills workers. Its log
    is in a folder of the system's, or in one that is named."""
    if another_time.is_chosen():
        pytest.skip(another_time.WHY_NOT)
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    given = {"HOST": "127.0.0.1", "PORT": str(port), "WEB_CONCURRENCY": str(workers), **SERVED, **(env or {})}
    with tempfile.TemporaryFile("w+", encoding="utf-8", dir=log_folder) as log:
        master = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", app],
            cwd=ROOT,
            env=environment(database_url, **given),
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=partial(stops_with_us, signal.SIGTERM),
        )
        try:
            if not answers(f"{base}/livez", master):
                log.seek(0)
                raise Unavailable(f"the site does not start:\n{log.read()[-4000:]}")
            yield base, master.pid
        finally:
            master.terminate()
            try:
                master.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(master.pid, signal.SIGKILL)
                master.wait()


@contextmanager
def background(database_url: str, **env: str) -> Iterator["subprocess.Popen[bytes]"]:
    """`flask jobs` on a migrated database, killed at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "jobs"],
        cwd=ROOT,
        env=environment(database_url, **SERVED, **env),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=partial(stops_with_us, signal.SIGKILL),
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def answers(address: str, process: subprocess.Popen[bytes]) -> bool:
    """Wait until an address answers well; no, when that took too long or the process has ended."""
    until = time.monotonic() + 40
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    return False


def _somebody_else() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _group_of(user: str) -> int:
    return pwd.getpwnam(user).pw_gid


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A server of this test process; skips where its programs are missing, and at another time."""
    if another_time.is_chosen():
        pytest.skip(another_time.WHY_NOT)
    if postgresql_programs() is None:
        pytest.skip(NO_POSTGRESQL)
    with throwaway_postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_url(postgresql: PostgreSQL) -> str:
    """An empty database, the same for the whole run. Who needs one of their own asks `postgresql.new_database()`."""
    return postgresql.new_database()


def check() -> int:
    """Migrations from nothing to the newest, then the models against the tables, on both kinds of database."""
    with tempfile.TemporaryDirectory() as folder:
        _check("SQLite", f"sqlite:///{Path(folder) / 'yiqi.db'}")
    if postgresql_programs() is None:
        print(f"PostgreSQL: not checked: {NO_POSTGRESQL}")
        return 1 if os.environ.get("CI") else 0
    with throwaway_postgresql() as server:
        _check("PostgreSQL", server.new_database())
    return 0


def _check(name: str, url: str) -> None:
    migrate(url)
    flask(url, "db", "check")
    print(f"{name}: migrations match the models")


if __name__ == "__main__":
    if sys.argv[1:] != ["check"]:
        sys.exit("usage: python -m tests.servers check")
    try:
        sys.exit(check())
    except Unavailable as problem:
        sys.exit(str(problem))
