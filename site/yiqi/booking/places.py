"""The verbs of places: sign up, cancel, change the capacity, call off. Each is one transaction on the slot's row.

The first statement of every verb locks the slot; people are locked after slots. What must be true of a place is
decided under those locks and nowhere else, and whoever frees a seat moves the queue before committing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from yiqi.activities.models import Activity, Slot, Status
from yiqi.booking import queue, seats
from yiqi.booking.rules.asking import Asking, Refusal, Refused, Window, gets_a_place, refusal
from yiqi.booking.rules.capacity import free
from yiqi.booking.rules.deadlines import Deadlines
from yiqi.booking.rules.states import HOLDING, LIVE, State
from yiqi.db import Again, Facts, retried, table, writing


@dataclass(frozen=True)
class Ticket:
    """What a verb answers: the booking as it stands after it. `fresh` is False when nothing was changed."""

    ref: str
    state: State
    slot_id: int
    activity_id: int
    fresh: bool = True


@retried
def sign_up(
    *,
    slot_id: int,
    person_id: int,
    party: int,
    nonce: str,
    at: datetime,
    note: str = "",
    by_id: int | None = None,
) -> Ticket:
    """Take places in a slot, or a place in its queue.

    The same nonce again, or a live booking that is there already, changes nothing and answers the booking as it is.
    Raises `Refused`, or `LookupError` when there is no such slot to book.
    """
    with writing() as session:
        here = session.connection()
        slot = seats.lock(here, slot_id)
        seats.lock_person(here, person_id)
        known = seats.known(here, slot_id, person_id, nonce)
        if known is not None:
            session.rollback()
            return Ticket(known.ref, known.state, known.slot_id, slot.activity_id, fresh=False)
        activity = seats.policy(here, slot.activity_id)
        if activity.status == Status.DRAFT:
            raise LookupError(slot_id)
        clash = seats.clashing(here, slot, person_id)
        asking = Asking(
            at=at,
            window=Window(activity.opens_at, activity.closes_at, activity.status == Status.CALLED_OFF),
            party=party,
            max_party=activity.max_party,
            capacity=slot.capacity,
            free=free(slot.capacity, slot.held),
            waiting=slot.waiting,
            room_to_wait=slot.waitlist_limit is None or slot.waiting < slot.waitlist_limit,
            clash=clash.ref if clash else None,
        )
        why = refusal(asking)
        if why is not None:
            raise Refused(
                why,
                opens_at=activity.opens_at,
                closes_at=activity.closes_at,
                max_party=min(activity.max_party, slot.capacity or activity.max_party),
                clash=asking.clash,
                activity_id=activity.id,
            )
        state = State.CONFIRMED if gets_a_place(asking) else State.WAITING
        booking_id, ref = seats.take(
            here,
            slot,
            state,
            at,
            person_id=person_id,
            party=party,
            nonce=nonce,
            note=note,
            by_id=by_id or person_id,
        )
        if (
            state is State.WAITING
            and asking.free != 0
            and booking_id in queue.move_up(here, slot, activity, at)
        ):
            state = State.CONFIRMED
        return Ticket(ref, state, slot_id, slot.activity_id)


@retried
def cancel(*, ref: str, person_id: int, at: datetime) -> Ticket:
    """Give a place back, or leave the queue. The seat goes to the first in line in the same transaction.

    A booking that has ended already is answered as it is. Raises `Refused(NOT_YOURS)` for a booking of somebody
    else or none, `Refused(CLOSED)` once the activity has started.
    """
    with writing() as session:
        here = session.connection()
        mine = seats.by_ref(here, ref)
        if mine is None or mine.person_id != person_id:
            raise Refused(Refusal.NOT_YOURS)
        slots = _lock_with_queues(here, {mine.slot_id}, {person_id})
        slot = slots[mine.slot_id]
        activity = seats.policy(here, slot.activity_id)
        booking = seats.by_ref(here, ref)
        if booking is None or booking.state not in LIVE:
            session.rollback()
            return Ticket(
                ref, booking.state if booking else mine.state, slot.id, slot.activity_id, fresh=False
            )
        times = Deadlines.of(activity, slot)
        if at >= times.starts_at:
            raise Refused(Refusal.CLOSED, closes_at=times.starts_at, activity_id=activity.id)
        became = _ending(booking.state, late=at >= times.cancel_until)
        seats.end(here, booking, became, at, person_id)
        _move_all_up(here, slots, at)
        return Ticket(ref, became, slot.id, slot.activity_id)


@retried
def set_capacity(*, slot_id: int, capacity: int | None, at: datetime) -> None:
    """Change how many seats a slot has; None is without limit. Nobody is un-confirmed; what comes free moves the queue.

    Raises `LookupError` when there is no such slot, `ValueError` for a negative number.
    """
    if capacity is not None and capacity < 0:
        raise ValueError("a capacity is 0 or more")
    with writing() as session:
        here = session.connection()
        seats.lock(here, slot_id)
        _move_all_up(here, {slot_id: seats.resize(here, slot_id, capacity)}, at)


@retried
def call_off(
    *, activity_id: int, at: datetime, because: str = "", because_en: str = "", by_id: int | None = None
) -> None:
    """Call an activity off: every live booking of what is not over ends as called off, and each person hears of it.

    The time it frees moves other queues on in which these people wait.
    """
    with writing() as session:
        here = session.connection()
        own = set(
            here.execute(select(Slot.id).where(Slot.activity_id == activity_id, Slot.ends_at > at)).scalars()
        )
        holders = {booking.person_id for booking in seats.live_in(here, own) if booking.state in HOLDING}
        slots = _lock_with_queues(here, own, holders)
        here.execute(
            update(table(Activity))
            .where(Activity.id == activity_id)
            .values(status=Status.CALLED_OFF, called_off_because=because, called_off_because_en=because_en)
        )
        live = seats.live_in(here, own)
        if not {booking.person_id for booking in live if booking.state in HOLDING} <= holders:
            raise Again
        for booking in live:
            seats.end(here, booking, State.CALLED_OFF, at, by_id)
        _move_all_up(here, {slot_id: slot for slot_id, slot in slots.items() if slot_id not in own}, at)


def _lock_with_queues(
    here: Connection, slot_ids: Collection[int], people: Collection[int]
) -> dict[int, Facts]:
    """Lock slots, then people, and with them every slot in whose queue these people wait: their time comes free.

    Raises `Again` when one of them joined another queue in between.
    """
    wanted = sorted({*slot_ids, *seats.queues_of(here, people)})
    slots = {slot_id: seats.lock(here, slot_id) for slot_id in wanted}
    for person_id in sorted(people):
        seats.lock_person(here, person_id)
    if not seats.queues_of(here, people) <= slots.keys():
        raise Again
    return slots


def _move_all_up(here: Connection, slots: dict[int, Facts], at: datetime) -> None:
    for slot in slots.values():
        queue.move_up(here, slot, seats.policy(here, slot.activity_id), at)


def _ending(state: State, *, late: bool) -> State:
    if state is State.WAITING:
        return State.LEFT
    return State.CANCELLED_LATE if late else State.CANCELLED
