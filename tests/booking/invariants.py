"""What must be true of the tables at any moment (PRODUCT: invariants), recounted here without the site's own code."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select

from yiqi import clock
from yiqi.activities import calendar, picture
from yiqi.activities.models import (
    Activity,
    Occurrence,
    Quota,
    Slot,
    quota_slot,
    quota_union,
    slot_occurrence,
)
from yiqi.booking.models import Booking, BookingChange, Consumed
from yiqi.db import db
from yiqi.draws.models import DrawEntry
from yiqi.notices.models import Notice
from yiqi.people.models import Person, PersonTag
from yiqi.unions.models import Membership, Union

HOLDS, WAITS = ("confirmed", "offered"), "waiting"
LIVE = ("pending", "entered", WAITS, *HOLDS)
TOLD = ("confirmed", "offered", "expired", "rejected", "called_off")
KEPT_AFTER = 3


def broken(at: datetime) -> list[str]:
    """What is not as it must be; empty when all is well."""
    db.session.rollback()
    db.session.expire_all()
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(select(*Booking.__table__.columns).order_by(Booking.seq)):
        rows[row.slot_id].append(row)
    busy, shares, meetings, requeued = _busy(), _shares(), _meetings(), _requeued()
    said = [
        *_picture(at),
        *_audit(),
        *_notices(),
        *_two_places_at_once(_busy(at)),
        *_consumed(shares),
        *_entries(),
    ]
    for slot, activity in db.session.execute(select(Slot, Activity).join(Activity)).all():
        mine = [share for share in shares if slot.id in share.slots]
        said += _seats(slot, rows[slot.id], requeued)
        said += _offers(slot, activity, rows[slot.id], mine, at)
        if slot.due_at is None or slot.due_at > at:
            said += _queue(slot, activity, rows[slot.id], meetings[slot.id], busy, mine, at)
    db.session.rollback()
    return said


def _picture(at: datetime) -> list[str]:
    """What lists are made of is kept from one look to the next, and is what the tables say."""
    day = clock.beijing(at).date()
    first, last = day - timedelta(days=40), day + timedelta(days=200)
    kept, read = picture.between(first, last, at), calendar.between(first, last, at=at)
    return [] if kept == read else ["a list shows what is no longer so"]


@dataclass(frozen=True)
class Share:
    """A quota with whom it counts, as tables say it."""

    quota: Quota
    slots: frozenset[int]
    people: frozenset[int]

    def left(self) -> int | None:
        return None if self.quota.most is None else self.quota.most - self.quota.used

    def kept(self) -> int:
        return max(0, self.quota.least - self.quota.used)


def _seats(slot: Slot, rows: Iterable[Any], requeued: set[int]) -> list[str]:
    said = []
    rows = list(rows)
    held = sum(row.party for row in rows if row.state in HOLDS)
    waiting = sum(row.state == WAITS for row in rows)
    if (slot.held, slot.waiting) != (held, waiting):
        said.append(f"slot {slot.id} counts {slot.held}+{slot.waiting}, its rows {held}+{waiting}")
    if slot.over != max(0, held - (held if slot.capacity is None else slot.capacity)):
        said.append(f"slot {slot.id} gave {held} of {slot.capacity}, {slot.over} of them knowingly")
    live = [row.person_id for row in rows if row.state in LIVE]
    if len(live) != len(set(live)):
        said.append(f"somebody is live twice in slot {slot.id}")
    tickets = [row.seq for row in rows]
    if len(tickets) != len(set(tickets)) or max(tickets, default=0) > slot.seq:
        said.append(f"slot {slot.id} handed out a ticket twice")
    own = [row.id for row in rows if row.offers_expired == 0 and row.id not in requeued]
    if own != sorted(own):
        said.append(f"slot {slot.id}: somebody stands before an earlier one")
    return said


def _requeued() -> set[int]:
    """Bookings that got a new ticket: they were let in, drawn, or sent to the back."""
    again = select(BookingChange.booking_id).where(
        BookingChange.became == WAITS, BookingChange.was.is_not(None)
    )
    return set(db.session.scalars(again))


def _offers(
    slot: Slot, activity: Activity, rows: Iterable[Any], shares: list[Share], at: datetime
) -> list[str]:
    """Each offer has an end that is not in the night, and the slot knows what the clock does next in it."""
    said = []
    ends = [row.offer_until for row in rows if row.state == "offered"]
    for until in ends:
        wall = (until + timedelta(hours=8)).hour if until else 0
        if until is None or (until != slot.starts_at and not 7 <= wall < 22) or until > slot.starts_at:
            said.append(f"an offer in slot {slot.id} ends at {until}")
    releases = [share.quota.releases_at for share in shares if share.quota.releases_at]
    if str(activity.status) == "published" and slot.called_off_at is None:
        ends += [release for release in releases if release > at or release == slot.due_at]
        due = min((end for end in ends if end), default=None)
        if slot.due_at != due:
            said.append(f"slot {slot.id} has something due at {slot.due_at}, and it should be {due}")
    return said


def _queue(
    slot: Slot,
    activity: Activity,
    rows: Iterable[Any],
    meetings: Sequence[Any],
    busy: dict[int, list[Any]],
    shares: list[Share],
    at: datetime,
) -> list[str]:
    """Never free seats beside somebody who could take them, before the promotion cut-off."""
    if str(activity.status) != "published" or slot.called_off_at is not None:
        return []
    if at >= slot.starts_at - timedelta(minutes=activity.promotion_minutes):
        return []
    binding = [one for one in shares if one.quota.releases_at is None or at < one.quota.releases_at]

    def room(row: Any) -> float:
        if slot.capacity is None:
            return float("inf")
        return (
            slot.capacity - slot.held - sum(one.kept() for one in binding if row.person_id not in one.people)
        )

    kept_for: list[Any] = []
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
        own = [share for share in binding if row.person_id in share.people]
        if any(left is not None and left < row.party for left in (share.left() for share in own)):
            continue
        if row.passed_over > KEPT_AFTER:
            return [f"booking {row.id} was passed over {row.passed_over} times"]
        if room(row) < row.party:
            kept_for += [row] if row.passed_over == KEPT_AFTER else []
        elif (
            not kept_for
            or all(room(one) <= 0 for one in kept_for)
            or sum(one.kept() for one in own) >= row.party
        ):
            return [f"slot {slot.id} has {room(row)} free beside waiting booking {row.id}"]
    return []


def _meetings() -> dict[int, list[Any]]:
    """When each slot meets."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(
        select(slot_occurrence.c.slot_id, Occurrence.starts_at, Occurrence.ends_at)
        .join(Occurrence, Occurrence.id == slot_occurrence.c.occurrence_id)
        .where(Occurrence.called_off_at.is_(None))
    ):
        found[row.slot_id].append(row)
    return found


