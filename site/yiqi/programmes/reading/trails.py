"""Reads of drifting books: where each is, its trail, and what is in somebody's hand."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from yiqi import clock
from yiqi.db import Facts, db
from yiqi.people.models import Person
from yiqi.programmes.reading import notes
from yiqi.programmes.reading.models import (
    BookCopy,
    BookRoom,
    BookTitle,
    CopyState,
    DriftStep,
    NameConsent,
    StepKind,
)
from yiqi.programmes.reading.naming import shown
from yiqi.programmes.reading.notes import Note
from yiqi.programmes.reading.rules.drift import day_in_hand, is_overdue, pass_on_by

A_PAGE = 20


class Stop(Struct, frozen=True):
    """A step as everybody reads it. `days`: how many it stayed there, None while it still does."""

    number: int
    kind: StepKind
    who: str
    place: str
    room: BookRoom | None
    at: datetime
    days: int | None
    note: Note | None


class Trail(Struct, frozen=True):
    """A copy with its whole way, the newest stop first."""

    copy: BookCopy
    title: BookTitle
    stops: tuple[Stop, ...]
    hands: int
    places: int
    days: int
    """Since it was put adrift."""


class Held(Struct, frozen=True):
    """The book in somebody's hand."""

    copy: BookCopy
    title: BookTitle
    day: int
    is_overdue: bool
    pass_on_by: datetime


def by_token(token: str) -> BookCopy | None:
    """The copy whose QR was scanned."""
    return db.session.scalar(select(BookCopy).where(BookCopy.token == token))


def copy(copy_id: int) -> BookCopy | None:
    """A copy."""
    return db.session.get(BookCopy, copy_id)


def fresh(copy_id: int) -> BookCopy:
    """A copy as it is now, with whatever others have done meanwhile."""
    return db.session.get_one(BookCopy, copy_id, populate_existing=True)


def let_go_last(copy_id: int, person_id: int) -> bool:
    """Whether the last step of a copy was that this person put it down."""
    last = (
        select(DriftStep.from_id)
        .where(DriftStep.copy_id == copy_id)
        .order_by(DriftStep.number.desc())
        .limit(1)
    )
    return db.session.scalar(last) == person_id


def in_hand(person_id: int, at: datetime) -> Held | None:
    """The book in somebody's hand, or None."""
    found = db.session.scalar(select(BookCopy).where(BookCopy.holder_id == person_id))
    if found is None:
        return None
    due = clock.at(pass_on_by(found.since))
    return Held(found, found.title, day_in_hand(found.since, at), is_overdue(found.since, at), due)


def trail(copy: BookCopy, at: datetime) -> Trail:
    """The way of a copy. Three queries."""
    giver_consent = aliased(NameConsent)
    rows = db.session.execute(
        select(DriftStep, Person.name, giver_consent.is_given.label("whole"), BookRoom)
        .outerjoin(Person, Person.id == DriftStep.person_id)
        .outerjoin(giver_consent, giver_consent.person_id == DriftStep.person_id)
        .outerjoin(BookRoom, BookRoom.id == DriftStep.room_id)
        .where(DriftStep.copy_id == copy.id)
        .order_by(DriftStep.number)
    ).all()
    written = notes.of_steps([row.DriftStep.id for row in rows])
    stops = []
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        step: DriftStep = row.DriftStep
        stops.append(
            Stop(
                step.number,
                step.kind,
                shown(row.name, row.whole) if step.person_id is not None else "",
                step.place,
                row.BookRoom if step.kind in (StepKind.ADRIFT, StepKind.RETURNED) else None,
                step.at,
                _days(step.at, after.DriftStep.at) if after is not None else None,
                written.get(step.id),
            )
        )
    received = [row.DriftStep for row in rows if row.DriftStep.kind is StepKind.RECEIVED]
    rooms = {stop.room.id for stop in stops if stop.room is not None}
    return Trail(
        copy,
        copy.title,
        tuple(reversed(stops)),
        len({step.person_id for step in received}),
        len({step.place for step in received if step.place}) + len(rooms),
        _days(rows[0].DriftStep.at, at) if rows else 0,
    )


_LISTED = (
    BookCopy.id,
    BookCopy.number,
    BookCopy.state,
    BookCopy.since,
    BookCopy.steps,
    BookTitle.id.label("title_id"),
    BookTitle.name,
    BookTitle.name_en,
    BookTitle.author,
    BookTitle.author_en,
    BookRoom.id.label("room_id"),
    BookRoom.name.label("room"),
    BookRoom.name_en.label("room_en"),
    BookRoom.area,
    BookRoom.area_en,
)


