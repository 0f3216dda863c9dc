"""What happens under a slot's lock: drawing tickets, counting, taking and ending bookings, keeping the trail.

Nothing here opens a transaction; the verbs of `places` do. The statements are made once: these are the hot ones.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, insert, select, update
from sqlalchemy.exc import IntegrityError

from yiqi.activities.models import Slot
from yiqi.booking import at_once, looking, quotas
from yiqi.booking.models import Booking, BookingChange
from yiqi.booking.rules.refs import new_ref
from yiqi.booking.rules.states import HOLDING, State
from yiqi.db import Again, Facts, table, touched, vouch
from yiqi.notices import outbox
from yiqi.people.models import Person
from yiqi.people.rules import without_numbers

HEARD = frozenset({State.CONFIRMED, State.OFFERED, State.EXPIRED, State.REJECTED, State.CALLED_OFF})
"""States that a person is told of by letter; of the queue they are told when they did not join it themselves."""

_slot, _booking, _person, _change = table(Slot), table(Booking), table(Person), table(BookingChange)

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
)
_PRESENT = select(*_SLOT, _slot.c.version).where(_slot.c.id.in_(bindparam("slots", expanding=True)))
_TAKE_TICKET = (
    update(_slot)
    .where(_slot.c.id == bindparam("slot"))
    .values(seq=_slot.c.seq + 1, version=_slot.c.version + 1)
    .returning(*_SLOT)
)
_LOCK_OF = (
    update(_slot)
    .where(
        _slot.c.id == select(_booking.c.slot_id).where(_booking.c.ref == bindparam("ref")).scalar_subquery()
    )
    .values(seq=_slot.c.seq + 1, version=_slot.c.version + 1)
    .returning(_slot.c.id)
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
_LOCK_PEOPLE = (
    select(_person.c.id)
    .where(_person.c.id.in_(bindparam("people", expanding=True)))
    .order_by(_person.c.id)
    .with_for_update(key_share=True, of=_person)
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
_CHANGE = insert(_change).returning(_change.c.id)


class NoSuchSlot(LookupError):
    """There is no such slot, or none that they who ask may know of."""


def lock(here: Connection, slot_id: int) -> Facts:
    """Lock a slot, draw its next ticket and raise its version, in one statement. Raises `NoSuchSlot`."""
    slot = here.execute(_TAKE_TICKET, {"slot": slot_id}).one_or_none()
    if slot is None:
        raise NoSuchSlot(slot_id)
    return slot


def lock_of(here: Connection, ref: str) -> int | None:
    """Lock the slot of a booking as `lock` does, and answer its id; None for a code that is no booking's. The booking may
    have been moved to another slot in the meantime: whoever locks this way looks."""
    slot_id: int | None = here.execute(_LOCK_OF, {"ref": ref}).scalar()
    return slot_id


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


class MaybeBound(Exception):
    """Something may keep a person out of a slot, and nothing was written: `looking.bound` says whether it does."""


class NobodyThere(LookupError):
    """There is no such person, or their record was merged into another one."""


def lock_person(here: Connection, person_id: int) -> None:
    """Lock a person: nothing else decides about a booking of theirs until the commit. Raises `NobodyThere`."""
    is_there(person_id, bool(touched(here.execute(at_once.LOCK_PERSON, {"person": person_id}))))


def is_there(person_id: int, is_locked: bool) -> None:
    """Vouch for a person who was locked. Raises `NobodyThere` when nobody was."""
    if not is_locked:
        raise NobodyThere(person_id)
    vouch(person_id)


def lock_people(here: Connection, people: Collection[int]) -> None:
    """Lock people in the order of their ids, in one statement."""
    if people:
        here.execute(_LOCK_PEOPLE, {"people": list(people)})


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
    unless_bound: bool = False,
) -> tuple[int, str]:
    """Write a booking with the ticket that was drawn, count it and record it; answers its id and ref.

    `unless_bound`, where the database can, and under the person's lock: raises `MaybeBound` instead.
    """
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
        "created_at": at,
        "changed_at": at,
    }
    weight = {"held": 0, "waiting": 0} | _weight(state, party)
    try:
        if at_once.is_known_to(here):
            window = looking.window(slot, at) if unless_bound else None
            said = without_numbers(why)
            taken = at_once.take(here, row, weight, by_id, said, is_heard=state in HEARD, window=window)
            if taken is None:
                raise MaybeBound(person_id)
            return taken, ref
        booking_id: int = here.execute(_TAKE, row).scalar_one()
    except IntegrityError as error:
        raise Again from error
    if any(weight.values()):
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
    here.execute(at_once.COUNT, {"slot": slot_id, "more_held": held, "more_waiting": waiting})


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
