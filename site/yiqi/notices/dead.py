"""Dead letters: notices that no channel took. The desk sends them again, or gives them up for good."""

from datetime import datetime

from sqlalchemy import Connection, func, select, update

from yiqi.db import Facts, db, table, touched
from yiqi.notices.models import Notice

PAGE = 50

_notice = table(Notice)
_DEAD = (Notice.dead_at.is_not(None), Notice.closed_at.is_(None), Notice.sent_at.is_(None))


def listed(before: int | None = None) -> tuple[list[Notice], bool]:
    """The dead letters, the newest first, a page of them before the id of one; and whether there are more."""
    found = select(Notice).where(*_DEAD)
    if before is not None:
        found = found.where(Notice.id < before)
    rows = list(db.session.scalars(found.order_by(Notice.id.desc()).limit(PAGE + 1)))
    return rows[:PAGE], len(rows) > PAGE


def count() -> int:
    """How many there are."""
    return db.session.scalar(select(func.count()).select_from(Notice).where(*_DEAD)) or 0


def hold(here: Connection, notice_id: int) -> Facts | None:
    """A dead letter under its lock, in the caller's transaction; None when it is none (any more)."""
    found = select(_notice.c.id, _notice.c.kind, _notice.c.person_id, _notice.c.reason)
    return here.execute(found.where(_notice.c.id == notice_id, *_DEAD).with_for_update()).one_or_none()


def revive(here: Connection, notice_id: int, at: datetime) -> bool:
    """Put a dead letter back in line, its tries counted anew; whether it was one."""
    again = {"dead_at": None, "tries": 0, "next_try_at": at}
    return touched(here.execute(update(_notice).where(_notice.c.id == notice_id, *_DEAD).values(**again))) > 0


def close(here: Connection, notice_id: int, at: datetime) -> bool:
    """Give a dead letter up for good; whether it was one. It stays in its person's inbox."""
    return (
        touched(here.execute(update(_notice).where(_notice.c.id == notice_id, *_DEAD).values(closed_at=at)))
        > 0
    )


def is_there(notice_id: int) -> bool:
    """Whether there is such a notice at all, dead or not."""
    return db.session.get(Notice, notice_id) is not None
