"""What of this programme is within reach of somebody's roles."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from yiqi.activities.models import Programme
from yiqi.db import Base, db
from yiqi.desk import reach
from yiqi.programmes.reading.essay_models import EssayCall
from yiqi.programmes.reading.models import BookCopy, BookRoom, BookTitle, ReaderNote, ReadingGroup
from yiqi.roles.rules.permissions import Action, Held, Thing, may
from yiqi.unions.models import Union


def thing(union_id: int) -> Thing:
    """Something of this programme that a union keeps, as roles reach it."""
    return Thing(union_id, None, Programme.READING)


def within(
    held: Sequence[Held], union_id: InstrumentedAttribute[int], action: Action = Action.EDIT
) -> ColumnElement[bool]:
    """What a union keeps of reading within reach of roles, as a condition on its column."""
    return reach.kept(held, union_id, Programme.READING, action)


def makers(held: Sequence[Held]) -> list[Union]:
    """The unions for which these roles may make something of this programme, by name."""
    return [union for union in reach.unions(held) if may(held, Action.EDIT, thing(union.id))]


def _of(model: type[Base], thing_id: int) -> Thing | None:
    row: Any = db.session.get(model, thing_id)
    return thing(row.union_id) if row is not None else None


def room(parts: Any) -> Thing | None:
    """What an address names with `room_id`; None when there is no such room. The others alike."""
    return _of(BookRoom, parts["room_id"])


def group(parts: Any) -> Thing | None:
    return _of(ReadingGroup, parts["group_id"])


def title(parts: Any) -> Thing | None:
    return _of(BookTitle, parts["title_id"])


def copy(parts: Any) -> Thing | None:
    return _of(BookCopy, parts["copy_id"])


def call(parts: Any) -> Thing | None:
    return _of(EssayCall, parts["call_id"])


def note(parts: Any) -> Thing | None:
    return _of(ReaderNote, parts["note_id"])
