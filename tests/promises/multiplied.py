"""Ten times the rows: under every parent each row has nine more like it, with all that hangs on it. What is unique is made
other; a twin that the tables do not take is left out. SQLite only, past the verbs."""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import Column, Date, Enum, ForeignKeyConstraint, String, Table, UniqueConstraint

from tests.builders import workers
from yiqi.db import db

TWINS = 9
LEFT_ALONE = {"person", "union", "browser_session", "role_grant", "audit_entry", "alembic_version"}
"""Who is asked for, and what they may: these stay as they are."""
NUMBERED = re.compile(r"-[0-9]+$")
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"

Row = dict[str, Any]


@dataclass
class Original:
    """A table as it was: its rows by their ids, and who points to them."""

    table: Table
    rows: list[Row]
    by: dict[str, dict[Any, list[Row]]] = field(default_factory=dict)


def multiply() -> int:
    """Multiply whatever the database holds; answers how many rows were added."""
    people = [one.id for one in workers(TWINS)]
    db.session.rollback()
    raw = db.engine.raw_connection()
    try:
        connection: Any = raw.driver_connection
        connection.execute("BEGIN IMMEDIATE")
        added = _Multiplying(connection, people).run()
        connection.execute("COMMIT")
        return added
    finally:
        raw.close()


class _Multiplying:
    def __init__(self, connection: sqlite3.Connection, people: list[int]) -> None:
        self._connection, self._people, self._dice = connection, people, Random(1)
        self._tables = {name: _read(connection, table) for name, table in db.metadata.tables.items()}
        self._pointing: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._parents: dict[str, dict[str, str]] = {}
        self._next: dict[str, int] = {}
        for name, one in self._tables.items():
            self._parents[name] = {column.name: parent for column, parent in _parents(one.table)}
            for column, parent in self._parents[name].items():
                self._pointing[parent].append((name, column))
                one.by[column] = defaultdict(list)
                for row in one.rows:
                    one.by[column][row[column]].append(row)
        self.added = 0

    def run(self) -> int:
        for name, one in self._tables.items():
            if name not in LEFT_ALONE and "id" in one.table.c:
                for row in one.rows:
                    for number in range(TWINS):
                        self._twin(name, row, {}, number)
        return self.added

    def _twin(self, name: str, row: Row, instead: dict[tuple[str, Any], Any], number: int) -> None:
        """A row once more, and all that points to it; what is in `instead` has a twin already."""
        kept = {
            column: instead.get((parent, row[column]), row[column])
            for column, parent in self._parents[name].items()
        }
        fresh = self._other(name, {**row, **kept}, set(kept), number)
        made = self._insert(name, fresh)
        if made is None and "person" in self._parents[name].values():
            somebody = {
                one: self._people[number]
                for one, of in self._parents[name].items()
                if of == "person" and fresh[one] is not None
            }
            made = self._insert(name, {**fresh, **somebody})
        if made is None or "id" not in row or name in LEFT_ALONE:
            return
        twins = {**instead, (name, row["id"]): made}
        for child, column in self._pointing[name]:
            if child in LEFT_ALONE:
                continue
            for below in self._tables[child].by[column].get(row["id"], []):
                if (child, below.get("id")) not in twins:
                    self._twin(child, below, twins, number)

    def _other(self, name: str, row: Row, parents: set[str], number: int) -> Row:
        """The row with another value in whatever is unique in its table and no parent."""
        table = self._tables[name].table
        other = dict(row)
        if "id" in table.c:
            self._next[name] = self._next.get(name, 1_000_000) + 1
            other["id"] = self._next[name]
        for column in _unique(table) - parents - {"id"}:
            value, kind = row[column], table.c[column].type
            if isinstance(kind, Date) and value is not None:
                other[column] = str(date.fromisoformat(value) + timedelta(days=number + 1))
            elif isinstance(value, str) and isinstance(kind, String) and not isinstance(kind, Enum):
                word = "".join(self._dice.choices(LETTERS, k=max(8, len(value))))
                other[column] = NUMBERED.sub(f"-{self._dice.randrange(1_000, 2_000_000)}", value)
                if other[column] == value:
                    other[column] = word
            elif isinstance(value, int) and not isinstance(value, bool):
                other[column] = self._dice.randrange(1_000, 2_000_000)
        return other

    def _insert(self, name: str, row: Row) -> Any:
        names = ", ".join(f'"{one}"' for one in row)
        holes = ", ".join("?" * len(row))
        try:
            into = f'INSERT OR IGNORE INTO "{name}" ({names}) VALUES ({holes})'  # noqa: S608
            done = self._connection.execute(into, list(row.values()))
        except sqlite3.IntegrityError:
            return None
        self.added += done.rowcount
        return row.get("id", 0) if done.rowcount else None


def _read(connection: sqlite3.Connection, table: Table) -> Original:
    found = connection.execute(f'SELECT * FROM "{table.name}"')  # noqa: S608
    names = [one[0] for one in found.description]
    return Original(table, [dict(zip(names, row, strict=True)) for row in found])


def _parents(table: Table) -> Iterator[tuple[Column[Any], str]]:
    for constraint in table.constraints:
        if isinstance(constraint, ForeignKeyConstraint) and len(constraint.columns) == 1:
            yield constraint.columns[0], constraint.referred_table.name


def _unique(table: Table) -> set[str]:
    """The columns that make a row of a table another one."""
    found = {one.name for one in table.primary_key}
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            found |= {one.name for one in constraint.columns}
    for index in table.indexes:
        if index.unique:
            found |= {one.name for one in index.columns}
    return found
