"""The rows of one person, found as the inventory says; and what an emptied column holds. Reads and arithmetic, no verbs."""

from typing import Any

from sqlalchemy import JSON, Boolean, Column, ColumnElement, LargeBinary, Numeric, Table, select
from sqlalchemy.types import Integer

from yiqi.db import Base
from yiqi.privacy.inventory import EVERYTHING
from yiqi.privacy.kept import Kept

BY_NAME = {one.table: one for one in EVERYTHING}


def table_of(kept: Kept) -> Table:
    """The table itself."""
    return Base.metadata.tables[kept.table]


def about(kept: Kept, person_id: int) -> ColumnElement[bool]:
    """The rows of a table that are about somebody, as a condition."""
    column, _, other = kept.whose.partition(".")
    if not other:
        return table_of(kept).c[column] == person_id
    parent = BY_NAME[other]
    return table_of(kept).c[column].in_(select(table_of(parent).c.id).where(about(parent, person_id)))


def blank(column: Column[Any]) -> Any:
    """What a column holds when nothing is to be read in it."""
    if column.nullable:
        return None
    kind = column.type
    if isinstance(kind, JSON):
        made = getattr(column.default, "arg", None)
        return [] if getattr(made, "__name__", "") == "list" else {}
    if isinstance(kind, LargeBinary):
        return b""
    if isinstance(kind, Boolean):
        return False
    return 0 if isinstance(kind, Integer | Numeric) else ""
