"""Reads of drafts and templates: activities that are being written."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, func, select

from yiqi.db import Facts, db
from yiqi.desk import reach
from yiqi.desk.models import Draft
from yiqi.desk.rules import sheet
from yiqi.desk.rules.sheet import Fields
from yiqi.people.persons import name_behind
from yiqi.roles.rules.permissions import Held, Thing
from yiqi.unions.models import Union


class Written(Struct, frozen=True):
    """A draft as it was last saved, by whom, and the union it is for."""

    draft: Draft
    owner: Union
    saved_by: str

    @property
    def fields(self) -> Fields:
        """Every field of the form of today."""
        return sheet.completed(self.draft.fields)


def thing(draft_id: int) -> Thing | None:
    """A draft as a thing that roles reach; None when there is none."""
    found = db.session.execute(
        select(Draft.owner_id, Draft.programme).where(Draft.id == draft_id)
    ).one_or_none()
    return Thing(found.owner_id, programme=found.programme) if found else None


def of(draft_id: int) -> Written:
    """A draft that is there."""
    row = db.session.execute(
        select(Draft, Union, name_behind(Draft.saved_by_id))
        .join(Union, Union.id == Draft.owner_id)
        .where(Draft.id == draft_id)
        .execution_options(populate_existing=True)
    ).one()
    return Written(*row)


def unfinished(held: Sequence[Held], q: str = "") -> list[Facts]:
    """The drafts within reach that are not published, the newest first: id, title, programme, saved_at, owner, owner_en."""
    query = _listed(held).where(Draft.is_template.is_(False), Draft.published_id.is_(None))
    if q:
        query = query.where(func.lower(Draft.title).contains(q.lower(), autoescape=True))
    return list(db.session.execute(query))


def templates(held: Sequence[Held]) -> list[Facts]:
    """The templates within reach, the newest first; columns as of `unfinished`."""
    return list(db.session.execute(_listed(held).where(Draft.is_template.is_(True))))


def _listed(held: Sequence[Held]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Draft.id,
            Draft.title,
            Draft.programme,
            Draft.saved_at,
            Union.name.label("owner"),
            Union.name_en.label("owner_en"),
        )
        .join(Union, Union.id == Draft.owner_id)
        .where(reach.drafts(held))
        .order_by(Draft.saved_at.desc(), Draft.id.desc())
        .limit(reach.MANY)
    )
