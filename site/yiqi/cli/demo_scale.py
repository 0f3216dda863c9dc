"""Many more rows than anybody would click together, for benchmarks: written in bulk, yet as the verbs would leave them.

Counters equal a recount, tickets are in order, nobody has two live bookings in a slot or two that clash, every change
has its audit row. Only notices are left out. It all lies between two years ago and eight weeks from now.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil, gcd
from random import Random
from typing import Any

from msgspec import Struct
from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from yiqi import clock
from yiqi.activities.models import Activity, Occurrence, Slot, Status, slot_occurrence
from yiqi.booking.models import Booking, BookingChange
from yiqi.booking.rules.refs import ALPHABET, LENGTH
from yiqi.booking.rules.states import State
from yiqi.cli import demo_people
from yiqi.cli.demo_load import OFFERS, Size
from yiqi.cli.demo_publish import words
from yiqi.db import db, writing

AHEAD_DAYS, SPAN_DAYS = 56, 56 + 730
BANDS = ((7, 30), (9, 30), (12, 15), (14, 0), (18, 0), (20, 0))
"""Starts that the activities of a day may have, one activity each, so that no two of them clash."""
LONG, SIGN_UP = timedelta(minutes=90), timedelta(days=12)
CANCEL, PROMOTION = timedelta(minutes=120), timedelta(minutes=60)
MOST_POPULAR = 25.0
ROWS = 20_000
REFS, REF_STEP = len(ALPHABET) ** LENGTH, 618_033_988_751
"""How many codes there are, and a step that visits each of them once (it has no divisor in common with them)."""


class Empty(Struct, frozen=True):
    """A slot before anybody is in it."""

    id: int
    starts_at: datetime
    max_party: int

    @property
    def opens_at(self) -> datetime:
        return self.starts_at - SIGN_UP

    @property
    def closes_at(self) -> datetime:
        return self.starts_at - timedelta(minutes=30)


@dataclass
class Rows:
    """What is to be written together."""

    bookings: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    slots: list[dict[str, Any]] = field(default_factory=list)


def grow(have: Size, want: Size, at: datetime) -> None:
    """Make at least what is missing up to `want`: bookings bring the people and activities that they need."""
    bookings = max(0, want.bookings - have.bookings)
    extras = len(demo_people.extras())
    people = max(want.people - have.people, min(bookings, 1000) - extras, 0)
    activities = max(want.activities - have.activities, 0)
    if bookings:
        activities = max(activities, 2 * ceil(bookings / (extras + people)))
    demo_people.add_extras(people, at)
    slots = _publish(activities, at)
    if bookings:
        _book(bookings, slots, demo_people.extras(), at)
    if people or activities or bookings:
        with writing() as session:
            session.execute(text("ANALYZE"))


def _publish(count: int, at: datetime) -> list[Empty]:
    made: list[Empty] = []
    starts = _starts(count, at)
    rng = Random(count)  # noqa: S311
    for first in range(0, count, 500):
        with writing() as session:
            made += _publish_some(session, rng, starts[first : first + 500])
    return made


def _publish_some(session: Session, rng: Random, starts: Sequence[datetime]) -> list[Empty]:
    unions = demo_people.unions(session)
    ids = [demo_people.reserve(session, table, len(starts)) for table in ("activity", "occurrence", "slot")]
    rows: dict[Any, list[dict[str, Any]]] = {Activity: [], Occurrence: [], Slot: [], slot_occurrence: []}
    made = []
    for activity_id, occurrence_id, slot_id, starts_at in zip(*ids, starts, strict=True):
        offer = rng.choice(OFFERS)
        slot = Empty(slot_id, starts_at, offer.max_party)
        made.append(slot)
        rows[Activity].append(
            {
                "id": activity_id,
                "programme": offer.programme,
                "topic": offer.topic,
                "owner_id": unions[offer.owner],
                "status": Status.PUBLISHED,
                "title": offer.title[0],
                **words(offer),
                "opens_at": slot.opens_at,
                "closes_at": slot.closes_at,
                "max_party": offer.max_party,
            }
        )
        venue = dict(zip(("venue", "venue_en"), offer.place.venue, strict=True))
        way = dict(zip(("directions", "directions_en"), offer.place.directions, strict=True))
        times = {"activity_id": activity_id, "starts_at": starts_at, "ends_at": starts_at + LONG}
        rows[Occurrence].append({"id": occurrence_id, **times, **venue, **way})
        rows[Slot].append({"id": slot_id, **times, "capacity": rng.randint(2, 60) * 10})
        rows[slot_occurrence].append({"slot_id": slot_id, "occurrence_id": occurrence_id})
    for table, filled in rows.items():
        session.connection().execute(insert(table), filled)
    return made


def _starts(count: int, at: datetime) -> list[datetime]:
    """Starts that no other activity has, spread evenly; further back than two years when more than fit are wanted."""
    used = set(db.session.scalars(select(Occurrence.starts_at)))
    last = clock.beijing(at).date() + timedelta(days=AHEAD_DAYS)
    days = max(SPAN_DAYS, 2 * (count + len(used)) // len(BANDS))
    every = (clock.at(last - timedelta(days=back), *band) for back in range(days) for band in BANDS)
    unused = [instant for instant in every if instant not in used]
    return [unused[number * len(unused) // count] for number in range(count)]


def _book(count: int, slots: Sequence[Empty], people: Sequence[int], at: datetime) -> None:
    rng = Random(count)  # noqa: S311
    refs = _refs(set(db.session.scalars(select(Booking.ref))))
    rows = Rows()
    for slot, size in _shares(rng, count, [slot for slot in slots if slot.opens_at < at], len(people)):
        _fill(rng, rows, slot, _askers(rng, people, size), refs, at)
        if len(rows.bookings) >= ROWS:
            _write(rows)
            rows = Rows()
    _write(rows)


def _shares(rng: Random, count: int, slots: Sequence[Empty], most: int) -> Iterator[tuple[Empty, int]]:
    """How many ask in each slot, `count` in all: some are far more popular than the rest, none beyond `most`."""
    weights = [min(MOST_POPULAR, rng.paretovariate(1.3)) for _slot in slots]
    sizes = [min(most, int(count * weight / sum(weights))) for weight in weights]
    missing = count - sum(sizes)
    for index in range(len(sizes)):
        more = min(missing, most - sizes[index], ceil(missing / (len(sizes) - index)))
        sizes[index] += more
        missing -= more
    for index in range(len(sizes)):
        more = min(missing, most - sizes[index])
        sizes[index] += more
        missing -= more
    return zip(slots, sizes, strict=True)


def _askers(rng: Random, people: Sequence[int], size: int) -> Iterator[int]:
    """`size` different people, by a stride that comes round to each of them once."""
    start, stride = rng.randrange(len(people)), rng.randrange(1, len(people) + 1)
    while gcd(stride, len(people)) != 1:
        stride += 1
    return (people[(start + number * stride) % len(people)] for number in range(size))


def _refs(known: set[str]) -> Iterator[str]:
    """Codes in a scattered order, none twice and none that is known."""
    place = len(known) * REF_STEP % REFS
    while True:
        place = (place + REF_STEP) % REFS
        rest, code = place, ""
        for _ in range(LENGTH):
            rest, digit = divmod(rest, len(ALPHABET))
            code += ALPHABET[digit]
        if code not in known:
            yield code


def _fill(
    rng: Random, rows: Rows, slot: Empty, askers: Iterator[int], refs: Iterator[str], at: datetime
) -> None:
    """Let them ask one after the other: seats while there are any, then the queue; who gives up does so at once.

    Where it is over, a few gave their place back after the promotion cutoff.
    """
    asking = list(askers)
    crowded = rng.random() < 0.4
    capacity = (
        max(1, int(len(asking) * rng.uniform(0.4, 0.9))) if crowded else (len(asking) * 3 // 10 + 2) * 10
    )
    over = slot.starts_at < at
    until = min(slot.closes_at, slot.starts_at - CANCEL, at) - timedelta(minutes=1)
    seconds = max(0.0, (until - slot.opens_at).total_seconds())
    taken = held = waiting = ticket = 0
    for number, person_id in enumerate(asking):
        party = 1 if crowded else min(slot.max_party, rng.choice((1, 1, 1, 2, 2, 3)))
        asked_at = slot.opens_at + timedelta(seconds=int(seconds * ((number + 1) / (len(asking) + 1)) ** 2.5))
        first = State.CONFIRMED if taken + party <= capacity else State.WAITING
        luck, state, changed_at = rng.random(), first, asked_at
        ticket += 1
        seq = ticket
        if first is State.WAITING and luck < 0.1:
            state = State.LEFT
        elif first is State.CONFIRMED and luck < 0.08:
            state = State.CANCELLED
        elif first is State.CONFIRMED and luck < 0.09 and over:
            state, changed_at = State.CANCELLED_LATE, slot.starts_at - PROMOTION / 2
        ticket += state is not first
        taken += party if state in (State.CONFIRMED, State.CANCELLED_LATE) else 0
        held += party if state is State.CONFIRMED else 0
        waiting += state is State.WAITING
        booking = len(rows.bookings)
        rows.bookings.append(
            {
                "ref": next(refs),
                "slot_id": slot.id,
                "person_id": person_id,
                "party": party,
                "state": state,
                "seq": seq,
                "nonce": "bulk",
                "note": "",
                "passed_over": 0,
                "skipped_because": "",
                "created_at": asked_at,
                "changed_at": changed_at,
            }
        )
        change = {"booking_id": booking, "by_id": person_id, "why": ""}
        rows.changes.append(change | {"at": asked_at, "was": None, "became": first})
        if state is not first:
            rows.changes.append(change | {"at": changed_at, "was": first, "became": state})
    counters = {"capacity": capacity, "held": held, "waiting": waiting, "seq": ticket, "version": ticket + 1}
    rows.slots.append({"id": slot.id, **counters})


def _write(rows: Rows) -> None:
    """One transaction; the audit rows, which know their booking by its place in the list, are told its id."""
    if not rows.bookings:
        return
    with writing() as session:
        ids = demo_people.reserve(session, "booking", len(rows.bookings))
        for one, booking in zip(ids, rows.bookings, strict=True):
            booking["id"] = one
        for change in rows.changes:
            change["booking_id"] = ids[change["booking_id"]]
        connection = session.connection()
        connection.execute(insert(Booking), rows.bookings)
        connection.execute(insert(BookingChange), rows.changes)
        session.execute(update(Slot), rows.slots)
