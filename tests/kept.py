"""What a test database holds at one moment, kept aside and put back: much quicker than to make it again by verbs."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from weakref import finalize

from psycopg.sql import SQL, Identifier, Literal
from sqlalchemy import text

from yiqi import clock
from yiqi.db import db

FRESH = timedelta(minutes=1)
"""How old rows may be that are put back: the times in them count from the moment they were made."""
NO_ROWS = 21
"""Bytes of a binary copy of an empty table."""
T = TypeVar("T")
PutBack = Callable[[], None]


class Remembered(Generic[T]):
    """What a function puts into an empty database, and answers: made once in a while, and put back in between.

    In a database that is not empty it is made as ever. What is answered must not change with the rows.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._last: dict[str, tuple[datetime, T, PutBack]] = {}

    def __call__(self) -> T:
        if not _is_empty():
            return self._make()
        now, where = clock.now(), str(db.engine.url)
        if where in self._last:
            at, made, put_back = self._last[where]
            if timedelta(0) <= now - at <= FRESH:
                put_back()
                return made
        made = self._make()
        self._last[where] = now, made, keep()
        return made


def keep() -> PutBack:
    """Keep what the present application's database holds. SQLite: put back over whatever is there. PostgreSQL: into
    empty tables."""
    db.session.rollback()
    return _keep_postgresql() if db.engine.dialect.name == "postgresql" else _keep_sqlite()


def _is_empty() -> bool:
    anything = " OR ".join(f'EXISTS (SELECT 1 FROM "{table}")' for table in db.metadata.tables)  # noqa: S608
    db.session.rollback()
    found = db.session.scalar(text(f"SELECT {anything}"))
    db.session.rollback()
    return not found


def _keep_sqlite() -> PutBack:
    kept, where = sqlite3.connect(":memory:", check_same_thread=False), str(db.engine.url.database)
    with closing(sqlite3.connect(where)) as file:
        file.backup(kept)

    def put_back() -> None:
        db.session.rollback()
        with closing(sqlite3.connect(where)) as file:
            file.execute("PRAGMA synchronous=OFF").close()
            kept.backup(file)

    finalize(put_back, kept.close)
    return put_back


def _keep_postgresql() -> PutBack:
    """Rows as PostgreSQL copies them, and where its counters stand."""
    rows: list[tuple[Identifier, bytes]] = []
    with closing(_connection()) as connection, connection.cursor() as cursor:
        for table in db.metadata.sorted_tables:
            with cursor.copy(SQL("COPY {} TO STDOUT (FORMAT BINARY)").format(Identifier(table.name))) as copy:
                held = b"".join(copy)
            if len(held) > NO_ROWS:
                rows.append((Identifier(table.name), held))
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL")
        counted = [SQL("setval({}, {})").format(Literal(f'"{name}"'), Literal(last)) for name, last in cursor]
        connection.rollback()

    def put_back() -> None:
        db.session.rollback()
        with closing(_connection()) as connection, connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table, held in rows:
                with cursor.copy(SQL("COPY {} FROM STDIN (FORMAT BINARY)").format(table)) as copy:
                    copy.write(held)
            cursor.execute(SQL("SELECT {}").format(SQL(", ").join(counted)))
            connection.commit()

    return put_back


def _connection() -> Any:
    """One of the pool, with which its driver's own ways can be used."""
    return db.engine.raw_connection()
