"""轮到的机会 from the tables: how queues went is remembered once they are over, and read for those who wait."""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.exc import IntegrityError

from yiqi.activities.models import Activity, Slot, Status
from yiqi.booking.models import Booking, BookingChange, QueueHistory
from yiqi.booking.rules import chance as rules
from yiqi.booking.rules.chance import Chance, Past, Position
from yiqi.booking.rules.states import State
from yiqi.booking.standing import Standing
from yiqi.connections import Remembered
from yiqi.db import Again, db, retried, table, writing

KEPT_SECONDS = 60.0
"""For so long the past is not read again where it has not grown at its newest end."""
BATCH = 100
LOOK_BACK = timedelta(days=30)
"""Slots that ended earlier and were not remembered then are let go."""
NEWEST = 100
"""Past queues of a programme that are looked at."""


class _Kept(NamedTuple):
    until: datetime | None
    read_at: float
    pasts: Sequence[Past]


_kept: Remembered[dict[str, _Kept]] = Remembered(dict)
_slot, _activity, _history = table(Slot), table(Activity), table(QueueHistory)
_booking, _change = table(Booking), table(BookingChange)

_ENDED = (
    select(
        _slot.c.id,
        _slot.c.capacity,
        _slot.c.starts_at,
        _slot.c.ends_at,
        _activity.c.programme,
        _activity.c.topic,
    )
    .join(_activity, _activity.c.id == _slot.c.activity_id)
    .where(
        _slot.c.ends_at <= bindparam("at"),
        _slot.c.ends_at > bindparam("since"),
        _slot.c.capacity > 0,
        _slot.c.called_off_at.is_(None),
        _activity.c.status == Status.PUBLISHED,
        ~select(_history.c.slot_id).where(_history.c.slot_id == _slot.c.id).exists(),
        select(_change.c.id)
        .join(_booking, _booking.c.id == _change.c.booking_id)
        .where(_booking.c.slot_id == _slot.c.id, _change.c.became == State.WAITING)
        .exists(),
    )
    .order_by(_slot.c.id)
    .limit(BATCH)
)
_CHANGES = (
    select(_booking.c.slot_id, _change.c.booking_id, _change.c.at, _change.c.was, _change.c.became)
    .join(_booking, _booking.c.id == _change.c.booking_id)
    .where(_booking.c.slot_id.in_(bindparam("slots", expanding=True)))
    .where(
        (_change.c.became == State.WAITING)
        | (_change.c.was.in_((State.WAITING, State.OFFERED)) & (_change.c.became == State.CONFIRMED))
    )
    .order_by(_change.c.id)
)
_age = (
    func.row_number()
    .over(partition_by=_history.c.programme, order_by=(_history.c.ended_at.desc(), _history.c.slot_id.desc()))
    .label("age")
)


def remember(at: datetime) -> int:
    """Write down how the queues of slots that have ended went; answers how many. Any number of processes may run it.

    Slots without a limit, without a queue, or called off tell nothing.
    """
    window = {"at": at, "since": at - LOOK_BACK}
    written = 0
    while True:
        ended = len(db.session.execute(_ENDED, window).all())
        db.session.commit()
        written += _write(at) if ended else 0
        if ended < BATCH:
            return written


def of(standings: Iterable[Standing]) -> dict[int, Chance]:
    """The chance by slot id, for those who wait, and for newcomers of the place they would get. One query at most, and none
    while no more of the past is known than a minute ago.

    Nothing stands there for slots whose queue no longer moves, or takes nobody in.
    """
    positions = [(found, position) for found in standings if (position := _position(found)) is not None]
    if not positions:
        return {}
    pasts = _kept_pasts({str(found.activity.programme): found.queues_until for found, _position in positions})
    return {
        found.slot.id: rules.chance(position, pasts[str(found.activity.programme)])
        for found, position in positions
    }


def _position(found: Standing) -> Position | None:
    slot = found.slot
    if not slot.capacity or not found.can_move_up:
        return None
    if found.place:
        party = found.booking.party if found.booking else 1
        place = found.place + party - 1
    elif found.state == "full" and found.can_wait:
        place = slot.waiting + 1
    else:
        return None
    minutes = (slot.starts_at - found.at) // timedelta(minutes=1)
    return Position(place, slot.capacity, minutes, str(found.activity.topic or ""))


def _kept_pasts(until: Mapping[str, datetime | None]) -> Mapping[str, Sequence[Past]]:
    """The newest past queues of some programmes, as they were read when nothing was known that is newer: thousands wait
    for one opening, and the past is the same for all of them."""
    now, known = time.monotonic(), _kept.of(db.engine)
    wanted = {
        programme
        for programme, until_when in until.items()
        if (found := known.get(programme)) is None
        or until_when is None
        or (found.until, now - found.read_at < KEPT_SECONDS) != (until_when, True)
    }
    if wanted:
        fresh = _pasts(wanted)
        known |= {one: _Kept(until[one], now, fresh[one]) for one in wanted}
    return {one: known[one].pasts for one in until}


def _pasts(programmes: Iterable[str]) -> dict[str, Sequence[Past]]:
    """The newest past queues of some programmes, newest first."""
    ranked = select(_history, _age).where(_history.c.programme.in_(sorted(programmes))).subquery()
    newest = select(ranked).where(ranked.c.age <= NEWEST).order_by(ranked.c.age)
    pasts: dict[str, list[Past]] = defaultdict(list)
    for row in db.session.execute(newest):
        pasts[row.programme].append(Past(row.topic, row.capacity, row.joined, row.moves))
    return defaultdict(list, pasts)


@retried
def _write(at: datetime) -> int:
    """One batch, in one transaction. Raises `Again` when another process was faster."""
    with writing() as session:
        here = session.connection()
        ended = here.execute(_ENDED, {"at": at, "since": at - LOOK_BACK}).all()
        joined: dict[int, set[int]] = defaultdict(set)
        moves: dict[int, list[datetime]] = defaultdict(list)
        for change in here.execute(_CHANGES, {"slots": [slot.id for slot in ended]}):
            if change.became == State.WAITING:
                joined[change.slot_id].add(change.booking_id)
            else:
                moves[change.slot_id].append(change.at)
        rows = [
            {
                "slot_id": slot.id,
                "programme": slot.programme,
                "topic": slot.topic or "",
                "capacity": slot.capacity,
                "joined": len(joined[slot.id]),
                "moves": [_minutes(slot.starts_at - moved_at) for moved_at in moves[slot.id]],
                "ended_at": slot.ends_at,
            }
            for slot in ended
        ]
        try:
            if rows:
                here.execute(insert(_history), rows)
        except IntegrityError as error:
            raise Again from error
        return len(rows)


def _minutes(left: timedelta) -> int:
    return max(0, left // timedelta(minutes=1))
