"""Statistics of activities within reach: how full they were, who did not come, how the queues went, what quotas took.

A pool of places counts on the day it begins. What was called off does not count. Each question is one statement,
however many bookings there are.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, case, func, select

from yiqi.activities.models import Activity, Occurrence, Programme, Quota, Slot, Status, slot_occurrence
from yiqi.booking.ledger import Account
from yiqi.booking.models import Attendance, Booking, BookingChange
from yiqi.booking.rules.states import State
from yiqi.db import Facts, db
from yiqi.desk import reach
from yiqi.desk.rules.period import Period
from yiqi.roles.rules.permissions import Action, Held
from yiqi.unions.models import Union

T = TypeVar("T", "Filled", "Missed", "Queued")
MANY_QUOTAS = 200
"""Quotas listed at most."""


class Scope(Struct, frozen=True):
    """What is counted: activities within reach of some roles, in a period, perhaps of some unions or one programme."""

    held: Sequence[Held]
    period: Period
    at: datetime
    union_ids: frozenset[int] | None = None
    programme: Programme | None = None

    @property
    def activities(self) -> ColumnElement[bool]:
        """As a condition on `Activity`."""
        wanted = [reach.activities(self.held, Action.SEE_STATISTICS), Activity.status == Status.PUBLISHED]
        if self.union_ids is not None:
            wanted.append(Activity.owner_id.in_(self.union_ids))
        if self.programme is not None:
            wanted.append(Activity.programme == self.programme)
        return and_(*wanted)

    @property
    def slots(self) -> ColumnElement[bool]:
        """As a condition on `Activity` and `Slot`."""
        return and_(
            self.activities,
            Slot.called_off_at.is_(None),
            Slot.starts_at >= self.period.starts_at,
            Slot.starts_at < self.period.ends_at,
        )


class Filled(Struct, frozen=True):
    """One programme's places: `held` of `capacity` seats where there is a limit, `open_held` where there is none."""

    programme: Programme
    activities: int
    slots: int
    capacity: int
    held: int
    open_held: int

    @property
    def rate(self) -> float | None:
        return self.held / self.capacity if self.capacity else None


class Missed(Struct, frozen=True):
    """One programme's people at dates that are over and had a list: `expected` of whom `absent` did not come; and
    bookings that were cancelled late."""

    programme: Programme
    expected: int = 0
    absent: int = 0
    late: int = 0

    @property
    def rate(self) -> float | None:
        return self.absent / self.expected if self.expected else None


class Queued(Struct, frozen=True):
    """One programme's queues: bookings that ever waited, those of them that got a place from it, those that wait still,
    and in how many pools."""

    programme: Programme
    joined: int
    moved_up: int
    waiting: int
    slots: int

    @property
    def rate(self) -> float | None:
        return self.moved_up / self.joined if self.joined else None


def filled(scope: Scope) -> list[Filled]:
    """How full the places were, by programme."""
    limited = Slot.capacity.is_not(None)
    rows = db.session.execute(
        select(
            Activity.programme,
            func.count(Activity.id.distinct()).label("activities"),
            func.count().label("slots"),
            _sum(case((limited, Slot.capacity), else_=0)).label("capacity"),
            _sum(case((limited, Slot.held), else_=0)).label("held"),
            _sum(case((limited, 0), else_=Slot.held)).label("open_held"),
        )
        .join(Slot, Slot.activity_id == Activity.id)
        .where(scope.slots)
        .group_by(Activity.programme)
    )
    found = [
        Filled(row.programme, row.activities, row.slots, int(row.capacity), int(row.held), int(row.open_held))
        for row in rows
    ]
    return _in_order(found)


