"""The in-site inbox: every notice to somebody, whatever way they chose besides. Texts are made when it is read."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, true, update

from yiqi.db import db, retried, touched, writing
from yiqi.notices.models import Notice

PAGE = 20
NOT_SHOWN = ("code", "email_link")
"""Kinds that are of use only where they were sent to."""


def of_person(person_id: int, before: int | None = None) -> tuple[list[Notice], bool]:
    """Somebody's notices, told last first, a page of them after the one of an id; and whether there are older ones."""
    found = select(Notice).where(*_theirs(person_id))
    if before is not None:
        last = select(Notice.created_at, Notice.id).where(Notice.id == before, *_theirs(person_id)).subquery()
        found = found.join(last, true()).where(
            or_(
                Notice.created_at < last.c.created_at,
                and_(Notice.created_at == last.c.created_at, Notice.id < last.c.id),
            )
        )
    order = (Notice.created_at.desc(), Notice.id.desc())
    rows = list(db.session.scalars(found.order_by(*order).limit(PAGE + 1)))
    return rows[:PAGE], len(rows) > PAGE


def one(notice_id: int, person_id: int) -> Notice | None:
    """A notice of somebody's own; None when there is none."""
    return db.session.scalar(select(Notice).where(Notice.id == notice_id, *_theirs(person_id)))


def unread(person_id: int) -> int:
    """How many of somebody's notices they have not had before them."""
    found = select(func.count()).select_from(Notice).where(*_theirs(person_id), Notice.read_at.is_(None))
    return db.session.scalar(found) or 0


@retried
def read(*, person_id: int, notice_id: int | None = None, at: datetime) -> int:
    """Note that somebody has read one of their notices, or all of them; answers how many were new to them."""
    mine = [*_theirs(person_id), Notice.read_at.is_(None)]
    if notice_id is not None:
        mine.append(Notice.id == notice_id)
    with writing() as session:
        return touched(session.execute(update(Notice).where(*mine).values(read_at=at)))


def _theirs(person_id: int) -> list[ColumnElement[bool]]:
    return [Notice.person_id == person_id, Notice.kind.not_in(NOT_SHOWN)]
