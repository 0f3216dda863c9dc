"""What an organizer does to places by hand: takes somebody out, lets somebody in over the queue, adds somebody.

Rules bind them as they bind everybody, unless they say in so many words that they go beyond them; then a reason
stands in the trail, and seats given beyond the capacity are remembered as such.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from yiqi import clock
from yiqi.activities.models import Status
from yiqi.booking import (
    asking,
    deeds,
    guarded,
    locking,
    looking,
    marks,
    matching,
    questions,
    queue,
    quotas,
    seats,
    whom,
)
from yiqi.booking.asking import Ticket, Wish
from yiqi.booking.guarded import Guardian
from yiqi.booking.offers import timely
from yiqi.booking.queue import Dealing
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.states import LIVE, State
from yiqi.db import Facts, retried, writing
from yiqi.notices import outbox
from yiqi.people import persons
from yiqi.roles.rules.deeds import What

PROMOTABLE = frozenset({State.PENDING, State.WAITING, State.OFFERED})
TOLD_BY_HAND = frozenset({State.WAITING, State.PENDING, State.ENTERED})
"""States somebody else put a person into, which no other letter tells of."""


@timely
@retried
def take_out(*, ref: str, by_id: int, because: str, at: datetime) -> Ticket:
    """Cancel somebody's booking: no mark, the queue moves, and the person reads why.

    A booking that has ended already is answered as it is. Raises `LookupError` for no booking, `ValueError` without a
    reason, `Refused`: NOT_YOURS for one's own, CLOSED once all is over or while they are checked in.
    """
    because = deeds.reason(because)
    with writing() as session:
        here = session.connection()
        found = looking.by_ref(here, ref)
        if found is None:
            raise LookupError(ref)
        slots = locking.lock_with_queues(here, {found.slot_id}, {found.person_id}, at)
        slot, booking = slots[found.slot_id], looking.by_ref(here, ref)
        if booking is None or booking.state not in LIVE:
            session.rollback()
            state = booking.state if booking else found.state
            return Ticket(ref, state, slot.id, slot.activity_id, fresh=False)
        deeds.not_own(booking, by_id)
        if at >= slot.ends_at or looking.came(here, booking.id, at):
            raise Refused(Refusal.CLOSED, closes_at=slot.ends_at, activity_id=slot.activity_id)
        seats.end(here, booking, State.CANCELLED, at, by_id, because)
        tell(here, booking.id, booking.person_id, "taken_out", State.CANCELLED, at)
        activity = looking.policy(here, slot.activity_id)
        deeds.note(
            here, What.TAKEN_OUT, activity, booking, at=at, by_id=by_id, because=because, was=booking.state
        )
        queue.settle_all(here, slots, at)
        return Ticket(ref, State.CANCELLED, slot.id, slot.activity_id)


@timely
@retried
def promote(*, ref: str, by_id: int, because: str, at: datetime, beyond: bool = False) -> Ticket:
    """Let somebody in who waits, is held a seat out to, or is to be checked, whoever stands before them.

    `beyond` lets them in against every rule, also where no seat is left. Anything else is answered as it is. Raises
    `LookupError` for no booking, `ValueError` without a reason, `Refused`: NOT_YOURS for one's own, CALLED_OFF, CLOSED
    once it is over; without `beyond` also what keeps them from a place now (FULL, QUOTA_FULL, CLASH, NOT_ELIGIBLE,
    BARRED, PARTY_TOO_BIG).
    """
    because = deeds.reason(because)
    with writing() as session:
        here = session.connection()
        found = looking.by_ref(here, ref)
        if found is None:
            raise LookupError(ref)
        slot = locking.lock(here, [found.slot_id], [found.person_id], at)[found.slot_id]
        activity = looking.policy(here, slot.activity_id)
        booking = looking.by_ref(here, ref)
        if booking is None or booking.state not in PROMOTABLE:
            session.rollback()
            state = booking.state if booking else found.state
            return Ticket(ref, state, slot.id, activity.id, fresh=False)
        dealing = Dealing(here, slot, activity, at)
        _can_be_given(dealing, booking.person_id, by_id)
        if booking.state == State.OFFERED:
            seats.confirm_offer(here, booking, at, by_id, because)
            marks.seat_taken(here, slot.id, at)
        else:
            counted = dealing.matching([booking])[booking.id]
            why = dealing.refusal(booking)
            if why is None and not dealing.room_for(booking, counted):
                why = no_room(dealing, counted, booking.party)
            if why is not None and not beyond:
                raise refused(here, dealing, why, booking, counted)
            dealing.give(booking, counted, at_once=True, by_id=by_id, why=because)
            if beyond:
                seats.resize(here, slot.id, slot.capacity)
        queue.note_due(here, dealing)
        deeds.note(
            here,
            What.PROMOTED,
            activity,
            booking,
            at=at,
            by_id=by_id,
            because=because,
            was=booking.state,
            beyond=beyond,
        )
        return Ticket(ref, State.CONFIRMED, slot.id, activity.id)


@timely
@retried
def add(
    *,
    slot_id: int,
    phone: str,
    name: str,
    party: int,
    nonce: str,
    by_id: int,
    at: datetime,
    because: str = "",
    answers: Mapping[int, str] | None = None,
    beyond: bool = False,
    guardian: Guardian | None = None,
) -> Ticket:
    """Sign somebody up by their phone (E.164); who is not known yet is now, by the name that is given.

    The rules of asking hold; `beyond` gives a place against all of them and needs a reason. The same nonce again, or
    a live booking that is there already, changes nothing and answers the booking as it is. Who is not of age needs a
    guardian's word, which `guardian` gives where there is none yet. Raises `Guarded` without it, also `beyond`;
    `Refused` as `places.sign_up` and `promote`, `LookupError` when there is no such slot to book, `ValueError` for going beyond
    without a reason.
    """
    because = deeds.reason(because) if beyond else because.strip()[:120]
    with writing() as session:
        here = session.connection()
        slot = locking.lock_slot(here, slot_id, at)
        person_id = persons.somebody(here, phone=phone, name=name, at=at)
        wish = Wish(person_id, party, nonce, "", answers or {}, by_id, because)
        ticket = _beyond(here, slot, wish, at) if beyond else asking.ask(here, slot, wish, at)
        if not ticket.fresh:
            session.rollback()
            return ticket
        booking = looking.by_ref(here, ticket.ref)
        if booking is None:
            raise LookupError(ticket.ref)
        if ticket.state in TOLD_BY_HAND:
            tell(here, booking.id, person_id, "added", ticket.state, at)
        activity = looking.policy(here, slot.activity_id)
        deeds.note(
            here,
            What.ADDED,
            activity,
            booking,
            at=at,
            by_id=by_id,
            because=because,
            became=ticket.state,
            beyond=beyond,
            guarded=guarded.assure(here, person_id, activity.programme, guardian, at),
        )
        return ticket


def tell(here: Connection, booking_id: int, person_id: int, news: str, state: State, at: datetime) -> None:
    """Let the person hear what was done to their booking: `news` is taken_out, added or moved."""
    key = f"by-hand-{booking_id}-{news}"
    outbox.put(
        here, "by_hand", key=key, person_id=person_id, at=at, booking=booking_id, news=news, state=state
    )


def no_room(dealing: Dealing, counted: frozenset[int], party: int) -> Refusal:
    """What there is not enough of for a party: seats of its own quotas, or seats at all."""
    left = dealing.pool.left(counted)
    return Refusal.FULL if left is None or left >= party else Refusal.QUOTA_FULL


def refused(
    here: Connection, dealing: Dealing, why: Refusal, booking: Facts, counted: frozenset[int]
) -> Refused:
    """A refusal with what its sentence needs."""
    clash = looking.clashing(here, dealing.slot, booking.person_id, dealing.at)
    return Refused(
        why,
        activity_id=dealing.activity.id,
        closes_at=dealing.slot.starts_at,
        clash=clash.ref if clash else None,
        max_party=dealing.slot.capacity,
        quota=dealing.pool.binding(counted),
        free=dealing.pool.common(counted),
        party=booking.party,
        condition=None,
    )


def _can_be_given(dealing: Dealing, person_id: int, by_id: int) -> None:
    """Places can be given until all is over, to anybody but oneself. Raises `Refused`."""
    slot = dealing.slot
    if person_id == by_id:
        raise Refused(Refusal.NOT_YOURS)
    if not dealing.is_on:
        raise Refused(Refusal.CALLED_OFF, activity_id=dealing.activity.id)
    if dealing.at >= slot.ends_at:
        raise Refused(Refusal.CLOSED, closes_at=slot.ends_at, activity_id=dealing.activity.id)


def _beyond(here: Connection, slot: Facts, wish: Wish, at: datetime) -> Ticket:
    """A place for somebody whatever the rules say; their quotas count them all the same."""
    activity = looking.wanted(here, slot, wish.person_id, wish.nonce)
    if activity.status == Status.DRAFT:
        raise LookupError(slot.id)
    dealing = Dealing(here, slot, activity, at, has_quotas=activity.has_quotas)
    seats.lock_person(here, wish.person_id)
    if activity.known_id is not None:
        known = looking.by_id(here, activity.known_id)
        return Ticket(known.ref, known.state, slot.id, activity.id, fresh=False)
    _can_be_given(dealing, wish.person_id, wish.by_id or wish.person_id)
    asked = questions.current(here, activity.id) if activity.asks else []
    answers = {one.id: wish.answers[one.id] for one in asked if wish.answers.get(one.id)}
    who = whom.of(here, wish.person_id, clock.beijing(at).date())
    counted = matching.of_person(dealing.shares, who, matching.choices(asked, answers))
    booking_id, ref = seats.take(
        here,
        slot,
        State.CONFIRMED,
        at,
        person_id=wish.person_id,
        party=wish.party,
        nonce=wish.nonce,
        note="",
        by_id=wish.by_id or wish.person_id,
        why=wish.why,
    )
    questions.keep(here, booking_id, answers)
    quotas.take(here, booking_id, counted, wish.party)
    seats.resize(here, slot.id, slot.capacity)
    return Ticket(ref, State.CONFIRMED, slot.id, activity.id)
