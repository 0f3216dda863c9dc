"""The verbs of a drifting copy: received by the next reader, brought back, lost, paused; each a step of its trail.

Locks are taken in one order: the reader, then the copy. The reader's lock and a unique index keep one copy in a hand.
"""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, insert, select, update

from yiqi import once
from yiqi.db import Facts, retried, table, writing
from yiqi.notices import outbox
from yiqi.people.models import Person
from yiqi.people.rules import without_numbers
from yiqi.programmes.reading import notes
from yiqi.programmes.reading.models import BookCopy, BookRoom, DriftStep, NoteKind
from yiqi.programmes.reading.reaching import thing
from yiqi.programmes.reading.refusing import Refused
from yiqi.programmes.reading.rules.drift import (
    CopyState,
    StepKind,
    Where,
    Why,
    reaches,
    why_not_moved,
    why_not_received,
)
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What

_copy, _step, _person, _room = table(BookCopy), table(DriftStep), table(Person), table(BookRoom)
_TOLD = {
    StepKind.RETURNED: "reading_returned",
    StepKind.LOST: "reading_lost",
    StepKind.PAUSED: "reading_paused",
}


class Moved(Struct, frozen=True):
    """A step that was taken; `fresh` is false for a form that came twice."""

    copy_id: int
    fresh: bool = True


@retried
def receive(
    *, token: str, person_id: int, seen: int, place: str, text: str, nonce: str, at: datetime
) -> Moved:
    """The reader who scanned a copy has it now; `seen` is how many steps its page showed. The previous holder is told.

    Raises `LookupError` for no copy, `Refused`. The same form again changes nothing.
    """
    with writing() as session:
        here = session.connection()
        _hold_person(here, person_id)
        copy = _hold(here, _copy.c.token == token)
        if _is_done(here, person_id, nonce):
            return Moved(copy.id, fresh=False)
        other = select(_copy.c.id).where(_copy.c.holder_id == person_id, _copy.c.id != copy.id)
        holds_another = here.scalar(other) is not None
        why = why_not_received(_where(copy), person_id, holds_another=holds_another, seen=seen)
        if why is not None:
            raise Refused(why)
        step_id = _take(
            here,
            copy,
            StepKind.RECEIVED,
            person_id=person_id,
            place=place,
            by_id=person_id,
            nonce=nonce,
            at=at,
        )
        if text:
            notes.put(
                here,
                NoteKind.TRAIL,
                person_id=person_id,
                union_id=copy.union_id,
                text=text,
                nonce=nonce,
                at=at,
                step_id=step_id,
            )
        if copy.holder_id is not None:
            key = f"reading-passed-{step_id}"
            outbox.put(here, "reading_passed", key=key, person_id=copy.holder_id, at=at, step=step_id)
        return Moved(copy.id)


@retried
def let_go(
    *,
    copy_id: int,
    person_id: int,
    kind: StepKind,
    seen: int,
    nonce: str,
    at: datetime,
    room_id: int | None = None,
) -> Moved:
    """The holder puts a copy into a room, or says that it is lost. Raises `LookupError`, `Refused`."""
    with writing() as session:
        here = session.connection()
        _hold_person(here, person_id)
        copy = _hold(here, _copy.c.id == copy_id)
        if _is_done(here, person_id, nonce):
            return Moved(copy_id, fresh=False)
        if copy.holder_id != person_id:
            raise Refused(Why.NOT_HELD)
        _check(here, copy, kind, room_id, seen)
        _take(here, copy, kind, person_id=person_id, room_id=room_id, by_id=person_id, nonce=nonce, at=at)
        return Moved(copy_id)


@retried
def settle(
    *,
    copy_id: int,
    kind: StepKind,
    seen: int,
    because: str,
    nonce: str,
    at: datetime,
    by_id: int,
    room_id: int | None = None,
) -> Moved:
    """The desk puts a copy into a room (also one that was found, or that drifts again), calls it lost, or pauses it.

    Whoever held it is told. Raises `LookupError`, `Refused`.
    """
    with writing() as session:
        here = session.connection()
        copy = _hold(here, _copy.c.id == copy_id)
        if _is_done(here, by_id, nonce):
            return Moved(copy_id, fresh=False)
        _check(here, copy, kind, room_id, seen)
        step_id = _take(here, copy, kind, person_id=None, room_id=room_id, by_id=by_id, nonce=nonce, at=at)
        if copy.holder_id is not None:
            key = f"reading-settled-{step_id}"
            outbox.put(here, "reading_settled", key=key, person_id=copy.holder_id, at=at, step=step_id)
        trail.note(
            here,
            What.COPY_MOVED,
            at=at,
            by_id=by_id,
            thing=thing(copy.union_id),
            person_id=copy.holder_id,
            because=because,
            kind=_TOLD[kind],
        )
        return Moved(copy_id)


def pause(here: Connection, copy_id: int, *, at: datetime, nonce: str) -> None:
    """Take a copy out of the drift in the caller's transaction, by nobody's word."""
    copy = _hold(here, _copy.c.id == copy_id)
    _take(here, copy, StepKind.PAUSED, person_id=None, by_id=None, nonce=nonce, at=at)


def _hold_person(here: Connection, person_id: int) -> None:
    here.execute(select(_person.c.id).where(_person.c.id == person_id).with_for_update()).one()


def _hold(here: Connection, which: ColumnElement[bool]) -> Facts:
    row = here.execute(select(_copy).where(which).with_for_update()).one_or_none()
    if row is None:
        raise LookupError
    return row


def _where(copy: Facts) -> Where:
    return Where(copy.state, copy.holder_id, copy.steps)


def _is_done(here: Connection, by_id: int, nonce: str) -> bool:
    return once.before(here, _step, nonce=nonce, by_id=by_id) is not None


def _check(here: Connection, copy: Facts, kind: StepKind, room_id: int | None, seen: int) -> None:
    why = why_not_moved(_where(copy), kind, seen=seen)
    if why is not None:
        raise Refused(why)
    if reaches(kind) is CopyState.IN_ROOM:
        usable = (_room.c.id == room_id, _room.c.closed_at.is_(None))
        if room_id is None or here.scalar(select(_room.c.id).where(*usable)) is None:
            raise Refused(Why.NO_ROOM)


def _take(
    here: Connection,
    copy: Facts,
    kind: StepKind,
    *,
    person_id: int | None,
    by_id: int | None,
    nonce: str,
    at: datetime,
    room_id: int | None = None,
    place: str = "",
) -> int:
    """Write the step and where the copy is after it; answers the step's id."""
    into = reaches(kind)
    step = {
        "copy_id": copy.id,
        "number": copy.steps + 1,
        "kind": kind,
        "person_id": person_id,
        "from_id": copy.holder_id,
        "room_id": room_id if into is CopyState.IN_ROOM else copy.room_id,
        "place": without_numbers(place),
        "at": at,
        "by_id": by_id,
        "nonce": nonce,
    }
    step_id: int = here.execute(insert(_step).returning(_step.c.id), step).scalar_one()
    here.execute(
        update(_copy)
        .where(_copy.c.id == copy.id)
        .values(
            state=into,
            holder_id=person_id if into is CopyState.IN_HAND else None,
            room_id=room_id if into is CopyState.IN_ROOM else None,
            since=at,
            steps=copy.steps + 1,
            nudged_at=None,
        )
    )
    return step_id
