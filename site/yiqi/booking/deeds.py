"""What organizers do with bookings, written into the audit trail beside the change itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.db import Facts
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing


def note(
    here: Connection,
    what: What,
    activity: Facts,
    booking: Facts,
    *,
    at: datetime,
    by_id: int,
    because: str = "",
    **facts: Any,
) -> None:
    """Write, in the caller's transaction, what was done to a booking (`id`, `ref`, `person_id`) of an activity (`id`,
    `owner_id`, `programme`)."""
    trail.note(
        here,
        what,
        at=at,
        by_id=by_id,
        thing=Thing(activity.owner_id, activity.id, activity.programme),
        person_id=booking.person_id,
        booking_ref=booking.ref,
        because=because,
        **facts,
    )


def not_own(booking: Facts, by_id: int) -> None:
    """What organizers do by hand they do for others: their own bookings are another organizer's business, or end as
    everybody's do. Raises `Refused(NOT_YOURS)`."""
    if booking.person_id == by_id:
        raise Refused(Refusal.NOT_YOURS)


def reason(because: str) -> str:
    """A reason as it is kept. Raises `ValueError` without one."""
    kept = because.strip()[:120]
    if not kept:
        raise ValueError("what is done by hand has a reason")
    return kept