def drifting(
    *, q: str = "", free: bool = False, room_id: int | None = None, page: int = 1
) -> tuple[list[Facts], bool]:
    """Copies that drift, those that stand in a room first, the longest trails first; and whether there are more.

    `q` is part of a title or its author's name; `free` only those that may be taken out of a room now.
    """
    wanted: list[ColumnElement[bool]] = [BookCopy.state.in_([CopyState.IN_ROOM, CopyState.IN_HAND])]
    if q:
        texts = (BookTitle.name, BookTitle.name_en, BookTitle.author, BookTitle.author_en)
        wanted.append(or_(*(one.contains(q, autoescape=True) for one in texts)))
    if free:
        wanted.append(BookCopy.state == CopyState.IN_ROOM)
    if room_id is not None:
        wanted.append(BookCopy.room_id == room_id)
    rows = db.session.execute(
        _copies()
        .where(*wanted)
        .order_by(BookCopy.state == CopyState.IN_HAND, BookCopy.steps.desc(), BookCopy.id)
        .offset((page - 1) * A_PAGE)
        .limit(A_PAGE + 1)
    ).all()
    return list(rows[:A_PAGE]), len(rows) > A_PAGE


def counts() -> tuple[int, int, int]:
    """How many copies drift, how many of them are free in a room, and how often books were handed over in all."""
    adrift, free = db.session.execute(
        select(
            func.count().filter(BookCopy.state.in_([CopyState.IN_ROOM, CopyState.IN_HAND])),
            func.count().filter(BookCopy.state == CopyState.IN_ROOM),
        ).select_from(BookCopy)
    ).one()
    passed = select(func.count()).select_from(DriftStep).where(DriftStep.kind == StepKind.RECEIVED)
    return adrift, free, db.session.scalar(passed) or 0


def fresh_words(limit: int) -> list[tuple[Facts, Note]]:
    """The newest notes on trails with the copies they stand on, hidden ones left out."""
    rows = db.session.execute(
        _copies()
        .add_columns(DriftStep.id.label("step_id"))
        .join(DriftStep, DriftStep.copy_id == BookCopy.id)
        .where(DriftStep.kind == StepKind.RECEIVED)
        .order_by(DriftStep.at.desc(), DriftStep.id.desc())
        .limit(limit * 4)
    ).all()
    written = notes.of_steps([row.step_id for row in rows])
    found = [(row, written[row.step_id]) for row in rows if row.step_id in written]
    return [(row, note) for row, note in found if not note.is_hidden][:limit]


def titles_called(q: str, limit: int) -> list[Facts]:
    """Titles with copies, by part of their name or their author's, with one of the copies."""
    texts = (BookTitle.name, BookTitle.name_en, BookTitle.author, BookTitle.author_en)
    return list(
        db.session.execute(
            select(BookTitle.name, BookTitle.name_en, func.min(BookCopy.id).label("copy_id"))
            .join(BookCopy, BookCopy.title_id == BookTitle.id)
            .where(or_(*(one.contains(q, autoescape=True) for one in texts)))
            .group_by(BookTitle.id, BookTitle.name, BookTitle.name_en)
            .order_by(BookTitle.name)
            .limit(limit)
        )
    )


def titles(within: ColumnElement[bool]) -> list[Facts]:
    """The titles within reach at the desk, with how many copies are where."""
    where = {
        state: func.count(BookCopy.id).filter(BookCopy.state == state).label(state) for state in CopyState
    }
    return list(
        db.session.execute(
            select(
                BookTitle.id,
                BookTitle.name,
                BookTitle.name_en,
                BookTitle.author,
                BookTitle.author_en,
                *where.values(),
            )
            .outerjoin(BookCopy, BookCopy.title_id == BookTitle.id)
            .where(within)
            .group_by(BookTitle.id)
            .order_by(BookTitle.name)
        )
    )


def title(title_id: int) -> BookTitle | None:
    """A title."""
    return db.session.get(BookTitle, title_id)


def copies_of(title_id: int) -> list[Facts]:
    """The copies of a title, with where they are and in whose hand, for the desk."""
    giver = aliased(Person)
    return list(
        db.session.execute(
            _copies()
            .add_columns(Person.name.label("holder"), giver.name.label("giver"))
            .outerjoin(Person, Person.id == BookCopy.holder_id)
            .outerjoin(giver, giver.id == BookCopy.giver_id)
            .where(BookCopy.title_id == title_id)
            .order_by(BookCopy.number)
        )
    )


def labelled(within: ColumnElement[bool], *, title_id: int | None, limit: int) -> Sequence[BookCopy]:
    """The copies whose labels are printed: those of a title, or the newest ones within reach."""
    query = select(BookCopy).where(within).options(joinedload(BookCopy.title))
    if title_id is not None:
        return db.session.scalars(
            query.where(BookCopy.title_id == title_id).order_by(BookCopy.number).limit(limit)
        ).all()
    return list(reversed(db.session.scalars(query.order_by(BookCopy.id.desc()).limit(limit)).all()))


def _copies() -> Select[*tuple[object, ...]]:
    return (
        select(*_LISTED)
        .select_from(BookCopy)
        .join(BookTitle, BookTitle.id == BookCopy.title_id)
        .outerjoin(BookRoom, BookRoom.id == BookCopy.room_id)
    )


def _days(since: datetime, until: datetime) -> int:
    return (clock.beijing(until).date() - clock.beijing(since).date()).days
