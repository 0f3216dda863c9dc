"""The versions of slots, for pages that follow them live."""

from collections.abc import Iterable, Mapping

from flask import Flask, current_app
from sqlalchemy import Connection, select

from yiqi.activities.models import Activity, Slot, Status
from yiqi.booking.rules.deadlines import Deadlines
from yiqi.db import db
from yiqi.live.snapshot import Seen, Snapshot

MOST_WATCHED = 200
"""Slots one page may follow."""


def read(ids: Iterable[int]) -> Mapping[int, Seen]:
    """Version, instants and end of some slots; drafts are not there. One query."""
    rows = db.session.execute(
        select(
            Slot.id,
            Slot.version,
            Slot.starts_at,
            Slot.ends_at,
            Slot.due_at,
            Activity.opens_at,
            Activity.union_only,
            Activity.closes_at,
            Activity.cancel_minutes,
            Activity.promotion_minutes,
            Activity.auto_minutes,
        )
        .join(Slot.activity)
        .where(Slot.id.in_(list(ids)), Activity.status != Status.DRAFT)
    ).all()
    seen = {}
    for row in rows:
        times = Deadlines.of(row, row)
        seen[row.id] = Seen(row.version, times.instants, row.opens_at, row.ends_at, row.union_only)
    return seen


class SqliteChanges:
    """Whether anything was committed to the SQLite file since the last look: its data_version moved."""

    def __init__(self) -> None:
        self._connection: Connection | None = None
        self._last = -1

    def __call__(self) -> bool:
        if self._connection is None:
            self._connection = db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        now = int(self._connection.connection.execute("PRAGMA data_version").fetchone()[0])
        moved, self._last = now != self._last, now
        return moved


def snapshot() -> Snapshot:
    """This process's snapshot of slots."""
    kept: Snapshot = current_app.extensions["yiqi.snapshot"]
    return kept


def init(app: Flask) -> None:
    with app.app_context():
        sqlite = db.engine.dialect.name == "sqlite"
    app.extensions["yiqi.snapshot"] = Snapshot(read, SqliteChanges()) if sqlite else Snapshot(read)
