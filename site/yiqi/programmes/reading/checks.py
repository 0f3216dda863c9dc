"""The invariants of this programme, looked for in all rows."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select

from yiqi.booking.doctor.findings import Finding
from yiqi.db import db
from yiqi.programmes.reading.essay_models import EssayEntry, EssayMark
from yiqi.programmes.reading.models import BookCopy, CopyState, DriftStep
from yiqi.programmes.reading.rules.drift import reaches


def one_in_hand(at: datetime) -> Iterator[Finding]:
    """Nobody holds two copies."""
    rows = db.session.execute(
        select(BookCopy.holder_id, func.min(BookCopy.id).label("copy_id"), func.count().label("many"))
        .where(BookCopy.holder_id.is_not(None))
        .group_by(BookCopy.holder_id)
        .having(func.count() > 1)
    )
    for row in rows:
        yield Finding("book_copy", row.copy_id, f"person {row.holder_id} holds {row.many} copies")


def last_step(at: datetime) -> Iterator[Finding]:
    """A copy is where the last step of its trail says, and the trail has no gap."""
    rows = db.session.execute(
        select(
            BookCopy.id,
            BookCopy.state,
            BookCopy.holder_id,
            BookCopy.room_id,
            DriftStep.kind,
            DriftStep.person_id,
            DriftStep.room_id.label("step_room_id"),
        )
        .join(DriftStep, (DriftStep.copy_id == BookCopy.id) & (DriftStep.number == BookCopy.steps))
        .order_by(BookCopy.id)
    )
    for row in rows:
        into = reaches(row.kind)
        holder = row.person_id if into is CopyState.IN_HAND else None
        room = row.step_room_id if into is CopyState.IN_ROOM else None
        if (row.state, row.holder_id, row.room_id) != (into, holder, room):
            yield Finding("book_copy", row.id, f"it is {row.state}, and its last step is {row.kind}")
    many = func.count(DriftStep.id)
    counted = db.session.execute(
        select(BookCopy.id, BookCopy.steps, many.label("many"))
        .outerjoin(DriftStep, DriftStep.copy_id == BookCopy.id)
        .group_by(BookCopy.id, BookCopy.steps)
        .having(many != BookCopy.steps)
    )
    for one in counted:
        yield Finding("book_copy", one.id, f"it counts {one.steps} steps, and there are {one.many}")


def own_marks(at: datetime) -> Iterator[Finding]:
    """Nobody has marked their own essay."""
    rows = db.session.execute(
        select(EssayMark.entry_id, EssayMark.juror_id)
        .join(EssayEntry, EssayEntry.id == EssayMark.entry_id)
        .where(EssayEntry.person_id == EssayMark.juror_id)
    )
    for row in rows:
        yield Finding("essay_mark", row.entry_id, f"person {row.juror_id} marked their own")


CHECKS = {"reading-in-hand": one_in_hand, "reading-trail": last_step, "reading-own-marks": own_marks}
