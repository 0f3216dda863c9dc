"""The verbs of book rooms: keeping them, days that differ, closing one, and taking a whole list over."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from yiqi import clock, once
from yiqi.db import Facts, retried, table, writing
from yiqi.programmes.reading.models import BookRoom
from yiqi.programmes.reading.reaching import thing
from yiqi.programmes.reading.rules import hours
from yiqi.programmes.reading.rules.hours import Span
from yiqi.programmes.reading.rules.room_rows import RoomRow
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What

_room = table(BookRoom)


class NameTaken(Exception):
    """The union has a room of that name already."""


@retried
def add(
    *,
    union_id: int,
    fields: Mapping[str, Any],
    week: Sequence[Sequence[Span]],
    at: datetime,
    by_id: int,
    nonce: str,
) -> int:
    """Keep a new room; answers its id; the same form again answers the same one. Raises `NameTaken`."""
    with writing() as session:
        here = session.connection()
        done = once.before(here, _room, nonce=nonce, made_by_id=by_id)
        if done is not None:
            return done
        _free(here, union_id, fields["name"], None)
        row = {
            **fields,
            "union_id": union_id,
            "hours": _stored(week),
            "exceptions": {},
            "made_at": at,
            "made_by_id": by_id,
            "nonce": nonce,
        }
        made = once.make(here, _room, row)
        _note(here, union_id, fields["name"], at, by_id)
        return made


@retried
def change(
    *, room_id: int, fields: Mapping[str, Any], week: Sequence[Sequence[Span]], at: datetime, by_id: int
) -> None:
    """Change what is known of a room. Raises `NameTaken`, `LookupError`."""
    with writing() as session:
        here = session.connection()
        room = _hold(here, room_id)
        _free(here, room.union_id, fields["name"], room_id)
        here.execute(update(_room).where(_room.c.id == room_id).values(**fields, hours=_stored(week)))
        _note(here, room.union_id, fields["name"], at, by_id)


@retried
def differ(
    *, room_id: int, day: date, spans: Sequence[Span] | None, because: str, at: datetime, by_id: int
) -> None:
    """On one day a room keeps other hours (empty: none at all); None takes that back. Days that are over are dropped."""
    with writing() as session:
        here = session.connection()
        room = _hold(here, room_id)
        today = clock.beijing(at).date().isoformat()
        kept = {one: told for one, told in room.exceptions.items() if one >= today}
        kept.pop(day.isoformat(), None)
        if spans is not None:
            kept[day.isoformat()] = {"spans": hours.stored(spans), "because": because}
        here.execute(update(_room).where(_room.c.id == room_id).values(exceptions=kept))
        _note(here, room.union_id, room.name, at, by_id)


@retried
def close(*, room_id: int, is_closed: bool, at: datetime, by_id: int) -> None:
    """Close a room for good, or open it again; what it is already changes nothing."""
    with writing() as session:
        here = session.connection()
        room = _hold(here, room_id)
        if (room.closed_at is not None) == is_closed:
            return
        here.execute(update(_room).where(_room.c.id == room_id).values(closed_at=at if is_closed else None))
        _note(here, room.union_id, room.name, at, by_id)


@retried
def take_over(*, union_id: int, rows: Sequence[RoomRow], at: datetime, by_id: int) -> tuple[int, int]:
    """Keep the rooms of a list: new ones are added, known ones (by name) changed. Answers how many of each; twice is once."""
    with writing() as session:
        here = session.connection()
        known = {
            room.name: room.id
            for room in here.execute(
                select(_room.c.id, _room.c.name).where(_room.c.union_id == union_id).with_for_update()
            )
        }
        added = 0
        for row in rows:
            told = {"name": row.name, "area": row.area, "address": row.address, "hours": _stored(row.week)}
            if row.name in known:
                here.execute(update(_room).where(_room.c.id == known[row.name]).values(**told))
            else:
                made = {"union_id": union_id, "exceptions": {}, "made_at": at, "made_by_id": by_id}
                once.make(here, _room, {**told, **made, "nonce": secrets.token_urlsafe(16)})
                added += 1
        trail.note(
            here,
            What.IMPORTED,
            at=at,
            by_id=by_id,
            thing=thing(union_id),
            kind="reading_rooms",
            good=len(rows),
        )
        return added, len(rows) - added


def _hold(here: Connection, room_id: int) -> Facts:
    row = here.execute(
        select(_room.c.union_id, _room.c.name, _room.c.exceptions, _room.c.closed_at)
        .where(_room.c.id == room_id)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise LookupError(room_id)
    return row


def _free(here: Connection, union_id: int, name: str, own_id: int | None) -> None:
    found = here.scalar(select(_room.c.id).where(_room.c.union_id == union_id, _room.c.name == name))
    if found is not None and found != own_id:
        raise NameTaken(name)


def _note(here: Connection, union_id: int, name: str, at: datetime, by_id: int) -> None:
    trail.note(
        here, What.READING_KEPT, at=at, by_id=by_id, thing=thing(union_id), kind="reading_room", name=name
    )


def _stored(week: Sequence[Sequence[Span]]) -> list[list[list[int]]]:
    return [hours.stored(day) for day in week]
