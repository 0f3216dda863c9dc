"""Connections to the database: pools, what each connection is set to, whether it still stands, after how long one that
says nothing counts as lost, and statements that take long.

Without the limits Linux takes a quarter of an hour to give up what was sent, and two hours to ask whether anybody is
still there: so long a page would wait for a database that is gone, and so long the database would keep a slot's row
locked for a host that is.
"""

import select
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy import Engine, event, make_url
from sqlalchemy.exc import DisconnectionError, InvalidatePoolError

from yiqi.counters import SLOW

# A process has use for one of them, the one its database is reached by: the other would be megabytes for nothing.
if TYPE_CHECKING:
    import sqlite3

    import psycopg

QUIET_SECONDS = 1.0
CONNECT_SECONDS = 5
SILENT_SECONDS, ASKED_EVERY_SECONDS, ASKED = 4, 2, 3
"""A line is asked whether it stands when nothing came over it for so long, so often, and counts as lost after
so many questions: ten seconds in all."""
UNTAKEN_MS = 10_000
"""What was sent and is not taken for so long ends the connection."""
IDLE_MS = 120_000
"""A transaction in which nothing is said for so long is rolled back: its process stands still, and others wait
for its rows. Nothing the site does comes near: a letter is handed over, and a mail server may take a minute, while no
transaction stands open."""

OURS: dict[str, int] = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": SILENT_SECONDS,
    "keepalives_interval": ASKED_EVERY_SECONDS,
    "keepalives_count": ASKED,
    "tcp_user_timeout": UNTAKEN_MS,
}
THEIRS: dict[str, int] = {
    "tcp_keepalives_idle": SILENT_SECONDS,
    "tcp_keepalives_interval": ASKED_EVERY_SECONDS,
    "tcp_keepalives_count": ASKED,
    "tcp_user_timeout": UNTAKEN_MS,
    "idle_in_transaction_session_timeout": IDLE_MS,
}
_SETTINGS = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in THEIRS.items())

T = TypeVar("T")

log = structlog.get_logger()


class Remembered(Generic[T]):
    """What this process remembers of a database, for as long as its connections lead to the one it was read from: a new one
    may lead to another under the same address, put back from a copy."""

    _all: ClassVar[list["Remembered[Any]"]] = []

    def __init__(self, nothing: Callable[[], T]) -> None:
        self._nothing = nothing
        self._of: WeakKeyDictionary[Engine, T] = WeakKeyDictionary()
        self._all.append(self)

    def of(self, engine: Engine) -> T:
        """What is remembered by now, to be added to: what `nothing` made, to begin with."""
        known = self._of.get(engine)
        return known if known is not None else self._of.setdefault(engine, self._nothing())

    @classmethod
    def forget(cls, engine: Engine) -> None:
        """Have everything read anew."""
        for one in cls._all:
            one._of.pop(engine, None)


