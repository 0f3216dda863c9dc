"""Making something at the desk, once for each form that was sent."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, insert, select
from sqlalchemy.exc import IntegrityError

from yiqi.db import Again


def before(here: Connection, rows: Table, by_id: int, nonce: str) -> int | None:
    """What this form has made already; None when it comes for the first time."""
    same = (rows.c.made_by_id == by_id, rows.c.nonce == nonce)
    found: int | None = here.scalar(select(rows.c.id).where(*same))
    return found


def make(here: Connection, rows: Table, row: Mapping[str, Any]) -> int:
    """Write a row, in the caller's transaction; answers its id. Raises `Again` when the same form was quicker."""
    try:
        made: int = here.execute(insert(rows).returning(rows.c.id), dict(row)).scalar_one()
    except IntegrityError as error:
        raise Again from error
    return made
