"""The verbs of a blind review: a juror's mark, an award, and publishing the awards."""

from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from yiqi.db import Facts, retried, table, touched, writing
from yiqi.notices import outbox
from yiqi.notices.outbox import Addressed
from yiqi.programmes.reading import calls
from yiqi.programmes.reading.essay_models import Award, EssayCall, EssayEntry, EssayJuror, EssayMark
from yiqi.programmes.reading.reaching import thing
from yiqi.programmes.reading.refusing import Refused
from yiqi.programmes.reading.rules.calls import Why, why_not_marked
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What

_call, _entry, _mark, _juror = table(EssayCall), table(EssayEntry), table(EssayMark), table(EssayJuror)
_TOLD = {
    Award.FIRST: "essay_first",
    Award.SECOND: "essay_second",
    Award.THIRD: "essay_third",
    Award.MERIT: "essay_merit",
    None: "essay_none",
}


@retried
def mark(*, call_id: int, entry_id: int, juror_id: int, mark: int, word: str, at: datetime) -> None:
    """A juror marks an essay, or changes their mark, until the awards are published.

    Raises `LookupError` (no such call), `Refused`: no juror, no such essay, one's own, too early, published.
    """
    with writing() as session:
        here = session.connection()
        call = calls.hold(here, call_id)
        chosen = (_juror.c.call_id == call_id, _juror.c.person_id == juror_id)
        if here.scalar(select(_juror.c.person_id).where(*chosen)) is None:
            raise Refused(Why.NOT_A_JUROR)
        _check_may(here, call, entry_id, juror_id, at)
        told = {"mark": mark, "word": word, "marked_at": at}
        own = (_mark.c.entry_id == entry_id, _mark.c.juror_id == juror_id)
        if not touched(here.execute(update(_mark).where(*own).values(**told))):
            here.execute(insert(_mark), {**told, "entry_id": entry_id, "juror_id": juror_id})


@retried
def give(*, call_id: int, entry_id: int, award: Award | None, at: datetime, by_id: int) -> None:
    """An essay wins an award, or (None) none, until they are published. Raises `LookupError`, `Refused`."""
    with writing() as session:
        here = session.connection()
        call = calls.hold(here, call_id)
        entry = _check_may(here, call, entry_id, by_id, at)
        if entry.award != award:
            here.execute(update(_entry).where(_entry.c.id == entry_id).values(award=award))
            trail.note(
                here,
                What.ESSAY_AWARDED,
                at=at,
                by_id=by_id,
                thing=thing(call.union_id),
                kind=_TOLD[award],
                count=entry.number,
                title=call.title,
            )


@retried
def publish(*, call_id: int, at: datetime, by_id: int) -> bool:
    """Publish the awards and tell everybody who handed in; answers whether it was now. Raises `LookupError`, `Refused`."""
    with writing() as session:
        here = session.connection()
        call = calls.hold(here, call_id)
        if call.published_at is not None:
            return False
        why = why_not_marked(calls.phase_of(call, at))
        if why is not None:
            raise Refused(why)
        kept = (_entry.c.call_id == call_id, _entry.c.withdrawn_at.is_(None))
        won = here.scalar(select(func.count()).where(*kept, _entry.c.award.is_not(None)))
        if not won:
            raise Refused(Why.NO_AWARDS)
        here.execute(update(_call).where(_call.c.id == call_id).values(published_at=at))
        entries = here.execute(select(_entry.c.id, _entry.c.person_id).where(*kept).order_by(_entry.c.id))
        told = [
            Addressed(f"reading-essay-{entry.id}", entry.person_id, at, {"entry": entry.id})
            for entry in entries
        ]
        outbox.put_all(here, "reading_essay", told, at=at)
        trail.note(
            here,
            What.ESSAY_AWARDED,
            at=at,
            by_id=by_id,
            thing=thing(call.union_id),
            kind="essay_published",
            count=won,
            title=call.title,
        )
        return True


def _check_may(here: Connection, call: Facts, entry_id: int, person_id: int, at: datetime) -> Facts:
    """An essay that somebody may judge now: of this call, not taken back, and not their own."""
    entry = here.execute(
        select(_entry.c.person_id, _entry.c.number, _entry.c.award).where(
            _entry.c.id == entry_id, _entry.c.call_id == call.id, _entry.c.withdrawn_at.is_(None)
        )
    ).one_or_none()
    if entry is None:
        raise Refused(Why.NO_ENTRY)
    why = why_not_marked(calls.phase_of(call, at))
    if why is not None:
        raise Refused(why)
    if is_own(entry, person_id):
        raise Refused(Why.OWN)
    return entry


def is_own(entry: Facts, person_id: int) -> bool:
    """Whether an essay is somebody's own."""
    return bool(entry.person_id == person_id)
