"""What stands close to a slot in a person's days: a place they hold elsewhere with too little time between, their shifts.

All of it is soft: it is said beside the slot and keeps nobody from signing up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from yiqi.activities.models import Activity, Occurrence, Slot, slot_occurrence
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import HOLDING, State
from yiqi.booking.rules.travel import TRAVEL, Stop, too_close
from yiqi.db import Facts, db
from yiqi.rota import rotas
from yiqi.rota.notes import Note, note


@dataclass(frozen=True)
class Near:
    """A held booking elsewhere, less than half an hour before or after an occurrence of a slot. `facts` is its row:
    title, venue (with their …_en), starts_at, ends_at, ref. `minutes` lie between the two, 0 when they touch."""

    facts: Facts
    minutes: int
    starts_at: datetime
    """When the slot's own occurrence begins that is meant."""
    is_one_of_several: bool
    """Whether the slot has other occurrences."""


@dataclass(frozen=True)
class Around:
    """What is said beside a slot: `near` for `booking/_nearby.html`, `rota_note` for `rota/_note.html`."""

    near: Near | None = None
    rota_note: Note | None = None


def held(person_id: int, first: datetime, last: datetime, at: datetime) -> Sequence[Facts]:
    """The occurrences between two instants that a person holds a place in (confirmed, or offered and the offer not run
    out), soonest first: occurrence_id, slot_id, ref, title, venue, starts_at, ends_at. One query."""
    return db.session.execute(
        select(
            Occurrence.id.label("occurrence_id"),
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.venue,
            Occurrence.venue_en,
            Activity.title,
            Activity.title_en,
            Booking.slot_id,
            Booking.ref,
        )
        .join(slot_occurrence, slot_occurrence.c.slot_id == Booking.slot_id)
        .join(Occurrence, Occurrence.id == slot_occurrence.c.occurrence_id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(
            Booking.person_id == person_id,
            Booking.state.in_(HOLDING),
            (Booking.state == State.CONFIRMED) | Booking.offer_until.is_(None) | (Booking.offer_until > at),
            Occurrence.called_off_at.is_(None),
            Occurrence.starts_at < last,
            Occurrence.ends_at > first,
        )
        .order_by(Occurrence.starts_at, Booking.id)
    ).all()


def warnings(person_id: int, slots: Sequence[Slot], at: datetime) -> dict[int, Near]:
    """By slot id: the held booking elsewhere with the least time between it and an occurrence of the slot that is still
    to come. Slots with nothing close are left out. One query for all of them; their occurrences are read already."""
    coming = {slot.id: _coming(slot, at) for slot in slots}
    times = [one for occurrences in coming.values() for one in occurrences]
    if not times:
        return {}
    first, last = min(one.starts_at for one in times), max(one.ends_at for one in times)
    rows = held(person_id, first - TRAVEL, last + TRAVEL, at)
    found = {}
    for slot in slots:
        elsewhere = [_stop(row, str(number)) for number, row in enumerate(rows) if row.slot_id != slot.id]
        tight = too_close([_stop(one) for one in coming[slot.id]], elsewhere)
        if tight is not None:
            minutes = int(tight.gap.total_seconds() // 60)
            row = rows[int(tight.taken.ref)]
            found[slot.id] = Near(row, minutes, tight.wanted.starts_at, len(slot.occurrences) > 1)
    return found


def around(person_id: int | None, slots: Sequence[Slot], at: datetime) -> dict[int, Around]:
    """By slot id, for each of these slots: what is said beside it to a person (None: a visitor, to whom nothing is).
    Two queries for all of them; their occurrences are read already."""
    if person_id is None or not slots:
        return {slot.id: Around() for slot in slots}
    near = warnings(person_id, slots, at)
    kept = rotas.of_person(person_id)
    return {
        slot.id: Around(
            near.get(slot.id),
            note(kept.cycle, [(one.starts_at, one.ends_at) for one in _coming(slot, at)]) if kept else None,
        )
        for slot in slots
    }


def _coming(slot: Slot, at: datetime) -> list[Occurrence]:
    return [one for one in slot.occurrences if one.starts_at > at and one.called_off_at is None]


def _stop(facts: Facts | Occurrence, ref: str = "") -> Stop:
    return Stop(facts.starts_at, facts.ends_at, facts.venue, ref)
