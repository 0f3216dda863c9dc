"""Runs the numbered migrations on the application's database; both kinds, one set of files."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy.engine import Connection
from sqlalchemy.types import TypeDecorator, TypeEngine

from yiqi.db import WRITES, db

config = context.config


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Our column types as plain SQLAlchemy ones: a migration imports nothing of the application."""
    if kind == "type" and isinstance(item, TypeDecorator):
        plain: TypeEngine[Any] = item.impl_instance
        return f"sa.{plain!r}"
    if kind == "type" and isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    return False


def same_type(_context: Any, _inspected: Any, _column: Any, inspected: Any, model: Any) -> bool | None:
    """A closed list of words is kept as text: the two are the same type."""
    if isinstance(model, sa.Enum) and isinstance(inspected, sa.String):
        return False
    return None


def number(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """0001, 0002 …; nothing is written when nothing changed."""
    if not directives or (
        not directives[0].upgrade_ops.ops
        and config.cmd_opts
        and getattr(config.cmd_opts, "autogenerate", False)
    ):
        directives.clear()
        return
    head = ScriptDirectory.from_config(config).get_current_head()
    directives[0].rev_id = f"{int(head or 0) + 1:04d}"


@contextmanager
def rebuilding(connection: Connection) -> Iterator[None]:
    """Let SQLite rebuild tables that others refer to: its foreign keys are looked at afterwards, all at once."""
    if connection.dialect.name != "sqlite":
        yield
        return
    sqlite = connection.connection.driver_connection
    if sqlite is None:
        raise RuntimeError("there is no connection to SQLite")
    sqlite.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        broken = sqlite.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"The migration left rows that refer to nothing: {broken[:5]}")
    finally:
        sqlite.execute("PRAGMA foreign_keys=ON")


def run() -> None:
    """Upgrade or downgrade in one transaction, so that a migration killed half-way leaves nothing behind."""
    engine = db.engine
    with engine.connect().execution_options(**WRITES) as connection, rebuilding(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=render_item,
            compare_type=same_type,
            process_revision_directives=number,
            render_as_batch=True,
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations run on a database; there is no offline mode.")
if current_app:
    run()
