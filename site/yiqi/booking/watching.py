"""The versions of slots, for pages that follow them live."""

from collections.abc import Iterable, Mapping

from flask import Flask, current_app
from sqlalchemy import func, select

from yiqi.activities.models import Activity, Occurrence, Slot, Status
from yiqi.booking.models import Attendance
from yiqi.booking.rules.deadlines import Deadlines
from yiqi.db import db
from yiqi.live.changes import SqliteChanges
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
            Slot.capacity,
            Slot.held,
            Slot.waiting,
            Activity.status,
            Activity.allocation,
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
        shows = (row.status, row.allocation, row.capacity, row.held, row.waiting, row.opens_at, row.closes_at)
        seen[row.id] = Seen(row.version, times.instants, row.opens_at, row.ends_at, row.union_only, shows)
    return seen


def of_activity(activity_id: int) -> str:
    """The version of what a desk shows of an activity: its slots, and who has come and gone. One query."""
    slots = select(func.coalesce(func.sum(Slot.version), 0)).where(Slot.activity_id == activity_id)
    came = (
        select(
            func.count(),
            func.count(Attendance.out_at),
            func.max(Attendance.in_at),
            func.max(Attendance.out_at),
            slots.scalar_subquery(),
        )
        .join(Occurrence, Occurrence.id == Attendance.occurrence_id)
        .where(Occurrence.activity_id == activity_id)
    )
    come, gone, last_in, last_out, version = db.session.execute(came).one()
    moments = (int(at.timestamp()) if at else 0 for at in (last_in, last_out))
    return ".".join(str(part) for part in (version, come, gone, *moments))


def snapshot() -> Snapshot:
    """This process's snapshot of slots."""
    kept: Snapshot = current_app.extensions["yiqi.snapshot"]
    return kept


def init(app: Flask) -> None:
    with app.app_context():
        sqlite = db.engine.dialect.name == "sqlite"
    app.extensions["yiqi.snapshot"] = (
        Snapshot(read, SqliteChanges(lambda: db.engine)) if sqlite else Snapshot(read)
    )
