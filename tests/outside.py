"""What the site writes or locks outside of a transaction, noticed. On PostgreSQL it reads without one (`db._Session`): there a
write would be kept at once, whatever comes after it, and a lock be gone with its statement."""

import re
import sys
from types import FrameType
from typing import Any

from sqlalchemy import Engine, event

from tests.servers import ROOT

NEEDS_ONE = re.compile(
    r"^\s*SAVEPOINT\b|\b(INSERT INTO|UPDATE \w+ SET|DELETE FROM|LOCK TABLE|SET LOCAL)\b"
    r"|\bFOR (UPDATE|SHARE|NO KEY UPDATE|KEY SHARE)\b|_advisory_xact_lock"
)
SITE = f"{ROOT / 'site'}/"


class Outside(AssertionError):
    """A statement of the site that needs a transaction and has none."""


def refuse_outside(engine: Engine) -> None:
    """From now on such a statement fails. What a test says itself is its own business, and so are objects that it
    changed."""
    event.listen(engine, "before_cursor_execute", _look)


def _look(_here: Any, cursor: Any, statement: str, *_rest: Any) -> None:
    if cursor.connection.autocommit and NEEDS_ONE.search(statement) and _is_the_sites(sys._getframe()):
        raise Outside(statement)


def _is_the_sites(frame: FrameType | None) -> bool:
    """Whether the nearest of our own lines that led here is one of the site's, and no flush lies between."""
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(SITE):
            return True
        if frame.f_code.co_name == "_flush" or (name.startswith(str(ROOT / "tests")) and name != __file__):
            return False
        frame = frame.f_back
    return False
