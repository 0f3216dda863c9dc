"""What stands close to a slot in a person's days: a place they hold elsewhere with too little time between, their shifts.

What is close is soft: it is said beside the slot and keeps nobody from signing up. What overlaps does, by the same rule
as in the verb (`looking.bound`), and is said before anybody presses.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import bindparam, exists, select, true
from sqlalchemy.orm import aliased

from yiqi.activities.models import Activity, Occurrence, Slot, slot_occurrence
from yiqi.booking import looking
from yiqi.booking.models import Attendance, Booking
from yiqi.booking.rules.clash import Span, clash
from yiqi.booking.rules.states import HOLDING, State
from yiqi.booking.rules.travel import TRAVEL, Stop, too_close
from yiqi.db import Facts, db
from yiqi.people.models import Person
from yiqi.rota import rotas
from yiqi.rota.models import Rota
from yiqi.rota.notes import Note, note


class Near(Struct, frozen=True):
    """A held booking elsewhere, less than half an hour before or after an occurrence of a slot. `facts` is its row:
    title, venue (with their …_en), starts_at, ends_at, ref. `minutes` lie between the two, 0 when they touch."""

    facts: Facts
    minutes: int
    starts_at: datetime
    """When the slot's own occurrence begins that is meant."""
    is_one_of_several: bool
    """Whether the slot has other occurrences."""


class Around(Struct, frozen=True):
    """What is said beside a slot: `near` for `booking/_nearby.html`, `rota_note` for `rota/_note.html`. `clash` is the row
    of the place elsewhere that keeps them out: `came` and `goes_on` say whether it can be given back."""

    near: Near | None = None
    rota_note: Note | None = None
    clash: Facts | None = None


_later = aliased(Occurrence)
_CAME = (
    exists()
    .where(
        Attendance.booking_id == Booking.id,
        _later.id == Attendance.occurrence_id,
        _later.ends_at > bindparam("at"),
    )
    .correlate(Booking)
)
"""Whether they are checked in at one of its dates that is not over, as `looking.came`: it is not given back now."""
_HELD = (
    select(
        Occurrence.id.label("occurrence_id"),
        Occurrence.starts_at,
        Occurrence.ends_at,
        Occurrence.venue,
        Occurrence.venue_en,
        Activity.title,
        Activity.title_en,
        Slot.label,
        Slot.label_en,
        Booking.slot_id,
        Booking.ref,
        Booking.id.label("booking_id"),
        _CAME.label("came"),
        looking.begins_later(bindparam("at")).label("goes_on"),
    )
    .join(slot_occurrence, slot_occurrence.c.slot_id == Booking.slot_id)
    .join(Occurrence, Occurrence.id == slot_occurrence.c.occurrence_id)
    .join(Activity, Activity.id == Occurrence.activity_id)
    .join(Slot, Slot.id == Booking.slot_id)
    .where(
        Booking.person_id == bindparam("person"),
        Booking.state.in_(HOLDING),
        (Booking.state == State.CONFIRMED)
        | Booking.offer_until.is_(None)
        | (Booking.offer_until > bindparam("at")),
        Occurrence.called_off_at.is_(None),
        Occurrence.starts_at < bindparam("last"),
        Occurrence.ends_at > bindparam("first"),
    )
    .order_by(Occurrence.starts_at, Booking.id)
)
_held = _HELD.order_by(None).subquery("held")
_AROUND = (
    select(Rota.pattern, Rota.anchor, Rota.cycle, _held)
    .select_from(Person)
    .outerjoin(Rota, Rota.person_id == Person.id)
    .outerjoin(_held, true())
    .where(Person.id == bindparam("person"))
    .order_by(_held.c.starts_at, _held.c.booking_id)
)
"""What a person holds beside their rota; one row at least."""


def held(person_id: int, first: datetime, last: datetime, at: datetime) -> Sequence[Facts]:
    """The occurrences between two instants that a person holds a place in (confirmed, or offered and the offer not run
    out), soonest first: occurrence_id, slot_id, ref, title, venue, starts_at, ends_at. One query."""
    return db.session.execute(_HELD, _asked(person_id, first, last, at)).all()


def warnings(
    slots: Sequence[Slot], coming: Mapping[int, Sequence[Occurrence]], rows: Sequence[Facts]
) -> dict[int, Near]:
    """By slot id: of some held occurrences (as `held` answers) the one elsewhere with the least time between it and one of
    the slot's that are `coming`. Slots with nothing close are left out."""
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
    """By slot id, for each of these slots: what is said beside it to a person (None: nobody, or somebody whose days are
    free). One query for all of them, none when nothing of them is to come; their occurrences are read already."""
    coming = {slot.id: _coming(slot, at) for slot in slots}
    times = [one for slot in slots if coming[slot.id] for one in _taking_place(slot)]
    if person_id is None or not times:
        return {slot.id: Around() for slot in slots}
    first, last = min(one.starts_at for one in times), max(one.ends_at for one in times)
    rows = db.session.execute(_AROUND, _asked(person_id, first - TRAVEL, last + TRAVEL, at)).all()
    taken = [row for row in rows if row.booking_id is not None]
    near = warnings(slots, coming, taken)
    kept = rotas.read(rows[0]) if rows and rows[0].pattern is not None else None
    return {
        slot.id: Around(
            near.get(slot.id),
            note(kept.cycle, [(one.starts_at, one.ends_at) for one in coming[slot.id]]) if kept else None,
            _clash(slot, taken),
        )
        for slot in slots
    }


def _asked(person_id: int, first: datetime, last: datetime, at: datetime) -> dict[str, int | datetime]:
    return {"person": person_id, "first": first, "last": last, "at": at}


def _taking_place(slot: Slot) -> list[Occurrence]:
    return [one for one in slot.occurrences if one.called_off_at is None]


def _coming(slot: Slot, at: datetime) -> list[Occurrence]:
    return [one for one in _taking_place(slot) if one.starts_at > at]


def _clash(slot: Slot, rows: Sequence[Facts]) -> Facts | None:
    elsewhere = {str(number): row for number, row in enumerate(rows) if row.slot_id != slot.id}
    taken = [Span(row.starts_at, row.ends_at, number) for number, row in elsewhere.items()]
    found = clash([Span(one.starts_at, one.ends_at) for one in _taking_place(slot)], taken)
    return elsewhere[found.ref] if found is not None else None


def _stop(facts: Facts | Occurrence, ref: str = "") -> Stop:
    return Stop(facts.starts_at, facts.ends_at, facts.venue, ref)
