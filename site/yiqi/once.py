"""Making something once for each form that was sent: whoever sent it and the form's nonce tell it from all others."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, insert, select
from sqlalchemy.exc import IntegrityError

from yiqi.db import Again


def before(here: Connection, rows: Table, *, nonce: str, **whose: int | None) -> int | None:
    """The id of what this form has made already; None when it comes for the first time. `whose`: the columns that a nonce
    is unique within, as `made_by_id`."""
    same = (rows.c.nonce == nonce, *(rows.c[name] == value for name, value in whose.items()))
    found: int | None = here.scalar(select(rows.c.id).where(*same))
    return found


def make(here: Connection, rows: Table, row: Mapping[str, Any]) -> int:
    """Write a row, in the caller's transaction; answers its id. Raises `Again` when the same form was quicker."""
    try:
        made: int = here.execute(insert(rows).returning(rows.c.id), dict(row)).scalar_one()
    except IntegrityError as error:
        raise Again from error
    return made
