"""The awards of a year, read from the trails and counted by `rules.awards`."""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy import func, select

from yiqi import clock
from yiqi.db import db
from yiqi.people.models import Person
from yiqi.programmes.reading.models import (
    BookCopy,
    BookTitle,
    DriftStep,
    NameConsent,
    ReaderNote,
    StepKind,
)
from yiqi.programmes.reading.naming import shown
from yiqi.programmes.reading.rules import awards
from yiqi.programmes.reading.rules.awards import Placed, Prize, Rule


class Winner(Struct, frozen=True):
    """A rank with who or what it is: `name` as everybody may read it, `name_en` of a book, `copy_id` of a copy."""

    placed: Placed
    name: str
    full_name: str
    name_en: str = ""
    number: int = 0
    copy_id: int | None = None


class Year(Struct, frozen=True):
    """The three lists of a year, and the rule they were counted by."""

    year: int
    rule: Rule
    givers: Sequence[Winner]
    copies: Sequence[Winner]
    readers: Sequence[Winner]

    @property
    def lists(self) -> list[tuple[Prize, Sequence[Winner]]]:
        return [(Prize.GIVER, self.givers), (Prize.COPY, self.copies), (Prize.READER, self.readers)]


def years(at: datetime) -> list[int]:
    """The years in which books drifted, the newest first; this one always."""
    first = db.session.scalar(select(func.min(DriftStep.at)))
    now = clock.beijing(at).year
    return list(range(now, (clock.beijing(first).year if first else now) - 1, -1))


def of(year: int) -> Year | None:
    """The awards of a year (from New Year to New Year in Beijing); None before there was a rule."""
    rule = awards.rule_of(year)
    if rule is None:
        return None
    during = (DriftStep.at >= clock.at(date(year, 1, 1)), DriftStep.at < clock.at(date(year + 1, 1, 1)))
    noted = select(ReaderNote.step_id).where(
        ReaderNote.step_id == DriftStep.id, ReaderNote.hidden_at.is_(None)
    )
    rows = db.session.execute(
        select(
            DriftStep.kind,
            DriftStep.copy_id,
            DriftStep.person_id,
            DriftStep.place,
            BookCopy.title_id,
            noted.exists().label("has_note"),
        )
        .join(BookCopy, BookCopy.id == DriftStep.copy_id)
        .where(
            *during,
            DriftStep.person_id.is_not(None),
            DriftStep.kind.in_([StepKind.ADRIFT, StepKind.RECEIVED]),
        )
    ).all()
    put = [awards.Put(row.person_id, row.title_id) for row in rows if row.kind is StepKind.ADRIFT]
    received = [
        awards.Received(row.copy_id, row.title_id, row.person_id, row.place, row.has_note)
        for row in rows
        if row.kind is StepKind.RECEIVED
    ]
    return Year(
        year,
        rule,
        _people(awards.givers(rule, put)),
        _copies(awards.copies(rule, received)),
        _people(awards.readers(rule, received)),
    )


def _people(placed: Sequence[Placed]) -> list[Winner]:
    rows = db.session.execute(
        select(Person.id, Person.name, NameConsent.is_given)
        .outerjoin(NameConsent, NameConsent.person_id == Person.id)
        .where(Person.id.in_([one.of_id for one in placed]))
    )
    known = {row.id: row for row in rows}
    return [
        Winner(one, shown(known[one.of_id].name, known[one.of_id].is_given), known[one.of_id].name)
        for one in placed
    ]


def _copies(placed: Sequence[Placed]) -> list[Winner]:
    rows = db.session.execute(
        select(BookCopy.id, BookCopy.number, BookTitle.name, BookTitle.name_en)
        .join(BookTitle, BookTitle.id == BookCopy.title_id)
        .where(BookCopy.id.in_([one.of_id for one in placed]))
    )
    known = {row.id: row for row in rows}
    return [
        Winner(one, row.name, row.name, row.name_en, row.number, row.id)
        for one, row in ((one, known[one.of_id]) for one in placed)
    ]
