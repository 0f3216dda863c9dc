"""Reads of essay calls: what is open, one's own entry, what a juror reads, how the marks lie, who won."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from yiqi.db import Facts, db
from yiqi.papers import keeping
from yiqi.papers.models import Paper
from yiqi.people.models import Person
from yiqi.programmes.reading.calls import phase_of
from yiqi.programmes.reading.essay_models import Award, EssayCall, EssayEntry, EssayJuror, EssayMark
from yiqi.programmes.reading.naming import shown
from yiqi.programmes.reading.rules.calls import Phase
from yiqi.programmes.reading.rules.marks import Spread, ranked, spread

LATELY = 12
"""Calls on the front page of the programme."""


class Call(Struct, frozen=True):
    """A call with where it stands; `own` is the reader's entry, with the file they handed in."""

    call: EssayCall
    phase: Phase
    own: EssayEntry | None = None
    paper: Paper | None = None
    is_juror: bool = False


class Won(Struct, frozen=True):
    """An award on the published list."""

    award: Award
    title: str
    who: str
    number: int


class Blind(Struct, frozen=True):
    """An essay as a juror sees it: never whose it is."""

    id: int
    number: int
    title: str
    kind: str
    size: int
    mark: int | None
    word: str


class Judged(Struct, frozen=True):
    """An essay as the organizer sees it: its marks together, and whose it is once the awards are published."""

    entry: EssayEntry
    name: str
    marks: tuple[Facts, ...]
    spread: Spread | None
    rank: int | None


def one(call_id: int, person_id: int | None, at: datetime) -> Call | None:
    """A call as somebody (None: a visitor) sees it."""
    call = db.session.get(EssayCall, call_id, populate_existing=True)
    if call is None:
        return None
    own = own_entry(call_id, person_id) if person_id is not None else None
    paper = keeping.names([own.paper_id]).get(own.paper_id) if own is not None else None
    return Call(call, phase_of(call, at), own, paper, person_id is not None and is_juror(call_id, person_id))


def lately(at: datetime) -> list[Call]:
    """The calls, the open ones first by their deadline, then the others, the newest first."""
    rows = db.session.scalars(select(EssayCall).order_by(EssayCall.closes_at.desc()).limit(LATELY))
    found = [Call(call, phase_of(call, at)) for call in rows]
    is_open = [one for one in found if one.phase is Phase.OPEN]
    return sorted(is_open, key=lambda one: one.call.closes_at) + [
        one for one in found if one.phase is not Phase.OPEN
    ]


def called(q: str, limit: int) -> list[EssayCall]:
    """Calls by part of their title."""
    wanted = or_(*(one.contains(q, autoescape=True) for one in (EssayCall.title, EssayCall.title_en)))
    return list(
        db.session.scalars(select(EssayCall).where(wanted).order_by(EssayCall.id.desc()).limit(limit))
    )


def of_unions(within: ColumnElement[bool], at: datetime) -> list[tuple[Call, int, int]]:
    """The calls within reach at the desk, each with how many entries and jurors it has, the newest first."""
    entries = (
        select(func.count()).where(EssayEntry.call_id == EssayCall.id, EssayEntry.withdrawn_at.is_(None))
    ).scalar_subquery()
    jurors = select(func.count()).where(EssayJuror.call_id == EssayCall.id).scalar_subquery()
    rows = db.session.execute(
        select(EssayCall, entries, jurors).where(within).order_by(EssayCall.closes_at.desc())
    )
    return [(Call(call, phase_of(call, at)), many, chosen) for call, many, chosen in rows]


def past_deadline(within: ColumnElement[bool], at: datetime) -> int:
    """How many calls within reach wait for their awards."""
    due = (EssayCall.closes_at <= at, EssayCall.published_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(EssayCall).where(within, *due)) or 0


def own_entry(call_id: int, person_id: int) -> EssayEntry | None:
    """What somebody handed in for a call, also when they took it back."""
    return db.session.scalar(
        select(EssayEntry).where(EssayEntry.call_id == call_id, EssayEntry.person_id == person_id)
    )


def own_entries(person_id: int, at: datetime) -> list[Call]:
    """Everything somebody handed in and did not take back, the newest first."""
    rows = db.session.scalars(
        select(EssayEntry)
        .where(EssayEntry.person_id == person_id, EssayEntry.withdrawn_at.is_(None))
        .options(joinedload(EssayEntry.call))
        .order_by(EssayEntry.handed_in_at.desc())
        .limit(LATELY)
    )
    return [Call(entry.call, phase_of(entry.call, at), entry) for entry in rows]


def is_juror(call_id: int, person_id: int) -> bool:
    """Whether somebody was chosen to mark a call's entries."""
    own = (EssayJuror.call_id == call_id, EssayJuror.person_id == person_id)
    return db.session.scalar(select(EssayJuror.call_id).where(*own)) is not None


