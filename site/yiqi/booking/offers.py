"""Timed offers: accepting one, passing it on, and what happens when one runs out.

An offer that has run out, and places whose keeping has ended, are settled before anything else is done in their slot:
by the verb that comes first (`timely`), by the page that is read, or by the sweep.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar

import structlog
from sqlalchemy import Connection, select

from yiqi.activities.models import Slot
from yiqi.booking import locking, looking, marks, queue, quotas, seats
from yiqi.booking.asking import Ticket
from yiqi.booking.locking import Due
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.offers import MOST_EXPIRED
from yiqi.booking.rules.states import State
from yiqi.db import TRIES, db, retried, writing

SWEPT_AT_ONCE = 50

log = structlog.get_logger()

P = ParamSpec("P")
R = TypeVar("R")


def timely(verb: Callable[P, R]) -> Callable[P, R]:
    """Do first what the clock has made due in the slots of a verb; the verb is run again from its start after it."""

    @wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        at = kwargs["at"]
        if not isinstance(at, datetime):
            raise TypeError("a verb is handed an instant")
        for _try in range(TRIES):
            try:
                return verb(*args, **kwargs)
            except Due as due:
                settle(slot_ids=due.slot_ids, at=at)
        return verb(*args, **kwargs)

    return run


@retried
def settle(*, slot_ids: Collection[int], at: datetime) -> None:
    """Do what is due in some slots: offers that have run out end, kept places are released, queues move.

    Twice equals once.
    """
    with writing() as session:
        here = session.connection()
        reached, people = _what_ends_together(here, slot_ids, at)
        slots = locking.lock_with_queues(here, reached, people, at, settling=True)
        ended = looking.expiring(here, slots.keys(), at)
        locking.lock_more(here, slots, {booking.person_id for booking in ended} - people)
        for booking in ended:
            if booking.offers_expired + 1 < MOST_EXPIRED:
                seats.requeue(here, booking, at, expired=1, why="offer ran out")
            else:
                seats.end(here, booking, State.EXPIRED, at, None)
        queue.settle_all(here, slots, at)


def _what_ends_together(
    here: Connection, slot_ids: Collection[int], at: datetime
) -> tuple[set[int], set[int]]:
    """Slots with those whose queue moves when their offers end, where offers may have run out too, and so on; and
    the people whose offers end."""
    reached = set(slot_ids)
    while True:
        people = {booking.person_id for booking in looking.expiring(here, reached, at)}
        found = reached | looking.queues_of(here, people) | quotas.neighbours(here, reached)
        if found == reached:
            return reached, people
        reached = found


def settle_due(at: datetime, among: Collection[int] | None = None) -> int:
    """Settle what is due, in all slots or in some of them, one after the other; answers how many there were."""
    due = select(Slot.id).where(Slot.due_at <= at).order_by(Slot.due_at, Slot.id).limit(SWEPT_AT_ONCE)
    if among is not None:
        due = due.where(Slot.id.in_(list(among)))
    slot_ids = list(db.session.scalars(due))
    db.session.commit()
    return sum(settled(slot_id, at) for slot_id in slot_ids)


def settled(slot_id: int, at: datetime) -> bool:
    """Settle one slot for somebody who only wants to read, or who has others to do as well: whether it could be done.

    What went wrong is logged; whoever reads must not show an offer that has run out.
    """
    try:
        settle(slot_ids=[slot_id], at=at)
    except Exception:
        db.session.rollback()
        log.exception("not_settled", slot=slot_id)
        return False
    return True


@timely
@retried
def accept(*, ref: str, person_id: int, at: datetime) -> Ticket:
    """Take the seats of an offer. A booking that is no longer offered is answered as it is.

    Raises `Refused(NOT_YOURS)` for a booking of somebody else or none.
    """
    with writing() as session:
        here = session.connection()
        mine = looking.by_ref(here, ref)
        if mine is None or mine.person_id != person_id:
            raise Refused(Refusal.NOT_YOURS)
        slot = locking.lock(here, [mine.slot_id], [person_id], at)[mine.slot_id]
        booking = looking.by_ref(here, ref)
        if booking is None or booking.state != State.OFFERED:
            session.rollback()
            state = booking.state if booking else mine.state
            return Ticket(ref, state, slot.id, slot.activity_id, fresh=False)
        seats.confirm_offer(here, booking, at, person_id)
        marks.seat_taken(here, slot.id, at)
        queue.settle_all(here, {slot.id: slot}, at)
        return Ticket(ref, State.CONFIRMED, slot.id, slot.activity_id)


@timely
@retried
def decline(*, ref: str, person_id: int, at: datetime, seen_until: datetime | None = None) -> Ticket:
    """Pass an offer on to the next in line. A booking that is no longer offered is answered as it is.

    `seen_until` is the end of the offer that the worker had before their eyes: another one is not passed on.
    Raises `Refused(NOT_YOURS)` for a booking of somebody else or none.
    """
    with writing() as session:
        here = session.connection()
        mine = looking.by_ref(here, ref)
        if mine is None or mine.person_id != person_id:
            raise Refused(Refusal.NOT_YOURS)
        slots = locking.lock_with_queues(here, {mine.slot_id}, {person_id}, at)
        slot, booking = slots[mine.slot_id], looking.by_ref(here, ref)
        another = booking is not None and seen_until not in (None, booking.offer_until)
        if booking is None or booking.state != State.OFFERED or another:
            session.rollback()
            state = booking.state if booking else mine.state
            return Ticket(ref, state, slot.id, slot.activity_id, fresh=False)
        seats.end(here, booking, State.DECLINED, at, person_id)
        queue.settle_all(here, slots, at)
        return Ticket(ref, State.DECLINED, slot.id, slot.activity_id)
