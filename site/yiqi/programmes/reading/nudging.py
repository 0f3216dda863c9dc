"""The chore that asks after books which stay long in one hand: one letter for each time somebody holds one."""

from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from yiqi.db import db, retried, table, writing
from yiqi.notices import outbox
from yiqi.programmes.reading.models import BookCopy, CopyState
from yiqi.programmes.reading.rules.drift import NUDGE_AFTER

_copy = table(BookCopy)


def nudge_due(at: datetime) -> int:
    """Ask after every book that is due; answers how many letters were written. Twice is once."""
    due = list(db.session.scalars(select(_copy.c.id).where(*_due(at)).order_by(_copy.c.id)))
    db.session.commit()
    return sum(_nudge(copy_id=copy_id, at=at) for copy_id in due)


@retried
def _nudge(*, copy_id: int, at: datetime) -> bool:
    with writing() as session:
        here = session.connection()
        asked = update(_copy).where(_copy.c.id == copy_id, *_due(at)).values(nudged_at=at)
        copy = here.execute(asked.returning(_copy.c.holder_id, _copy.c.steps)).one_or_none()
        if copy is None:
            return False
        key = f"reading-nudge-{copy_id}-{copy.steps}"
        outbox.put(
            here, "reading_nudge", key=key, person_id=copy.holder_id, at=at, copy=copy_id, steps=copy.steps
        )
        return True


def _due(at: datetime) -> tuple[ColumnElement[bool], ...]:
    held = _copy.c.state == CopyState.IN_HAND
    return held, _copy.c.nudged_at.is_(None), _copy.c.since <= at - NUDGE_AFTER
