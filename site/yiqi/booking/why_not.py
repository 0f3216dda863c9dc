"""Why somebody waits and has no place yet: everything that stands in the way now, as far as it is known. Reads only."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct
from sqlalchemy import func, select

from yiqi import clock
from yiqi.activities.models import Activity, Slot, Status
from yiqi.activities.rules.conditions import Condition
from yiqi.booking import looking, matching, quotas, seats, whom
from yiqi.booking.models import Bar, Booking
from yiqi.booking.rules.capacity import free, over
from yiqi.booking.rules.deadlines import Deadlines
from yiqi.booking.rules.eligibility import parse, unmet
from yiqi.booking.rules.quotas import Pool
from yiqi.booking.rules.waitlist import MAX_PASSED_OVER
from yiqi.db import Facts, db


class Reason(StrEnum):
    """What stands in the way of somebody who waits."""

    CALLED_OFF = "called_off"
    QUEUE_OVER = "queue_over"
    BARRED = "barred"
    NOT_ELIGIBLE = "not_eligible"
    PARTY_TOO_BIG = "party_too_big"
    CLASH = "clash"
    QUOTA_FULL = "quota_full"
    OVER = "over"
    FULL = "full"
    KEPT = "kept"
    TOO_FEW = "too_few"
    AHEAD = "ahead"
    PASSED_OVER = "passed_over"
    SKIPPED = "skipped"
    """When the last free seat went by something else was in the way."""


class Why(Struct, frozen=True):
    """One reason, with what its sentence needs."""

    reason: Reason
    facts: dict[str, Any]


def of(booking: Facts, slot: Slot, activity: Activity, at: datetime) -> list[Why]:
    """Why a waiting booking (`id`, `person_id`, `party`, `place`, `passed_over`, `skipped_because`) has no place,
    the strongest reason first. Never empty for somebody who waits."""
    found: list[Why] = []

    def note(reason: Reason, **facts: Any) -> None:
        found.append(Why(reason, facts))

    times = Deadlines.of(activity, slot)
    if activity.status == Status.CALLED_OFF or slot.called_off_at is not None:
        note(Reason.CALLED_OFF)
    elif at >= times.promote_until:
        note(Reason.QUEUE_OVER, since=times.promote_until)
    barred_until = db.session.scalar(
        select(func.max(Bar.until)).where(Bar.person_id == booking.person_id, Bar.lifted_at.is_(None))
    )
    if barred_until is not None and at < barred_until:
        note(Reason.BARRED, until=barred_until)
    lacking = _lacking(booking, slot, activity, at)
    if lacking is not None:
        note(Reason.NOT_ELIGIBLE, condition=lacking)
    if slot.capacity is not None and booking.party > slot.capacity:
        note(Reason.PARTY_TOO_BIG, capacity=slot.capacity)
    here = db.session.connection()
    clash = looking.clashing(here, seats.present(here, [slot.id])[slot.id], booking.person_id, at)
    if clash is not None:
        note(Reason.CLASH, ref=clash.ref)
    found += _of_seats(booking, slot, at)
    if (booking.place or 1) > 1:
        note(Reason.AHEAD, people=booking.place - 1)
    if booking.passed_over:
        note(Reason.PASSED_OVER, times=booking.passed_over, most=MAX_PASSED_OVER)
    if booking.skipped_because and booking.skipped_because not in [one.reason for one in found]:
        note(Reason.SKIPPED, because=booking.skipped_because)
    return found


def clashing(ref: str) -> Facts | None:
    """What a clash is with: the title of the activity (with its …_en), and when it starts. None also for what only the
    members of a union may know of."""
    return db.session.execute(
        select(Activity.title, Activity.title_en, Slot.starts_at)
        .join(Slot, Slot.activity_id == Activity.id)
        .join(Booking, Booking.slot_id == Slot.id)
        .where(Booking.ref == ref, Activity.union_only.is_(False))
    ).one_or_none()


def _lacking(booking: Facts, slot: Slot, activity: Activity, at: datetime) -> Condition | None:
    conditions = parse(activity.conditions)
    if not conditions:
        return None
    who = whom.of(db.session.connection(), booking.person_id, clock.beijing(at).date())
    return unmet(conditions, who, clock.beijing(slot.starts_at).date())


def _of_seats(booking: Facts, slot: Slot, at: datetime) -> Sequence[Why]:
    """What of seats there is not enough of: the own quota, any seats, those not kept for others, or so many together."""
    here = db.session.connection()
    shares = quotas.of_slots(here, [slot.id])
    counted = matching.of_bookings(here, shares, [booking], at)[booking.id]
    pool = Pool.of(free(slot.capacity, slot.held), shares, at)
    found = []
    left, binding = pool.left(counted), pool.binding(counted)
    if binding is not None and left is not None and booking.party > left:
        found.append(Why(Reason.QUOTA_FULL, {"quota": binding, "party": booking.party}))
    common = pool.common(counted)
    if over(slot.capacity, slot.held):
        found.append(Why(Reason.OVER, {"seats": over(slot.capacity, slot.held)}))
    elif pool.free == 0:
        found.append(Why(Reason.FULL, {"capacity": slot.capacity}))
    elif common is not None and booking.party > common:
        kept = (pool.free or 0) - common
        if kept:
            found.append(Why(Reason.KEPT, {"kept": kept, "free": pool.free}))
        else:
            found.append(Why(Reason.TOO_FEW, {"free": common, "party": booking.party}))
    return found
