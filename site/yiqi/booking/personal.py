"""What conditions and quotas make of one person, slot by slot: for pages, outside the locks."""

from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec import Struct

from yiqi import clock
from yiqi.activities.models import Slot
from yiqi.booking import matching, quotas, whom
from yiqi.booking.rules.capacity import free
from yiqi.booking.rules.eligibility import Condition, Whom, parse, unmet
from yiqi.booking.rules.quotas import Pool, Share
from yiqi.db import db


class Own(Struct, frozen=True):
    """What conditions and quotas make of one person in a slot: the first condition they lack; and where there are
    quotas, the seats they could take (None: no limit), those that are not kept for others, and of the quotas that
    count them the one that leaves least, and those that keep places for others."""

    who: Whom
    lacking: Condition | None
    has_quotas: bool = False
    room: int | None = None
    common: int | None = None
    quota: Share | None = None
    kept: Sequence[Share] = ()


def of(
    slots: Sequence[Slot], limited: Collection[int], person_id: int | None, at: datetime
) -> dict[int, Own]:
    """What conditions and quotas make of a person (None: of whom nothing is known), by slot; slots that look at nobody are
    left out. `limited`: the ids of those with quotas."""
    here = db.session.connection()
    shares = quotas.by_slot(here, list(limited)) if limited else {}
    looking = [
        slot for slot in slots if shares.get(slot.id) or (slot.activity.conditions and person_id is not None)
    ]
    if not looking:
        return {}
    who = whom.of(here, person_id, clock.beijing(at).date()) if person_id is not None else Whom()
    own = {}
    for slot in looking:
        day = clock.beijing(slot.starts_at).date()
        lacking = unmet(parse(slot.activity.conditions), who, day) if person_id is not None else None
        if not shares.get(slot.id):
            own[slot.id] = Own(who, lacking)
            continue
        pool = Pool.of(free(slot.capacity, slot.held), shares[slot.id], at)
        counted = matching.of_person(shares[slot.id], who)
        own[slot.id] = Own(
            who,
            lacking,
            True,
            pool.room(counted),
            pool.common(counted),
            pool.binding(counted),
            pool.kept_from(counted) if pool.free else (),
        )
    return own
