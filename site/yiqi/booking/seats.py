"""What happens under a slot's lock: drawing tickets, counting, taking and ending bookings, keeping the trail.

Nothing here opens a transaction; the verbs of `places` do. The statements are made once: these are the hot ones.
"""

from collections.abc import Collection
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, bindparam, case, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from yiqi.activities.models import Activity, Occurrence, Slot, quota_slot
from yiqi.booking import quotas
from yiqi.booking.models import Bar, Booking, BookingChange
from yiqi.booking.rules.refs import new_ref
from yiqi.booking.rules.states import HOLDING, State
from yiqi.db import Again, Facts, table
from yiqi.notices import outbox
from yiqi.people.models import Person
from yiqi.people.rules import without_numbers

HEARD = frozenset({State.CONFIRMED, State.OFFERED, State.EXPIRED, State.REJECTED, State.CALLED_OFF})
"""States that a person is told of by letter; of the queue they are told when they did not join it themselves."""

_slot, _booking, _activity = table(Slot), table(Booking), table(Activity)
_occurrence, _person, _bar = table(Occurrence), table(Person), table(Bar)

_SLOT = (
    _slot.c.id,
    _slot.c.activity_id,
    _slot.c.capacity,
    _slot.c.waitlist_limit,
    _slot.c.held,
    _slot.c.waiting,
    _slot.c.seq,
    _slot.c.due_at,
    _slot.c.called_off_at,
    _slot.c.starts_at,
    _slot.c.ends_at,
    exists().where(quota_slot.c.slot_id == _slot.c.id).label("has_quotas"),
)
_PRESENT = select(*_SLOT, _slot.c.version).where(_slot.c.id.in_(bindparam("slots", expanding=True)))
_TAKE_TICKET = (
    update(_slot)
    .where(_slot.c.id == bindparam("slot"))
    .values(seq=_slot.c.seq + 1, version=_slot.c.version + 1)
    .returning(*_SLOT)
)
_TAKE_ANOTHER = (
    update(_slot).where(_slot.c.id == bindparam("slot")).values(seq=_slot.c.seq + 1).returning(_slot.c.seq)
)
_RESIZE = (
    update(_slot)
    .where(_slot.c.id == bindparam("slot"))
    .values(
        capacity=bindparam("seats"),
        over=case((_slot.c.held > bindparam("seats"), _slot.c.held - bindparam("seats")), else_=0),
    )
    .returning(*_SLOT)
)
_LOCK_PERSON = (
    update(_person)
    .where(_person.c.id == bindparam("person"), _person.c.merged_into_id.is_(None))
    .values(turn=_person.c.turn + 1)
    .returning(
        select(func.max(_bar.c.until))
        .where(_bar.c.person_id == bindparam("person"), _bar.c.lifted_at.is_(None))
        .scalar_subquery()
        .label("barred_until")
    )
)
_LOCK_PEOPLE = (
    select(
        _person.c.id,
        select(func.max(_bar.c.until))
        .where(_bar.c.person_id == _person.c.id, _bar.c.lifted_at.is_(None))
        .scalar_subquery()
        .label("barred_until"),
    )
    .where(_person.c.id.in_(bindparam("people", expanding=True)))
    .order_by(_person.c.id)
    .with_for_update(key_share=True, of=_person)
)
_beyond = _slot.c.held + bindparam("more_held") - _slot.c.capacity
_COUNT = (
    update(_slot)
    .where(_slot.c.id == bindparam("slot"))
    .values(
        held=_slot.c.held + bindparam("more_held"),
        waiting=_slot.c.waiting + bindparam("more_waiting"),
        over=case(
            (_slot.c.over == 0, 0), (_beyond <= 0, 0), (_beyond < _slot.c.over, _beyond), else_=_slot.c.over
        ),
    )
)
_TAKE = insert(_booking).returning(_booking.c.id)
_BECOME = (
    update(_booking)
    .where(_booking.c.id == bindparam("booking"))
    .values(state=bindparam("became"), changed_at=bindparam("at"), skipped_because="")
)
_OFFER = (
    update(_booking)
    .where(_booking.c.id == bindparam("booking"))
    .values(offer_until=bindparam("until"), moved_at=None)
)
_REQUEUE = (
    update(_booking)
    .where(_booking.c.id == bindparam("booking"))
    .values(seq=bindparam("ticket"), passed_over=0, offer_until=None, offers_expired=bindparam("expired"))
)
_CHANGE = insert(table(BookingChange)).returning(table(BookingChange).c.id)


def lock(here: Connection, slot_id: int) -> Facts:
    """Lock a slot, draw its next ticket and raise its version, in one statement. Raises `LookupError`."""
    slot = here.execute(_TAKE_TICKET, {"slot": slot_id}).one_or_none()
    if slot is None:
        raise LookupError(slot_id)
    return slot


def present(here: Connection, slot_ids: Collection[int]) -> dict[int, Facts]:
    """Locked slots as they are by now, after what was written since, with their version."""
    return {slot.id: slot for slot in here.execute(_PRESENT, {"slots": list(slot_ids)})}