def _shares() -> list[Share]:
    slots, unions, members, bearers = (
        _grouped(select(*columns))
        for columns in (
            (quota_slot.c.quota_id, quota_slot.c.slot_id),
            (quota_union.c.quota_id, quota_union.c.union_id),
            (Membership.union_id, Membership.person_id),
            (PersonTag.tag, PersonTag.person_id),
        )
    )
    everybody = set(db.session.scalars(select(Person.id)))
    parents = {row.id: row.parent_id for row in db.session.execute(select(Union.id, Union.parent_id))}
    found = []
    for quota in db.session.scalars(select(Quota)):
        people = set(everybody)
        if unions[quota.id]:
            below = _with_groups(unions[quota.id], parents)
            people &= {person_id for union_id in below for person_id in members[union_id]}
        if quota.tag:
            people &= bearers[quota.tag]
        if quota.choice:
            people = set()
        found.append(Share(quota, frozenset(slots[quota.id]), frozenset(people)))
    return found


def _grouped(pairs: Any) -> dict[Any, set[int]]:
    found: dict[Any, set[int]] = defaultdict(set)
    for key, value in db.session.execute(pairs):
        found[key].add(value)
    return found


def _with_groups(unions: set[int], parents: dict[int, int | None]) -> set[int]:
    below = {child for child, parent in parents.items() if parent in unions and child not in unions}
    return _with_groups(unions | below, parents) if below else unions


