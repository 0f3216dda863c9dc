"""What people do in the tests of booking, in few words, and how things stand afterwards."""

from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy import select

from tests.builders import Made
from yiqi.activities.models import Slot
from yiqi.booking import places
from yiqi.booking.asking import Ticket
from yiqi.booking.models import Booking
from yiqi.booking.place import PLACE
from yiqi.db import db
from yiqi.people.models import Person

NOON = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
"""Noon in Beijing, on a Wednesday."""
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
_nonces = count(1)


def asks(
    person: Person, where: Made | int, *, party: int = 1, at: datetime = NOON, nonce: str = "", note: str = ""
) -> Ticket:
    """Somebody signs up with a fresh form, or with the form that carries this nonce."""
    return places.sign_up(
        slot_id=where if isinstance(where, int) else where.slot_id,
        person_id=person.id,
        party=party,
        nonce=nonce or f"nonce-{next(_nonces)}",
        note=note,
        at=at,
    )


def gives_back(person: Person, ticket: Ticket, at: datetime = NOON) -> Ticket:
    """Somebody cancels, or leaves the queue."""
    return places.cancel(ref=ticket.ref, person_id=person.id, at=at)


def row(ticket: Ticket) -> Booking:
    """A booking as it stands now."""
    db.session.rollback()
    return db.session.scalars(
        select(Booking).where(Booking.ref == ticket.ref).execution_options(populate_existing=True)
    ).one()


def state(ticket: Ticket) -> str:
    return str(row(ticket).state)


def states(*tickets: Ticket) -> list[str]:
    return [state(ticket) for ticket in tickets]


def slot(where: Made | int) -> Slot:
    """A slot as it stands now."""
    db.session.rollback()
    slot_id = where if isinstance(where, int) else where.slot_id
    return db.session.get_one(Slot, slot_id, populate_existing=True)


def seats(where: Made | int) -> tuple[int, int]:
    """Seats held, and bookings waiting."""
    found = slot(where)
    return found.held, found.waiting


def place_of(booking: Booking) -> int | None:
    """The place of a booking in the queue while it waits."""
    return db.session.scalar(select(PLACE).where(Booking.id == booking.id))