def resize(here: Connection, slot_id: int, capacity: int | None) -> Facts:
    """Change how many seats a locked slot has; answers it as it is then."""
    return here.execute(_RESIZE, {"slot": slot_id, "seats": capacity}).one()


def another_ticket(here: Connection, slot_id: int) -> int:
    """The next ticket of a locked slot: the back of its queue."""
    ticket: int = here.execute(_TAKE_ANOTHER, {"slot": slot_id}).scalar_one()
    return ticket


def lock_person(here: Connection, person_id: int) -> datetime | None:
    """Lock a person: nothing else decides about a booking of theirs until the commit.

    Answers until when they are barred from signing up, if they ever were. Raises `LookupError` for nobody, and for a
    record that was merged into another one.
    """
    row = here.execute(_LOCK_PERSON, {"person": person_id}).one_or_none()
    if row is None:
        raise LookupError(person_id)
    return cast("datetime | None", row.barred_until)


def lock_people(here: Connection, people: Collection[int]) -> dict[int, datetime | None]:
    """Lock people in the order of their ids, in one statement; answers until when each is barred, if ever."""
    if not people:
        return {}
    rows = here.execute(_LOCK_PEOPLE, {"people": list(people)})
    return {row.id: row.barred_until for row in rows}


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
    why: str = "",
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
    weight = _weight(state, party)
    if weight:
        count(here, slot.id, **weight)
    _record(here, booking_id, person_id, None, state, at, by_id, why)
    return booking_id, ref


def end(
    here: Connection, booking: Facts, became: State, at: datetime, by_id: int | None, why: str = ""
) -> None:
    """End a live booking, give its seats or its place in the queue back, and record it."""
    become(here, booking, became, at, by_id, why)
    _free(here, booking)


def confirm_offer(here: Connection, booking: Facts, at: datetime, by_id: int, why: str = "") -> None:
    """An offer that is accepted: its seats are counted already."""
    become(here, booking, State.CONFIRMED, at, by_id, why)
    here.execute(_OFFER, {"booking": booking.id, "until": None})


def requeue(
    here: Connection,
    booking: Facts,
    at: datetime,
    *,
    expired: int = 0,
    by_id: int | None = None,
    why: str = "",
) -> None:
    """Put a booking at the back of the queue of its locked slot, with a new ticket."""
    ticket = another_ticket(here, booking.slot_id)
    here.execute(
        _REQUEUE, {"booking": booking.id, "ticket": ticket, "expired": booking.offers_expired + expired}
    )
    become(here, booking, State.WAITING, at, by_id, why)
    _free(here, booking)
    count(here, booking.slot_id, waiting=1)


def give(
    here: Connection,
    booking: Facts,
    became: State,
    at: datetime,
    *,
    until: datetime | None,
    matching: Collection[int],
    by_id: int | None = None,
    why: str = "",
) -> None:
    """Give seats to a live booking that has none: confirmed, or held out until an instant."""
    here.execute(_OFFER, {"booking": booking.id, "until": until})
    become(here, booking, became, at, by_id, why)
    quotas.take(here, booking.id, matching, booking.party)
    freed = _weight(booking.state, booking.party).get("waiting", 0)
    count(here, booking.slot_id, held=booking.party, waiting=-freed)


def _free(here: Connection, booking: Facts) -> None:
    weight = _weight(booking.state, booking.party)
    count(here, booking.slot_id, **{name: -number for name, number in weight.items()})
    if booking.state in HOLDING:
        quotas.give_back(here, booking.id)


def _weight(state: State, party: int) -> dict[str, int]:
    """What a booking adds to its slot's counters."""
    if state in HOLDING:
        return {"held": party}
    return {"waiting": 1} if state is State.WAITING else {}


def count(here: Connection, slot_id: int, held: int = 0, waiting: int = 0) -> None:
    """Add to a slot's counters: seats held, bookings waiting."""
    here.execute(_COUNT, {"slot": slot_id, "more_held": held, "more_waiting": waiting})


def become(
    here: Connection, booking: Facts, became: State, at: datetime, by_id: int | None, why: str = ""
) -> None:
    """Change the state of a booking and record it; the counters are the caller's."""
    here.execute(_BECOME, {"booking": booking.id, "became": became, "at": at})
    _record(here, booking.id, booking.person_id, booking.state, became, at, by_id, why)


def _record(
    here: Connection,
    booking_id: int,
    person_id: int,
    was: State | None,
    became: State,
    at: datetime,
    by_id: int | None,
    why: str = "",
) -> None:
    """The audit row of a change and, where the person must hear of it, the outbox row."""
    said = without_numbers(why)
    change = {"booking_id": booking_id, "at": at, "was": was, "became": became, "by_id": by_id, "why": said}
    change_id = here.execute(_CHANGE, change).scalar_one()
    if became in HEARD or (became is State.WAITING and was is not None):
        key = f"booking-{booking_id}-{change_id}"
        outbox.put(here, "booking", key=key, person_id=person_id, at=at, booking=booking_id, state=became)
