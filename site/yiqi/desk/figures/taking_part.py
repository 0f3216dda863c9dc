"""Who took part, by enterprise: people, seats, and how many of its members they are.

A person counts for the union they belong to on one day, the last of the period or today; groups count for the
enterprise they are in. So few people of an enterprise that they could be told apart are hidden from who does not
organize there.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, func, or_, select

from yiqi import clock
from yiqi.activities.models import Activity, Slot
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.db import Facts, db
from yiqi.desk.figures.statistics import Scope
from yiqi.roles.rules.permissions import Action, Held, Role, Thing, may
from yiqi.unions.models import Membership, Union

FEW = 3
"""From so many people on their number is shown to everybody who may see statistics."""


class Enterprise(Struct, frozen=True):
    """People of one enterprise who had places, their seats, and its members; `union` (id, name, name_en) is None for people
    of no union. `is_hidden`: too few to be told to whoever asks."""

    union: Facts | None
    people: int
    seats: int
    members: int
    is_hidden: bool = False

    @property
    def rate(self) -> float | None:
        return self.people / self.members if self.members else None


def by_enterprise(scope: Scope) -> list[Enterprise]:
    """The enterprises of those who had places, the most people first; nobody's last. Three statements."""
    on = min(scope.period.last, clock.beijing(scope.at).date())
    unions = {row.id: row for row in db.session.execute(_unions())}
    people: dict[int | None, int] = defaultdict(int)
    seats: dict[int | None, int] = defaultdict(int)
    for union_id, many, places in db.session.execute(_participants(scope, on)):
        top = _enterprise(union_id, unions)
        people[top] += many
        seats[top] += int(places)
    members: dict[int | None, int] = defaultdict(int)
    for union_id, many in db.session.execute(_members(on)):
        members[_enterprise(union_id, unions)] += many
    found = [
        Enterprise(
            unions[union_id] if union_id is not None else None,
            many,
            seats[union_id],
            members[union_id],
            is_hidden=many < FEW and not _may_see(scope.held, union_id),
        )
        for union_id, many in people.items()
    ]
    return sorted(found, key=lambda one: (one.union is None, -_shown(one), one.union.id if one.union else 0))


def _shown(one: Enterprise) -> int:
    """What it is ordered by: those that are hidden all stand alike."""
    return 0 if one.is_hidden else one.people


def _may_see(held: Sequence[Held], union_id: int | None) -> bool:
    """Whether somebody may know a number that is nearly a name: who organizes there."""
    organizing = [one for one in held if one.role is not Role.AUDITOR]
    return may(organizing, Action.SEE_STATISTICS, Thing(union_id)) is not None


def _unions() -> Select[*tuple[Any, ...]]:
    return select(Union.id, Union.parent_id, Union.name, Union.name_en)


def _participants(scope: Scope, on: date) -> Select[*tuple[Any, ...]]:
    """By union of the day (None: of none): how many people, and seats."""
    had = (
        select(Booking.person_id.label("person_id"), func.sum(Booking.party).label("seats"))
        .select_from(Activity)
        .join(Slot, Slot.activity_id == Activity.id)
        .join(Booking, Booking.slot_id == Slot.id)
        .where(scope.slots, Booking.state == State.CONFIRMED)
        .group_by(Booking.person_id)
        .cte("had")
    )
    newest = func.row_number().over(
        partition_by=Membership.person_id, order_by=(Membership.since.desc(), Membership.id.desc())
    )
    belonging = (
        select(Membership.person_id, Membership.union_id, newest.label("nth"))
        .join(had, had.c.person_id == Membership.person_id)
        .where(Membership.since <= on, or_(Membership.until.is_(None), Membership.until > on))
        .subquery()
    )
    return (
        select(belonging.c.union_id, func.count(), func.sum(had.c.seats))
        .select_from(had)
        .outerjoin(belonging, (belonging.c.person_id == had.c.person_id) & (belonging.c.nth == 1))
        .group_by(belonging.c.union_id)
    )


def _members(on: date) -> Select[*tuple[Any, ...]]:
    return (
        select(Membership.union_id, func.count(Membership.person_id.distinct()))
        .where(Membership.since <= on, or_(Membership.until.is_(None), Membership.until > on))
        .group_by(Membership.union_id)
    )


def _enterprise(union_id: int | None, unions: Mapping[int, Facts]) -> int | None:
    """The union below the federation that a union is in, or is; the federation itself stays itself."""
    here = union_id
    while here is not None:
        above = unions[here].parent_id
        if above is None or unions[above].parent_id is None:
            return here
        here = above
    return None
