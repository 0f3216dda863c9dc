"""The verbs of places: sign up, cancel, change the capacity, call off. Each is one transaction on the slot's row.

The first statement of every verb locks the slot; quotas are locked after slots, people after quotas. What must be
true of a place is decided under those locks and nowhere else, and whoever frees a seat moves the queue before
committing. What the clock has made due in a slot is done before anything else in it (`offers.timely`).
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import wraps
from typing import ParamSpec

from yiqi.booking import asking, locking, looking, marks, queue, rearranging, seats
from yiqi.booking.asking import Ticket, Wish
from yiqi.booking.offers import timely
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.changes import CallOffActivity, SetCapacity
from yiqi.booking.rules.endings import given_up
from yiqi.booking.rules.states import LIVE, State
from yiqi.counters import REFUSALS, SIGN_UPS
from yiqi.db import retried, writing

P = ParamSpec("P")


class Late(Exception):
    """Cancelling now would be late, and nobody said that they know."""


def counted(verb: Callable[P, Ticket]) -> Callable[P, Ticket]:
    """Count for `/metrics` what came of asking for places. A form that does not ask what is asked by now is no refusal: it is
    asked, and sent again."""

    @wraps(verb)
    def ask(*args: P.args, **kwargs: P.kwargs) -> Ticket:
        try:
            ticket = verb(*args, **kwargs)
        except Refused as refused:
            if refused.why is not Refusal.STALE_FORM:
                REFUSALS.labels(refused.why).inc()
            raise
        if ticket.fresh:
            SIGN_UPS.labels(ticket.state).inc()
        return ticket

    return ask


@counted
@timely
@retried
def sign_up(
    *,
    slot_id: int,
    person_id: int,
    party: int,
    nonce: str,
    at: datetime,
    note: str = "",
    answers: Mapping[int, str] | None = None,
    is_asked: bool = True,
    by_id: int | None = None,
) -> Ticket:
    """Take places in a slot, or a place in its queue; where places are checked or drawn, ask for them.

    `answers` are cleaned values by question id; `is_asked` is as in `Wish`. The same nonce again, or a live booking that is there already,
    changes nothing and answers the booking as it is. Raises `Refused`, `NobodyThere`, or `seats.NoSuchSlot` when there is
    none to book for them.
    """
    with writing() as session:
        here = session.connection()
        slot = locking.lock_slot(here, slot_id, at)
        wish = Wish(
            person_id, party, nonce, note, answers or {}, by_id, if_seen=by_id is None, is_asked=is_asked
        )
        ticket = asking.ask(here, slot, wish, at)
        if not ticket.fresh:
            session.rollback()
        return ticket


@timely
@retried
def cancel(
    *, ref: str, person_id: int, at: datetime, seen: State | None = None, accepts_late: bool = True
) -> Ticket:
    """Give a place back, leave the queue, withdraw. The seat goes to the first in line in the same transaction.

    A booking that has ended already is answered as it is. `seen` is the state that the worker had before their eyes.
    Raises `Refused(NOT_YOURS)` for a booking of somebody else or none, `Refused(STALE_FORM)` when it is live in
    another state than the one seen, `Refused(CLOSED)` once its last date has begun or they are checked in (`kept` says
    which; `kept_until`, when dates follow the one they came to), `Late` when the deadline of the next date has passed
    and they did not say that they know.
    """
    with writing() as session:
        here = session.connection()
        mine = looking.by_ref(here, ref)
        if mine is None or mine.person_id != person_id:
            raise Refused(Refusal.NOT_YOURS)
        slots = locking.lock_with_queues(here, {mine.slot_id}, {person_id}, at)
        slot = slots[mine.slot_id]
        activity = looking.policy(here, slot.activity_id)
        booking = looking.by_ref(here, ref)
        if booking is None or booking.state not in LIVE:
            session.rollback()
            return Ticket(
                ref, booking.state if booking else mine.state, slot.id, slot.activity_id, fresh=False
            )
        if seen is not None and booking.state != seen:
            raise Refused(Refusal.STALE_FORM, activity_id=activity.id)
        starts_at = looking.next_start(here, slot.id, at)
        until = looking.came(here, booking.id, at)
        if starts_at is None or until is not None:
            goes_on = until is not None and looking.next_start(here, slot.id, until) is not None
            raise Refused(
                Refusal.CLOSED,
                closes_at=slot.starts_at,
                activity_id=activity.id,
                kept="came" if until is not None else "begun",
                kept_until=until if goes_on else None,
            )
        late = at >= starts_at - timedelta(minutes=activity.cancel_minutes) and booking.moved_at is None
        became = given_up(booking.state, late=late)
        if became is State.CANCELLED_LATE and not accepts_late:
            raise Late
        seats.end(here, booking, became, at, person_id)
        if became is State.CANCELLED_LATE:
            marks.late(here, booking, slot, activity, at)
        queue.settle_all(here, slots, at, activity)
        return Ticket(ref, became, slot.id, slot.activity_id)


@timely
@retried
def set_capacity(*, slot_id: int, capacity: int | None, at: datetime) -> None:
    """Change how many seats a slot has; None is without limit. Nobody is un-confirmed; what comes free moves the queue.

    What `changes.apply` does with what was previewed, done without a look. Raises `LookupError` when there is no such
    slot, `ValueError` for a negative number.
    """
    with writing() as session:
        rearranging.carry_out(session.connection(), SetCapacity(slot_id, capacity), at, None)


@timely
@retried
def call_off(
    *, activity_id: int, at: datetime, because: str = "", because_en: str = "", by_id: int | None = None
) -> None:
    """Call an activity off: every live booking of what is not over ends as called off, and each person hears of it.

    The time it frees moves other queues on in which these people wait. Done without a look, too. Raises `LookupError`
    when there is no such activity.
    """
    with writing() as session:
        change = CallOffActivity(activity_id, because, because_en)
        rearranging.carry_out(session.connection(), change, at, by_id)
