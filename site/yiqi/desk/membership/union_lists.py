"""The tree of unions as far as somebody's roles reach, level by level or searched, with what stands beside each union."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import func, or_, select, tuple_

from yiqi import clock
from yiqi.activities.models import Activity, Occurrence, Status
from yiqi.db import db
from yiqi.roles.rules.permissions import EVERYWHERE, TABLE, Action, Held
from yiqi.unions import belonging, membership, tree
from yiqi.unions.models import Membership, MembershipRequest, Union

PAGE = 50
MANY = 20


class Row(Struct, frozen=True):
    """A union with the numbers of it and of all below it: people in good standing, open requests, coming activities.
    `groups` are those directly under it that go on."""

    union: Union
    groups: int
    members: int
    requests: int
    coming: int


def kept(held: Sequence[Held], action: Action = Action.KEEP_MEMBERS) -> frozenset[int] | None:
    """The unions with which these roles allow an action; None is all of them. A role on one programme or one activity
    keeps no union."""
    found: set[int] = set()
    for one in held:
        if one.role not in TABLE[action] or one.programme is not None or one.activity_id is not None:
            continue
        if one.role in EVERYWHERE:
            return None
        found |= one.unions
    return frozenset(found)


def level(
    within: frozenset[int] | None, *, under: int | None, q: str, after: int | None, at: datetime
) -> tuple[list[Row], bool]:
    """A page of unions by name, behind one: those under a union, the topmost within reach, or, where something is
    searched for, all that have it in their names; and whether there are more."""
    found = select(Union).order_by(Union.name, Union.id).limit(PAGE + 1)
    if within is not None:
        found = found.where(Union.id.in_(within))
    if q:
        named = (Union.name.contains(q, autoescape=True), Union.name_en.icontains(q, autoescape=True))
        found = found.where(or_(*named))
    elif under is not None:
        found = found.where(Union.parent_id == under)
    else:
        top = Union.parent_id.is_(None)
        found = found.where(top if within is None else or_(top, Union.parent_id.not_in(within)))
    if after is not None:
        last = db.session.execute(select(Union.name, Union.id).where(Union.id == after)).one_or_none()
        if last is not None:
            found = found.where(tuple_(Union.name, Union.id) > tuple_(last.name, last.id))
    unions = list(db.session.scalars(found))
    return rows(unions[:PAGE], at), len(unions) > PAGE


def rows(unions: Sequence[Union], at: datetime) -> list[Row]:
    """Unions with their numbers, in four queries."""
    ids = [union.id for union in unions]
    if not ids:
        return []
    start = select(Union.id.label("top"), Union.id.label("id")).where(Union.id.in_(ids))
    below = start.cte("below", recursive=True)
    below = below.union(select(below.c.top, Union.id).join(Union, Union.parent_id == below.c.id))
    good = (Membership.in_good_standing, membership.current(clock.beijing(at).date()))
    members = (
        select(below.c.top, func.count(Membership.person_id.distinct()))
        .join(Membership, Membership.union_id == below.c.id)
        .where(*good)
    )
    asked = (
        select(below.c.top, func.count())
        .join(MembershipRequest, MembershipRequest.union_id == below.c.id)
        .where(MembershipRequest.answered_at.is_(None))
    )
    coming = (
        select(below.c.top, func.count(Activity.id.distinct()))
        .join(Activity, Activity.owner_id == below.c.id)
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .where(
            Activity.status == Status.PUBLISHED,
            Occurrence.called_off_at.is_(None),
            Occurrence.ends_at > at,
        )
    )
    groups = select(Union.parent_id, func.count()).where(Union.parent_id.in_(ids), Union.ended_on.is_(None))
    counted = [
        {top: number for top, number in db.session.execute(query)}  # noqa: C416
        for query in (
            groups.group_by(Union.parent_id),
            *(query.group_by(below.c.top) for query in (members, asked, coming)),
        )
    ]
    return [Row(union, *(numbers.get(union.id, 0) for numbers in counted)) for union in unions]


def one(union_id: int, at: datetime) -> Row:
    """One union with its numbers. Raises `LookupError`."""
    found = rows(belonging.named([union_id]), at)
    if not found:
        raise LookupError(union_id)
    return found[0]


def path(union_id: int, within: frozenset[int] | None) -> list[Union]:
    """The unions above one as far as they are within reach, from the top."""
    above = tree.above(db.session.connection(), union_id)[1:]
    found = {union.id: union for union in belonging.named(above)}
    return [found[one] for one in reversed(above) if within is None or one in within]


def by_name(within: frozenset[int] | None, typed: str) -> list[Union]:
    """The union of a typed name that goes on, or at most twenty that have it in their names."""
    for means in (Union.name == typed, Union.name.contains(typed, autoescape=True)):
        found = select(Union).where(means, Union.ended_on.is_(None)).order_by(Union.name).limit(MANY)
        if within is not None:
            found = found.where(Union.id.in_(within))
        unions = list(db.session.scalars(found))
        if unions:
            return unions
    return []
