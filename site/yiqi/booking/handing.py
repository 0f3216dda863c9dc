"""Handing a place on to a colleague: held out by a link, taken over by whoever opens it and may have the place.

It stays inside the quotas that counted the giver, and never walks past the queue: where somebody waits who could take
the place, it is theirs.
"""

import secrets
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import Connection, Select, bindparam, select, update
from sqlalchemy.orm import Session

from yiqi import clock
from yiqi.activities.models import Allocation, Slot
from yiqi.booking import locking, looking, marks, matching, queue, quotas, seats, whom
from yiqi.booking.asking import Ticket
from yiqi.booking.models import Booking, Handover
from yiqi.booking.offers import timely
from yiqi.booking.queue import Dealing
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.eligibility import unmet
from yiqi.booking.rules.marks import leaves_marks
from yiqi.booking.rules.states import State
from yiqi.db import Facts, db, retried, table, writing
from yiqi.notices import outbox

HELD_OUT = timedelta(hours=24)
"""A link works this long, and to the start at the most."""

_BY_TOKEN = (
    select(table(Handover), Slot.activity_id)
    .join(Booking, Booking.id == Handover.booking_id)
    .join(Slot, Slot.id == Booking.slot_id)
    .where(Handover.token == bindparam("token"))
)


class HeldOut(Struct, frozen=True):
    """A place that is held out: whose booking it is, for how many, in which slot, and until when."""

    token: str
    ref: str
    person_id: int
    party: int
    slot_id: int
    ends_at: datetime


@timely
@retried
def hold_out(*, ref: str, person_id: int, at: datetime) -> HeldOut:
    """Hold a confirmed place out; the link that is open already is answered again.

    Raises `Refused(NOT_YOURS)` for a booking of somebody else or none, `Refused(CLOSED)` when the place is not
    confirmed or has begun, `Refused(NOT_ELIGIBLE)` where places are drawn or checked, or something was
    asked: those belong to a person.
    """
    with writing() as session:
        here = session.connection()
        mine = looking.by_ref(here, ref)
        if mine is None or mine.person_id != person_id:
            raise Refused(Refusal.NOT_YOURS)
        slot = locking.lock(here, [mine.slot_id], [person_id], at)[mine.slot_id]
        activity = looking.policy(here, slot.activity_id)
        booking = looking.by_ref(here, ref)
        begun = at >= slot.starts_at or looking.came(here, mine.id, at)
        if booking is None or booking.state != State.CONFIRMED or begun:
            raise Refused(Refusal.CLOSED, closes_at=slot.starts_at, activity_id=activity.id)
        if activity.allocation != Allocation.FIRST_COME or activity.asks:
            raise Refused(Refusal.NOT_ELIGIBLE, activity_id=activity.id)
        known = session.scalar(_open(booking.id, at))
        if known is None:
            known = Handover(
                booking_id=booking.id,
                token=secrets.token_urlsafe(16),
                made_at=at,
                ends_at=min(at + HELD_OUT, slot.starts_at),
            )
            session.add(known)
            session.flush()
        return HeldOut(known.token, ref, person_id, booking.party, slot.id, known.ends_at)


@retried
def keep(*, ref: str, person_id: int, at: datetime) -> None:
    """Take a link back: the place stays mine. Raises `Refused(NOT_YOURS)`."""
    with writing() as session:
        here = session.connection()
        mine = looking.by_ref(here, ref)
        if mine is None or mine.person_id != person_id:
            raise Refused(Refusal.NOT_YOURS)
        seats.lock(here, mine.slot_id)
        still_open = (Handover.booking_id == mine.id, Handover.taken_at.is_(None), Handover.ends_at > at)
        session.execute(update(Handover).where(*still_open).values(ends_at=at))


