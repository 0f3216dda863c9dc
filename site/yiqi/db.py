"""The database: the declarative base, the column types, and `writing()`, the one way to change anything."""

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

import structlog
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    Result,
    Row,
    String,
    Table,
    event,
)
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

from yiqi.counters import SLOW

if TYPE_CHECKING:
    from sqlalchemy.sql.type_api import _ResultProcessorType

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
WRITES = {"yiqi_writes": True}
TRIES = 4
SERIALIZATION_FAILURE, DEADLOCK = "40001", "40P01"

Facts = Row[*tuple[Any, ...]]
"""The columns a statement asked for: its reader names them."""

P = ParamSpec("P")
R = TypeVar("R")

log = structlog.get_logger()


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC on both databases. A naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, coltype: object) -> "_ResultProcessorType[datetime]":
        """Read in one step: a list page reads a thousand instants."""
        return _from_text if dialect.name == "sqlite" else _in_utc


def _from_text(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if value is not None else None


def _in_utc(value: datetime | None) -> datetime | None:
    return value.astimezone(UTC) if value is not None else None


def words(kind: type[StrEnum], length: int = 16) -> Enum:
    """A column type for a closed list of words, stored as the words themselves."""
    return Enum(
        kind,
        native_enum=False,
        length=length,
        values_callable=lambda k: [member.value for member in k],
    )


class Base(DeclarativeBase):
    """What every model inherits."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: Instant(), str: String(200)},
    )
    metadata = registry.metadata


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


class Again(Exception):
    """A verb found the world moved under it between two reads; it is run once more from the start."""


class NestedWriting(RuntimeError):
    """`writing()` inside `writing()`: what joins a transaction must not open one."""


_one_writer = threading.Lock()


@contextmanager
def writing() -> Iterator[Session]:
    """One write transaction: committed at the end, rolled back on any exception. It refuses to nest.

    SQLite: BEGIN IMMEDIATE, and one writer at a time in this process, so that threads queue fairly instead of
    spinning in busy_timeout. PostgreSQL: READ COMMITTED; the verb's first statement locks the row it is about.
    """
    session = db.session()
    if session.info.get("writing"):
        raise NestedWriting("a verb may not call another verb inside its transaction")
    session.commit()
    with _one_writer if db.engine.dialect.name == "sqlite" else nullcontext():
        session.info["writing"] = True
        try:
            session.connection(execution_options=WRITES)
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop("writing", None)


def one_view() -> None:
    """Begin a transaction that only reads, and in which every statement sees the data of one instant. It is over with the
    next commit or rollback."""
    session = db.session()
    if session.info.get("writing"):
        raise NestedWriting("what has locked rows already sees what others commit")
    session.commit()
    if db.engine.dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def let_go() -> None:
    """End the present session, even when the database has cut its connection: the reply is made and must go out."""
    try:
        db.session.remove()
    except DBAPIError:
        db.session.registry.clear()


def retried(verb: Callable[P, R]) -> Callable[P, R]:
    """Run a verb again, from its start, after a deadlock or `Again`: at most three more times."""

    @wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for tried in range(1, TRIES + 1):
            try:
                return verb(*args, **kwargs)
            except Again:
                if tried == TRIES:
                    raise
            except DBAPIError as error:
                if tried == TRIES or getattr(error.orig, "sqlstate", None) not in (
                    SERIALIZATION_FAILURE,
                    DEADLOCK,
                ):
                    raise
            time.sleep(random.uniform(0.002, 0.02) * tried)  # noqa: S311
        raise AssertionError("unreachable")

    return run


def write_out() -> None:
    """SQLite: bring what was written into the file itself, so that what was deleted is not left in its log. As far as it
    goes: with readers about the rest waits for the next time."""
    if db.engine.dialect.name == "sqlite":
        db.session.rollback()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def table(model: type[Base]) -> Table:
    """The table under a model, for statements that need no objects."""
    return cast("Table", model.__table__)


def touched(result: Result[*tuple[Any, ...]]) -> int:
    """How many rows an UPDATE or DELETE changed."""
    return cast("CursorResult[*tuple[Any, ...]]", result).rowcount


def prepare(engine: Engine) -> None:
    """Give an engine the connection settings that Yiqi's transactions rely on."""
    if engine.dialect.name != "sqlite":
        return
    keep_to_one_file(engine)

    @event.listens_for(engine, "connect")
    def settings(connection: sqlite3.Connection, _record: Any) -> None:
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
            raise sqlite3.OperationalError(f"{path} is gone")

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
