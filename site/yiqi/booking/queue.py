"""The queue of a slot, moved under the slot's lock: whoever frees a seat calls `move_up` before committing."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from yiqi.activities.models import Slot, Status
from yiqi.booking import seats
from yiqi.booking.models import Booking
from yiqi.booking.rules.asking import Refusal
from yiqi.booking.rules.capacity import free
from yiqi.booking.rules.deadlines import Deadlines
from yiqi.booking.rules.states import State
from yiqi.booking.rules.waitlist import Waiter, moves
from yiqi.db import Facts, table

PAGE = 50

_slot, _booking = table(Slot), table(Booking)

_QUEUE = (
    select(*seats.BOOKING)
    .where(
        _booking.c.slot_id == bindparam("slot"),
        _booking.c.state == State.WAITING,
        _booking.c.seq > bindparam("after"),
    )
    .order_by(_booking.c.seq)
    .limit(PAGE)
)
_COUNTS = select(_slot.c.held, _slot.c.waiting).where(_slot.c.id == bindparam("slot"))
_PASSED_OVER = (
    update(_booking).where(_booking.c.id == bindparam("booking")).values(passed_over=bindparam("times"))
)
_SKIPPED = (
    update(_booking).where(_booking.c.id == bindparam("booking")).values(skipped_because=bindparam("why"))
)


def move_up(here: Connection, slot: Facts, activity: Facts, at: datetime) -> set[int]:
    """Give what is free to the queue, in ticket order; answers whose bookings were confirmed. Twice equals once."""
    counts = here.execute(_COUNTS, {"slot": slot.id}).one()
    places = free(slot.capacity, counts.held)
    if not counts.waiting or places == 0 or activity.status != Status.PUBLISHED:
        return set()
    if at >= Deadlines.of(activity, slot).promote_until:
        return set()
    seen: dict[int, Facts] = {}
    skipped: dict[int, str] = {}

    def queue() -> Iterator[Waiter]:
        after = 0
        while True:
            page = here.execute(_QUEUE, {"slot": slot.id, "after": after}).all()
            for row in page:
                seen[row.id] = row
                yield Waiter(row.id, row.party, row.passed_over)
            if len(page) < PAGE:
                return
            after = page[-1].seq

    def may(waiter: Waiter) -> bool:
        if slot.capacity is not None and waiter.party > slot.capacity:
            skipped[waiter.id] = Refusal.PARTY_TOO_BIG
            return False
        person_id = seen[waiter.id].person_id
        seats.lock_person(here, person_id)
        if seats.clashing(here, slot, person_id) is not None:
            skipped[waiter.id] = Refusal.CLASH
            return False
        return True

    decided = moves(places, queue(), may)
    for waiter in decided.up:
        seats.become(here, seen[waiter.id], State.CONFIRMED, at, None)
        seats.count(here, slot.id, held=waiter.party, waiting=-1)
    for booking_id, times in decided.passed_over.items():
        if times != seen[booking_id].passed_over:
            here.execute(_PASSED_OVER, {"booking": booking_id, "times": times})
    for booking_id, why in skipped.items():
        here.execute(_SKIPPED, {"booking": booking_id, "why": why})
    return {waiter.id for waiter in decided.up}
