"""Searching everything that is kept for a text: every column of every table, and every file."""

import json
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import JSON, Column, Enum, String, Text, UniqueConstraint, select, update

from yiqi.db import Base, db, writing


def found_in_tables(*wanted: str) -> list[str]:
    """Where one of some texts stands: `table.column`. Bytes are looked at, and JSON as it was meant."""
    places = set()
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(select(table)):
            for name, value in row._mapping.items():
                if any(one in _spelled(value) for one in wanted):
                    places.add(f"{table.name}.{name}")
    db.session.rollback()
    return sorted(places)


def found_in_files(site: Flask, *wanted: str) -> list[str]:
    """The files of the site's own folder, the database's among them, that hold one of some texts; but for the code of templates,
    which says what they say."""
    needles = [one.encode() for one in wanted] + [json.dumps(one)[1:-1].encode() for one in wanted]
    folder: Path = site.config["YIQI"].instance
    return sorted(
        path.name
        for path in folder.rglob("*")
        if path.is_file()
        and path.parent.name != "compiled"
        and any(needle in path.read_bytes() for needle in needles)
    )


def write_everywhere(said: str, *, beside: str) -> int:
    """Put a text into every column of every table that takes one, in the first row there is, but where another text
    stands that is looked for; answers into how many."""
    written = 0
    with writing() as session:
        here = session.connection()
        for table in Base.metadata.sorted_tables:
            if table.name in ("deed", "booking_change", "hours_entry", "person", "alembic_version"):
                continue  # trails hide every number when they are written, and refuse to be changed
            keys = list(table.primary_key.columns)
            first = here.execute(select(table).order_by(*keys).limit(1)).one_or_none()
            free = [column for column in table.columns if _takes_words(column)]
            if first is None:
                continue
            free = [column for column in free if beside not in _spelled(first._mapping[column.name])]
            if not free:
                continue
            this = [key == first._mapping[key.name] for key in keys]
            here.execute(update(table).where(*this).values({one.name: _as(one, said) for one in free}))
            written += len(free)
    return written


def _takes_words(column: Column[Any]) -> bool:
    kind = column.type
    groups = [index.columns for index in column.table.indexes if index.unique]
    groups += [one.columns for one in column.table.constraints if isinstance(one, UniqueConstraint)]
    unique = {one.name for group in groups for one in group}
    if column.name == "credential":  # a code that the site writes, and checks
        return False
    if isinstance(kind, Enum) or column.primary_key or column.foreign_keys or column.name in unique:
        return False
    if isinstance(kind, JSON):
        return column.name in ("facts", "rows", "fields")
    return isinstance(kind, Text) or (isinstance(kind, String) and (kind.length or 0) >= 40)


def _as(column: Column[Any], said: str) -> Any:
    return {"said": [said]} if isinstance(column.type, JSON) else f"打 {said} 找我"


def _spelled(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode(errors="ignore")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
