"""The queue of a slot, moved under the slot's lock: whoever frees a seat calls `move_up` before committing."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, exists, func, select, update

from yiqi import clock
from yiqi.activities.models import Slot, Status, quota_slot
from yiqi.booking import looking, marks, matching, quotas, seats, whom
from yiqi.booking.models import Booking
from yiqi.booking.rules.asking import Refusal
from yiqi.booking.rules.capacity import free
from yiqi.booking.rules.deadlines import Deadlines
from yiqi.booking.rules.eligibility import parse, unmet
from yiqi.booking.rules.offers import offer_until
from yiqi.booking.rules.quotas import Pool
from yiqi.booking.rules.states import State
from yiqi.booking.rules.waitlist import Moves, Waiter, moves
from yiqi.db import Facts, inline, table

PAGE, FEW = 50, 4
"""Waiters who are looked at together: at first those for whom there are seats and a few more, then many."""

_slot, _booking = table(Slot), table(Booking)

_QUEUE = (
    select(*looking.BOOKING)
    .where(
        _booking.c.slot_id == bindparam("slot"),
        _booking.c.state == inline(State.WAITING),
        _booking.c.seq > bindparam("after"),
    )
    .order_by(_booking.c.seq)
    .limit(bindparam("size"))
)
_DUE = (
    update(_slot)
    .where(_slot.c.id == bindparam("slot"))
    .values(due_at=bindparam("due"), version=_slot.c.version + 1)
)
_NEXT_OFFER_END = select(func.min(_booking.c.offer_until)).where(
    _booking.c.slot_id == bindparam("slot"), _booking.c.state == State.OFFERED
)
_COUNTS = select(
    _slot.c.held,
    _slot.c.waiting,
    exists().where(quota_slot.c.slot_id == _slot.c.id).label("has_quotas"),
).where(_slot.c.id == bindparam("slot"))
_PASSED_OVER = (
    update(_booking).where(_booking.c.id == bindparam("booking")).values(passed_over=bindparam("times"))
)
_SKIPPED = (
    update(_booking).where(_booking.c.id == bindparam("booking")).values(skipped_because=bindparam("why"))
)


class Dealing:
    """One slot while its lock and those of its quotas are held: what is left, who may take it, and giving it."""

    def __init__(
        self,
        here: Connection,
        slot: Facts,
        activity: Facts,
        at: datetime,
        *,
        has_quotas: bool | None = None,
    ) -> None:
        """`has_quotas` is told for a slot in which nothing was changed since it was locked: its counters are as they were
        read then."""
        self._here, self.slot, self.activity, self.at = here, slot, activity, at
        self.times = Deadlines.of(activity, slot)
        self.conditions = parse(activity.conditions)
        counts = slot if has_quotas is not None else here.execute(_COUNTS, {"slot": slot.id}).one()
        is_limited = counts.has_quotas if has_quotas is None else has_quotas
        self.shares = quotas.locked(here, [slot.id]) if is_limited else []
        self.waiting: int = counts.waiting
        self.pool = Pool.of(free(slot.capacity, counts.held), self.shares, at)

    @property
    def is_on(self) -> bool:
        """Whether the activity takes place, as far as is known."""
        return self.activity.status == Status.PUBLISHED and self.slot.called_off_at is None

    @property
    def moves(self) -> bool:
        """Whether the queue still moves."""
        return self.is_on and self.at < self.times.promote_until

    def matching(self, bookings: list[Facts]) -> dict[int, frozenset[int]]:
        """The quotas that count each of these bookings, by booking."""
        return matching.of_bookings(self._here, self.shares, bookings, self.at)

    def refusal(self, booking: Facts) -> Refusal | None:
        """Why a live booking cannot take places here now, whatever is left; None when it can. Locks its person."""
        return self.refusals([booking])[booking.id]

    def refusals(self, bookings: Sequence[Facts]) -> dict[int, Refusal | None]:
        """The same for several, by booking; their people are locked in the order of their ids."""
        people = {booking.person_id for booking in bookings}
        seats.lock_people(self._here, people)
        today, day = clock.beijing(self.at).date(), clock.beijing(self.slot.starts_at).date()
        known = whom.of_many(self._here, people, today) if self.conditions and people else {}
        bound = looking.bound(self._here, self.slot, people, self.at) if people else {}

        def why(booking: Facts) -> Refusal | None:
            keeps = bound[booking.person_id]
            if keeps.is_barred(self.at):
                return Refusal.BARRED
            if self.conditions and unmet(self.conditions, known[booking.person_id], day) is not None:
                return Refusal.NOT_ELIGIBLE
            if self.slot.capacity is not None and booking.party > self.slot.capacity:
                return Refusal.PARTY_TOO_BIG
            return Refusal.CLASH if keeps.clash is not None else None

        return {booking.id: why(booking) for booking in bookings}

    def room_for(self, booking: Facts, counted: frozenset[int]) -> bool:
        """Whether its whole party has seats here, whoever else waits for them."""
        room = self.pool.room(counted)
        return room is None or booking.party <= room

    def give(
        self,
        booking: Facts,
        counted: frozenset[int],
        *,
        at_once: bool = False,
        by_id: int | None = None,
        why: str = "",
    ) -> State:
        """Give seats to a booking that `counted` quotas count: confirmed, or inside the last day held out for a while,
        but for those who are here, or were drawn, approved or let in by hand (`at_once`)."""
        became, until = State.CONFIRMED, None
        if not at_once and self.at >= self.times.auto_until:
            became = State.OFFERED
            until = offer_until(
                self.at,
                self.times.starts_at,
                longest=timedelta(minutes=self.activity.offer_minutes),
                shortest=timedelta(minutes=self.activity.offer_least_minutes),
            )
        seats.give(self._here, booking, became, self.at, until=until, matching=counted, by_id=by_id, why=why)
        self.pool = self.pool.after(counted, booking.party)
        if became is State.CONFIRMED and booking.state is State.WAITING:
            marks.seat_taken(self._here, self.slot.id, self.at)
        return became


def move_up(
    here: Connection, slot: Facts, activity: Facts, at: datetime, *, present: Collection[int] = ()
) -> set[int]:
    """Give what is free to the queue, in ticket order; answers the bookings that have seats now. Twice equals once.

    `present` are bookings whose people are at the page this moment: theirs are confirmed, not held out.
    """
    dealing = Dealing(here, slot, activity, at)
    given = _walk(here, dealing, present) if dealing.waiting and dealing.moves else set()
    note_due(here, dealing)
    return given


def settle_all(here: Connection, slots: dict[int, Facts], at: datetime, policy: Facts | None = None) -> None:
    """Move the queues of locked slots. Where there are several, their people are locked together first: one queue after
    the other would lock them in no order. `policy` is that of an activity, where it was read under these locks already."""
    if len(slots) > 1:
        seats.lock_people(here, first_in(here, seats.present(here, slots).values()))
    for slot_id in sorted(slots):
        whose = slots[slot_id].activity_id
        known = policy if policy is not None and policy.id == whose else looking.policy(here, whose)
        move_up(here, slots[slot_id], known, at)


def may_move(slot: Facts) -> bool:
    """Whether somebody waits in a locked slot in which a seat is free."""
    return bool(slot.waiting and free(slot.capacity, slot.held) != 0)


def first_in(here: Connection, slots: Collection[Facts]) -> set[int]:
    """The people at the head of the queues of locked slots in which a seat is free: those who may be looked at."""
    people: set[int] = set()
    for slot in slots:
        if may_move(slot):
            head = here.execute(_QUEUE, {"slot": slot.id, "after": 0, "size": PAGE})
            people.update(booking.person_id for booking in head)
    return people


def note_due(here: Connection, dealing: Dealing) -> None:
    """Note when the clock next changes who holds what in the slot: its next offer ends, or kept places are released.

    The version makes up for a passed instant that is forgotten: what was shown since must not look unchanged.
    """
    slot = dealing.slot
    off = dealing.activity.status == Status.CALLED_OFF or slot.called_off_at is not None
    release = None if off else quotas.next_release(dealing.shares, dealing.at)
    offer = here.execute(_NEXT_OFFER_END, {"slot": slot.id}).scalar()
    due = min((instant for instant in (offer, release) if instant is not None), default=None)
    if due != slot.due_at:
        here.execute(_DUE, {"slot": slot.id, "due": due})


@dataclass
class Look:
    """A look at the queue: what is decided, who was seen, and who cannot take a place for what reason."""

    decided: Moves
    seen: dict[int, Facts]
    skipped: dict[int, Refusal]


def look(here: Connection, dealing: Dealing) -> Look:
    """Who would move up now; nothing is written, but the people who were looked at are locked, page by page."""
    seen: dict[int, Facts] = {}
    whys: dict[int, Refusal | None] = {}
    skipped: dict[int, Refusal] = {}

    def queue() -> Iterator[Waiter]:
        free = dealing.pool.free
        after, size = 0, PAGE if free is None else min(PAGE, free + FEW)
        while free != 0:
            page = list(here.execute(_QUEUE, {"slot": dealing.slot.id, "after": after, "size": size}))
            counted = dealing.matching(page)
            whys.update(dealing.refusals(page))
            for row in page:
                seen[row.id] = row
                yield Waiter(row.id, row.party, row.passed_over, counted[row.id])
            if len(page) < size:
                return
            after, size = page[-1].seq, PAGE

    def may(waiter: Waiter) -> bool:
        why = whys[waiter.id]
        if why is not None:
            skipped[waiter.id] = why
        return why is None

    decided = moves(dealing.pool, queue(), may)
    skipped.update(dict.fromkeys(decided.own_quota_full, Refusal.QUOTA_FULL))
    return Look(decided, seen, skipped)


def _walk(here: Connection, dealing: Dealing, present: Collection[int]) -> set[int]:
    found = look(here, dealing)
    for waiter in found.decided.up:
        dealing.give(found.seen[waiter.id], waiter.matching, at_once=waiter.id in present)
    for booking_id, times in found.decided.passed_over.items():
        if times != found.seen[booking_id].passed_over:
            here.execute(_PASSED_OVER, {"booking": booking_id, "times": times})
    for booking_id, why in found.skipped.items():
        if found.seen[booking_id].skipped_because != why:
            here.execute(_SKIPPED, {"booking": booking_id, "why": why})
    return {waiter.id for waiter in found.decided.up}
