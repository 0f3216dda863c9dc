"""Volunteers at their posts: events that were, who signed in and out, and what became of their hours."""

from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import select

from tests.builders import Made, a_worker, an_activity
from yiqi.activities.models import Occurrence, Programme, slot_occurrence
from yiqi.activities.planning import Meeting, Pool
from yiqi.booking import attendance, places
from yiqi.db import Facts, db
from yiqi.hours import ledger
from yiqi.hours.ledger import By
from yiqi.hours.models import Service
from yiqi.people.models import Person
from yiqi.programmes.volunteering import confirming, counting
from yiqi.unions.models import Union

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LIMIT = 8 * 60
"""Minutes above which a second person confirms."""
_nonces = count(1)


def an_event(
    starts_at: datetime,
    *,
    hours: float = 2,
    posts: tuple[str, ...] = ("文明引导",),
    owner: Union | None = None,
    title: str = "地铁站文明引导",
    places: int = 20,
) -> Made:
    """An event with posts at one shift; sign-up has been open for ten days before it."""
    return an_activity(
        programme=Programme.VOLUNTEERING,
        title=title,
        owner=owner,
        now=starts_at - timedelta(days=10),
        meetings=[Meeting(starts_at, starts_at + hours * HOUR, "荣京东街站 B 口")],
        pools=[Pool(places, label=label) for label in posts],
        penalties=False,
    )


def books(person: Person, event: Made, *, post: int = 0) -> str:
    """Somebody has a place at a post; answers the code of their ticket."""
    ticket = places.sign_up(
        slot_id=event.slot_ids[post],
        person_id=person.id,
        party=1,
        nonce=f"serve-{next(_nonces)}",
        at=event.opens_at + HOUR,
    )
    return ticket.ref


def occurrence_of(event: Made, *, post: int = 0) -> int:
    """The shift of a post."""
    covers = slot_occurrence.c.occurrence_id == Occurrence.id
    found = select(Occurrence.id).join(slot_occurrence, covers)
    return db.session.scalars(found.where(slot_occurrence.c.slot_id == event.slot_ids[post])).one()


def signs(
    person: Person,
    event: Made,
    *,
    post: int = 0,
    came: int = 0,
    left: int | None = None,
    by: Person | None = None,
) -> str:
    """Somebody books, signs in so many minutes after the start, and out `left` minutes after it (None: never)."""
    ref = books(person, event, post=post)
    shift, by_id = occurrence_of(event, post=post), by.id if by else None
    attendance.check_in(ref=ref, occurrence_id=shift, at=event.starts_at + came * MINUTE, by_id=by_id)
    if left is not None:
        left_at = event.starts_at + left * MINUTE
        attendance.check_out(ref=ref, occurrence_id=shift, at=left_at, by_id=by_id)
    return ref


def counted(event: Made) -> datetime:
    """The site counts what was signed, half an hour after the end; answers when."""
    at = event.ends_at + 30 * MINUTE
    counting.sweep(at)
    return at


def line_of(person: Person, event: Made | None = None) -> Facts:
    """The newest row of somebody's service, at an event or their only one."""
    db.session.rollback()
    query = ledger.heads().where(Service.person_id == person.id)
    if event is not None:
        query = query.where(Service.activity_id == event.activity_id)
    return db.session.execute(query).one()


def by(person: Person, at: datetime, because: str = "核实过了", *, second_above: int = LIMIT) -> By:
    """An organizer's word."""
    return By(person.id, at, second_above, because)


def served(
    person: Person,
    starts_at: datetime,
    *,
    hours: float = 2,
    organizer: Person | None = None,
    owner: Union | None = None,
) -> Made:
    """Somebody served a shift, and an organizer has confirmed all of it; long ones count by one word."""
    event = an_event(starts_at, hours=hours, owner=owner)
    signs(person, event, left=round(hours * 60))
    at = counted(event)
    sayer = organizer or a_worker(name="李姐")
    confirming.confirm_all(activity_id=event.activity_id, by=by(sayer, at, second_above=10_000))
    return event
