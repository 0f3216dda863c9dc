"""The verbs of titles, and of putting copies of them adrift."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from yiqi import once
from yiqi.db import retried, table, writing
from yiqi.programmes.reading.models import BookCopy, BookRoom, BookTitle, CopyState, DriftStep, StepKind
from yiqi.programmes.reading.reaching import thing
from yiqi.programmes.reading.refusing import Refused
from yiqi.programmes.reading.rules.drift import Why
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What

MOST_AT_ONCE = 24
"""Copies that are put adrift in one go: a sheet of labels."""
TOKEN_BYTES = 16

_title, _copy, _step, _room = table(BookTitle), table(BookCopy), table(DriftStep), table(BookRoom)


@retried
def add(*, union_id: int, fields: Mapping[str, Any], at: datetime, by_id: int, nonce: str) -> int:
    """Keep a new title; answers its id; the same form again answers the same one."""
    with writing() as session:
        here = session.connection()
        done = once.before(here, _title, nonce=nonce, made_by_id=by_id)
        if done is not None:
            return done
        row = {**fields, "union_id": union_id, "made_at": at, "made_by_id": by_id, "nonce": nonce}
        made = once.make(here, _title, row)
        _note(here, union_id, fields["name"], at, by_id)
        return made


@retried
def change(*, title_id: int, fields: Mapping[str, Any], at: datetime, by_id: int) -> None:
    """Change what is known of a title. Raises `LookupError`."""
    with writing() as session:
        here = session.connection()
        union_id = here.scalar(select(_title.c.union_id).where(_title.c.id == title_id).with_for_update())
        if union_id is None:
            raise LookupError(title_id)
        here.execute(update(_title).where(_title.c.id == title_id).values(**fields))
        _note(here, union_id, fields["name"], at, by_id)


@retried
def put_adrift(
    *,
    title_id: int,
    copies: int,
    room_id: int,
    giver_id: int | None,
    at: datetime,
    by_id: int,
    nonce: str,
) -> list[int]:
    """Put some copies of a title adrift, in a room; answers their ids. The same form again answers the same ones.

    Raises `LookupError` for no title, `Refused` for a room that is no more.
    """
    with writing() as session:
        here = session.connection()
        union_id = here.scalar(select(_title.c.union_id).where(_title.c.id == title_id).with_for_update())
        if union_id is None:
            raise LookupError(title_id)
        same = select(_step.c.copy_id).where(
            _step.c.by_id == by_id, _step.c.nonce.startswith(f"{nonce}-", autoescape=True)
        )
        done = list(here.scalars(same.order_by(_step.c.id)))
        if done:
            return done
        usable = (_room.c.id == room_id, _room.c.closed_at.is_(None))
        if here.scalar(select(_room.c.id).where(*usable)) is None:
            raise Refused(Why.NO_ROOM)
        last = here.scalar(select(func.max(_copy.c.number)).where(_copy.c.title_id == title_id)) or 0
        made = []
        for number in range(last + 1, last + 1 + min(copies, MOST_AT_ONCE)):
            row = {
                "title_id": title_id,
                "union_id": union_id,
                "number": number,
                "token": secrets.token_urlsafe(TOKEN_BYTES),
                "giver_id": giver_id,
                "state": CopyState.IN_ROOM,
                "room_id": room_id,
                "since": at,
                "steps": 1,
            }
            copy_id: int = here.execute(insert(_copy).returning(_copy.c.id), row).scalar_one()
            first = {
                "copy_id": copy_id,
                "number": 1,
                "kind": StepKind.ADRIFT,
                "person_id": giver_id,
                "room_id": room_id,
                "place": "",
                "at": at,
                "by_id": by_id,
                "nonce": f"{nonce}-{number}",
            }
            here.execute(insert(_step), first)
            made.append(copy_id)
        trail.note(
            here,
            What.COPY_MOVED,
            at=at,
            by_id=by_id,
            thing=thing(union_id),
            kind="reading_adrift",
            count=len(made),
        )
        return made


def _note(here: Connection, union_id: int, name: str, at: datetime, by_id: int) -> None:
    trail.note(
        here, What.READING_KEPT, at=at, by_id=by_id, thing=thing(union_id), kind="reading_title", name=name
    )
