"""What must be true of the tables at any moment (PRODUCT: invariants), recounted here without the site's own code."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select

from yiqi.activities.models import Activity, Occurrence, Slot, slot_occurrence
from yiqi.booking.models import Booking, BookingChange
from yiqi.db import db
from yiqi.notices.models import Notice

HOLDS, WAITS = ("confirmed", "offered"), "waiting"
TOLD = ("confirmed", "offered", "expired", "rejected", "called_off")
KEPT_AFTER = 3


def broken(at: datetime, lowered: Collection[int] = ()) -> list[str]:
    """What is not as it must be; empty when all is well. `lowered`: slots that may have given more than they have."""
    db.session.rollback()
    db.session.expire_all()
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(select(*Booking.__table__.columns).order_by(Booking.seq)):
        rows[row.slot_id].append(row)
    busy = _busy()
    said = [*_audit(), *_notices(), *_two_places_at_once(busy)]
    for slot, activity in db.session.execute(select(Slot, Activity).join(Activity)).all():
        said += _seats(slot, rows[slot.id], lowered)
        said += _queue(slot, activity, rows[slot.id], busy, at)
    db.session.rollback()
    return said


def _seats(slot: Slot, rows: Iterable[Any], lowered: Collection[int]) -> list[str]:
    said = []
    rows = list(rows)
    held = sum(row.party for row in rows if row.state in HOLDS)
    waiting = sum(row.state == WAITS for row in rows)
    if (slot.held, slot.waiting) != (held, waiting):
        said.append(f"slot {slot.id} counts {slot.held}+{slot.waiting}, its rows {held}+{waiting}")
    if slot.capacity is not None and held > slot.capacity and slot.id not in lowered:
        said.append(f"slot {slot.id} gave {held} of {slot.capacity}")
    live = [row.person_id for row in rows if row.state in (*HOLDS, WAITS)]
    if len(live) != len(set(live)):
        said.append(f"somebody is live twice in slot {slot.id}")
    tickets = [row.seq for row in rows]
    if len(tickets) != len(set(tickets)) or max(tickets, default=0) > slot.seq:
        said.append(f"slot {slot.id} handed out a ticket twice")
    if [row.id for row in rows] != sorted(row.id for row in rows):
        said.append(f"slot {slot.id}: somebody stands before an earlier one")
    return said


def _queue(
    slot: Slot, activity: Activity, rows: Iterable[Any], busy: dict[int, list[Any]], at: datetime
) -> list[str]:
    """Never a free seat beside somebody who could take it, before the promotion cut-off."""
    if str(activity.status) != "published":
        return []
    if at >= slot.starts_at - timedelta(minutes=activity.promotion_minutes):
        return []
    free = None if slot.capacity is None else slot.capacity - slot.held
    meetings = db.session.execute(
        select(Occurrence.starts_at, Occurrence.ends_at)
        .join(slot_occurrence)
        .where(slot_occurrence.c.slot_id == slot.id)
    ).all()
    for row in rows:
        if row.state != WAITS or (slot.capacity is not None and row.party > slot.capacity):
            continue
        elsewhere = [one for one in busy[row.person_id] if one.slot_id != slot.id]
        if any(
            one.starts_at < meeting.ends_at and meeting.starts_at < one.ends_at
            for one in elsewhere
            for meeting in meetings
        ):
            continue
        if free is None or row.party <= free:
            return [f"slot {slot.id} has {free} free beside waiting booking {row.id}"]
        if row.passed_over > KEPT_AFTER:
            return [f"booking {row.id} was passed over {row.passed_over} times"]
        if row.passed_over == KEPT_AFTER:
            return []
    return []


def _busy() -> dict[int, list[Any]]:
    busy: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(
        select(Booking.person_id, Booking.slot_id, Occurrence.starts_at, Occurrence.ends_at)
        .join(slot_occurrence, slot_occurrence.c.slot_id == Booking.slot_id)
        .join(Occurrence, Occurrence.id == slot_occurrence.c.occurrence_id)
        .where(Booking.state.in_(HOLDS))
        .order_by(Booking.person_id, Occurrence.starts_at)
    ):
        busy[row.person_id].append(row)
    return busy


def _two_places_at_once(busy: dict[int, list[Any]]) -> list[str]:
    return [
        f"person {person_id} is in slots {one.slot_id} and {other.slot_id} at once"
        for person_id, rows in busy.items()
        for one, other in pairwise(rows)
        if one.slot_id != other.slot_id and other.starts_at < one.ends_at
    ]


def _audit() -> list[str]:
    """Each booking's changes are one chain from nothing to its present state."""
    said = []
    chains: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(select(*BookingChange.__table__.columns).order_by(BookingChange.id)):
        chains[row.booking_id].append(row)
    for booking_id, state in db.session.execute(select(Booking.id, Booking.state)).all():
        steps = [None, *(row.became for row in chains[booking_id])]
        if [row.was for row in chains[booking_id]] != steps[:-1] or steps[-1] != state:
            said.append(f"the trail of booking {booking_id} is {steps}, its state {state}")
        if any(one not in (None, WAITS, *HOLDS) for one in steps[:-1]):
            said.append(f"booking {booking_id} came back to life: {steps}")
    return said


def _notices() -> list[str]:
    """One notice for each change that somebody must hear of, and none for the others."""
    heard = BookingChange.became.in_(TOLD) | (
        (BookingChange.became == WAITS) & BookingChange.was.is_not(None)
    )
    due = db.session.execute(select(BookingChange.booking_id, BookingChange.id).where(heard)).all()
    keys = sorted(f"booking-{row.booking_id}-{row.id}" for row in due)
    written = db.session.scalars(select(Notice.key).where(Notice.kind == "booking").order_by(Notice.key))
    found = sorted(written)
    return [] if keys == found else [f"notices are {found}, due are {keys}"]


def tally() -> tuple[int, int, int]:
    """How many bookings, changes and notices there are."""
    db.session.rollback()
    counts = [
        db.session.scalar(select(func.count()).select_from(kind)) or 0
        for kind in (Booking, BookingChange, Notice)
    ]
    return counts[0], counts[1], counts[2]
