"""The verbs of a drop-in series: sign up for every date that is coming, or leave them all, each in one transaction."""

from collections.abc import Collection, Mapping
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection, func, select

from yiqi.activities.models import Occurrence, Slot, slot_occurrence
from yiqi.booking import asking, locking, looking, queue, seats
from yiqi.booking.asking import Ticket, Wish
from yiqi.booking.models import Booking
from yiqi.booking.offers import timely
from yiqi.booking.rules.asking import Refused
from yiqi.booking.rules.deadlines import Deadlines
from yiqi.booking.rules.endings import given_up
from yiqi.booking.rules.states import LIVE, State
from yiqi.db import Facts, retried, table, writing

MOST = 60
"""Dates that are signed up for at once: the next ones, a year of weeks and a few."""
NONCE = 48
"""Characters of a form's nonce; each date's own is made of it."""

_slot, _occurrence, _booking = table(Slot), table(Occurrence), table(Booking)


class Answered(Struct, frozen=True):
    """What became of one date: a booking, new or there already, or the refusal."""

    slot_id: int
    starts_at: datetime
    ticket: Ticket | None = None
    refused: Refused | None = None


class Left(Struct, frozen=True):
    """One date given back; `kept` when that would be late by now, so that it has to be done on its own."""

    slot_id: int
    starts_at: datetime
    ref: str
    kept: bool


@timely
@retried
def enrol(
    *,
    activity_id: int,
    person_id: int,
    nonce: str,
    at: datetime,
    label: str | None = None,
    answers: Mapping[int, str] | None = None,
    by_id: int | None = None,
) -> list[Answered]:
    """Ask for a place, or a place in the queue, at every coming date of a drop-in series, the soonest first.

    `label` names the slots meant where each date has several; `answers` are given at each. The same nonce again, and
    dates on which the person has a live booking already, change nothing. One date's refusal does not touch the others.
    Raises `LookupError` when the activity is no such series, is a draft, or needs a label.
    """
    with writing() as session:
        here = session.connection()
        dates = _coming(here, activity_id, at, label)
        slots = locking.lock(here, [one.id for one in dates], [person_id], at)
        answered = []
        for date in sorted(slots.values(), key=lambda slot: (slot.starts_at, slot.id)):
            if date.starts_at <= at:
                continue
            own_nonce = f"{nonce[:NONCE]}-{date.id}"
            wish = Wish(person_id, 1, own_nonce, answers=answers or {}, by_id=by_id)
            answered.append(_ask(here, date, wish, at))
        if not any(one.ticket is not None and one.ticket.fresh for one in answered):
            session.rollback()
        return answered


@timely
@retried
def leave_all(
    *,
    activity_id: int,
    person_id: int,
    at: datetime,
    among: Collection[int] | None = None,
    by_id: int | None = None,
) -> list[Left]:
    """Give back every coming date of a drop-in series, or those `among` some slots; freed seats go to the queues.

    What would be a late cancel is kept: nobody collects marks with one tap. Twice equals once.
    """
    with writing() as session:
        here = session.connection()
        wanted = _mine(here, activity_id, person_id, at, among)
        slots = locking.lock_with_queues(here, wanted, {person_id}, at)
        activity = looking.policy(here, activity_id) if wanted else None
        left = []
        for booking in looking.live_in(here, wanted):
            slot = slots[booking.slot_id]
            if booking.person_id != person_id or at >= slot.starts_at:
                continue
            late = at >= Deadlines.of(activity, slot).cancel_until
            came = looking.came(here, booking.id, at) is not None
            kept = came or (late and booking.state is State.CONFIRMED and booking.moved_at is None)
            if not kept:
                seats.end(here, booking, given_up(booking.state), at, by_id or person_id)
            left.append(Left(slot.id, slot.starts_at, booking.ref, kept))
        queue.settle_all(here, slots, at)
        return sorted(left, key=lambda one: (one.starts_at, one.slot_id))


def _coming(here: Connection, activity_id: int, at: datetime, label: str | None) -> list[Facts]:
    """The next slots of a series that cover one date each, with the label where there are several."""
    single = (
        select(slot_occurrence.c.slot_id)
        .join(_occurrence, _occurrence.c.id == slot_occurrence.c.occurrence_id)
        .where(_occurrence.c.activity_id == activity_id, _occurrence.c.series_id.is_not(None))
        .group_by(slot_occurrence.c.slot_id)
        .having(func.count() == 1)
    )
    found = here.execute(
        select(_slot.c.id, _slot.c.label, _slot.c.starts_at, _slot.c.called_off_at)
        .where(_slot.c.id.in_(single))
        .order_by(_slot.c.starts_at, _slot.c.id)
    ).all()
    labels = {one.label for one in found}
    if not found or (len(labels) > 1 and label not in labels):
        raise LookupError(activity_id)
    wanted = label if len(labels) > 1 else next(iter(labels))
    coming = [
        one for one in found if one.label == wanted and one.starts_at > at and one.called_off_at is None
    ]
    return coming[:MOST]


def _ask(here: Connection, slot: Facts, wish: Wish, at: datetime) -> Answered:
    """Ask for one date; what a refusal had begun to write is taken back, and the other dates stay."""
    try:
        with here.begin_nested():
            return Answered(slot.id, slot.starts_at, ticket=asking.ask(here, slot, wish, at))
    except Refused as refused:
        return Answered(slot.id, slot.starts_at, refused=refused)


def _mine(
    here: Connection, activity_id: int, person_id: int, at: datetime, among: Collection[int] | None
) -> set[int]:
    """The coming slots of an activity in which a person has a live booking."""
    mine = (
        select(_booking.c.slot_id)
        .join(_slot, _slot.c.id == _booking.c.slot_id)
        .where(
            _slot.c.activity_id == activity_id,
            _slot.c.starts_at > at,
            _booking.c.person_id == person_id,
            _booking.c.state.in_(LIVE),
        )
    )
    found = set(here.execute(mine).scalars())
    return found if among is None else found & set(among)