def blind(call_id: int, juror_id: int) -> list[Blind]:
    """What a juror has to read, by number: their own essay is not among them."""
    rows = db.session.execute(
        select(
            EssayEntry.id,
            EssayEntry.number,
            EssayEntry.title,
            Paper.kind,
            Paper.size,
            EssayMark.mark,
            EssayMark.word,
        )
        .join(Paper, Paper.id == EssayEntry.paper_id)
        .outerjoin(EssayMark, (EssayMark.entry_id == EssayEntry.id) & (EssayMark.juror_id == juror_id))
        .where(
            EssayEntry.call_id == call_id,
            EssayEntry.withdrawn_at.is_(None),
            EssayEntry.person_id != juror_id,
        )
        .order_by(EssayEntry.number)
    )
    return [
        Blind(row.id, row.number, row.title, row.kind, row.size, row.mark, row.word or "") for row in rows
    ]


def of_juror(juror_id: int, at: datetime) -> list[tuple[Call, int, int]]:
    """The calls whose essays somebody reads now: with how many they marked, and of how many."""
    others = (
        EssayEntry.call_id == EssayCall.id,
        EssayEntry.withdrawn_at.is_(None),
        EssayEntry.person_id != juror_id,
    )
    theirs = (EssayMark.entry_id == EssayEntry.id) & (EssayMark.juror_id == juror_id)
    read = select(func.count()).select_from(EssayEntry).where(*others).correlate(EssayCall)
    rows = db.session.execute(
        select(
            EssayCall,
            read.join(EssayMark, theirs).scalar_subquery().label("marked"),
            read.scalar_subquery().label("all"),
        )
        .join(EssayJuror, EssayJuror.call_id == EssayCall.id)
        .where(EssayJuror.person_id == juror_id, EssayCall.published_at.is_(None))
        .order_by(EssayCall.closes_at)
    )
    return [(Call(call, phase_of(call, at)), marked, every) for call, marked, every in rows]


def paper(call_id: int, entry_id: int) -> tuple[EssayEntry, Paper] | None:
    """An entry that was not taken back, with its file and what that holds; None when the call has no such one."""
    entry = db.session.scalar(
        select(EssayEntry).where(
            EssayEntry.id == entry_id, EssayEntry.call_id == call_id, EssayEntry.withdrawn_at.is_(None)
        )
    )
    found = keeping.one(entry.paper_id) if entry is not None else None
    return (entry, found) if entry is not None and found is not None else None


def judged(call: EssayCall) -> list[Judged]:
    """The essays of a call with their marks, the best first; those without a mark last, by number."""
    rows = db.session.execute(
        select(EssayEntry, Person.name)
        .join(Person, Person.id == EssayEntry.person_id)
        .where(EssayEntry.call_id == call.id, EssayEntry.withdrawn_at.is_(None))
        .order_by(EssayEntry.number)
    ).all()
    marks: defaultdict[int, list[Facts]] = defaultdict(list)
    for mark in db.session.execute(
        select(EssayMark.entry_id, EssayMark.mark, EssayMark.word, Person.name)
        .join(Person, Person.id == EssayMark.juror_id)
        .where(EssayMark.entry_id.in_([row.EssayEntry.id for row in rows]))
        .order_by(EssayMark.juror_id)
    ):
        marks[mark.entry_id].append(mark)
    given = {entry_id: [one.mark for one in found] for entry_id, found in marks.items()}
    ranks = {of_id: rank for rank, of_id in ranked(given)}
    found = [
        Judged(
            row.EssayEntry,
            row.name if call.published_at is not None else "",
            tuple(marks[row.EssayEntry.id]),
            spread(given.get(row.EssayEntry.id, ())),
            ranks.get(row.EssayEntry.id),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.rank is None, one.rank or 0, one.entry.number))


def won(call_id: int) -> list[Won]:
    """The awards of a call, the highest first; a name only where its person agreed to it on this entry."""
    rows = db.session.execute(
        select(EssayEntry, Person.name)
        .join(Person, Person.id == EssayEntry.person_id)
        .where(
            EssayEntry.call_id == call_id, EssayEntry.award.is_not(None), EssayEntry.withdrawn_at.is_(None)
        )
        .order_by(EssayEntry.number)
    )
    found = [
        Won(
            row.EssayEntry.award,
            row.EssayEntry.title,
            shown(row.name, row.EssayEntry.shows_name),
            row.EssayEntry.number,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (list(Award).index(one.award), one.number))


def jurors(call_id: int) -> Sequence[Facts]:
    """The jurors of a call: id, name, phone, and how many essays each has marked."""
    many = (
        select(func.count())
        .select_from(EssayMark)
        .join(EssayEntry, EssayEntry.id == EssayMark.entry_id)
        .where(EssayMark.juror_id == Person.id, EssayEntry.call_id == call_id)
        .scalar_subquery()
    )
    return db.session.execute(
        select(Person.id, Person.name, Person.phone, many.label("marked"))
        .join(EssayJuror, EssayJuror.person_id == Person.id)
        .where(EssayJuror.call_id == call_id)
        .order_by(Person.id)
    ).all()
