"""The verbs of places: sign up, cancel, change the capacity, call off. Each is one transaction on the slot's row.

The first statement of every verb locks the slot; people are locked after slots. What must be true of a place is
decided under those locks and nowhere else, and whoever frees a seat moves the queue before committing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from yiqi.activities.models import Activity, Occurrence, Slot, Status, slot_occurrence
from yiqi.booking.models import Booking, BookingChange
from yiqi.booking.rules.asking import (
    Asking,
    Refusal,
    Refused,
    Window,
    gets_a_place,
    refusal,
)
from yiqi.booking.rules.capacity import free
from yiqi.booking.rules.clash import Span, clash
from yiqi.booking.rules.deadlines import Deadlines
from yiqi.booking.rules.refs import new_ref
from yiqi.booking.rules.states import HOLDING, LIVE, State
from yiqi.booking.rules.waitlist import Waiter, moves
from yiqi.db import Again, Facts, retried, touched, writing
from yiqi.notices import outbox
from yiqi.people.models import Person

PAGE = 50
HEARD = frozenset({State.CONFIRMED, State.CALLED_OFF})
"""States that a person is told of; what they did themselves they see at once."""


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
    Raises `Refused`, or `LookupError` when there is no such slot.
    """
    with writing() as session:
        slot = _lock(session, slot_id)
        _lock_person(session, person_id)
        known = _known(session, slot_id, person_id, nonce)
        if known is not None:
            session.rollback()
            return Ticket(known.ref, known.state, known.slot_id, slot.activity_id, fresh=False)
        activity = _activity(session, slot.activity_id)
        if activity.status == Status.DRAFT:
            raise LookupError(slot_id)
        seats = free(slot.capacity, slot.held)
        hit = _clash(session, slot_id, person_id)
        asking = Asking(
            at=at,
            window=Window(
                activity.opens_at,
                activity.closes_at,
                activity.status == Status.CALLED_OFF,
            ),
            party=party,
            max_party=activity.max_party,
            capacity=slot.capacity,
            free=seats,
            waiting=slot.waiting,
            room_to_wait=slot.waitlist_limit is None or slot.waiting < slot.waitlist_limit,
            clash=hit.ref if hit else None,
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
        ref = new_ref()
        booking_id = session.execute(
            insert(Booking).returning(Booking.id),
            {
                "ref": ref,
                "slot_id": slot_id,
                "person_id": person_id,
                "party": party,
                "state": state,
                "seq": slot.seq,
                "nonce": nonce,
                "note": note,
                "passed_over": 0,
                "skipped_because": "",
                "created_at": at,
                "changed_at": at,
            },
        ).scalar_one()
        _count(
            session,
            slot_id,
            **({"held": party} if state in HOLDING else {"waiting": 1}),
        )
        _record(session, booking_id, person_id, None, state, at, by_id or person_id)
        if state is State.WAITING and seats:
            _move_up(session, slot, activity, at)
            state = session.execute(select(Booking.state).where(Booking.id == booking_id)).scalar_one()
        return Ticket(ref, state, slot_id, slot.activity_id)


@retried
def cancel(*, ref: str, person_id: int, at: datetime) -> Ticket:
    """Give a place back, or leave the queue. The seat goes to the first in line in the same transaction.

    A booking that has ended already is answered as it is. Raises `Refused(NOT_YOURS)` for a booking of somebody
    else or none, `Refused(CLOSED)` once the activity has started.
    """
    with writing() as session:
        mine = session.execute(
            select(Booking.slot_id).where(Booking.ref == ref, Booking.person_id == person_id)
        ).one_or_none()
        if mine is None:
            raise Refused(Refusal.NOT_YOURS)
        queued = _queued_elsewhere(session, person_id, mine.slot_id)
        slots = {slot_id: _lock(session, slot_id) for slot_id in sorted({mine.slot_id, *queued})}
        _lock_person(session, person_id)
        if not _queued_elsewhere(session, person_id, mine.slot_id) <= set(slots):
            raise Again
        slot = slots[mine.slot_id]
        activity = _activity(session, slot.activity_id)
        booking = session.execute(_FACTS.where(Booking.ref == ref)).one()
        if booking.state not in LIVE:
            session.rollback()
            return Ticket(ref, booking.state, slot.id, slot.activity_id, fresh=False)
        times = deadlines(activity, slot)
        if at >= times.starts_at:
            raise Refused(Refusal.CLOSED, closes_at=times.starts_at, activity_id=activity.id)
        became = _ending(booking.state, late=at >= times.cancel_until)
        _end(session, booking, became, at, person_id)
        _move_up(session, slot, activity, at)
        for other_id in sorted(slots.keys() - {slot.id}):
            other = slots[other_id]
            _move_up(session, other, _activity(session, other.activity_id), at)
        return Ticket(ref, became, slot.id, slot.activity_id)


@retried
def set_capacity(*, slot_id: int, capacity: int | None, at: datetime) -> None:
    """Change how many seats a slot has; None is without limit. Nobody is un-confirmed; what comes free moves the queue.

    Raises `LookupError` when there is no such slot, `ValueError` for a negative number.
    """
    if capacity is not None and capacity < 0:
        raise ValueError("a capacity is 0 or more")
    with writing() as session:
        _lock(session, slot_id)
        session.execute(update(Slot).where(Slot.id == slot_id).values(capacity=capacity))
        slot = session.execute(_SLOT.where(Slot.id == slot_id)).one()
        _move_up(session, slot, _activity(session, slot.activity_id), at)


@retried
def call_off(*, activity_id: int, at: datetime, because: str = "", by_id: int | None = None) -> None:
    """Call an activity off: every live booking of every slot ends as called off, and each person hears of it.

    The time it frees moves the queues in which its people wait for something else.
    """
    with writing() as session:
        ids = set(session.scalars(select(Slot.id).where(Slot.activity_id == activity_id)))
        queued = _queues_of_those_in(session, ids)
        slots = {slot_id: _lock(session, slot_id) for slot_id in sorted(ids | queued)}
        if not _queues_of_those_in(session, ids) <= set(slots):
            raise Again
        session.execute(
            update(Activity)
            .where(Activity.id == activity_id)
            .values(status=Status.CALLED_OFF, called_off_because=because)
        )
        live = _FACTS.where(Booking.slot_id.in_(ids), Booking.state.in_(LIVE)).order_by(Booking.id)
        for booking in session.execute(live).all():
            _end(session, booking, State.CALLED_OFF, at, by_id)
        for slot_id in sorted(slots.keys() - ids):
            _move_up(session, slots[slot_id], _activity(session, slots[slot_id].activity_id), at)


def deadlines(activity: Activity | Facts, slot: Slot | Facts) -> Deadlines:
    """The instants of a slot, from the activity's settings."""
    return Deadlines(
        opens_at=activity.opens_at,
        closes_at=activity.closes_at,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        cancel_minutes=activity.cancel_minutes,
        promotion_minutes=activity.promotion_minutes,
    )


_SLOT = select(
    Slot.id,
    Slot.activity_id,
    Slot.capacity,
    Slot.waitlist_limit,
    Slot.held,
    Slot.waiting,
    Slot.seq,
    Slot.starts_at,
    Slot.ends_at,
)
_TAKE_TICKET = (
    update(Slot).values(seq=Slot.seq + 1, version=Slot.version + 1).returning(*_SLOT.selected_columns)
)
_ACTIVITY = select(
    Activity.id,
    Activity.status,
    Activity.opens_at,
    Activity.closes_at,
    Activity.max_party,
    Activity.cancel_minutes,
    Activity.promotion_minutes,
)
_FACTS = select(
    Booking.id,
    Booking.ref,
    Booking.slot_id,
    Booking.person_id,
    Booking.party,
    Booking.state,
    Booking.passed_over,
)


def _lock(session: Session, slot_id: int) -> Facts:
    """Lock a slot, draw its next ticket and raise its version, in one statement."""
    slot = session.execute(_TAKE_TICKET.where(Slot.id == slot_id)).one_or_none()
    if slot is None:
        raise LookupError(slot_id)
    return slot


def _lock_person(session: Session, person_id: int) -> None:
    locked = session.execute(update(Person).where(Person.id == person_id).values(turn=Person.turn + 1))
    if not touched(locked):
        raise LookupError(person_id)


def _activity(session: Session, activity_id: int) -> Facts:
    return session.execute(_ACTIVITY.where(Activity.id == activity_id)).one()


def _counts(session: Session, slot_id: int) -> tuple[int, int]:
    row = session.execute(select(Slot.held, Slot.waiting).where(Slot.id == slot_id)).one()
    return row.held, row.waiting


def _known(session: Session, slot_id: int, person_id: int, nonce: str) -> Facts | None:
    """The booking this very form made, else a live one in the slot."""
    mine = _FACTS.where(Booking.person_id == person_id, Booking.slot_id == slot_id)
    made = session.execute(mine.where(Booking.nonce == nonce)).one_or_none()
    return made or session.execute(mine.where(Booking.state.in_(LIVE))).one_or_none()


def _clash(session: Session, slot_id: int, person_id: int) -> Span | None:
    """The confirmed or offered booking of a person, elsewhere, that overlaps an occurrence of this slot."""
    times = select(Occurrence.starts_at, Occurrence.ends_at).join(slot_occurrence)
    wanted = [
        Span(row.starts_at, row.ends_at)
        for row in session.execute(times.where(slot_occurrence.c.slot_id == slot_id)).all()
    ]
    if not wanted:
        return None
    taken = session.execute(
        times.add_columns(Booking.ref)
        .join(Booking, Booking.slot_id == slot_occurrence.c.slot_id)
        .where(
            Booking.person_id == person_id,
            Booking.state.in_(HOLDING),
            Booking.slot_id != slot_id,
            Occurrence.starts_at < max(span.ends_at for span in wanted),
            Occurrence.ends_at > min(span.starts_at for span in wanted),
        )
    ).all()
    return clash(wanted, [Span(row.starts_at, row.ends_at, row.ref) for row in taken])


def _queued_elsewhere(session: Session, person_id: int, slot_id: int) -> set[int]:
    """Slots where the person waits: giving a place back may free their time for one of them."""
    waits = select(Booking.slot_id).where(
        Booking.person_id == person_id,
        Booking.state == State.WAITING,
        Booking.slot_id != slot_id,
    )
    return set(session.scalars(waits))


def _queues_of_those_in(session: Session, slot_ids: set[int]) -> set[int]:
    """Other slots where somebody waits who holds a place in one of these."""
    there = select(Booking.person_id).where(Booking.slot_id.in_(slot_ids), Booking.state.in_(HOLDING))
    waits = select(Booking.slot_id).where(
        Booking.person_id.in_(there), Booking.state == State.WAITING, Booking.slot_id.not_in(slot_ids)
    )
    return set(session.scalars(waits.distinct()))


def _move_up(
    session: Session,
    slot: Facts,
    activity: Facts,
    at: datetime,
) -> None:
    """Give what is free to the queue, in ticket order. Twice equals once."""
    held, waiting = _counts(session, slot.id)
    seats = free(slot.capacity, held)
    if not waiting or seats == 0 or activity.status != Status.PUBLISHED:
        return
    if at >= deadlines(activity, slot).promote_until:
        return
    seen: dict[int, Facts] = {}
    skipped: dict[int, str] = {}

    def queue() -> Iterator[Waiter]:
        last = 0
        while True:
            page = session.execute(
                _FACTS.add_columns(Booking.seq)
                .where(
                    Booking.slot_id == slot.id,
                    Booking.state == State.WAITING,
                    Booking.seq > last,
                )
                .order_by(Booking.seq)
                .limit(PAGE)
            ).all()
            for row in page:
                seen[row.id] = row
                yield Waiter(row.id, row.party, row.passed_over)
            if len(page) < PAGE:
                return
            last = page[-1].seq

    def may(waiter: Waiter) -> bool:
        if slot.capacity is not None and waiter.party > slot.capacity:
            skipped[waiter.id] = Refusal.PARTY_TOO_BIG
            return False
        person_id = seen[waiter.id].person_id
        _lock_person(session, person_id)
        hit = _clash(session, slot.id, person_id)
        skipped[waiter.id] = Refusal.CLASH if hit else ""
        return hit is None

    decided = moves(seats, queue(), may)
    for waiter in decided.up:
        _become(session, seen[waiter.id], State.CONFIRMED, at, None)
        _count(session, slot.id, held=waiter.party, waiting=-1)
    for booking_id, times in decided.passed_over.items():
        if times != seen[booking_id].passed_over:
            session.execute(update(Booking).where(Booking.id == booking_id).values(passed_over=times))
    for booking_id, why in skipped.items():
        if why:
            session.execute(update(Booking).where(Booking.id == booking_id).values(skipped_because=why))


def _ending(state: State, *, late: bool) -> State:
    if state is State.WAITING:
        return State.LEFT
    return State.CANCELLED_LATE if late else State.CANCELLED


def _end(
    session: Session,
    booking: Facts,
    became: State,
    at: datetime,
    by_id: int | None,
) -> None:
    _become(session, booking, became, at, by_id)
    if booking.state is State.WAITING:
        _count(session, booking.slot_id, waiting=-1)
    else:
        _count(session, booking.slot_id, held=-booking.party)


def _become(
    session: Session,
    booking: Facts,
    became: State,
    at: datetime,
    by_id: int | None,
) -> None:
    session.execute(
        update(Booking)
        .where(Booking.id == booking.id)
        .values(state=became, changed_at=at, skipped_because="")
    )
    _record(session, booking.id, booking.person_id, booking.state, became, at, by_id)


def _count(session: Session, slot_id: int, held: int = 0, waiting: int = 0) -> None:
    session.execute(
        update(Slot).where(Slot.id == slot_id).values(held=Slot.held + held, waiting=Slot.waiting + waiting)
    )


def _record(
    session: Session,
    booking_id: int,
    person_id: int,
    was: State | None,
    became: State,
    at: datetime,
    by_id: int | None,
) -> None:
    """The audit row of a change and, where the person must hear of it, the outbox row."""
    session.execute(
        insert(BookingChange),
        {
            "booking_id": booking_id,
            "at": at,
            "was": was,
            "became": became,
            "by_id": by_id,
            "why": "",
        },
    )
    if became in HEARD:
        key = f"booking-{booking_id}-{became}"
        outbox.put(
            session,
            "booking",
            key=key,
            person_id=person_id,
            at=at,
            booking=booking_id,
            state=became,
        )
