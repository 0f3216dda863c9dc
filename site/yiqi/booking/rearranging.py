"""An organizer's change carried out under the locks: it is written, bookings end or stay, queues move, and everybody
concerned is told. `changes` decides whether it is kept or only looked at.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from yiqi.activities.models import Occurrence, Slot, slot_occurrence
from yiqi.booking import change_deeds, locking, looking, queue, resetting, rewriting, seats
from yiqi.booking.models import Booking
from yiqi.booking.rules import capacity
from yiqi.booking.rules.changes import (
    OF_PLACES,
    TOLD,
    Affected,
    Change,
    Date,
    Dates,
    Live,
    Pictured,
    Preview,
    SetConditions,
    fingerprint,
    picture,
)
from yiqi.booking.rules.clash import Span
from yiqi.booking.rules.deadlines import INSTANTS
from yiqi.booking.rules.states import HOLDING, LIVE, State
from yiqi.db import Again, Facts, table
from yiqi.notices import outbox

_occurrence, _slot, _booking = table(Occurrence), table(Slot), table(Booking)


def carry_out(here: Connection, change: Change, at: datetime, by_id: int | None) -> Preview:
    """Carry a change out in the caller's transaction.

    Raises `LookupError` for what is not there, `Refused` for what is called off or begun already, `ValueError` for
    times and numbers that cannot be.
    """
    own = rewriting.slots_of(here, change, at)
    frees_time = not isinstance(change, OF_PLACES)
    people = _holders(looking.live_in(here, own)) if frees_time else set()
    locked = locking.lock_with_queues(here, own, people, at, beside=rewriting.shown_anew(here, change))
    before = [
        Live(one.id, one.ref, one.slot_id, one.person_id, one.party, one.state)
        for one in sorted(looking.live_in(here, locked.keys()), key=lambda one: (one.slot_id, one.seq))
    ]
    mine = looking.live_in(here, own)
    if frees_time:
        locking.lock_more(here, locked, _holders(mine) - people)
    was, stood_facts = _dates(here, own), change_deeds.facts(here, change)
    ends = rewriting.write(here, change, at)
    if not ends <= own:
        raise Again
    will = _dates(here, own)
    ends |= {slot_id for slot_id in own if was[slot_id] and not will[slot_id]}
    _retime(here, will, at)
    run_out = {slot_id for slot_id in own if _is_ahead(was[slot_id], at) and not _is_ahead(will[slot_id], at)}
    for booking in mine:
        if booking.slot_id in ends or (booking.slot_id in run_out and booking.state is not State.CONFIRMED):
            seats.end(here, booking, State.CALLED_OFF, at, by_id)
    _ask_whether_they_come(
        here, [slot_id for slot_id in own - ends if _new_times(was[slot_id], will[slot_id])], at
    )
    queue.settle_all(here, seats.present(here, locked), at)
    now = seats.present(here, locked)
    affected = picture(
        Pictured(
            before=before,
            became=_states(here, before),
            was=was,
            will=will,
            taken=_taken(here, will),
            stay=_staying(here, {now[slot_id].activity_id for slot_id in own}, at),
        )
    )
    beyond = sum(capacity.over(now[slot_id].capacity, now[slot_id].held) for slot_id in own)
    _tell(here, affected, now, was, will, at)
    stood = sorted((slot_id, locked[slot_id].capacity, sorted(was[slot_id].items())) for slot_id in own)
    unfit = resetting.unfit(here, change, mine, at) if isinstance(change, SetConditions) else 0
    became = change_deeds.note(
        here, change, stood_facts, people=len({one.person_id for one in affected}), at=at, by_id=by_id
    )
    here_affected = sum(one.slot_id in own for one in affected)
    return Preview(
        change,
        affected,
        live=len(mine),
        untouched=len(mine) - here_affected,
        over=beyond,
        version=fingerprint(change, stood, sorted(stood_facts.items()), affected, beyond, unfit),
        was=stood_facts,
        became=became,
        unfit=unfit,
    )


def _holders(bookings: Collection[Facts]) -> set[int]:
    return {booking.person_id for booking in bookings if booking.state in HOLDING}


def _dates(here: Connection, slot_ids: Collection[int]) -> dict[int, Dates]:
    """What is not called off of the occurrences of some slots."""
    found: dict[int, dict[int, Date]] = {slot_id: {} for slot_id in slot_ids}
    rows = here.execute(
        select(slot_occurrence.c.slot_id, _occurrence)
        .join(_occurrence, _occurrence.c.id == slot_occurrence.c.occurrence_id)
        .where(slot_occurrence.c.slot_id.in_(slot_ids), _occurrence.c.called_off_at.is_(None))
        .order_by(_occurrence.c.starts_at, _occurrence.c.id)
    )
    for row in rows:
        place = (row.venue, row.venue_en, row.directions, row.directions_en)
        found[row.slot_id][row.id] = Date(row.starts_at, row.ends_at, place)
    return {**found}


def _is_ahead(dates: Dates, at: datetime) -> bool:
    """Whether one of a slot's dates has not begun: who only asks for a place can still come."""
    return any(one.starts_at > at for one in dates.values())


