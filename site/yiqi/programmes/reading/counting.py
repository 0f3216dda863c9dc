"""How much there is at the desk, and what waits there for somebody's word."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, func, select

from yiqi.db import Base, db
from yiqi.programmes.reading import essay_lists, notes
from yiqi.programmes.reading.essay_models import EssayCall
from yiqi.programmes.reading.models import BookCopy, BookRoom, BookTitle, CopyState, ReaderNote, ReadingGroup
from yiqi.programmes.reading.reaching import within
from yiqi.programmes.reading.rules.drift import NUDGE_AFTER
from yiqi.roles.rules.permissions import Held


class Counts(Struct, frozen=True):
    """What is within reach: `reports` notes and `due` calls wait; `overdue` books are long in one hand."""

    rooms: int
    groups: int
    titles: int
    copies: int
    overdue: int
    missing: int
    calls: int
    due: int
    reports: int

    @property
    def waiting(self) -> int:
        return self.reports + self.due


def of(held: Sequence[Held], at: datetime) -> Counts:
    """Counted within reach of these roles at an instant."""
    copies = within(held, BookCopy.union_id)
    return Counts(
        rooms=_many(BookRoom, within(held, BookRoom.union_id), BookRoom.closed_at.is_(None)),
        groups=_many(ReadingGroup, within(held, ReadingGroup.union_id), ReadingGroup.ended_at.is_(None)),
        titles=_many(BookTitle, within(held, BookTitle.union_id)),
        copies=_many(BookCopy, copies),
        overdue=_many(
            BookCopy, copies, BookCopy.state == CopyState.IN_HAND, BookCopy.since <= at - NUDGE_AFTER
        ),
        missing=_many(BookCopy, copies, BookCopy.state.in_([CopyState.LOST, CopyState.PAUSED])),
        calls=_many(EssayCall, within(held, EssayCall.union_id)),
        due=essay_lists.past_deadline(within(held, EssayCall.union_id), at),
        reports=notes.open_reports(within(held, ReaderNote.union_id)),
    )


def waiting(held: Sequence[Held], at: datetime) -> int:
    """How many things wait at the desk: reported notes, and calls past their deadline."""
    return notes.open_reports(within(held, ReaderNote.union_id)) + essay_lists.past_deadline(
        within(held, EssayCall.union_id), at
    )


def _many(model: type[Base], *wanted: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*wanted)) or 0
