"""Whether anything was committed to the database since the last look, by whichever process: cheaper than reading it."""

from collections.abc import Callable

from sqlalchemy import Connection, Engine, text


class SqliteChanges:
    """The file's data_version moved, on a connection that is kept for looking. One thread looks at a time."""

    def __init__(self, engine: Callable[[], Engine]) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._last = -1

    def __call__(self) -> bool:
        if self._connection is None:
            self._connection = self._engine().connect().execution_options(isolation_level="AUTOCOMMIT")
        now = int(self._connection.connection.execute("PRAGMA data_version").fetchone()[0])
        moved, self._last = now != self._last, now
        return moved


class PostgresqlChanges:
    """The set of transactions whose work can be seen is another one: those that only read are never in it."""

    def __init__(self, engine: Callable[[], Engine]) -> None:
        self._engine = engine
        self._last = ""

    def __call__(self) -> bool:
        with self._engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            now = str(connection.scalar(text("SELECT pg_current_snapshot()::text")))
        moved, self._last = now != self._last, now
        return moved


def changes(engine: Callable[[], Engine], *, is_sqlite: bool) -> Callable[[], bool]:
    """The looker for a kind of database; the first look says yes."""
    return SqliteChanges(engine) if is_sqlite else PostgresqlChanges(engine)