@timely
@retried
def take_over(*, token: str, person_id: int, at: datetime) -> Ticket:
    """Take a place over, with its whole party; who gave it has none any more, and no mark.

    One's own link, and a link one has taken, answer the booking as it is. Raises `LookupError` when there is no such
    link, `Refused`: CLOSED (over, taken, taken back), ALREADY_BOOKED, BARRED, NOT_ELIGIBLE (a condition, or other
    quotas than the giver's), CLASH, FULL (somebody waits who could take it).
    """
    with writing() as session:
        here = session.connection()
        found = _of(session, token)
        if found is None:
            raise LookupError(token)
        given = looking.by_id(here, found.booking_id)
        if given.person_id == person_id:
            session.rollback()
            return Ticket(given.ref, given.state, given.slot_id, found.activity_id, fresh=False)
        slots = locking.lock_with_queues(here, {given.slot_id}, {given.person_id, person_id}, at)
        slot = slots[given.slot_id]
        activity = looking.policy(here, slot.activity_id)
        found = _of(session, token) or found
        given = looking.by_id(here, found.booking_id)
        if found.taken_by_id is not None:
            taken = looking.by_id(here, found.taken_by_id)
            if taken.person_id == person_id:
                session.rollback()
                return Ticket(taken.ref, taken.state, slot.id, activity.id, fresh=False)
        over = found.taken_at is not None or at >= found.ends_at or at >= slot.starts_at
        if over or given.state != State.CONFIRMED or looking.came(here, given.id, at):
            raise Refused(Refusal.CLOSED, closes_at=found.ends_at, activity_id=activity.id)
        counted = _may_have(here, Dealing(here, slot, activity, at), given, person_id)
        seats.end(here, given, State.CANCELLED, at, person_id, why="handed on")
        seats.lock_people(here, queue.first_in(here, seats.present(here, slots).values()))
        freed = Dealing(here, slot, activity, at)
        if freed.moves and queue.look(here, freed).decided.up:
            raise Refused(Refusal.FULL, activity_id=activity.id)
        booking_id, ref = seats.take(
            here,
            slot,
            State.CONFIRMED,
            at,
            person_id=person_id,
            party=given.party,
            nonce=secrets.token_urlsafe(16),
            note="",
            by_id=person_id,
        )
        quotas.take(here, booking_id, counted, given.party)
        session.execute(
            update(Handover).where(Handover.id == found.id).values(taken_at=at, taken_by_id=booking_id)
        )
        key = f"handed-{found.id}"
        outbox.put(here, "handed", key=key, person_id=given.person_id, at=at, booking=given.id)
        queue.settle_all(here, slots, at, activity)
        return Ticket(ref, State.CONFIRMED, slot.id, activity.id)


def open_link(booking_id: int, at: datetime) -> Handover | None:
    """The link by which a booking is held out now."""
    return db.session.scalar(_open(booking_id, at))


def held_out(token: str, at: datetime) -> HeldOut | None:
    """What a link holds out; None when it is over, taken or unknown."""
    row = db.session.execute(
        select(Handover, Booking)
        .join(Booking, Booking.id == Handover.booking_id)
        .where(Handover.token == token, Handover.taken_at.is_(None), Handover.ends_at > at)
        .where(Booking.state == State.CONFIRMED)
    ).one_or_none()
    if row is None:
        return None
    link, booking = row
    return HeldOut(link.token, booking.ref, booking.person_id, booking.party, booking.slot_id, link.ends_at)


def _of(session: Session, token: str) -> Facts | None:
    return session.execute(_BY_TOKEN, {"token": token}).one_or_none()


def _open(booking_id: int, at: datetime) -> Select[Handover]:
    return select(Handover).where(
        Handover.booking_id == booking_id, Handover.taken_at.is_(None), Handover.ends_at > at
    )


def _may_have(here: Connection, dealing: Dealing, given: Facts, person_id: int) -> frozenset[int]:
    """The quotas that count the one who takes over, who may have the place. Raises `Refused`."""
    activity, slot, at = dealing.activity, dealing.slot, dealing.at
    seats.lock_person(here, person_id)
    keeps = looking.bound(here, slot, [person_id], at)[person_id]
    if keeps.is_barred(at):
        raise Refused(Refusal.BARRED, barred_until=keeps.barred_until, activity_id=activity.id)
    if looking.known(here, slot.id, person_id, "") is not None:
        raise Refused(Refusal.ALREADY_BOOKED, activity_id=activity.id)
    who = whom.of(here, person_id, clock.beijing(at).date())
    lacking = unmet(dealing.conditions, who, clock.beijing(slot.starts_at).date())
    if lacking is not None:
        raise Refused(Refusal.NOT_ELIGIBLE, condition=lacking, activity_id=activity.id)
    watched = leaves_marks(activity.penalties, activity.topic) and marks.needs_approval(here, person_id, at)
    if watched:
        raise Refused(Refusal.NOT_ELIGIBLE, condition=None, activity_id=activity.id)
    counted = matching.of_person(dealing.shares, who)
    bound = dealing.pool.shares.keys()
    taken = quotas.taken(here, given.id)
    if counted & bound != taken & bound:
        raise Refused(Refusal.NOT_ELIGIBLE, condition=None, activity_id=activity.id)
    if activity.most_open and looking.open_bookings(here, person_id, activity, at) >= activity.most_open:
        raise Refused(Refusal.TOO_MANY_OPEN, most_open=activity.most_open, activity_id=activity.id)
    if keeps.clash is not None:
        raise Refused(Refusal.CLASH, clash=keeps.clash.ref, activity_id=activity.id)
    return counted
