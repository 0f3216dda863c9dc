"""Reads of book rooms: which there are, and which are open at an instant."""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, func, or_, select

from yiqi import clock
from yiqi.db import db
from yiqi.programmes.reading.models import BookRoom
from yiqi.programmes.reading.rules import hours
from yiqi.programmes.reading.rules.hours import Hours, Standing
from yiqi.sheets import columns
from yiqi.sheets.reading import read
from yiqi.web.formats import said

MOST = 40
"""Rooms on one page."""


class Room(Struct, frozen=True):
    """A room with how it stands at an instant; `changes_at` of `standing` is an aware instant."""

    room: BookRoom
    standing: Standing
    hours: Hours

    @property
    def is_open(self) -> bool:
        return self.standing.is_open

    def on(self, day: date) -> str:
        """Its hours of a day, written out; empty when it is closed."""
        return hours.written(self.hours.on(day))

    @property
    def usual(self) -> list[str]:
        """Its hours of the seven weekdays, from Monday, written out; empty for a closed one."""
        return [hours.written(day) for day in self.hours.week]


def seen(room: BookRoom, at: datetime) -> Room:
    """A room at an instant."""
    kept = hours.read(room.hours, room.exceptions)
    return Room(room, hours.standing(kept, clock.beijing(at)), kept)


def one(room_id: int, at: datetime) -> Room | None:
    """A room, also one that is no more."""
    room = db.session.get(BookRoom, room_id)
    return seen(room, at) if room is not None else None


def areas() -> list[tuple[str, str, int]]:
    """The areas with rooms, `(zh, en, how many)`, the fullest first."""
    many = func.count(BookRoom.id)
    rows = db.session.execute(
        select(BookRoom.area, func.max(BookRoom.area_en), many)
        .where(BookRoom.closed_at.is_(None))
        .group_by(BookRoom.area)
        .order_by(many.desc(), BookRoom.area)
    )
    return [(area, area_en, count) for area, area_en, count in rows]


def all_of(at: datetime, *, area: str = "", q: str = "", open_now: bool = False) -> list[Room]:
    """Rooms that are in use, the open ones first, then by name. `q` is part of a name or an address."""
    wanted: list[ColumnElement[bool]] = [BookRoom.closed_at.is_(None)]
    if area:
        wanted.append(BookRoom.area == area)
    if q:
        texts = (BookRoom.name, BookRoom.name_en, BookRoom.address, BookRoom.address_en)
        wanted.append(or_(*(one.contains(q, autoescape=True) for one in texts)))
    rooms = db.session.scalars(select(BookRoom).where(*wanted).order_by(BookRoom.area, BookRoom.name))
    found = [seen(room, at) for room in rooms]
    return sorted((room for room in found if room.is_open or not open_now), key=lambda one: not one.is_open)


def of_unions(within: ColumnElement[bool], at: datetime) -> list[Room]:
    """The rooms within reach of somebody at the desk, those that are no more last."""
    rooms = db.session.scalars(
        select(BookRoom).where(within).order_by(BookRoom.closed_at.is_not(None), BookRoom.area, BookRoom.name)
    )
    return [seen(room, at) for room in rooms]


def choices(within: ColumnElement[bool] | None = None) -> list[tuple[int, str]]:
    """The rooms in use, `(id, name)`, in the language of the page, to choose one from."""
    wanted = [BookRoom.closed_at.is_(None), *([within] if within is not None else [])]
    rows = db.session.execute(
        select(BookRoom.id, BookRoom.name, BookRoom.name_en)
        .where(*wanted)
        .order_by(BookRoom.area, BookRoom.name)
    )
    return [(row.id, said(row, "name")) for row in rows]


def listed(
    data: bytes, names: dict[str, Sequence[str]], needed: Sequence[str]
) -> list[tuple[int, dict[str, str | None]]]:
    """The lines of an uploaded list, as `rules.room_rows` takes them. Raises what `sheets` does of a file it cannot read."""
    return [(line.number, dict(line.cells)) for line in columns.lines(read(data), names, needed)]
