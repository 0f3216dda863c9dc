"""The database: the declarative base, the column types, and `writing()`, the one way to change anything."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast
from weakref import WeakKeyDictionary

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    Result,
    Row,
    ScalarSelect,
    String,
    Table,
    bindparam,
    literal_column,
    select,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session, registry
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from yiqi import listeners

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
WRITES_OUT_MS = 500
SERIALIZATION_FAILURE, DEADLOCK = "40001", "40P01"

Facts = Row[*tuple[Any, ...]]
"""The columns a statement asked for: its reader names them."""

P = ParamSpec("P")
R = TypeVar("R")


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


def sealed(name: str, kind: TypeEngine[R]) -> ScalarSelect[R]:
    """A parameter that PostgreSQL's planner does not look into. It makes a plan for each value as long as such plans promise
    to be cheaper than one for all values; for a statement over twenty tables that takes four times as long as running it.
    With its parameters sealed, and the words it compares with `inlined`, both promise the same, and it is planned once."""
    return select(bindparam(name, type_=kind)).scalar_subquery()


def inlined(*choices: StrEnum) -> list[ColumnElement[str]]:
    """Words of a closed list for `in_`, which stand in the statement themselves: a plan for all values can use an index
    that is for some words only."""
    return [inline(word) for word in choices]


def inline(word: StrEnum) -> ColumnElement[str]:
    """One such word. SQLite uses an index that is for this word only when it is compared by `==`."""
    return literal_column(f"'{word.value}'", String())


class Moved(FunctionElement[datetime]):
    """A column's instant, earlier or later by whole minutes, to compare others with: on SQLite it is a text."""

    inherit_cache = True
    type = Instant()

    def __init__(
        self, instant: ColumnElement[datetime] | InstrumentedAttribute[datetime], minutes: int
    ) -> None:
        super().__init__(instant, literal_column(f"'{minutes:+d} minutes'", String()))


@compiles(Moved)
def _moved(moved: Moved, compiler: SQLCompiler, **options: Any) -> str:
    instant, by = (compiler.process(part, **options) for part in moved.clauses)
    return f"({instant} + CAST({by} AS INTERVAL))"


@compiles(Moved, "sqlite")
def _moved_text(moved: Moved, compiler: SQLCompiler, **options: Any) -> str:
    instant, by = (compiler.process(part, **options) for part in moved.clauses)
    return f"(strftime('%Y-%m-%d %H:%M:%f', {instant}, {by}) || '000')"


listeners.ask_plainly()


class Base(DeclarativeBase):
    """What every model inherits."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: Instant(), str: String(200)},
    )
    metadata = registry.metadata


class _Session(FlaskSession):
    """Reads each statement by itself on PostgreSQL: at READ COMMITTED it sees no more and no less than in a transaction,
    and needs neither BEGIN nor ROLLBACK, which are journeys to the database and back."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        bind = super().get_bind(*args, **kwargs)
        if self.info.get("writing") or not isinstance(bind, Engine) or bind.dialect.name != "postgresql":
            return bind
        if bind not in _reading:
            _reading[bind] = bind.execution_options(isolation_level="AUTOCOMMIT")
        return _reading[bind]


_reading: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()

db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False, "class_": _Session})


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

    In a request nothing is committed in the name of a record that is nobody's any more (`people.browser.NobodyAsks`).
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
            session.info.pop("vouched", None)


def vouch(person_id: int) -> None:
    """In the present write transaction somebody's record was looked at under its lock: nobody asks for it again."""
    db.session().info.setdefault("vouched", set()).add(person_id)


def is_vouched_for(person_id: int) -> bool:
    """Whether a verb has vouched for somebody's record in the present transaction."""
    return person_id in db.session().info.get("vouched", ())


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
    goes: while somebody still reads after half a second, the rest waits for the next time."""
    if db.engine.dialect.name == "sqlite":
        db.session.rollback()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            patience = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
            connection.exec_driver_sql(f"PRAGMA busy_timeout={WRITES_OUT_MS}")
            try:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.exec_driver_sql(f"PRAGMA busy_timeout={patience}")


def table(model: type[Base]) -> Table:
    """The table under a model, for statements that need no objects."""
    return cast("Table", model.__table__)


def touched(result: Result[*tuple[Any, ...]]) -> int:
    """How many rows an UPDATE or DELETE changed."""
    return cast("CursorResult[*tuple[Any, ...]]", result).rowcount
