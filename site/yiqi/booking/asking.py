"""Signing up under the locks: what is known is put before the rules, and their answer is written."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from msgspec import Struct, field
from sqlalchemy import Connection

from yiqi import clock
from yiqi.activities.models import Allocation, Status
from yiqi.booking import at_once, looking, marks, matching, questions, queue, quotas, seats, sight, whom
from yiqi.booking.looking import Bound
from yiqi.booking.queue import Dealing
from yiqi.booking.rules.answers import stale
from yiqi.booking.rules.asking import Asking, Refusal, Refused, Window, answer, fits, refusal
from yiqi.booking.rules.eligibility import Condition, unmet
from yiqi.booking.rules.marks import leaves_marks
from yiqi.booking.rules.states import State
from yiqi.booking.seats import MaybeBound, NoSuchSlot
from yiqi.db import Facts


class Wish(Struct, frozen=True):
    """What somebody asks for. `answers` are cleaned values by question id; `by_id` is who asks, when not they themselves,
    and `why` the reason they give. `if_seen`: nobody has looked yet whether they may know of the activity at all.
    `is_asked` is False for who pressed a button that asks nothing: what they must answer comes before whether there is room,
    as it may open a quota to them."""

    person_id: int
    party: int
    nonce: str
    note: str = ""
    answers: Mapping[int, str] = field(default_factory=dict)
    by_id: int | None = None
    why: str = ""
    if_seen: bool = False
    is_asked: bool = True


class Ticket(Struct, frozen=True):
    """What a verb answers: the booking as it stands after it. `fresh` is False when nothing was changed."""

    ref: str
    state: State
    slot_id: int
    activity_id: int
    fresh: bool = True


def ask(here: Connection, slot: Facts, wish: Wish, at: datetime) -> Ticket:
    """Take places in a slot, or a place in its queue, in the caller's transaction.

    The caller has locked the slot, changed nothing in it since, and holds no lock of a person, or theirs and those of
    the queue's. Raises `Refused`, or `NoSuchSlot` for a draft and for what they may not know of.
    """
    activity, is_locked = _wanted(here, slot, wish)
    is_hidden = activity.union_only and wish.if_seen and not sight.sees(activity.id, wish.person_id, at)
    if activity.status == Status.DRAFT or is_hidden:
        raise NoSuchSlot(slot.id)
    dealing = Dealing(here, slot, activity, at, has_quotas=activity.has_quotas)
    if activity.known_id is not None:
        known = looking.by_id(here, activity.known_id)
        taken = _take_what_is_left(here, dealing, known, wish)
        return taken or Ticket(known.ref, known.state, slot.id, activity.id, fresh=False)
    if is_locked:
        with suppress(MaybeBound):
            return _answer(here, dealing, wish, None)
    else:
        before = queue.first_in(here, [slot])
        if before:
            seats.lock_people(here, before | {wish.person_id})
        seats.lock_person(here, wish.person_id)
    return _answer(here, dealing, wish, looking.bound(here, slot, [wish.person_id], at)[wish.person_id])


def _wanted(here: Connection, slot: Facts, wish: Wish) -> tuple[Facts, bool]:
    """How the activity gives its places, and whether the person is locked by now: nobody in the queue and no quota comes
    before them, and the database does both at once. Raises `NobodyThere`."""
    if queue.may_move(slot) or not at_once.is_known_to(here):
        return looking.wanted(here, slot, wish.person_id, wish.nonce), False
    found = at_once.wanted(here, slot, wish.person_id, wish.nonce)
    if not found.has_quotas:
        seats.is_there(wish.person_id, found.locked_id is not None)
    return found, not found.has_quotas


def _answer(here: Connection, dealing: Dealing, wish: Wish, known: Bound | None) -> Ticket:
    """What becomes of a wish. `known` is what keeps the person out; None where that was not looked at, because mostly it is
    nothing: then `MaybeBound` says that it must be. Raises `Refused`."""
    slot, activity, at, bound = dealing.slot, dealing.activity, dealing.at, known or Bound()
    asked = questions.current(here, activity.id) if activity.asks else []
    lacking, counted = None, frozenset[int]()
    if dealing.conditions or dealing.shares:
        who = whom.of(here, wish.person_id, clock.beijing(at).date())
        lacking = unmet(dealing.conditions, who, clock.beijing(slot.starts_at).date())
        counted = matching.of_person(dealing.shares, who, matching.choices(asked, wish.answers))
    room = dealing.pool.room(counted)
    crowded = dealing.waiting > 0 or (room is not None and room < wish.party)
    wanted = Asking(
        at=at,
        window=_window(here, dealing),
        party=wish.party,
        max_party=activity.max_party,
        capacity=slot.capacity,
        free=room,
        left=dealing.pool.left(counted),
        waiting=dealing.waiting,
        room_to_wait=slot.waitlist_limit is None or dealing.waiting < slot.waitlist_limit,
        clash=bound.clash.ref if bound.clash else None,
        moves=dealing.moves,
        barred=bound.is_barred(at),
        eligible=lacking is None,
        open_bookings=looking.open_bookings(here, wish.person_id, activity, at) if activity.most_open else 0,
        most_open=activity.most_open,
        checked=activity.allocation == Allocation.APPROVAL
        or (
            crowded
            and leaves_marks(activity.penalties, activity.topic)
            and marks.needs_approval(here, wish.person_id, at)
        ),
        drawn=activity.allocation == Allocation.DRAW,
    )
    why = refusal(wanted)
    is_told_first = why is None or (not wish.is_asked and why in (Refusal.FULL, Refusal.QUOTA_FULL))
    if is_told_first and stale(asked, wish.answers):
        why = Refusal.STALE_FORM
    if why is not None:
        if known is None:
            raise MaybeBound(wish.person_id)
        raise _refused(why, wanted, dealing, counted, lacking, bound)
    state = answer(wanted)
    booking_id, ref = seats.take(
        here,
        slot,
        state,
        at,
        person_id=wish.person_id,
        party=wish.party,
        nonce=wish.nonce,
        note=wish.note,
        by_id=wish.by_id or wish.person_id,
        why=wish.why,
        unless_bound=known is None,
    )
    questions.keep(here, booking_id, wish.answers)
    if state is State.CONFIRMED:
        quotas.take(here, booking_id, counted, wish.party)
    elif state is State.WAITING and fits(wanted):
        if booking_id in queue.move_up(here, slot, activity, at, present={booking_id}):
            state = State.CONFIRMED
        elif not wanted.room_to_wait:
            raise _refused(Refusal.FULL, wanted, dealing, counted, lacking, bound)
    return Ticket(ref, state, slot.id, activity.id)


def _window(here: Connection, dealing: Dealing) -> Window:
    activity = dealing.activity
    off = activity.status == Status.CALLED_OFF or dealing.slot.called_off_at is not None
    return Window(activity.opens_at, _closes_at(here, dealing), off)


def _closes_at(here: Connection, dealing: Dealing) -> datetime:
    """When sign-up closes for a slot: with its last date at the latest, whatever the activity says of the others."""
    slot, closes_at, starts_at = dealing.slot, dealing.times.closes_at, dealing.times.starts_at
    if dealing.at < starts_at or looking.next_start(here, slot.id, dealing.at) is not None:
        return closes_at
    return min(closes_at, starts_at)


def _take_what_is_left(here: Connection, dealing: Dealing, known: Facts, wish: Wish) -> Ticket | None:
    """Once the queue moves no more, seats that are free go to whoever asks first, and who waited may ask too.

    Raises `Refused` when there is none for them.
    """
    asks_again = known.state is State.WAITING and known.nonce != wish.nonce
    if not asks_again or dealing.moves or _window(here, dealing).refusal(dealing.at) is not None:
        return None
    counted = dealing.matching([known])[known.id]
    why = dealing.refusal(known)
    if why is None and not dealing.room_for(known, counted):
        left = dealing.pool.left(counted)
        why = Refusal.FULL if left is None or left >= known.party else Refusal.QUOTA_FULL
    if why is not None:
        bound = looking.bound(here, dealing.slot, [known.person_id], dealing.at)[known.person_id]
        raise Refused(
            why,
            activity_id=dealing.activity.id,
            clash=bound.clash.ref if bound.clash else None,
            max_party=dealing.slot.capacity,
            quota=dealing.pool.binding(counted),
            free=dealing.pool.common(counted),
            party=known.party,
            barred_until=bound.barred_until,
        )
    dealing.give(known, counted, at_once=True)
    return Ticket(known.ref, State.CONFIRMED, known.slot_id, dealing.activity.id)


def _refused(
    why: Refusal,
    wanted: Asking,
    dealing: Dealing,
    counted: frozenset[int],
    lacking: Condition | None,
    bound: Bound,
) -> Refused:
    """A refusal with everything its sentence may need."""
    activity = dealing.activity
    return Refused(
        why,
        activity_id=activity.id,
        opens_at=activity.opens_at,
        closes_at=wanted.window.closes_at,
        max_party=min(activity.max_party, dealing.slot.capacity or activity.max_party),
        most_open=activity.most_open,
        clash=wanted.clash,
        condition=lacking,
        barred_until=bound.barred_until,
        quota=dealing.pool.binding(counted),
        free=dealing.pool.common(counted),
        party=wanted.party,
        waiting=wanted.waiting,
    )
