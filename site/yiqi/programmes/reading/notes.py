"""What readers write, and its moderation: reported by readers, hidden or kept by the desk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, and_, func, insert, select, true, update

from yiqi import once
from yiqi.db import Facts, db, retried, table, touched, writing
from yiqi.people.models import Person
from yiqi.people.rules import without_numbers
from yiqi.programmes.reading.models import (
    BookCopy,
    BookTitle,
    DriftStep,
    NameConsent,
    NoteKind,
    NoteReport,
    ReaderNote,
    ReadingGroup,
)
from yiqi.programmes.reading.naming import shown
from yiqi.programmes.reading.reaching import thing
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What

MANY = 50

_note, _report, _group = table(ReaderNote), table(NoteReport), table(ReadingGroup)


class Note(Struct, frozen=True):
    """A note as everybody reads it; the text of a hidden one is empty."""

    id: int
    kind: NoteKind
    who: str
    person_id: int
    text: str
    written_at: datetime
    is_hidden: bool
    occurrence_id: int | None
    step_id: int | None


def put(
    here: Connection,
    kind: NoteKind,
    *,
    person_id: int,
    union_id: int,
    text: str,
    nonce: str,
    at: datetime,
    step_id: int | None = None,
    group_id: int | None = None,
    occurrence_id: int | None = None,
) -> None:
    """Write a note in the caller's transaction, with the middle of every phone number in it hidden."""
    row = {
        "kind": kind,
        "person_id": person_id,
        "union_id": union_id,
        "text": without_numbers(text),
        "nonce": nonce,
        "written_at": at,
        "step_id": step_id,
        "group_id": group_id,
        "occurrence_id": occurrence_id,
        "hidden_because": "",
    }
    here.execute(insert(_note), row)


@retried
def write(
    *, group_id: int, person_id: int, text: str, nonce: str, at: datetime, occurrence_id: int | None = None
) -> None:
    """A line on a group's page, or the host's note after a meeting of it. The same form again changes nothing."""
    with writing() as session:
        here = session.connection()
        union_id = here.scalar(select(_group.c.union_id).where(_group.c.id == group_id).with_for_update())
        if union_id is None:
            raise LookupError(group_id)
        if once.before(here, _note, nonce=nonce, person_id=person_id) is not None:
            return
        kind = NoteKind.LINE if occurrence_id is None else NoteKind.MEETING
        put(
            here,
            kind,
            person_id=person_id,
            union_id=union_id,
            text=text,
            nonce=nonce,
            at=at,
            group_id=group_id,
            occurrence_id=occurrence_id,
        )


@retried
def report(*, note_id: int, person_id: int, because: str, at: datetime) -> None:
    """A reader says that a note should not stand there; each says so once. Raises `LookupError` for none, or a hidden one."""
    with writing() as session:
        here = session.connection()
        visible = (_note.c.id == note_id, _note.c.hidden_at.is_(None))
        if here.scalar(select(_note.c.id).where(*visible).with_for_update()) is None:
            raise LookupError(note_id)
        own = (_report.c.note_id == note_id, _report.c.person_id == person_id)
        if here.scalar(select(_report.c.note_id).where(*own)) is None:
            row = {"note_id": note_id, "person_id": person_id, "because": because, "reported_at": at}
            here.execute(insert(_report), row)


@retried
def settle(*, note_id: int, is_hidden: bool, because: str, at: datetime, by_id: int) -> bool:
    """Hide a note with a reason, or let it stand (again); either way its reports are answered.

    Answers whether something changed. Raises `LookupError`.
    """
    with writing() as session:
        here = session.connection()
        note = here.execute(
            select(_note.c.union_id, _note.c.person_id, _note.c.hidden_at)
            .where(_note.c.id == note_id)
            .with_for_update()
        ).one_or_none()
        if note is None:
            raise LookupError(note_id)
        told = {"hidden_at": at, "hidden_by_id": by_id, "hidden_because": because}
        bare = {"hidden_at": None, "hidden_by_id": None, "hidden_because": ""}
        changes = (note.hidden_at is None) == is_hidden
        if changes:
            here.execute(update(_note).where(_note.c.id == note_id).values(**(told if is_hidden else bare)))
        open_ones = (_report.c.note_id == note_id, _report.c.settled_at.is_(None))
        answered = touched(here.execute(update(_report).where(*open_ones).values(settled_at=at)))
        if changes or answered:
            trail.note(
                here,
                What.NOTE_SETTLED,
                at=at,
                by_id=by_id,
                thing=thing(note.union_id),
                person_id=note.person_id,
                because=because,
                kind="reading_hidden" if is_hidden else "reading_stands",
            )
        return bool(changes or answered)


