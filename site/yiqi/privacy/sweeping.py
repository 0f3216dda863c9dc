"""Looking for a phone number in all texts of the database, and taking it out: people type numbers where none are asked for.

The trails are passed over: they hide every number when they are written, and cannot be changed.
"""

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import JSON, Column, Connection, Enum, String, Table, Text, and_, cast, or_, select, update

from yiqi.db import Base
from yiqi.people.rules import national

GONE = "（号码已删除）"
TRAILS = frozenset({"deed", "booking_change", "hours_entry"})
_SHORTEST = 11
_TAIL = 4


def pattern(phone: str) -> re.Pattern[str]:
    """A number (E.164) as people write it: with blanks, hyphens or dots between its digits, with or without +86."""
    digits = r"[\s\-.·]?".join(national(phone))
    return re.compile(rf"(?:\+?86[\s\-.]?)?(?<!\d){digits}(?!\d)|\+?86{digits}(?!\d)")


def sweep(here: Connection, phone: str) -> int:
    """Take a number out of every text, in the caller's transaction; answers in how many rows it stood."""
    found, wanted = 0, pattern(phone)
    for rows in Base.metadata.sorted_tables:
        columns = list(texts(rows))
        if columns:
            found += _sweep_table(here, rows, columns, phone, wanted)
    return found


def texts(rows: Table) -> Iterator[Column[Any]]:
    """The columns of a table that may hold a text long enough for a number."""
    if rows.name in TRAILS:
        return
    for column in rows.columns:
        kind = column.type
        if isinstance(kind, Enum) or column.primary_key:
            continue
        if isinstance(kind, JSON | Text) or (
            isinstance(kind, String) and (kind.length or _SHORTEST) >= _SHORTEST
        ):
            yield column


def _sweep_table(
    here: Connection, rows: Table, columns: list[Column[Any]], phone: str, wanted: re.Pattern[str]
) -> int:
    keys = list(rows.primary_key.columns)
    tail = f"%{'%'.join(phone[-_TAIL:])}%"
    likely = select(*keys, *columns).where(or_(*(cast(column, Text).like(tail) for column in columns)))
    changed = 0
    for row in here.execute(likely).all():
        became = {
            column.name: fresh
            for column in columns
            if (fresh := without(row._mapping[column], wanted)) != row._mapping[column]
        }
        if became:
            this = and_(*(key == row._mapping[key] for key in keys))
            here.execute(update(rows).where(this).values(**became))
            changed += 1
    return changed


def without(value: Any, wanted: re.Pattern[str]) -> Any:
    """A value without the numbers that a pattern finds: a text that was nothing else is empty."""
    if isinstance(value, str):
        return "" if wanted.fullmatch(value.strip()) else wanted.sub(GONE, value)
    if isinstance(value, dict):
        return {without(name, wanted): without(one, wanted) for name, one in value.items()}
    if isinstance(value, list):
        return [without(one, wanted) for one in value]
    return value
