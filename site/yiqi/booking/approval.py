"""The organizer's word on a sign-up that is checked before anything is given."""

from datetime import datetime

from sqlalchemy import bindparam, update

from yiqi.booking import deeds, locking, looking, queue, seats
from yiqi.booking.asking import Ticket
from yiqi.booking.models import Booking
from yiqi.booking.offers import timely
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.states import State
from yiqi.db import retried, table, writing
from yiqi.roles.rules.deeds import What

_this = update(table(Booking)).where(table(Booking).c.id == bindparam("booking"))
_REJECTED = _this.values(rejected_because=bindparam("because"), recheck_since=None)
_CHECKED = _this.values(recheck_since=None)


@timely
@retried
def approve(*, ref: str, by_id: int, at: datetime) -> Ticket:
    """Let a checked sign-up through: it has a place at once when there is one, else the last place in the queue.

    Of a booking whose answers were changed it says that they are fine. Anything else is answered as it is. Raises
    `Refused` when its person cannot take places here any more (a clash, a condition), or nothing is left and the queue
    is over, and NOT_YOURS for one's own; `LookupError` for no booking.
    """
    with writing() as session:
        here = session.connection()
        found = looking.by_ref(here, ref)
        if found is None:
            raise LookupError(ref)
        slot = locking.lock(here, [found.slot_id], [found.person_id], at)[found.slot_id]
        activity = looking.policy(here, slot.activity_id)
        booking = looking.by_ref(here, ref)
        if booking is None or booking.state not in (State.PENDING, State.CONFIRMED):
            session.rollback()
            return Ticket(ref, found.state, slot.id, activity.id, fresh=False)
        if booking.state == State.CONFIRMED and booking.recheck_since is None:
            session.rollback()
            return Ticket(ref, State.CONFIRMED, slot.id, activity.id, fresh=False)
        deeds.not_own(booking, by_id)
        deeds.note(here, What.APPROVED, activity, booking, at=at, by_id=by_id, was=booking.state)
        if booking.state == State.CONFIRMED:
            here.execute(_CHECKED, {"booking": booking.id})
            return Ticket(ref, State.CONFIRMED, slot.id, activity.id)
        dealing = queue.Dealing(here, slot, activity, at)
        why = dealing.refusal(booking)
        if at >= slot.starts_at and looking.next_start(here, slot.id, at) is None:
            why = Refusal.CLOSED
        counted = dealing.matching([booking])[booking.id]
        fits = why is None and dealing.room_for(booking, counted)
        if why is None and not fits and not dealing.moves:
            why = Refusal.FULL
        if why not in (None, Refusal.PARTY_TOO_BIG):
            raise Refused(why, activity_id=activity.id, closes_at=slot.starts_at)
        if fits and (dealing.waiting == 0 or not dealing.moves):
            dealing.give(booking, counted, at_once=True, by_id=by_id)
            queue.note_due(here, dealing)
            return Ticket(ref, State.CONFIRMED, slot.id, activity.id)
        seats.requeue(here, booking, at, by_id=by_id)
        given = queue.move_up(here, slot, activity, at, present={booking.id}) if fits else set()
        return Ticket(ref, State.CONFIRMED if booking.id in given else State.WAITING, slot.id, activity.id)


@timely
@retried
def reject(*, ref: str, by_id: int, because: str, at: datetime) -> Ticket:
    """Refuse a checked sign-up, or a place whose answers were changed, with a reason that its person reads.

    Anything else is answered as it is. Raises `LookupError` for no booking, `ValueError` without a reason,
    `Refused(NOT_YOURS)` for one's own.
    """
    if not because.strip():
        raise ValueError("a rejection needs a reason")
    with writing() as session:
        here = session.connection()
        found = looking.by_ref(here, ref)
        if found is None:
            raise LookupError(ref)
        slots = locking.lock_with_queues(here, {found.slot_id}, {found.person_id}, at)
        slot, booking = slots[found.slot_id], looking.by_ref(here, ref)
        changed = (
            booking is not None and booking.state == State.CONFIRMED and booking.recheck_since is not None
        )
        if booking is None or not (booking.state == State.PENDING or changed):
            session.rollback()
            return Ticket(ref, found.state, slot.id, slot.activity_id, fresh=False)
        deeds.not_own(booking, by_id)
        seats.end(here, booking, State.REJECTED, at, by_id)
        activity = looking.policy(here, slot.activity_id)
        word = because.strip()[:120]
        deeds.note(
            here, What.REJECTED, activity, booking, at=at, by_id=by_id, because=word, was=booking.state
        )
        here.execute(_REJECTED, {"booking": booking.id, "because": word})
        queue.settle_all(here, slots, at)
        return Ticket(ref, State.REJECTED, slot.id, slot.activity_id)
