"""What a year of reading is told by: books that came into one's hand, and what one wrote of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, and_, cast, func, literal, select

from yiqi.booking.programme import Measure
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.programmes.reading.models import BookCopy, BookTitle, DriftStep, ReaderNote, ReadingGroup
from yiqi.programmes.reading.rules.drift import StepKind


def _books(first: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    """Books received on their way. The same title twice is one book: the first time counts."""
    received = and_(
        DriftStep.kind == StepKind.RECEIVED,
        DriftStep.person_id.is_not(None),
        DriftStep.at >= first,
        DriftStep.at < until,
    )
    return (
        select(
            DriftStep.person_id,
            func.min(DriftStep.at).label("at"),
            literal(1).label("amount"),
            BookTitle.name.label("title"),
            BookTitle.name_en.label("title_en"),
            cast(func.min(BookCopy.id), String).label("ref"),
        )
        .join(BookCopy, BookCopy.id == DriftStep.copy_id)
        .join(BookTitle, BookTitle.id == BookCopy.title_id)
        .where(received)
        .group_by(DriftStep.person_id, BookTitle.id, BookTitle.name, BookTitle.name_en)
    )


def _notes(first: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    """Notes that stand: on a book's trail, or on a group's page."""
    return (
        select(
            ReaderNote.person_id,
            ReaderNote.written_at.label("at"),
            literal(1).label("amount"),
            func.coalesce(BookTitle.name, ReadingGroup.name).label("title"),
            func.coalesce(BookTitle.name_en, ReadingGroup.name_en).label("title_en"),
            func.coalesce(cast(BookCopy.id, String), "").label("ref"),
        )
        .outerjoin(DriftStep, DriftStep.id == ReaderNote.step_id)
        .outerjoin(BookCopy, BookCopy.id == DriftStep.copy_id)
        .outerjoin(BookTitle, BookTitle.id == BookCopy.title_id)
        .outerjoin(ReadingGroup, ReadingGroup.id == ReaderNote.group_id)
        .where(ReaderNote.hidden_at.is_(None), ReaderNote.written_at >= first, ReaderNote.written_at < until)
    )


TO_BOOK = ("reading.book", "copy_id")
MEASURES = (
    Measure("books", _l("读过的漂流书"), lambda many: _("%(n)s 本", n=many), _books, TO_BOOK),
    Measure("notes", _l("写下的读书笔记"), lambda many: _("%(n)s 篇", n=many), _notes, TO_BOOK),
)
