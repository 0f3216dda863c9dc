"""Reads of who belongs where."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import CTE, Select, or_, select

from yiqi.db import db
from yiqi.unions.models import Membership, Union


def union_of(person_id: int, on: date) -> Union | None:
    """The union a person belongs to on a Beijing day; the newest when there are several, None when there is none."""
    return db.session.scalar(
        select(Union)
        .join(Membership, Membership.union_id == Union.id)
        .where(
            Membership.person_id == person_id,
            Membership.since <= on,
            or_(Membership.until.is_(None), Membership.until > on),
        )
        .order_by(Membership.since.desc(), Membership.id.desc())
        .limit(1)
    )


def unions_of(person_ids: Collection[int], on: date) -> dict[int, Union]:
    """The same for several people, by their ids; who belongs to none is left out. One query."""
    if not person_ids:
        return {}
    rows = db.session.execute(
        select(Membership.person_id, Union)
        .join(Union, Union.id == Membership.union_id)
        .where(
            Membership.person_id.in_(person_ids),
            Membership.since <= on,
            or_(Membership.until.is_(None), Membership.until > on),
        )
        .order_by(Membership.since, Membership.id)
    )
    return {person_id: union for person_id, union in rows}  # noqa: C416 - the last one, the newest, stays


def named(union_ids: Collection[int]) -> list[Union]:
    """Unions by their ids, in the order of their ids."""
    return list(db.session.scalars(select(Union).where(Union.id.in_(union_ids)).order_by(Union.id)))


def called(typed: str) -> list[Union]:
    """At most twenty unions that go on and have these characters in their names, by name."""
    named = (Union.name.contains(typed, autoescape=True), Union.name_en.icontains(typed, autoescape=True))
    found = select(Union).where(or_(*named), Union.ended_on.is_(None)).order_by(Union.name).limit(20)
    return list(db.session.scalars(found))


def under_these(union_ids: Collection[int] | Select[int | None]) -> CTE:
    """For a statement: some unions and all below them, as rows of `top`, one of them, and `id`, itself or one below it."""
    start = select(Union.id.label("top"), Union.id.label("id")).where(Union.id.in_(union_ids))
    tree = start.cte("below", recursive=True)
    return tree.union(select(tree.c.top, Union.id).join(Union, Union.parent_id == tree.c.id))


def under(union_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Of each union, itself and all unions below it. One query; none for no unions."""
    if not union_ids:
        return {}
    tree = under_these(union_ids)
    found: dict[int, set[int]] = {}
    for top, union_id in db.session.execute(select(tree.c.top, tree.c.id)):
        found.setdefault(top, set()).add(union_id)
    return {top: frozenset(ids) for top, ids in found.items()}
