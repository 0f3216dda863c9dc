"""The databases of the tests: one of each kind a session, migrated with the real migrations, emptied between tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from tests.kept import PutBack, keep
from tests.outside import refuse_outside
from yiqi.app import create_app
from yiqi.booking import watching
from yiqi.config import Settings
from yiqi.connections import Remembered
from yiqi.db import WRITES, db
from yiqi.kiosk import watching as kiosk_watching

ROOT = Path(__file__).resolve().parent.parent
SECRET = "only-the-tests-know-this-secret-of-theirs"


_EMPTY = """
DO $$
DECLARE
    one text;
    has_rows bool;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN
        SELECT relname FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', one) INTO has_rows;
        IF has_rows THEN
            EXECUTE format('DELETE FROM %I', one);
        END IF;
    END LOOP;
    FOR one IN
        SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
    LOOP
        PERFORM setval(format('%I', one)::regclass, 1, false);
    END LOOP;
END $$
"""
"""PostgreSQL's tables empty and their counters at the start, triggers and references aside. A TRUNCATE of all of them
makes some two hundred new files each time."""

_emptied: dict[str, PutBack] = {}
"""By the address of a SQLite database: what puts its empty file back."""


@dataclass(frozen=True)
class ScratchSettings(Settings):
    """Settings of a site under test, whose instance folder is a temporary one."""

    scratch: Path = Path()

    @property
    def instance(self) -> Path:
        return self.scratch


@contextmanager
def built(database_url: str, scratch: Path, revision: str = "head", **more: Any) -> Iterator[Flask]:
    """A site on a database, migrated to the newest revision or to an earlier one; its connections are closed at the
    end. `more`: settings of its own."""
    settings = ScratchSettings(
        root=ROOT,
        env="test",
        database_url=database_url,
        secret_key=SECRET,
        hosts=("localhost", "127.0.0.1"),
        scratch=scratch,
        **more,
    )
    app = create_app(ROOT, settings)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _unsynced)
        else:
            refuse_outside(db.engine)
        upgrade(directory=str(ROOT / "migrations"), revision=revision)
    yield app
    with app.app_context():
        db.engine.dispose()


def _unsynced(connection: DBAPIConnection, _record: object) -> None:
    """These files need not outlive a loss of power: a test may commit thirty times without waiting for the disk."""
    connection.cursor().execute("PRAGMA synchronous=OFF").close()


def empty(app: Flask) -> None:
    """Every table empty, and the process without memory of what was in them. Needs no application context."""
    with app.app_context():
        db.session.remove()
        where = str(db.engine.url)
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect().execution_options(**WRITES) as connection, connection.begin():
                connection.execute(text(_EMPTY))
        elif where in _emptied:
            _emptied[where]()
        else:
            _empty_a_file()
            _emptied[where] = keep()
        Remembered.forget(db.engine)
    watching.init(app)
    kiosk_watching.init(app)


def _empty_a_file() -> None:
    with db.engine.connect().execution_options(**WRITES) as connection, connection.begin():
        kept = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        for name, _sql in kept:
            connection.execute(text(f"DROP TRIGGER {name}"))
        for table in reversed(db.metadata.sorted_tables):
            connection.execute(table.delete())
        for _name, sql in kept:
            connection.execute(text(sql))


@contextmanager
def in_use(app: Flask) -> Iterator[Flask]:
    """An application context over empty tables, for tests that call verbs and reads themselves."""
    empty(app)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.rollback()
            db.session.remove()


@contextmanager
def read_only() -> Iterator[None]:
    """The database takes nothing for a while: a disk without room for more, or a standby that is not the first yet."""
    says = {"sqlite": "PRAGMA query_only=ON", "postgresql": "SET TRANSACTION READ ONLY"}[
        db.engine.dialect.name
    ]

    def begin(connection: Any) -> None:
        connection.exec_driver_sql(says)

    event.listen(db.engine, "begin", begin)
    try:
        yield
    finally:
        event.remove(db.engine, "begin", begin)
        db.session.remove()
        db.engine.dispose()