def missed(scope: Scope) -> list[Missed]:
    """Who did not come, and who cancelled late, by programme: two statements.

    A date is asked about once it is over, and where somebody was checked in: without a list nobody was missed.
    """
    came = func.count(Attendance.booking_id)
    dates = (
        select(Activity.programme.label("programme"), func.count().label("expected"), came.label("came"))
        .select_from(Activity)
        .join(Slot, Slot.activity_id == Activity.id)
        .join(slot_occurrence, slot_occurrence.c.slot_id == Slot.id)
        .join(Occurrence, Occurrence.id == slot_occurrence.c.occurrence_id)
        .join(Booking, and_(Booking.slot_id == Slot.id, Booking.state == State.CONFIRMED))
        .outerjoin(
            Attendance, and_(Attendance.booking_id == Booking.id, Attendance.occurrence_id == Occurrence.id)
        )
        .where(
            scope.activities,
            Occurrence.called_off_at.is_(None),
            Occurrence.ends_at <= scope.at,
            Occurrence.starts_at >= scope.period.starts_at,
            Occurrence.starts_at < scope.period.ends_at,
        )
        .group_by(Occurrence.id, Activity.programme)
        .having(came > 0)
        .subquery()
    )
    at_dates = db.session.execute(
        select(dates.c.programme, _sum(dates.c.expected), _sum(dates.c.came)).group_by(dates.c.programme)
    )
    expected = {programme: (int(all_of), int(here)) for programme, all_of, here in at_dates}
    cancelled = db.session.execute(
        select(Activity.programme, func.count())
        .select_from(Activity)
        .join(Slot, Slot.activity_id == Activity.id)
        .join(Booking, Booking.slot_id == Slot.id)
        .where(scope.slots, Booking.state == State.CANCELLED_LATE)
        .group_by(Activity.programme)
    )
    late = {programme: many for programme, many in cancelled}  # noqa: C416 - a row is no pair
    found = []
    for programme in {*expected, *late}:
        all_of, here = expected.get(programme, (0, 0))
        found.append(Missed(programme, all_of, all_of - here, late.get(programme, 0)))
    return _in_order(found)


def queued(scope: Scope) -> list[Queued]:
    """How the queues went, by programme."""
    became, was = BookingChange.became, BookingChange.was
    waited = case((became == State.WAITING, Booking.id))
    from_queue = and_(became == State.CONFIRMED, was.in_((State.WAITING, State.OFFERED)))
    rows = db.session.execute(
        select(
            Activity.programme,
            func.count(waited.distinct()).label("joined"),
            func.count(case((from_queue, Booking.id)).distinct()).label("moved_up"),
            func.count(case((Booking.state == State.WAITING, Booking.id)).distinct()).label("waiting"),
            func.count(case((became == State.WAITING, Slot.id)).distinct()).label("slots"),
        )
        .select_from(Activity)
        .join(Slot, Slot.activity_id == Activity.id)
        .join(Booking, Booking.slot_id == Slot.id)
        .join(BookingChange, BookingChange.booking_id == Booking.id)
        .where(scope.slots, became.in_((State.WAITING, State.CONFIRMED)))
        .group_by(Activity.programme)
    )
    return _in_order(
        [
            Queued(row.programme, row.joined, row.moved_up, row.waiting, row.slots)
            for row in rows
            if row.joined
        ]
    )


def quotas(scope: Scope) -> list[tuple[Activity, Account]]:
    """The quotas of activities that begin in the period, the newest first, with how much of each is used; the account's
    entries are left out."""
    begins = select(Slot.activity_id).join(Activity, Activity.id == Slot.activity_id).where(scope.slots)
    rows = db.session.execute(
        select(Activity, Quota)
        .join(Quota, Quota.activity_id == Activity.id)
        .where(Activity.id.in_(begins))
        .order_by(Activity.id.desc(), Quota.id)
        .limit(MANY_QUOTAS)
        .execution_options(populate_existing=True)
    )
    return [(activity, Account(quota, ())) for activity, quota in rows]


def owners(held: Sequence[Held]) -> list[Facts]:
    """The unions that have an activity within reach, by name: id, name, name_en."""
    having = select(Activity.owner_id).where(reach.activities(held, Action.SEE_STATISTICS))
    query = select(Union.id, Union.name, Union.name_en).where(Union.id.in_(having))
    return list(db.session.execute(query.order_by(Union.name).limit(reach.MANY)))


def _sum(column: Any) -> Any:
    return func.coalesce(func.sum(column), 0)


def _in_order(found: list[T]) -> list[T]:
    return sorted(found, key=lambda one: list(Programme).index(one.programme))
