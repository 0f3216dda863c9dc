"""Quotas under a slot's lock: reading them, what a booking takes of them, and giving it back.

Quota rows are locked after slots and before people, in the order of their ids.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from yiqi.activities.models import Quota, quota_slot, quota_union
from yiqi.booking.models import Consumed
from yiqi.booking.rules.quotas import Share
from yiqi.db import Facts, db, table, touched

_quota, _consumed = table(Quota), table(Consumed)
_neighbour = quota_slot.alias()

_OF_SLOT = (
    select(
        _quota.c.id,
        _quota.c.most,
        _quota.c.least,
        _quota.c.used,
        _quota.c.releases_at,
        _quota.c.tag,
        _quota.c.choice,
        _quota.c.name,
        _quota.c.name_en,
    )
    .where(
        _quota.c.id.in_(
            select(quota_slot.c.quota_id).where(quota_slot.c.slot_id.in_(bindparam("slots", expanding=True)))
        )
    )
    .order_by(_quota.c.id)
)
_LOCKED = _OF_SLOT.with_for_update(key_share=True)
_UNIONS = select(quota_union.c.quota_id, quota_union.c.union_id).where(
    quota_union.c.quota_id.in_(bindparam("quotas", expanding=True))
)
_WHERE = select(quota_slot.c.quota_id, quota_slot.c.slot_id).where(
    quota_slot.c.slot_id.in_(bindparam("slots", expanding=True))
)
_NEIGHBOURS = (
    select(_neighbour.c.slot_id)
    .distinct()
    .join(quota_slot, quota_slot.c.quota_id == _neighbour.c.quota_id)
    .where(quota_slot.c.slot_id.in_(bindparam("slots", expanding=True)))
)
_TAKE = insert(_consumed)
_TAKEN = select(_consumed.c.quota_id, _consumed.c.units).where(
    _consumed.c.booking_id == bindparam("booking"), _consumed.c.units > 0
)
_RETURNED = (
    update(_consumed)
    .where(_consumed.c.booking_id == bindparam("booking"), _consumed.c.quota_id == bindparam("quota"))
    .values(units=0)
)
_AGAIN = (
    update(_consumed)
    .where(_consumed.c.booking_id == bindparam("booking"), _consumed.c.quota_id == bindparam("quota"))
    .values(units=bindparam("taken"))
)
_COUNT = (
    update(_quota).where(_quota.c.id == bindparam("quota")).values(used=_quota.c.used + bindparam("more"))
)


def locked(here: Connection, slot_ids: Collection[int]) -> list[Share]:
    """Lock the quotas of some slots, whose locks the caller holds, and answer them."""
    return _shares(here, here.execute(_LOCKED, {"slots": list(slot_ids)}).all())


def of_slots(here: Connection, slot_ids: Collection[int]) -> list[Share]:
    """The quotas of some slots, read without a lock."""
    return _shares(here, here.execute(_OF_SLOT, {"slots": list(slot_ids)}).all())


def by_slot(here: Connection, slot_ids: Collection[int]) -> dict[int, list[Share]]:
    """The quotas of each of some slots, read without a lock; slots without any are left out."""
    shares = {share.id: share for share in of_slots(here, slot_ids)}
    found: dict[int, list[Share]] = defaultdict(list)
    if shares:
        for quota_id, slot_id in here.execute(_WHERE, {"slots": list(slot_ids)}):
            found[slot_id].append(shares[quota_id])
    return found


def neighbours(here: Connection, slot_ids: Collection[int]) -> set[int]:
    """The slots that share a quota with one of these: places that come free here may be theirs."""
    return set(here.execute(_NEIGHBOURS, {"slots": list(slot_ids)}).scalars())


def take(here: Connection, booking_id: int, quota_ids: Collection[int], units: int) -> None:
    """Count a booking's seats in the quotas that match it, and remember which those were."""
    for quota_id in sorted(quota_ids):
        known = {"booking": booking_id, "quota": quota_id, "taken": units}
        if not touched(here.execute(_AGAIN, known)):
            here.execute(_TAKE, {"booking_id": booking_id, "quota_id": quota_id, "units": units})
        here.execute(_COUNT, {"quota": quota_id, "more": units})


def give_back(here: Connection, booking_id: int) -> set[int]:
    """Free what a booking took of its quotas; answers which they were. The rows stay, for the ledger."""
    taken = here.execute(_TAKEN, {"booking": booking_id}).all()
    for row in sorted(taken, key=lambda row: row.quota_id):
        here.execute(_RETURNED, {"booking": booking_id, "quota": row.quota_id})
        here.execute(_COUNT, {"quota": row.quota_id, "more": -row.units})
    return {row.quota_id for row in taken}


def taken(here: Connection, booking_id: int) -> frozenset[int]:
    """The quotas that a booking takes of now."""
    return frozenset(row.quota_id for row in here.execute(_TAKEN, {"booking": booking_id}))


def next_release(shares: Collection[Share], at: datetime) -> datetime | None:
    """The next instant at which one of these stops binding."""
    return min(
        (share.releases_at for share in shares if share.releases_at and share.releases_at > at), default=None
    )


def _shares(here: Connection, rows: Sequence[Facts]) -> list[Share]:
    if not rows:
        return []
    unions: dict[int, set[int]] = defaultdict(set)
    for quota_id, union_id in here.execute(_UNIONS, {"quotas": [row.id for row in rows]}):
        unions[quota_id].add(union_id)
    return [
        Share(
            row.id,
            row.most,
            row.least,
            row.used,
            row.releases_at,
            frozenset(unions[row.id]),
            row.tag,
            row.choice,
            row.name,
            row.name_en,
        )
        for row in rows
    ]


def slots_of(quota_id: int) -> list[int]:
    """The slots that a quota is inside."""
    return list(db.session.scalars(select(quota_slot.c.slot_id).where(quota_slot.c.quota_id == quota_id)))


def kept(slot_id: int, at: datetime) -> int:
    """How many seats of a slot are kept for some at an instant, taken or not."""
    holds = or_(_quota.c.releases_at.is_(None), _quota.c.releases_at > at)
    query = select(func.coalesce(func.sum(_quota.c.least), 0)).join(
        quota_slot, quota_slot.c.quota_id == _quota.c.id
    )
    return int(db.session.scalar(query.where(quota_slot.c.slot_id == slot_id, holds)) or 0)
