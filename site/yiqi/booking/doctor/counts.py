"""Numbers that are kept beside the rows they count: seats, waiters, units of quotas."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import and_, case, func, or_, select

from yiqi.activities.models import Quota, Slot, quota_slot, slot_occurrence
from yiqi.booking import counted
from yiqi.booking.doctor.findings import Finding
from yiqi.booking.models import Booking, Consumed
from yiqi.booking.rules.states import HOLDING, State
from yiqi.db import db, table

_slot, _booking, _quota, _consumed = table(Slot), table(Booking), table(Quota), table(Consumed)

_GIVEN = select(_slot.c.id, _slot.c.held, _slot.c.capacity, _slot.c.over).where(
    or_(
        _slot.c.held > _slot.c.capacity + _slot.c.over,
        and_(
            _slot.c.over > 0, or_(_slot.c.capacity.is_(None), _slot.c.held < _slot.c.capacity + _slot.c.over)
        ),
    )
)
_recount = (
    select(
        _booking.c.slot_id,
        func.sum(case((_booking.c.state == State.WAITING, 0), else_=_booking.c.party)).label("held"),
        func.sum(case((_booking.c.state == State.WAITING, 1), else_=0)).label("waiting"),
    )
    .where(_booking.c.state.in_([*HOLDING, State.WAITING]))
    .group_by(_booking.c.slot_id)
    .subquery()
)
_held, _waiting = func.coalesce(_recount.c.held, 0), func.coalesce(_recount.c.waiting, 0)
_COUNTERS = (
    select(_slot.c.id, _slot.c.held, _slot.c.waiting, _held.label("holds"), _waiting.label("wait"))
    .outerjoin(_recount, _recount.c.slot_id == _slot.c.id)
    .where(or_(_slot.c.held != _held, _slot.c.waiting != _waiting))
)
_units = (
    select(_consumed.c.quota_id, func.sum(_consumed.c.units).label("units"))
    .join(_booking, _booking.c.id == _consumed.c.booking_id)
    .where(_booking.c.state.in_(HOLDING))
    .group_by(_consumed.c.quota_id)
    .subquery()
)
_USED = (
    select(_quota.c.id, _quota.c.used, func.coalesce(_units.c.units, 0).label("units"))
    .outerjoin(_units, _units.c.quota_id == _quota.c.id)
    .where(_quota.c.used != func.coalesce(_units.c.units, 0))
)
_inside = (
    select(quota_slot.c.slot_id)
    .where(quota_slot.c.quota_id == _consumed.c.quota_id, quota_slot.c.slot_id == _booking.c.slot_id)
    .exists()
)
_CONSUMED = (
    select(
        _consumed.c.booking_id, _consumed.c.quota_id, _consumed.c.units, _booking.c.party, _booking.c.state
    )
    .join(_booking, _booking.c.id == _consumed.c.booking_id)
    .where(
        _consumed.c.units != 0,
        or_(_booking.c.state.not_in(HOLDING), _consumed.c.units != _booking.c.party, ~_inside),
    )
)
_AT_DOORS = (
    select(slot_occurrence, *(again.label(f"{name}_again") for name, again in counted.RECOUNTED.items()))
    .join(_slot, _slot.c.id == slot_occurrence.c.slot_id)
    .where(
        slot_occurrence.c.counted_version == _slot.c.version,
        or_(*(slot_occurrence.c[name] != again for name, again in counted.RECOUNTED.items())),
    )
)


def seats(at: datetime) -> Iterator[Finding]:
    """Seats held are no more than there are, but for those given beyond knowingly; these are remembered exactly."""
    for row in db.session.execute(_GIVEN).all():
        yield Finding(
            "slot",
            row.id,
            f"{row.held} seats are held of {row.capacity}, {row.over} of them beyond knowingly",
        )


def counters(at: datetime) -> Iterator[Finding]:
    """What a slot counts is what its bookings are."""
    for row in db.session.execute(_COUNTERS).all():
        yield Finding(
            "slot",
            row.id,
            f"it counts {row.held} held and {row.waiting} waiting, its bookings are {row.holds} and {row.wait}",
        )


def quotas(at: datetime) -> Iterator[Finding]:
    """What a quota has given is what is held of it."""
    for row in db.session.execute(_USED).all():
        yield Finding("quota", row.id, f"it counts {row.used} used, {row.units} are")


def consumed(at: datetime) -> Iterator[Finding]:
    """Only who holds seats takes of a quota, one unit a seat, and of those of the slot alone."""
    for row in db.session.execute(_CONSUMED).all():
        yield Finding(
            "booking",
            row.booking_id,
            f"it takes {row.units} of quota {row.quota_id}, {row.state} with a party of {row.party}",
        )


def doors(at: datetime) -> Iterator[Finding]:
    """Who is said at a door to be expected, to have come and gone is who does, where it was counted at the slot's version."""
    for row in db.session.execute(_AT_DOORS).all():
        kept = f"{row.expected} expected, {row.came} came and {row.gone} left"
        again = f"{row.expected_again}, {row.came_again} and {row.gone_again}"
        yield Finding(
            "slot", row.slot_id, f"at date {row.occurrence_id} it counts {kept}; its bookings are {again}"
        )
