"""Giving the places of a draw away, under the locks of its slots, their quotas and everybody who is entered."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from yiqi.booking import looking, queue, seats
from yiqi.booking.models import Booking
from yiqi.booking.queue import Dealing
from yiqi.booking.rules.asking import Refusal
from yiqi.booking.rules.quotas import Pool
from yiqi.booking.rules.states import State
from yiqi.db import Facts, table
from yiqi.draws.models import DrawEntry
from yiqi.draws.rules import lottery
from yiqi.draws.rules.lottery import Entry, Outcome

KEPT = "kept"
"""Places were free, and are kept for others."""
IN_THE_AUDIT = "drawn by lot"

_booking, _entry = table(Booking), table(DrawEntry)
_SETTLED = (
    update(_entry)
    .where(_entry.c.draw_id == bindparam("draw"), _entry.c.code == bindparam("public"))
    .values(rank=bindparam("place"), outcome=bindparam("became"))
)
_SKIPPED = (
    update(_booking).where(_booking.c.id == bindparam("booking")).values(skipped_because=bindparam("why"))
)
_STATES = (
    select(_entry.c.code, _booking.c.state)
    .join(_booking, _booking.c.id == _entry.c.booking_id)
    .where(_entry.c.draw_id == bindparam("draw"))
)


def deal(
    here: Connection,
    slots: Mapping[int, Facts],
    draw: Facts,
    order: Sequence[Entry],
    entered: Sequence[Facts],
    at: datetime,
    by_id: int | None,
) -> dict[str, Any]:
    """Confirm who fits, queue the others in the order of the draw, and answer what is published of it.

    `entered` are the bookings that still stand, with their public codes. One that is not as it was listed, or came in
    after the list was frozen, was not drawn: it queues behind the others, in the order of asking.
    """
    activity = looking.policy(here, draw.activity_id)
    dealings = {slot_id: Dealing(here, slots[slot_id], activity, at) for slot_id in sorted(slots)}
    listed = {one.code: (one.slot, one.party) for one in order}
    standing = {one.code: one for one in entered if listed.get(one.code) == (one.slot_id, one.party)}
    given = {slot_id: _seats(dealing, order) for slot_id, dealing in dealings.items()}
    taking = _Taking(dealings, standing, by_id)

    outcomes = lottery.allot(order, given, listed.keys() - standing.keys(), taking.take)

    _queue(here, outcomes, standing, at, by_id)
    for late in entered:
        if late.code not in standing:
            seats.requeue(here, late, at, by_id=by_id, why=IN_THE_AUDIT)
    _keep(here, draw.id, outcomes)
    queue.settle_all(here, dict(slots), at)
    return {
        "seats": {str(slot_id): free for slot_id, free in given.items()},
        "ranked": [[outcome.entry.code, outcome.became] for outcome in outcomes],
    }


class _Taking:
    """Who takes seats while the draw goes on, and what that leaves for the rest, in other slots with the same quota too."""

    def __init__(
        self, dealings: Mapping[int, Dealing], standing: Mapping[str, Facts], by_id: int | None
    ) -> None:
        self._dealings, self._standing, self._by_id = dealings, standing, by_id
        self._counted: dict[int, frozenset[int]] = {}
        for slot_id, dealing in dealings.items():
            own = [booking for booking in standing.values() if booking.slot_id == slot_id]
            self._counted.update(dealing.matching(own))

    def take(self, one: Entry) -> str | None:
        """Give an entry its seats, or say why not."""
        booking, dealing = self._standing[one.code], self._dealings[one.slot]
        counted = self._counted[booking.id]
        if not dealing.room_for(booking, counted):
            own = dealing.pool.left(counted)
            return str(Refusal.QUOTA_FULL) if own is not None and own < one.party else KEPT
        why = dealing.refusal(booking)
        if why is not None:
            return str(why)
        dealing.give(booking, counted, at_once=True, by_id=self._by_id)
        for other in self._dealings.values():
            if other is not dealing:
                other.pool = Pool(other.pool.free, other.pool.after(counted, one.party).shares)
        return None


def _seats(dealing: Dealing, order: Sequence[Entry]) -> int:
    """Seats to draw for in a slot: none once it has begun; as many as are asked for where there is no limit."""
    if not dealing.is_on or dealing.at >= dealing.times.starts_at:
        return 0
    asked = sum(one.party for one in order if one.slot == dealing.slot.id)
    return asked if dealing.pool.free is None else dealing.pool.free


def _queue(
    here: Connection,
    outcomes: Sequence[Outcome],
    standing: Mapping[str, Facts],
    at: datetime,
    by_id: int | None,
) -> None:
    """The waitlist in the order of the draw; a place that was there and not theirs leaves its reason."""
    for outcome in outcomes:
        if outcome.became in (lottery.CONFIRMED, lottery.WITHDRAWN):
            continue
        booking = standing[outcome.entry.code]
        seats.requeue(here, booking, at, by_id=by_id, why=IN_THE_AUDIT)
        if outcome.became in set(Refusal):
            here.execute(_SKIPPED, {"booking": booking.id, "why": outcome.became})


def _keep(here: Connection, draw_id: int, outcomes: Sequence[Outcome]) -> None:
    """Write down at each entry which place it drew and what became of it."""
    states = {row.code: row.state for row in here.execute(_STATES, {"draw": draw_id})}
    rows = []
    for place, outcome in enumerate(outcomes, start=1):
        became = State.CONFIRMED if outcome.became == lottery.CONFIRMED else State.WAITING
        if outcome.became == lottery.WITHDRAWN:
            became = states[outcome.entry.code]
        rows.append({"draw": draw_id, "public": outcome.entry.code, "place": place, "became": became})
    if rows:
        here.execute(_SETTLED, rows)
