"""What a migration did to a schema, seen by code that does not know of it: the release that still serves meanwhile."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Engine, Inspector, String, inspect
from sqlalchemy.engine.interfaces import ReflectedColumn


@dataclass(frozen=True)
class Column:
    """As the database has it. A `filled` column needs no value of whoever writes a row."""

    kind: str
    length: int | None
    required: bool
    filled: bool


@dataclass(frozen=True)
class Shape:
    """A table: its columns, and what rows of it must keep to."""

    columns: Mapping[str, Column]
    unique: frozenset[frozenset[str]]
    checks: frozenset[str]
    refers: frozenset[tuple[str, ...]]


def shapes(engine: Engine) -> dict[str, Shape]:
    """Every table of a database but Alembic's own."""
    look = inspect(engine)
    return {name: _shape(look, name) for name in look.get_table_names() if name != "alembic_version"}


def _shape(look: Inspector, name: str) -> Shape:
    key = look.get_pk_constraint(name)["constrained_columns"]
    unique: list[list[str | None]] = [list(one["column_names"]) for one in look.get_unique_constraints(name)]
    unique += [one["column_names"] for one in look.get_indexes(name) if one["unique"]]
    return Shape(
        {one["name"]: _column(one, key) for one in look.get_columns(name)},
        frozenset(frozenset(str(column) for column in columns) for columns in unique),
        frozenset(one["sqltext"] for one in look.get_check_constraints(name)),
        frozenset(tuple(one["constrained_columns"]) for one in look.get_foreign_keys(name)),
    )


def _column(one: ReflectedColumn, key: list[str]) -> Column:
    kind = one["type"]
    length = kind.length if isinstance(kind, String) else None
    counted = [one["name"]] == key and kind.python_type is int
    is_filled = one["nullable"] or one["default"] is not None or counted
    return Column(type(kind).__name__, length, not one["nullable"], is_filled)


def complaints(before: Mapping[str, Shape], after: Mapping[str, Shape]) -> Iterator[str]:
    """What code that was written for `before` could stumble over in `after`."""
    for name, old in before.items():
        if name not in after:
            yield f"{name} is gone"
            continue
        new = after[name]
        for column in sorted(old.columns.keys() | new.columns.keys()):
            said = _about(old.columns.get(column), new.columns.get(column))
            if said:
                yield f"{name}.{column} {said}"
        for columns in new.unique - old.unique:
            yield f"{name} has to differ in {', '.join(sorted(columns))} now"
        known = old.columns.keys()
        for check in new.checks - old.checks:
            if not any(column in check for column in new.columns.keys() - known):
                yield f"{name} is held to {check} now"
        for columns_ in new.refers - old.refers:
            if set(columns_) <= known:
                yield f"{name} has to refer to something by {', '.join(columns_)} now"


def _about(old: Column | None, new: Column | None) -> str:
    if new is None:
        return "is gone"
    if old is None:
        return "" if new.filled else "is required, and has no default"
    if new.kind != old.kind:
        return f"was {old.kind} and is {new.kind}"
    if new.length is not None and (old.length is None or new.length < old.length):
        return "is shorter"
    if new.required and not old.required:
        return "is required now"
    return "has no default any more" if old.filled and not new.filled else ""
