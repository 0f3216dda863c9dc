"""An organizer moves somebody to another slot of the activity: a new booking there, with what the old one said."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from yiqi.activities.models import Status
from yiqi.booking import by_hand, deeds, locking, looking, questions, queue, quotas, seats
from yiqi.booking.asking import Ticket
from yiqi.booking.models import Booking
from yiqi.booking.offers import timely
from yiqi.booking.queue import Dealing
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.states import LIVE, State
from yiqi.db import Facts, retried, table, writing
from yiqi.roles.rules.deeds import What

_booking = table(Booking)

_WORDS = select(_booking.c.note, _booking.c.desk_note, _booking.c.recheck_since).where(
    _booking.c.id == bindparam("booking")
)
_KEEP_WORDS = (
    update(_booking)
    .where(_booking.c.id == bindparam("booking"))
    .values(desk_note=bindparam("remark"), recheck_since=bindparam("since"))
)


@timely
@retried
def move(*, ref: str, slot_id: int, by_id: int, because: str, at: datetime, may_wait: bool = False) -> Ticket:
    """Move somebody to another slot of the activity: into a free place that nobody waits for, or, when they
    `may_wait`, to the end of the queue there. What they had goes to the queue they leave.

    Once more, it answers what the first time made. Raises `LookupError` for no booking or no such slot beside its own,
    `ValueError` without a reason, `Refused`: NOT_YOURS for one's own, CALLED_OFF, CLOSED (over, checked in, or still to be drawn),
    ALREADY_BOOKED there, and what keeps them from a place there.
    """
    because = deeds.reason(because)
    with writing() as session:
        here = session.connection()
        found = looking.by_ref(here, ref)
        if found is None:
            raise LookupError(ref)
        slots = locking.lock_with_queues(here, {found.slot_id, slot_id}, {found.person_id}, at)
        left, target = slots[found.slot_id], slots[slot_id]
        if target.activity_id != left.activity_id:
            raise LookupError(slot_id)
        activity = looking.policy(here, left.activity_id)
        booking = looking.by_ref(here, ref) or found
        nonce = f"moved-{booking.id}"
        known = looking.known(here, slot_id, booking.person_id, nonce)
        if booking.state not in LIVE or slot_id == booking.slot_id:
            session.rollback()
            made = known if known is not None and known.nonce == nonce else booking
            return Ticket(made.ref, made.state, made.slot_id, activity.id, fresh=False)
        deeds.not_own(booking, by_id)
        if known is not None:
            raise Refused(Refusal.ALREADY_BOOKED, activity_id=activity.id)
        _can_go(here, booking, target, activity, at)
        words = here.execute(_WORDS, {"booking": booking.id}).one()
        answers = {one.question_id: one.value for one in questions.given(here, booking.id)}
        seats.end(here, booking, State.CANCELLED, at, by_id, because)
        dealing = Dealing(here, target, activity, at)
        counted = dealing.matching([booking])[booking.id]
        state = _state_there(here, dealing, booking, counted, may_wait)
        new_id, new_ref = seats.take(
            here,
            target,
            state,
            at,
            person_id=booking.person_id,
            party=booking.party,
            nonce=nonce,
            note=words.note,
            by_id=by_id,
            why=because,
        )
        questions.keep(here, new_id, answers)
        since = words.recheck_since if state is State.CONFIRMED else None
        here.execute(_KEEP_WORDS, {"booking": new_id, "remark": words.desk_note, "since": since})
        if state is State.CONFIRMED:
            quotas.take(here, new_id, counted, booking.party)
        else:
            by_hand.tell(here, new_id, booking.person_id, "moved", state, at)
        deeds.note(
            here,
            What.MOVED,
            activity,
            booking,
            at=at,
            by_id=by_id,
            because=because,
            was=booking.state,
            became=state,
            from_slot=left.id,
            to_slot=slot_id,
            to_ref=new_ref,
        )
        queue.settle_all(here, slots, at)
        return Ticket(new_ref, looking.by_id(here, new_id).state, slot_id, activity.id)


def _can_go(here: Connection, booking: Facts, target: Facts, activity: Facts, at: datetime) -> None:
    """Whether anybody can be moved there at all, and this one away. Raises `Refused`."""
    if activity.status == Status.CALLED_OFF or target.called_off_at is not None:
        raise Refused(Refusal.CALLED_OFF, activity_id=activity.id)
    if at >= target.ends_at or booking.state == State.ENTERED or looking.came(here, booking.id, at):
        raise Refused(Refusal.CLOSED, closes_at=target.ends_at, activity_id=activity.id)


def _state_there(
    here: Connection, dealing: Dealing, booking: Facts, counted: frozenset[int], may_wait: bool
) -> State:
    """What the new booking is: still to be checked, in a place, or at the end of the queue. Raises `Refused`."""
    if booking.state == State.PENDING:
        return State.PENDING
    why = dealing.refusal(booking)
    if why is None:
        fits = dealing.room_for(booking, counted)
        if fits and (dealing.waiting == 0 or not dealing.moves):
            return State.CONFIRMED
        limit = dealing.slot.waitlist_limit
        if may_wait and dealing.moves and (limit is None or dealing.waiting < limit):
            return State.WAITING
        why = Refusal.FULL if fits else by_hand.no_room(dealing, counted, booking.party)
    raise by_hand.refused(here, dealing, why, booking, counted)
