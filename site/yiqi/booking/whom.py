"""Reads of what conditions and quotas look at in people, inside the transaction that decides about them."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, bindparam, or_, select

from yiqi.booking.rules.eligibility import Held, Whom
from yiqi.db import table
from yiqi.people.models import Credential, Person, PersonTag
from yiqi.unions.models import Membership, Union

_person, _tag, _credential = table(Person), table(PersonTag), table(Credential)
_membership, _union = table(Membership), table(Union)

_own = (
    select(_membership.c.person_id, _membership.c.union_id, _membership.c.in_good_standing)
    .where(
        _membership.c.person_id.in_(bindparam("people", expanding=True)),
        _membership.c.since <= bindparam("day"),
        or_(_membership.c.until.is_(None), _membership.c.until > bindparam("day")),
    )
    .cte("belongs", recursive=True)
)
_belongs = _own.union(  # not UNION ALL: a ring in the tree must end
    select(_own.c.person_id, _union.c.parent_id, _own.c.in_good_standing).where(
        _union.c.id == _own.c.union_id, _union.c.parent_id.is_not(None)
    )
)
_UNIONS = select(_belongs.c.person_id, _belongs.c.union_id, _belongs.c.in_good_standing)
_SELF = (
    select(_person.c.id, _person.c.born_on, _tag.c.tag)
    .outerjoin(_tag, _tag.c.person_id == _person.c.id)
    .where(_person.c.id.in_(bindparam("people", expanding=True)))
)
_HOLDS = (
    select(_credential.c.person_id, _credential.c.code, _credential.c.since, _credential.c.until)
    .where(_credential.c.person_id.in_(bindparam("people", expanding=True)))
    .order_by(_credential.c.code, _credential.c.since)
)


def of(here: Connection, person_id: int, on: date) -> Whom:
    """What is known of somebody on a Beijing day, in three statements."""
    return of_many(here, [person_id], on)[person_id]


def of_many(here: Connection, person_ids: Collection[int], on: date) -> dict[int, Whom]:
    """What is known of several people on a Beijing day, by their ids, in three statements however many they are."""
    people = {"people": list(person_ids)}
    belonging = here.execute(_UNIONS, {**people, "day": on}).all()
    told = here.execute(_SELF, people).all()
    holding = here.execute(_HOLDS, people).all()
    unions: dict[int, set[int]] = {person_id: set() for person_id in person_ids}
    tags: dict[int, set[str]] = {person_id: set() for person_id in person_ids}
    holds: dict[int, list[Held]] = {person_id: [] for person_id in person_ids}
    good = set()
    for person_id, union_id, in_good_standing in belonging:
        unions[person_id].add(union_id)
        good.update([person_id] if in_good_standing else [])
    for person_id, _born_on, tag in told:
        tags[person_id].update([tag] if tag else [])
    for person_id, *held in holding:
        holds[person_id].append(Held(*held))
    born = {person_id: born_on for person_id, born_on, _tag in told}
    return {
        person_id: Whom(
            frozenset(unions[person_id]),
            bool(unions[person_id]),
            person_id in good,
            frozenset(tags[person_id]),
            born.get(person_id),
            tuple(holds[person_id]),
        )
        for person_id in person_ids
    }
