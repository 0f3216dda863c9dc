"""Everything that is written down of somebody, for themselves: one zip with all rows as JSON, the same as a workbook, and the
files they handed in."""

import io
import json
import zipfile
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, select

from yiqi import clock
from yiqi.db import db, writing
from yiqi.papers.models import Paper
from yiqi.people.tallies import TooMany as TooMany
from yiqi.people.tallies import spend
from yiqi.privacy import naming, rows, wording
from yiqi.privacy.inventory import EVERYTHING
from yiqi.privacy.kept import Kept
from yiqi.sheets.writing import Sheet, workbook

AN_HOUR, MOST = timedelta(hours=1), 5
"""How often somebody may have it: it is made anew each time."""
_CELL = 32000
"""Characters of a cell; Excel takes 32,767."""


def count(*, person_id: int, at: datetime) -> None:
    """Count one more copy that is asked for. Raises `TooMany`."""
    with writing() as session:
        spend(session, f"own-data {person_id}", AN_HOUR, MOST, at)


def everything(person_id: int) -> dict[str, list[dict[str, Any]]]:
    """By table, the rows about somebody: without what is a secret of the site, and without who else had a hand in it."""
    found = {}
    for kept in EVERYTHING:
        if kept.whose and not kept.withheld:
            written = _rows(kept, person_id)
            if written:
                found[kept.table] = written
    return found


def archive(person_id: int, at: datetime) -> bytes:
    """The zip: `yiqi.json`, `yiqi.xlsx`, `papers/`. Activities and unions stand in it by name, too."""
    found = naming.with_words(everything(person_id))
    titles = {kept.table: str(kept.title) for kept in EVERYTHING if kept.whose}
    said = {
        "made_at": clock.beijing(at).isoformat(),
        "tables": {
            kept.table: {
                "title": titles[kept.table],
                "why": kept.why,
                "kept": kept.long,
                "rows": found[kept.table],
            }
            for kept in EVERYTHING
            if kept.table in found
        },
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("yiqi.json", json.dumps(said, ensure_ascii=False, indent=2))
        packed.writestr("yiqi.xlsx", workbook([_sheet(titles[name], of) for name, of in found.items()]))
        papers = select(Paper.id, Paper.name, Paper.content).where(Paper.person_id == person_id)
        for paper in db.session.execute(papers.order_by(Paper.id)):
            packed.writestr(f"papers/{paper.id}-{paper.name}", paper.content)
    return made.getvalue()


def told(kept: Kept) -> list[Column[Any]]:
    """The columns of a table that somebody is told of."""
    left_out = {*kept.unsaid.split(), "content"}
    columns = rows.table_of(kept).columns
    return [one for one in columns if one.name not in left_out and not _names_somebody(one)]


def _rows(kept: Kept, person_id: int) -> list[dict[str, Any]]:
    table, columns = rows.table_of(kept), told(kept)
    found = db.session.execute(
        select(*columns).where(rows.about(kept, person_id)).order_by(*table.primary_key.columns)
    )
    return [{name: _plain(value) for name, value in row._mapping.items()} for row in found]


def _names_somebody(column: Column[Any]) -> bool:
    """Whether a column says who it was: whom it is about stands above every row already, and others are not told."""
    return any(reference.column.table.name == "person" for reference in column.foreign_keys)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return clock.beijing(value).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _sheet(title: str, found: list[dict[str, Any]]) -> Sheet:
    lines = [[_cell(wording.meaning(value)) for value in row.values()] for row in found]
    return Sheet(title, [wording.heading(column) for column in found[0]], lines)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list | bool) else str(value)
    return text[:_CELL]
