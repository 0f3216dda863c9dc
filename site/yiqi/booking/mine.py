"""A person's own bookings: what is coming, what they wait for, what is over."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, bindparam, func, select
from sqlalchemy.orm import joinedload

from yiqi.activities.models import Activity, Occurrence, Slot, Status
from yiqi.booking import attendance, looking, offers
from yiqi.booking.asking import Ticket
from yiqi.booking.attendance import Attended
from yiqi.booking.models import Booking
from yiqi.booking.place import PLACE
from yiqi.booking.rules.attendance import Doors
from yiqi.booking.rules.states import LIVE, State
from yiqi.booking.standing import Standing
from yiqi.db import Instant, db

PAST_SHOWN = 50
ASKED_FOR = LIVE - {State.CONFIRMED}
"""Live, and no place yet: in the queue, offered, to be checked, to be drawn."""
_AT = bindparam("at", type_=Instant())


class Entry(Struct, frozen=True):
    """A booking on 我的."""

    standing: Standing

    @property
    def occurrence(self) -> Occurrence:
        """The date it is listed under: the next one that takes place, or the last when all are over."""
        return self.standing.date

    @property
    def booking(self) -> Booking:
        if self.standing.booking is None:
            raise LookupError("an entry is about a booking")
        return self.standing.booking


def coming(person_id: int, at: datetime) -> list[Entry]:
    """Confirmed places in what is not over yet, soonest first."""
    return _entries(person_id, at, Booking.state == State.CONFIRMED, Slot.ends_at > at)


def queued(person_id: int, at: datetime) -> list[Entry]:
    """What is asked for and not given yet, in what has not started yet, soonest first."""
    return _entries(person_id, at, Booking.state.in_(ASKED_FOR), Slot.starts_at > at)


def offered(person_id: int, at: datetime) -> list[Entry]:
    """Offers that wait for an answer, soonest first."""
    return _entries(person_id, at, Booking.state == State.OFFERED, Slot.starts_at > at)


def moved_ahead(at: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether a selected booking's time was moved and its person has not said whether they come, while a date of it is
    still to begin."""
    return and_(Booking.moved_at.is_not(None), looking.begins_later(at))


_TO_DO = (
    select(func.count())
    .select_from(Booking)
    .join(Slot)
    .where(
        Booking.person_id == bindparam("person"),
        ((Booking.state == State.OFFERED) & (Booking.offer_until > _AT))
        | ((Booking.state == State.CONFIRMED) & moved_ahead(_AT)),
    )
)


def to_do(person_id: int, at: datetime) -> int:
    """How many bookings wait for the person's word: offers that still run, and times that were moved."""
    return db.session.scalar(_TO_DO, {"person": person_id, "at": at}) or 0


def past(person_id: int, at: datetime) -> list[Entry]:
    """What is over, and what was given back, newest first; the last fifty."""
    over = (
        (Booking.state.not_in(LIVE))
        | (Slot.ends_at <= at)
        | (Booking.state.in_(ASKED_FOR) & (Slot.starts_at <= at))
    )
    return list(reversed(_entries(person_id, at, over)))[:PAST_SHOWN]


_COUNTS = (
    select(Booking.state, func.count())
    .join(Slot)
    .where(
        Booking.person_id == bindparam("person"),
        ((Booking.state == State.CONFIRMED) & (Slot.ends_at > _AT))
        | (Booking.state.in_(ASKED_FOR) & (Slot.starts_at > _AT)),
    )
    .group_by(Booking.state)
)


def counts(person_id: int, at: datetime) -> tuple[int, int]:
    """How many places are confirmed and how many asked for, as the tabs show."""
    rows = db.session.execute(_COUNTS, {"person": person_id, "at": at}).all()
    found = {state: int(number) for state, number in rows}
    return found.get(State.CONFIRMED, 0), sum(found.get(state, 0) for state in ASKED_FOR)


def attended(entries: Sequence[Entry], at: datetime) -> dict[int, Attended]:
    """Which of these were checked in at the date they are listed under, by booking. One query; none before a door opens."""
    dates = {
        entry.booking.id: entry.occurrence
        for entry in entries
        if entry.booking.state is State.CONFIRMED
        and Doors(entry.occurrence.starts_at, entry.occurrence.ends_at).opens_at <= at
    }
    found = attendance.of(list(dates))
    return {
        booking_id: one
        for booking_id, signed in found.items()
        for one in signed
        if one.occurrence_id == dates[booking_id].id
    }


def tags(person_id: int, slot_ids: Sequence[int], at: datetime) -> dict[int, tuple[State, int]]:
    """Per slot the live booking's state and, while waiting, its place: what a list shows beside a title.

    An offer that has run out is not shown.
    """
    if not slot_ids:
        return {}
    live = db.session.execute(
        select(Booking.slot_id, Booking.state, PLACE).where(
            Booking.person_id == person_id,
            Booking.slot_id.in_(slot_ids),
            Booking.state.in_(LIVE),
            Booking.offer_until.is_(None) | (Booking.offer_until > at),
        )
    )
    return {slot_id: (state, place or 0) for slot_id, state, place in live}


def by_ref(ref: str, person_id: int, at: datetime) -> Standing | None:
    """The standing in the slot of one of a person's own bookings; None for anybody else's and for none."""
    entries = _entries(person_id, at, Booking.ref == ref)
    return entries[0].standing if entries else None


def came(found: Standing) -> bool:
    """Whether somebody is checked in at a date of their booking that is not over: then it is not given back."""
    booking = found.booking
    return booking is not None and looking.came(db.session.connection(), booking.id, found.at) is not None


def made_by(nonce: str, slot_id: int, person_id: int) -> Ticket | None:
    """The booking in a slot that a form of this person made already, as it stands; None when it was not sent before."""
    found = db.session.execute(
        select(Booking.ref, Booking.state, Booking.slot_id, Slot.activity_id)
        .join(Booking.slot)
        .where(Booking.slot_id == slot_id, Booking.person_id == person_id, Booking.nonce == nonce)
    ).first()
    return Ticket(*found, fresh=False) if found is not None else None


_DUE = (
    select(Slot.id)
    .join(Booking)
    .where(Booking.person_id == bindparam("person"), Slot.due_at <= _AT, Booking.state.in_(LIVE))
)
_ENTRIES = (
    select(Booking, PLACE)
    .join(Booking.slot)
    .join(Slot.activity)
    .where(Booking.person_id == bindparam("person"), Activity.status != Status.DRAFT)
    .options(
        joinedload(Booking.slot).joinedload(Slot.activity),
        joinedload(Booking.slot).selectinload(Slot.occurrences),
    )
    .order_by(Slot.starts_at, Booking.id)
    .execution_options(populate_existing=True)
)


def _entries(person_id: int, at: datetime, *conditions: ColumnElement[bool]) -> list[Entry]:
    for slot_id in db.session.scalars(_DUE, {"person": person_id, "at": at}).all():
        offers.settled(slot_id, at)
    entries = []
    for booking, place in db.session.execute(_ENTRIES.where(*conditions), {"person": person_id}).unique():
        entries.append(Entry(Standing(booking.slot, booking, place, True, at)))
    return sorted(entries, key=lambda entry: (entry.occurrence.starts_at, entry.booking.id))