def prepare(engine: Engine) -> None:
    """Give an engine the connection settings that Yiqi's transactions rely on."""

    @event.listens_for(engine, "connect")
    def read_anew(_connection: object, _record: object) -> None:
        Remembered.forget(engine)

    if engine.dialect.name != "sqlite":
        let_go_of_the_lost(engine)
        ask_whether_it_stands(engine)
        return
    keep_to_one_file(engine)

    @event.listens_for(engine, "connect")
    def settings(connection: "sqlite3.Connection", _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "busy_timeout=10000",
            "foreign_keys=ON",
            "synchronous=FULL",
            "secure_delete=ON",  # what was deleted is not left in the file's free pages
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("yiqi_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def ask_whether_it_stands(engine: Engine) -> None:
    """A connection that nobody used for a second, or over which the server spoke unasked (mostly to say that it ends), is
    asked for a word before it is handed out; if it fell meanwhile, another takes its place and nobody notices.
    SQLAlchemy's own `pool_pre_ping` asks each time, three times a sign-up.

    The one that takes its place is not asked: if it falls as well, its first statement says so. Here SQLAlchemy would say
    `InvalidRequestError`, and people would be told of a fault of ours instead of a database that is away."""

    @event.listens_for(engine, "checkin")
    def left(_connection: Any, record: Any) -> None:
        record.info["yiqi_left"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def stands(connection: Any, record: Any, _proxy: Any) -> None:
        left_at = record.info.get("yiqi_left")
        if left_at is None:
            return
        if time.monotonic() - left_at < QUIET_SECONDS and not spoke_unasked(connection):
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError("the connection fell while nobody used it") from error


def spoke_unasked(connection: "psycopg.Connection[Any]") -> bool:
    """Whether something came over an idle connection that nobody has read: the end of it, or word of a setting."""
    line = select.poll()
    line.register(connection.fileno(), select.POLLIN)
    return bool(line.poll(0))


def keep_to_one_file(engine: Engine) -> None:
    """SQLite makes an empty database where a file was taken away, and goes on writing to the one that is gone. Here who
    opened a file never makes it anew: while it is away, connecting fails; when it is back, or another is put in its
    place, that one is opened."""
    path = Path(engine.url.database or ":memory:")
    opened = False

    def number() -> int:
        try:
            return path.stat().st_ino
        except FileNotFoundError:
            return 0

    @event.listens_for(engine, "do_connect")
    def is_there(*_facts: Any) -> None:
        if opened and not number():
            raise engine.dialect.loaded_dbapi.OperationalError(f"{path} is gone")

    @event.listens_for(engine, "connect")
    def remember(_connection: Any, record: Any) -> None:
        nonlocal opened
        opened = opened or number() > 0
        record.info["yiqi_file"] = number()

    @event.listens_for(engine, "checkout")
    def is_the_same(_connection: Any, record: Any, _proxy: Any) -> None:
        if record.info["yiqi_file"] != number():
            raise DisconnectionError(f"{path} is not the file that was opened")


def watch_slow(engine: Engine, slow_ms: int) -> None:
    """Log every statement that takes `slow_ms` milliseconds or longer, without its values."""

    @event.listens_for(engine, "before_cursor_execute")
    def begin(connection: Any, *_rest: Any) -> None:
        connection.info["yiqi_began"] = time.perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def end(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        took = (time.perf_counter() - connection.info["yiqi_began"]) * 1000
        if took >= slow_ms:
            SLOW.inc()
            log.warning("slow_statement", ms=round(took, 1), statement=" ".join(statement.split())[:600])


def let_go_of_the_lost(engine: Engine) -> None:
    """Tell PostgreSQL, on each new connection, after how long it may count us as lost. With a statement, not as the
    connection begins: PgBouncer refuses those settings there."""

    @event.listens_for(engine, "connect")
    def settings(connection: Any, _record: Any) -> None:
        connection.autocommit = True
        connection.execute(f"SELECT {_SETTINGS}")
        connection.autocommit = False


def engine_options(url: str) -> dict[str, Any]:
    """Pool settings: one connection for each of a worker's 32 threads at the most. Values never reach the log.
    What the address says of a connection counts for more; `?prepare_threshold=none` prepares no statements, for
    a pooler that gives each transaction another connection and knows nothing of them."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 10}, "pool_size": 32, "max_overflow": 8, "hide_parameters": True}
    said = make_url(url).query
    ours: dict[str, Any] = {name: value for name, value in OURS.items() if name not in said}
    ours["cursor_factory"] = import_module("yiqi.cursors").BriefCursor
    if said.get("prepare_threshold") == "none":
        ours["prepare_threshold"] = None
    return {
        "connect_args": ours,
        # As many as threads are kept: what is opened beyond is closed after each use, and in a rush that was a sixth
        # of all requests and a quarter of the database's work.
        "pool_size": 32,
        "max_overflow": 4,
        "pool_timeout": 20,
        # The connection that was used last: it has the statements prepared and their plans made.
        "pool_use_lifo": True,
        "hide_parameters": True,
    }
