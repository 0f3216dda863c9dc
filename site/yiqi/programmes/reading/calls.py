"""The verbs of essay calls: keeping one, and choosing its jurors."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from yiqi import once
from yiqi.db import Facts, retried, table, writing
from yiqi.notices import outbox
from yiqi.programmes.reading.essay_models import EssayCall, EssayEntry, EssayJuror, EssayMark
from yiqi.programmes.reading.reaching import thing
from yiqi.programmes.reading.refusing import Refused
from yiqi.programmes.reading.rules.calls import Phase, Why, phase
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What

_call, _juror, _entry, _mark = table(EssayCall), table(EssayJuror), table(EssayEntry), table(EssayMark)


def hold(here: Connection, call_id: int) -> Facts:
    """A call under its lock, in the caller's transaction. Raises `LookupError`."""
    row = here.execute(select(_call).where(_call.c.id == call_id).with_for_update()).one_or_none()
    if row is None:
        raise LookupError(call_id)
    return row


def phase_of(call: Facts | EssayCall, at: datetime) -> Phase:
    """Where a call stands at an instant."""
    return phase(opens_at=call.opens_at, closes_at=call.closes_at, published_at=call.published_at, at=at)


@retried
def add(*, union_id: int, fields: Mapping[str, Any], at: datetime, by_id: int, nonce: str) -> int:
    """Keep a new call; answers its id; the same form again answers the same one."""
    with writing() as session:
        here = session.connection()
        done = once.before(here, _call, nonce=nonce, made_by_id=by_id)
        if done is not None:
            return done
        row = {
            **fields,
            "union_id": union_id,
            "entries": 0,
            "made_at": at,
            "made_by_id": by_id,
            "nonce": nonce,
        }
        made = once.make(here, _call, row)
        _note(here, union_id, fields["title"], at, by_id)
        return made


@retried
def change(*, call_id: int, fields: Mapping[str, Any], at: datetime, by_id: int) -> None:
    """Change a call whose awards are not published. Raises `LookupError`, `Refused`."""
    with writing() as session:
        here = session.connection()
        call = hold(here, call_id)
        if call.published_at is not None:
            raise Refused(Why.PUBLISHED)
        here.execute(update(_call).where(_call.c.id == call_id).values(**fields))
        _note(here, call.union_id, fields["title"], at, by_id)


@retried
def choose(*, call_id: int, person_id: int, at: datetime, by_id: int) -> None:
    """Make somebody a juror of a call, and tell them; twice is once. Raises `LookupError`, `Refused`."""
    with writing() as session:
        here = session.connection()
        call = hold(here, call_id)
        if call.published_at is not None:
            raise Refused(Why.PUBLISHED)
        own = (_juror.c.call_id == call_id, _juror.c.person_id == person_id)
        if here.scalar(select(_juror.c.person_id).where(*own)) is not None:
            return
        here.execute(insert(_juror), {"call_id": call_id, "person_id": person_id, "chosen_at": at})
        key = f"reading-juror-{call_id}-{person_id}-{int(at.timestamp())}"
        outbox.put(here, "reading_juror", key=key, person_id=person_id, at=at, call=call_id)
        trail.note(
            here,
            What.JUROR_KEPT,
            at=at,
            by_id=by_id,
            thing=thing(call.union_id),
            person_id=person_id,
            kind="reading_chosen",
            title=call.title,
        )


@retried
def dismiss(*, call_id: int, person_id: int, at: datetime, by_id: int) -> None:
    """Somebody is no juror any more; their marks of this call go with them. Twice is once. Raises as `choose`."""
    with writing() as session:
        here = session.connection()
        call = hold(here, call_id)
        if call.published_at is not None:
            raise Refused(Why.PUBLISHED)
        entries = select(_entry.c.id).where(_entry.c.call_id == call_id)
        here.execute(delete(_mark).where(_mark.c.juror_id == person_id, _mark.c.entry_id.in_(entries)))
        own = (_juror.c.call_id == call_id, _juror.c.person_id == person_id)
        if here.execute(delete(_juror).where(*own).returning(_juror.c.person_id)).one_or_none() is not None:
            trail.note(
                here,
                What.JUROR_KEPT,
                at=at,
                by_id=by_id,
                thing=thing(call.union_id),
                person_id=person_id,
                kind="reading_dismissed",
                title=call.title,
            )


def _note(here: Connection, union_id: int, title: str, at: datetime, by_id: int) -> None:
    trail.note(
        here, What.READING_KEPT, at=at, by_id=by_id, thing=thing(union_id), kind="reading_call", title=title
    )