def _new_times(was: Dates, will: Dates) -> bool:
    """Whether there is a date at a time at which the slot had none."""
    before = {(one.starts_at, one.ends_at) for one in was.values()}
    return any((one.starts_at, one.ends_at) not in before for one in will.values())


def _retime(here: Connection, will: Mapping[int, Dates], at: datetime) -> None:
    """Let slots span the dates they have now; one without any is called off, and an offer ends with the start."""
    for slot_id, dates in will.items():
        this = update(_slot).where(_slot.c.id == slot_id)
        if not dates:
            here.execute(this.where(_slot.c.called_off_at.is_(None)).values(called_off_at=at))
            continue
        starts_at = min(one.starts_at for one in dates.values())
        ends_at = max(one.ends_at for one in dates.values())
        here.execute(this.values(starts_at=starts_at, ends_at=ends_at, version=_slot.c.version + INSTANTS))
        here.execute(
            update(_booking)
            .where(
                _booking.c.slot_id == slot_id,
                _booking.c.state == State.OFFERED,
                _booking.c.offer_until > starts_at,
            )
            .values(offer_until=starts_at)
        )


def _ask_whether_they_come(here: Connection, slot_ids: Collection[int], at: datetime) -> None:
    here.execute(
        update(_booking)
        .where(_booking.c.slot_id.in_(slot_ids), _booking.c.state.in_(LIVE))
        .values(moved_at=at)
    )


def _states(here: Connection, before: Collection[Live]) -> dict[int, State]:
    slot_ids = {one.slot_id for one in before}
    known = {one.id for one in before}
    rows = here.execute(select(_booking.c.id, _booking.c.state).where(_booking.c.slot_id.in_(slot_ids)))
    return {row.id: row.state for row in rows if row.id in known}


def _taken(here: Connection, will: Mapping[int, Dates]) -> dict[int, list[Span]]:
    """The times held, here and elsewhere, by everybody with a booking in these slots, around the dates as they are now."""
    dates = [date for slot in will.values() for date in slot.values()]
    held: dict[int, list[Span]] = defaultdict(list)
    if not dates:
        return held
    theirs = select(_booking.c.person_id).where(_booking.c.slot_id.in_(list(will)))
    rows = here.execute(
        select(_booking.c.person_id, _booking.c.ref, _occurrence.c.starts_at, _occurrence.c.ends_at)
        .join(slot_occurrence, slot_occurrence.c.slot_id == _booking.c.slot_id)
        .join(_occurrence, _occurrence.c.id == slot_occurrence.c.occurrence_id)
        .where(
            _booking.c.person_id.in_(theirs),
            _booking.c.state.in_(HOLDING),
            _occurrence.c.called_off_at.is_(None),
            _occurrence.c.starts_at < max(date.ends_at for date in dates),
            _occurrence.c.ends_at > min(date.starts_at for date in dates),
        )
        .order_by(_occurrence.c.starts_at, _booking.c.id)
    )
    for row in rows:
        held[row.person_id].append(Span(row.starts_at, row.ends_at, row.ref))
    return held


def _staying(here: Connection, activity_ids: Collection[int], at: datetime) -> set[int]:
    """Who still has a live booking in what is coming of these activities."""
    rows = here.execute(
        select(func.distinct(_booking.c.person_id))
        .join(_slot, _slot.c.id == _booking.c.slot_id)
        .where(_slot.c.activity_id.in_(activity_ids), _slot.c.ends_at > at, _booking.c.state.in_(LIVE))
    )
    return set(rows.scalars())


def _tell(
    here: Connection,
    affected: Collection[Affected],
    now: Mapping[int, Facts],
    was: Mapping[int, Dates],
    will: Mapping[int, Dates],
    at: datetime,
) -> None:
    """One letter for each person whose booking stays and changes; of one that ends or moves up another letter tells."""
    theirs: dict[int, list[Affected]] = defaultdict(list)
    for one in affected:
        if one.effect in TOLD:
            theirs[one.person_id].append(one)
    for person_id, rows in theirs.items():
        first = min(rows, key=lambda one: TOLD.index(one.effect))
        same = [one for one in rows if one.effect == first.effect]
        changed, began = set[int](), dict[str, str]()
        for one in same:
            before, after = was[one.slot_id], will[one.slot_id]
            changed |= {occurrence_id for occurrence_id, _date in before.items() ^ after.items()}
            began |= {
                str(moved): before[moved].starts_at.isoformat()
                for moved in before.keys() & after.keys()
                if before[moved].starts_at != after[moved].starts_at
            }
        slot = now[first.slot_id]
        outbox.put(
            here,
            "change",
            key=f"change-{slot.id}.{slot.version}-{person_id}",
            person_id=person_id,
            at=at,
            effect=first.effect,
            activity=slot.activity_id,
            slots=sorted({one.slot_id for one in same}),
            occurrences=sorted(changed),
            was=began,
            other=first.other,
        )
