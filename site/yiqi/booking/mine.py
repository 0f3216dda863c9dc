"""A person's own bookings: what is coming, what they wait for, what is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from yiqi.activities.models import Activity, Occurrence, Slot, Status
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import HOLDING, LIVE, State
from yiqi.booking.standing import PLACE, Standing
from yiqi.db import db

PAST_SHOWN = 50


@dataclass(frozen=True)
class Entry:
    """A booking on 我的, and the occurrence it is listed under: the next one, or the last when all are over."""

    standing: Standing
    occurrence: Occurrence

    @property
    def booking(self) -> Booking:
        if self.standing.booking is None:
            raise LookupError("an entry is about a booking")
        return self.standing.booking


def coming(person_id: int, at: datetime) -> list[Entry]:
    """Places held in what is not over yet, soonest first."""
    return _entries(person_id, at, Booking.state.in_(HOLDING), Slot.ends_at > at)


def queued(person_id: int, at: datetime) -> list[Entry]:
    """Waiting bookings in what has not started yet, soonest first."""
    return _entries(person_id, at, Booking.state == State.WAITING, Slot.starts_at > at)


def past(person_id: int, at: datetime) -> list[Entry]:
    """What is over, and what was given back, newest first; the last fifty."""
    over = (
        (Booking.state.not_in(LIVE))
        | (Slot.ends_at <= at)
        | ((Booking.state == State.WAITING) & (Slot.starts_at <= at))
    )
    return list(reversed(_entries(person_id, at, over)))[:PAST_SHOWN]


def counts(person_id: int, at: datetime) -> tuple[int, int]:
    """How many places are held and how many waited for, as the tabs show."""
    rows = db.session.execute(
        select(Booking.state, func.count())
        .join(Slot)
        .where(
            Booking.person_id == person_id,
            (Booking.state.in_(HOLDING) & (Slot.ends_at > at))
            | ((Booking.state == State.WAITING) & (Slot.starts_at > at)),
        )
        .group_by(Booking.state)
    ).all()
    found = {state: int(number) for state, number in rows}
    return sum(found.get(state, 0) for state in HOLDING), found.get(State.WAITING, 0)


def tags(person_id: int, slot_ids: Sequence[int]) -> dict[int, tuple[State, int]]:
    """Per slot the live booking's state and, while waiting, its place: what a list shows beside a title."""
    if not slot_ids:
        return {}
    live = db.session.execute(
        select(Booking.slot_id, Booking.state, PLACE).where(
            Booking.person_id == person_id,
            Booking.slot_id.in_(slot_ids),
            Booking.state.in_(LIVE),
        )
    )
    return {slot_id: (state, place or 0) for slot_id, state, place in live}


def by_ref(ref: str, person_id: int, at: datetime) -> Standing | None:
    """The standing in the slot of one of a person's own bookings; None for anybody else's and for none."""
    entries = _entries(person_id, at, Booking.ref == ref)
    return entries[0].standing if entries else None


def _entries(person_id: int, at: datetime, *conditions: object) -> list[Entry]:
    query = (
        select(Booking, PLACE)
        .join(Booking.slot)
        .join(Slot.activity)
        .where(Booking.person_id == person_id, Activity.status != Status.DRAFT, *conditions)  # type: ignore[arg-type]
        .options(
            joinedload(Booking.slot).joinedload(Slot.activity),
            joinedload(Booking.slot).selectinload(Slot.occurrences),
        )
        .order_by(Slot.starts_at, Booking.id)
        .execution_options(populate_existing=True)
    )
    entries = []
    for booking, place in db.session.execute(query).unique():
        occurrences = booking.slot.occurrences
        nearest = next((one for one in occurrences if one.ends_at > at), occurrences[-1])
        entries.append(Entry(Standing(booking.slot, booking, place, True, at), nearest))
    return sorted(entries, key=lambda entry: (entry.occurrence.starts_at, entry.booking.id))
