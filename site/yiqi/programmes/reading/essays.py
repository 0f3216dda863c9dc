"""The verbs of whoever hands in an essay: hand in, replace, take back, and whether a list may say their name."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from yiqi.db import Facts, retried, table, writing
from yiqi.papers import keeping
from yiqi.papers.keeping import A_DAY, MOST_A_DAY
from yiqi.papers.rules.kinds import Kind
from yiqi.people import tallies
from yiqi.programmes.reading import calls
from yiqi.programmes.reading.essay_models import EssayCall, EssayEntry, EssayMark
from yiqi.programmes.reading.refusing import Refused
from yiqi.programmes.reading.rules import blind
from yiqi.programmes.reading.rules.calls import Why, why_not_handed_in

_call, _entry, _mark = table(EssayCall), table(EssayEntry), table(EssayMark)
_BARE = {Kind.DOCX: blind.without_author, Kind.PDF: blind.without_pdf_author}
"""How a file of a kind comes to say no more who wrote it; a text has no properties."""


@retried
def hand_in(
    *,
    call_id: int,
    person_id: int,
    title: str,
    filename: str,
    kind: Kind,
    content: bytes,
    shows_name: bool,
    at: datetime,
) -> int:
    """Hand an essay in, or replace the one that was; answers its number. What says in a document who wrote it is taken out.
    Of a call that was opened again, what jurors gave to the essay that was replaced goes with it.

    Raises `LookupError`, `Refused`: not open, too late, a kind or a size that this call does not take; `tallies.TooMany`.
    """
    try:
        bare = _BARE[kind](content) if kind in _BARE else content
    except ValueError as error:
        raise Refused(Why.KIND) from error
    with writing() as session:
        here = session.connection()
        call = calls.hold(here, call_id)
        _check_open(call, at)
        if kind not in call.kinds:
            raise Refused(Why.KIND)
        if len(content) > call.most_kb * 1024:
            raise Refused(Why.TOO_BIG)
        tallies.spend(session, f"papers-{person_id}", A_DAY, MOST_A_DAY, at)
        paper_id = keeping.keep(here, person_id=person_id, name=filename, kind=kind, content=bare, at=at)
        told = {
            "title": title,
            "paper_id": paper_id,
            "handed_in_at": at,
            "withdrawn_at": None,
            "shows_name": shows_name,
        }
        before = _own(here, call_id, person_id)
        if before is None:
            number: int = call.entries + 1
            here.execute(update(_call).where(_call.c.id == call_id).values(entries=number))
            here.execute(
                insert(_entry), {**told, "call_id": call_id, "person_id": person_id, "number": number}
            )
            return number
        here.execute(delete(_mark).where(_mark.c.entry_id == before.id))
        here.execute(update(_entry).where(_entry.c.id == before.id).values(**told, award=None))
        keeping.forget(here, [before.paper_id])
        return int(before.number)


@retried
def withdraw(*, call_id: int, person_id: int, at: datetime) -> None:
    """Take one's essay back before the deadline; twice is once. Raises `LookupError`, `Refused`."""
    with writing() as session:
        here = session.connection()
        call = calls.hold(here, call_id)
        entry = _own(here, call_id, person_id)
        if entry is None:
            raise LookupError(call_id)
        _check_open(call, at)
        if entry.withdrawn_at is None:
            here.execute(update(_entry).where(_entry.c.id == entry.id).values(withdrawn_at=at))


@retried
def say_name(*, call_id: int, person_id: int, shows_name: bool) -> None:
    """Whether the list of awards may say one's name: from now on, also of a list that is published. Raises `LookupError`."""
    with writing() as session:
        here = session.connection()
        calls.hold(here, call_id)
        entry = _own(here, call_id, person_id)
        if entry is None:
            raise LookupError(call_id)
        here.execute(update(_entry).where(_entry.c.id == entry.id).values(shows_name=shows_name))


def _own(here: Connection, call_id: int, person_id: int) -> Facts | None:
    return here.execute(
        select(_entry.c.id, _entry.c.number, _entry.c.paper_id, _entry.c.withdrawn_at).where(
            _entry.c.call_id == call_id, _entry.c.person_id == person_id
        )
    ).one_or_none()


def _check_open(call: Facts, at: datetime) -> None:
    why = why_not_handed_in(calls.phase_of(call, at))
    if why is not None:
        raise Refused(why)
