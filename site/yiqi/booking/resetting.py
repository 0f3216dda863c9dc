"""Windows, conditions and quotas as an organizer changes them, written under the locks. What it does to queues is seen to in
`rearranging`."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from yiqi import clock
from yiqi.activities import planning
from yiqi.activities.models import Activity, Occurrence, Quota, Slot, Status, quota_slot, quota_union
from yiqi.booking import looking, matching, quotas, stands, whom
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.changes import AddQuota, SetConditions, SetQuota, SetWindows
from yiqi.booking.rules.deadlines import INSTANTS
from yiqi.booking.rules.eligibility import parse, unmet
from yiqi.booking.rules.states import HOLDING
from yiqi.db import Facts, table

_activity, _occurrence, _slot, _quota = table(Activity), table(Occurrence), table(Slot), table(Quota)


def windows(here: Connection, change: SetWindows) -> None:
    """Write when one can sign up, and the numbers. Nobody who is in is touched by it; pages are read anew.

    Raises `LookupError`, `Refused(CALLED_OFF)`, `ValueError` for what cannot be kept.
    """
    known = here.execute(select(_activity).where(_activity.c.id == change.activity_id)).one_or_none()
    if known is None:
        raise LookupError(change.activity_id)
    _goes_on(known)
    numbers = {name: getattr(known, name) for name in stands.NUMBERS} | dict(change.numbers)
    if not change.numbers.keys() <= set(stands.NUMBERS):
        raise ValueError("an activity has no such number")
    if not change.opens_at < change.closes_at or change.closes_at > _last_start(here, known):
        raise ValueError("sign-up opens before it closes, and closes when the last one starts at the latest")
    if known.draw_at is not None and change.closes_at > known.draw_at:
        raise ValueError("a draw is held after sign-up has closed")
    if numbers["offer_least_minutes"] < 1 or numbers["offer_minutes"] < numbers["offer_least_minutes"]:
        raise ValueError("an offer runs for a minute at least")
    here.execute(
        update(_activity)
        .where(_activity.c.id == known.id)
        .values(opens_at=change.opens_at, closes_at=change.closes_at, **numbers)
    )
    here.execute(
        update(_slot).where(_slot.c.activity_id == known.id).values(version=_slot.c.version + INSTANTS)
    )


def conditions(here: Connection, change: SetConditions) -> None:
    """Write who may come. Who is in stays; a queue goes by the new conditions from now on.

    Raises `LookupError`, `Refused(CALLED_OFF)`, `ValueError` for a condition that there is not.
    """
    known = here.execute(select(_activity).where(_activity.c.id == change.activity_id)).one_or_none()
    if known is None:
        raise LookupError(change.activity_id)
    _goes_on(known)
    parse(change.conditions)
    kept = [dict(one) for one in change.conditions]
    here.execute(update(_activity).where(_activity.c.id == known.id).values(conditions=kept))
    here.execute(
        update(_slot).where(_slot.c.activity_id == known.id).values(version=_slot.c.version + INSTANTS)
    )


def unfit(here: Connection, change: SetConditions, bookings: Collection[Facts], at: datetime) -> int:
    """How many of some live bookings are of people who do not meet the conditions, on the day that counts for each."""
    wanted = parse(change.conditions)
    if not wanted or not bookings:
        return 0
    starts = select(_slot.c.id, _slot.c.starts_at).where(_slot.c.activity_id == change.activity_id)
    days = {row.id: clock.beijing(row.starts_at).date() for row in here.execute(starts)}
    people = whom.of_many(here, {one.person_id for one in bookings}, clock.beijing(at).date())
    return sum(unmet(wanted, people[one.person_id], days[one.slot_id]) is not None for one in bookings)


def quota(here: Connection, change: SetQuota) -> None:
    """Write another limit of a quota. Who holds places beyond it keeps them.

    Raises `LookupError`, `Refused(CALLED_OFF)`, `ValueError` for an impossible number.
    """
    known = here.execute(select(_quota).where(_quota.c.id == change.quota_id)).one_or_none()
    if known is None:
        raise LookupError(change.quota_id)
    _goes_on(looking.policy(here, known.activity_id))
    covers = select(func.count()).where(quota_slot.c.quota_id == known.id)
    _is_possible(change, here.execute(covers).scalar_one())
    limits = {name: getattr(change, name) for name in stands.LIMITS}
    here.execute(update(_quota).where(_quota.c.id == known.id).values(**limits))


def add_quota(here: Connection, change: AddQuota, at: datetime) -> int:
    """Write one more quota and count who holds places already; the same one again is the one that is there. Answers
    its id. Raises as `quota` does, and `LookupError` for slots of another activity."""
    _goes_on(looking.policy(here, change.activity_id))
    own = select(_slot.c.id).where(_slot.c.activity_id == change.activity_id)
    if not set(change.slot_ids) <= set(here.execute(own).scalars()):
        raise LookupError(change.slot_ids)
    _is_possible(change, len(set(change.slot_ids)))
    row = {name: getattr(change, name) for name in (*stands.LIMITS, "tag", "choice")}
    same = same_quota(here, change)
    if same is not None:
        return same
    planning.set_aside(here, row | {"activity_id": change.activity_id}, change.slot_ids, change.unions)
    newest = select(func.max(_quota.c.id)).where(_quota.c.activity_id == change.activity_id)
    made: int = here.execute(newest).scalar_one()
    holding = [one for one in looking.live_in(here, change.slot_ids) if one.state in HOLDING]
    (share,) = (one for one in quotas.of_slots(here, change.slot_ids) if one.id == made)
    counted = matching.of_bookings(here, [share], holding, at) if holding else {}
    for booking in sorted(holding, key=lambda one: one.id):
        quotas.take(here, booking.id, counted[booking.id], booking.party)
    return made


def same_quota(here: Connection, change: AddQuota) -> int | None:
    """The quota that says exactly this already: the form was sent twice."""
    alike = [
        _quota.c[name].is_not_distinct_from(getattr(change, name))
        for name in (*stands.LIMITS, "tag", "choice")
    ]
    for quota_id in here.execute(
        select(_quota.c.id).where(_quota.c.activity_id == change.activity_id, *alike)
    ).scalars():
        slots = select(quota_slot.c.slot_id).where(quota_slot.c.quota_id == quota_id)
        unions = select(quota_union.c.union_id).where(quota_union.c.quota_id == quota_id)
        if (set(here.execute(slots).scalars()), set(here.execute(unions).scalars())) == (
            set(change.slot_ids),
            set(change.unions),
        ):
            return int(quota_id)
    return None


def _last_start(here: Connection, known: Facts) -> datetime:
    """When the last date that takes place starts."""
    rows = here.execute(
        select(_occurrence.c.starts_at).where(
            _occurrence.c.activity_id == known.id, _occurrence.c.called_off_at.is_(None)
        )
    ).scalars()
    last: datetime = max(rows, default=known.closes_at)
    return last


def _goes_on(activity: Facts) -> None:
    if activity.status == Status.CALLED_OFF:
        raise Refused(Refusal.CALLED_OFF, activity_id=activity.id)


def _is_possible(change: SetQuota | AddQuota, slots: int) -> None:
    if change.least < 0 or (change.most is not None and change.most < change.least):
        raise ValueError("a quota keeps or allows an impossible number")
    if change.most is None and not change.least:
        raise ValueError("a quota limits or keeps something")
    if change.least and slots != 1:
        raise ValueError("kept places need exactly one slot")
