"""What is written or locked outside of a transaction, noticed, whoever says it: the site, or a test. On PostgreSQL one reads
without (`db._Session`): there a write would be kept at once, whatever comes after it, and a lock be gone with its statement."""

import re
from typing import Any

from sqlalchemy import Engine, event

NEEDS_ONE = re.compile(
    r'^\s*SAVEPOINT\b|\b(INSERT INTO|UPDATE "?\w+"? SET|DELETE FROM|LOCK TABLE|SET LOCAL)\b'
    r"|\bFOR (UPDATE|SHARE|NO KEY UPDATE|KEY SHARE)\b|_advisory_xact_lock"
)


class Outside(AssertionError):
    """A statement that needs a transaction and has none."""


def refuse_outside(engine: Engine) -> None:
    """From now on such a statement fails."""
    event.listen(engine, "before_cursor_execute", _look)


def _look(_here: Any, cursor: Any, statement: str, *_rest: Any) -> None:
    if cursor.connection.autocommit and NEEDS_ONE.search(statement):
        raise Outside(statement)
