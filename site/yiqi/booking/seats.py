"""What happens under a slot's lock: drawing tickets, counting, taking and ending bookings, keeping the trail.

Nothing here opens a transaction; the verbs of `places` do. The statements are made once: these are the hot ones.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from yiqi.activities.models import Activity, Occurrence, Slot, slot_occurrence
from yiqi.booking.models import Booking, BookingChange
from yiqi.booking.rules.clash import Span, clash
from yiqi.booking.rules.refs import new_ref
from yiqi.booking.rules.states import HOLDING, LIVE, State
from yiqi.db import Again, Facts, table, touched
from yiqi.notices import outbox
from yiqi.people.models import Person

HEARD = frozenset({State.CONFIRMED, State.CALLED_OFF})
"""States that a person is told of by letter."""

_slot, _booking, _activity = table(Slot), table(Booking), table(Activity)
_occurrence, _person = table(Occurrence), table(Person)

_SLOT = (
    _slot.c.id,
    _slot.c.activity_id,
    _slot.c.capacity,
    _slot.c.waitlist_limit,
    _slot.c.held,
    _slot.c.waiting,
    _slot.c.seq,
    _slot.c.starts_at,
    _slot.c.ends_at,
)
BOOKING = (
    _booking.c.id,
    _booking.c.ref,
    _booking.c.slot_id,
    _booking.c.person_id,
    _booking.c.party,
    _booking.c.state,
    _booking.c.seq,
    _booking.c.passed_over,
)
_TAKE_TICKET = (
    update(_slot)
    .where(_slot.c.id == bindparam("slot"))
    .values(seq=_slot.c.seq + 1, version=_slot.c.version + 1)
    .returning(*_SLOT)
)
_RESIZE = (
    update(_slot).where(_slot.c.id == bindparam("slot")).values(capacity=bindparam("seats")).returning(*_SLOT)
)
_LOCK_PERSON = update(_person).where(_person.c.id == bindparam("person")).values(turn=_person.c.turn + 1)
_POLICY = select(
    _activity.c.id,
    _activity.c.status,
    _activity.c.opens_at,
    _activity.c.closes_at,
    _activity.c.max_party,
    _activity.c.cancel_minutes,
    _activity.c.promotion_minutes,
).where(_activity.c.id == bindparam("activity"))
_KNOWN = (
    select(*BOOKING)
    .where(
        _booking.c.person_id == bindparam("person"),
        _booking.c.slot_id == bindparam("slot"),
        _booking.c.state.in_(LIVE) | (_booking.c.nonce == bindparam("nonce")),
    )
    .order_by((_booking.c.nonce == bindparam("nonce")).desc())
    .limit(1)
)
_BY_REF = select(*BOOKING).where(_booking.c.ref == bindparam("ref"))
_TIMES = (
    select(_occurrence.c.starts_at, _occurrence.c.ends_at)
    .join(slot_occurrence, slot_occurrence.c.occurrence_id == _occurrence.c.id)
    .where(slot_occurrence.c.slot_id == bindparam("slot"))
)
_TAKEN = (
    select(_occurrence.c.starts_at, _occurrence.c.ends_at, _booking.c.ref)
    .join(slot_occurrence, slot_occurrence.c.occurrence_id == _occurrence.c.id)
    .join(_booking, _booking.c.slot_id == slot_occurrence.c.slot_id)
    .where(
        _booking.c.person_id == bindparam("person"),
        _booking.c.state.in_(HOLDING),
        _booking.c.slot_id != bindparam("slot"),
        _occurrence.c.starts_at < bindparam("last"),
        _occurrence.c.ends_at > bindparam("first"),
    )
)
_COUNT = (
    update(_slot)
    .where(_slot.c.id == bindparam("slot"))
    .values(held=_slot.c.held + bindparam("more_held"), waiting=_slot.c.waiting + bindparam("more_waiting"))
)
_TAKE = insert(_booking).returning(_booking.c.id)
_BECOME = (
    update(_booking)
    .where(_booking.c.id == bindparam("booking"))
    .values(state=bindparam("became"), changed_at=bindparam("at"), skipped_because="")
)
_CHANGE = insert(table(BookingChange))
_LIVE_IN = select(*BOOKING).where(
    _booking.c.slot_id.in_(bindparam("slots", expanding=True)), _booking.c.state.in_(LIVE)
)
_QUEUED = select(func.distinct(_booking.c.slot_id)).where(
    _booking.c.person_id.in_(bindparam("people", expanding=True)), _booking.c.state == State.WAITING
)


def lock(here: Connection, slot_id: int) -> Facts:
    """Lock a slot, draw its next ticket and raise its version, in one statement. Raises `LookupError`."""
    slot = here.execute(_TAKE_TICKET, {"slot": slot_id}).one_or_none()
    if slot is None:
        raise LookupError(slot_id)
    return slot


def resize(here: Connection, slot_id: int, capacity: int | None) -> Facts:
    """Change how many seats a locked slot has; answers it as it is then."""
    return here.execute(_RESIZE, {"slot": slot_id, "seats": capacity}).one()


def lock_person(here: Connection, person_id: int) -> None:
    """Lock a person: nothing else decides about a booking of theirs until the commit. Raises `LookupError`."""
    if not touched(here.execute(_LOCK_PERSON, {"person": person_id})):
        raise LookupError(person_id)


def policy(here: Connection, activity_id: int) -> Facts:
    """How an activity gives its places."""
    return here.execute(_POLICY, {"activity": activity_id}).one()


def known(here: Connection, slot_id: int, person_id: int, nonce: str) -> Facts | None:
    """The booking that this very form made, else a live one of the person in the slot."""
    return here.execute(_KNOWN, {"slot": slot_id, "person": person_id, "nonce": nonce}).one_or_none()


def by_ref(here: Connection, ref: str) -> Facts | None:
    """A booking by the code on its ticket."""
    return here.execute(_BY_REF, {"ref": ref}).one_or_none()


def live_in(here: Connection, slot_ids: Collection[int]) -> list[Facts]:
    """Every live booking of some slots."""
    return list(here.execute(_LIVE_IN, {"slots": list(slot_ids)}))


def queues_of(here: Connection, people: Collection[int]) -> set[int]:
    """The slots in whose queue any of these people wait."""
    return set(here.execute(_QUEUED, {"people": list(people)}).scalars()) if people else set()


def clashing(here: Connection, slot: Facts, person_id: int) -> Span | None:
    """The confirmed or offered booking of a person, elsewhere, that overlaps an occurrence of this slot.

    Most people have nothing between the slot's first start and last end; its occurrences are read only for the others.
    """
    window = {"first": slot.starts_at, "last": slot.ends_at}
    taken = here.execute(_TAKEN, {"slot": slot.id, "person": person_id, **window}).all()
    if not taken:
        return None
    wanted = [Span(row.starts_at, row.ends_at) for row in here.execute(_TIMES, {"slot": slot.id})]
    return clash(wanted, [Span(row.starts_at, row.ends_at, row.ref) for row in taken])


def take(
    here: Connection,
    slot: Facts,
    state: State,
    at: datetime,
    *,
    person_id: int,
    party: int,
    nonce: str,
    note: str,
    by_id: int,
) -> tuple[int, str]:
    """Write a booking with the ticket that was drawn, count it and record it; answers its id and ref."""
    ref = new_ref()
    row = {
        "ref": ref,
        "slot_id": slot.id,
        "person_id": person_id,
        "party": party,
        "state": state,
        "seq": slot.seq,
        "nonce": nonce,
        "note": note,
        "passed_over": 0,
        "skipped_because": "",
        "created_at": at,
        "changed_at": at,
    }
    try:
        booking_id: int = here.execute(_TAKE, row).scalar_one()
    except IntegrityError as error:
        raise Again from error
    count(here, slot.id, **_weight(state, party))
    _record(here, booking_id, person_id, None, state, at, by_id)
    return booking_id, ref


def end(here: Connection, booking: Facts, became: State, at: datetime, by_id: int | None) -> None:
    """End a live booking, give its seats or its place in the queue back, and record it."""
    become(here, booking, became, at, by_id)
    weight = _weight(booking.state, booking.party)
    count(here, booking.slot_id, **{name: -number for name, number in weight.items()})


def _weight(state: State, party: int) -> dict[str, int]:
    """What a booking adds to its slot's counters."""
    return {"held": party} if state in HOLDING else {"waiting": 1}


def count(here: Connection, slot_id: int, held: int = 0, waiting: int = 0) -> None:
    """Add to a slot's counters: seats held, bookings waiting."""
    here.execute(_COUNT, {"slot": slot_id, "more_held": held, "more_waiting": waiting})


def become(here: Connection, booking: Facts, became: State, at: datetime, by_id: int | None) -> None:
    """Change the state of a booking and record it; the counters are the caller's."""
    here.execute(_BECOME, {"booking": booking.id, "became": became, "at": at})
    _record(here, booking.id, booking.person_id, booking.state, became, at, by_id)


def _record(
    here: Connection,
    booking_id: int,
    person_id: int,
    was: State | None,
    became: State,
    at: datetime,
    by_id: int | None,
) -> None:
    """The audit row of a change and, where the person must hear of it, the outbox row."""
    change = {"booking_id": booking_id, "at": at, "was": was, "became": became, "by_id": by_id, "why": ""}
    here.execute(_CHANGE, change)
    if became in HEARD:
        key = f"booking-{booking_id}-{became}"
        outbox.put(here, "booking", key=key, person_id=person_id, at=at, booking=booking_id, state=became)