def of_group(group_id: int) -> list[Note]:
    """The notes and lines of a group, the newest first; hidden ones are left out."""
    return [one for one in read(ReaderNote.group_id == group_id) if not one.is_hidden]


def of_steps(step_ids: Sequence[int]) -> dict[int, Note]:
    """The notes on some steps of a trail, by step."""
    return {one.step_id: one for one in read(ReaderNote.step_id.in_(step_ids)) if one.step_id is not None}


def read(wanted: ColumnElement[bool]) -> list[Note]:
    """Notes as everybody reads them, the newest first."""
    rows = db.session.execute(_notes().where(wanted).order_by(ReaderNote.id.desc()))
    return [_seen(row.ReaderNote, row.name, row.whole) for row in rows]


def one(note_id: int) -> Note | None:
    """A note that stands, or None."""
    found = read(ReaderNote.id == note_id)
    return found[0] if found and not found[0].is_hidden else None


def reported(within: ColumnElement[bool]) -> list[Facts]:
    """Notes within reach with open reports, the oldest report first; `reports` counts them."""
    is_open = and_(NoteReport.note_id.is_not(None), NoteReport.settled_at.is_(None))
    return _listed(within, is_open, func.min(NoteReport.reported_at))


def hidden(within: ColumnElement[bool]) -> list[Facts]:
    """Notes within reach that are hidden, the newest first."""
    return _listed(within, ReaderNote.hidden_at.is_not(None), func.max(ReaderNote.hidden_at).desc())


def latest(within: ColumnElement[bool]) -> list[Facts]:
    """The newest notes within reach, hidden or not."""
    return _listed(within, true(), ReaderNote.id.desc())


def open_reports(within: ColumnElement[bool]) -> int:
    """How many notes within reach wait for the desk's word."""
    return (
        db.session.scalar(
            select(func.count(func.distinct(NoteReport.note_id)))
            .join(ReaderNote, ReaderNote.id == NoteReport.note_id)
            .where(within, NoteReport.settled_at.is_(None))
        )
        or 0
    )


def _notes() -> Select[ReaderNote, str, bool]:
    return (
        select(ReaderNote, Person.name, NameConsent.is_given.label("whole"))
        .join(Person, Person.id == ReaderNote.person_id)
        .outerjoin(NameConsent, NameConsent.person_id == Person.id)
    )


def _seen(note: ReaderNote, name: str, whole: bool | None) -> Note:
    is_hidden = note.hidden_at is not None
    return Note(
        note.id,
        note.kind,
        shown(name, whole),
        note.person_id,
        "" if is_hidden else note.text,
        note.written_at,
        is_hidden,
        note.occurrence_id,
        note.step_id,
    )


def _listed(
    within: ColumnElement[bool], which: ColumnElement[bool], order: ColumnElement[Any]
) -> list[Facts]:
    rows = db.session.execute(
        select(
            ReaderNote.id,
            ReaderNote.kind,
            ReaderNote.text,
            ReaderNote.written_at,
            ReaderNote.hidden_at,
            ReaderNote.hidden_because,
            ReaderNote.group_id,
            Person.name,
            BookTitle.name.label("title"),
            BookCopy.id.label("copy_id"),
            ReadingGroup.name.label("group"),
            func.max(NoteReport.because).label("because"),
            func.count(NoteReport.person_id).label("reports"),
        )
        .join(Person, Person.id == ReaderNote.person_id)
        .outerjoin(NoteReport, NoteReport.note_id == ReaderNote.id)
        .outerjoin(DriftStep, DriftStep.id == ReaderNote.step_id)
        .outerjoin(BookCopy, BookCopy.id == DriftStep.copy_id)
        .outerjoin(BookTitle, BookTitle.id == BookCopy.title_id)
        .outerjoin(ReadingGroup, ReadingGroup.id == ReaderNote.group_id)
        .where(within, which)
        .group_by(ReaderNote.id, Person.name, BookTitle.name, BookCopy.id, ReadingGroup.name)
        .order_by(order)
        .limit(MANY)
    )
    return list(rows)
