"""The tree of unions, changed inside somebody else's transaction. Who changes it holds its roots: nobody else does then.

A union that has ended stays with its members and its activities, to be read; nothing new comes under it or into it.
"""

from datetime import date

from sqlalchemy import Connection, insert, select, update

from yiqi.db import Facts, table
from yiqi.unions.models import Union

_union = table(Union)


class NameTaken(Exception):
    """Another union has the name."""


class InARing(Exception):
    """A union cannot be under itself, or under one that is under it."""


class Ended(Exception):
    """The union has ended: nothing new comes under it or into it."""


class HasGroups(Exception):
    """Unions under it go on: those end first."""


def add(here: Connection, *, name: str, name_en: str, parent_id: int | None, on: date) -> int:
    """A new union under another one, or at the top; answers its id. Raises `NameTaken`, `Ended`, `LookupError`."""
    _hold(here)
    _goes_on(here, parent_id, on)
    _is_free(here, name, None)
    row = {"name": name, "name_en": name_en, "parent_id": parent_id}
    made: int = here.execute(insert(_union).returning(_union.c.id), row).scalar_one()
    return made


def rename(here: Connection, *, union_id: int, name: str, name_en: str) -> Facts:
    """Give a union other names; answers it as it was. Raises `NameTaken`, `LookupError`."""
    _hold(here)
    was = of(here, union_id)
    _is_free(here, name, union_id)
    here.execute(update(_union).where(_union.c.id == union_id).values(name=name, name_en=name_en))
    return was


def move(here: Connection, *, union_id: int, parent_id: int | None, on: date) -> Facts:
    """Put a union, with all that is under it, under another one or at the top; answers it as it was.

    Raises `InARing`, `Ended`, `LookupError`.
    """
    _hold(here)
    was = of(here, union_id)
    _goes_on(here, parent_id, on)
    if union_id in above(here, parent_id):
        raise InARing
    here.execute(update(_union).where(_union.c.id == union_id).values(parent_id=parent_id))
    return was


def end(here: Connection, *, union_id: int, on: date) -> bool:
    """End a union from a Beijing day on; answers whether it had not ended yet. Raises `HasGroups`, `LookupError`."""
    _hold(here)
    if of(here, union_id).ended_on is not None:
        return False
    groups = select(_union.c.id).where(_union.c.parent_id == union_id, _union.c.ended_on.is_(None)).limit(1)
    if here.execute(groups).first() is not None:
        raise HasGroups
    here.execute(update(_union).where(_union.c.id == union_id).values(ended_on=on))
    return True


def of(here: Connection, union_id: int) -> Facts:
    """A union: id, parent_id, name, name_en, ended_on. Raises `LookupError`."""
    found = here.execute(select(*_union.c).where(_union.c.id == union_id)).one_or_none()
    if found is None:
        raise LookupError(union_id)
    return found


def above(here: Connection, union_id: int | None) -> list[int]:
    """A union and those above it, from below to the top; none for none."""
    found: list[int] = []
    while union_id is not None and union_id not in found:
        found.append(union_id)
        union_id = here.execute(select(_union.c.parent_id).where(_union.c.id == union_id)).scalar()
    return found


def _hold(here: Connection) -> None:
    """Lock the tops of the tree: of two who change it at once the second sees what the first has made of it."""
    here.execute(
        select(_union.c.id).where(_union.c.parent_id.is_(None)).order_by(_union.c.id).with_for_update()
    )


def _goes_on(here: Connection, union_id: int | None, on: date) -> None:
    if union_id is None:
        return
    ended_on = of(here, union_id).ended_on
    if ended_on is not None and ended_on <= on:
        raise Ended


def _is_free(here: Connection, name: str, own_id: int | None) -> None:
    taken = here.execute(select(_union.c.id).where(_union.c.name == name)).scalar()
    if taken not in (None, own_id):
        raise NameTaken