def _consumed(shares: list[Share]) -> list[str]:
    """What was taken of a quota is what those it counts hold, and nobody else took of it."""
    said = []
    units: dict[tuple[int, int], int] = {}
    for row in db.session.execute(select(Consumed.booking_id, Consumed.quota_id, Consumed.units)):
        units[row.quota_id, row.booking_id] = row.units
    holds = db.session.execute(
        select(Booking.id, Booking.person_id, Booking.slot_id, Booking.party).where(Booking.state.in_(HOLDS))
    ).all()
    for share in (share for share in shares if not share.quota.choice):
        due = {
            row.id: row.party for row in holds if row.slot_id in share.slots and row.person_id in share.people
        }
        taken = {
            booking_id: taken for (quota_id, booking_id), taken in units.items() if quota_id == share.quota.id
        }
        if {one: taken for one, taken in taken.items() if taken} != due:
            said.append(f"of quota {share.quota.id} was taken {taken}, and it should be {due}")
        if share.quota.used != sum(due.values()):
            said.append(f"quota {share.quota.id} counts {share.quota.used} instead of {sum(due.values())}")
    return said


def _entries() -> list[str]:
    """The line of a draw says what became of it."""
    rows = db.session.execute(
        select(DrawEntry.booking_id, DrawEntry.outcome, BookingChange.became)
        .join(BookingChange, BookingChange.booking_id == DrawEntry.booking_id)
        .where(DrawEntry.outcome.is_not(None), BookingChange.was == "entered")
    )
    return [
        f"the draw says {row.outcome} of booking {row.booking_id}, which became {row.became}"
        for row in rows
        if row.outcome != row.became
    ]


def _busy(at: datetime | None = None) -> dict[int, list[Any]]:
    """Where people are, or are held out a place: at an instant, or also by offers that ran out and were not swept yet.
    These free nobody for another queue before they are."""
    offered = Booking.state == "offered"
    if at is not None:
        offered &= Booking.offer_until > at
    busy: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(
        select(Booking.person_id, Booking.slot_id, Occurrence.starts_at, Occurrence.ends_at)
        .join(slot_occurrence, slot_occurrence.c.slot_id == Booking.slot_id)
        .join(Occurrence, Occurrence.id == slot_occurrence.c.occurrence_id)
        .where((Booking.state == "confirmed") | offered)
        .where(Occurrence.called_off_at.is_(None))
        .order_by(Booking.person_id, Occurrence.starts_at)
    ):
        busy[row.person_id].append(row)
    return busy


def _two_places_at_once(busy: dict[int, list[Any]]) -> list[str]:
    """Of two records that became one, what was over by then stays as it was."""
    merged = defaultdict(list)
    for row in db.session.execute(
        select(Booking.slot_id, Booking.person_id, BookingChange.at)
        .join(BookingChange, BookingChange.booking_id == Booking.id)
        .where(BookingChange.why == "merged")
    ):
        merged[row.person_id, row.slot_id].append(row.at)

    def was_over(person_id: int, *both: Any) -> bool:
        when = max((at for one in both for at in merged[person_id, one.slot_id]), default=None)
        return when is not None and min(one.ends_at for one in both) <= when

    return [
        f"person {person_id} is in slots {one.slot_id} and {other.slot_id} at once"
        for person_id, rows in busy.items()
        for one, other in pairwise(rows)
        if one.slot_id != other.slot_id and other.starts_at < one.ends_at
        if not was_over(person_id, one, other)
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
        if any(one not in (None, *LIVE) for one in steps[:-1]):
            said.append(f"booking {booking_id} came back to life: {steps}")
    return said


def _notices() -> list[str]:
    """One notice for each change that somebody must hear of, and none for the others."""
    heard = BookingChange.became.in_(TOLD) | (
        (BookingChange.became == WAITS) & BookingChange.was.is_not(None)
    )
    heard &= BookingChange.why != "merged"
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
