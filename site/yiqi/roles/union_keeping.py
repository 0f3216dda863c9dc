"""The verbs of the tree of unions, each with its line in the audit trail. Whether `by_id` may is the gate's question."""

from datetime import datetime

from yiqi import clock
from yiqi.db import retried, writing
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing
from yiqi.unions import tree


@retried
def add(*, name: str, name_en: str, parent_id: int | None, at: datetime, by_id: int) -> int:
    """A new union under another one, or at the top; answers its id. Raises `tree.NameTaken`, `tree.Ended`,
    `LookupError`."""
    with writing() as session:
        here = session.connection()
        on = clock.beijing(at).date()
        made = tree.add(here, name=name, name_en=name_en, parent_id=parent_id, on=on)
        thing = Thing(made)
        trail.note(
            here, What.UNION_KEPT, at=at, by_id=by_id, thing=thing, deed="added", name=name, under=parent_id
        )
        return made


@retried
def rename(*, union_id: int, name: str, name_en: str, at: datetime, by_id: int) -> None:
    """Give a union other names. Raises `tree.NameTaken`, `LookupError`."""
    with writing() as session:
        here = session.connection()
        was = tree.rename(here, union_id=union_id, name=name, name_en=name_en)
        if (was.name, was.name_en) == (name, name_en):
            session.rollback()
            return
        thing, was_name = Thing(union_id), was.name
        trail.note(
            here, What.UNION_KEPT, at=at, by_id=by_id, thing=thing, deed="renamed", was=was_name, name=name
        )


@retried
def move(*, union_id: int, parent_id: int | None, at: datetime, by_id: int) -> None:
    """Put a union under another one. Raises `tree.InARing`, `tree.Ended`, `LookupError`."""
    with writing() as session:
        here = session.connection()
        was = tree.move(here, union_id=union_id, parent_id=parent_id, on=clock.beijing(at).date())
        if was.parent_id == parent_id:
            session.rollback()
            return
        facts = {"was_under": was.parent_id, "under": parent_id}
        trail.note(here, What.UNION_KEPT, at=at, by_id=by_id, thing=Thing(union_id), deed="moved", **facts)


@retried
def end(*, union_id: int, at: datetime, by_id: int) -> bool:
    """End a union today; its members and activities stay to be read. Answers whether it had not ended yet.

    Raises `tree.HasGroups`, `LookupError`.
    """
    with writing() as session:
        here = session.connection()
        if not tree.end(here, union_id=union_id, on=clock.beijing(at).date()):
            session.rollback()
            return False
        trail.note(here, What.UNION_KEPT, at=at, by_id=by_id, thing=Thing(union_id), deed="ended")
        return True
