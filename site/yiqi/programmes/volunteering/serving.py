"""Reads of services with what they were at: the ledger of one volunteer, the hours of one event, the newest row."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from yiqi.activities.models import Activity, Occurrence, Slot
from yiqi.booking.models import Attendance, Booking
from yiqi.db import Facts, db, table
from yiqi.hours import ledger
from yiqi.hours.models import Entry, Service
from yiqi.hours.rules.credit import Shift
from yiqi.hours.rules.standing import Deed, State, disputed_until, may_be_disputed
from yiqi.people.models import Person
from yiqi.people.persons import name_behind
from yiqi.programmes.volunteering.counting import BREAKS
from yiqi.programmes.volunteering.models import Post

PAGE = 30
_service, _entry, _post = table(Service), table(Entry), table(Post)


class Served(Struct, frozen=True):
    """One service with its newest row, at an instant. `facts`: the row, its activity, post, shift and signatures."""

    facts: Facts
    at: datetime

    @property
    def shift(self) -> Shift:
        return Shift(self.facts.shift_starts_at, self.facts.shift_ends_at, self.facts.breaks)

    @property
    def is_missing_out(self) -> bool:
        """Whether it waits because nobody knows when they left."""
        return self.facts.state == State.PENDING and self.facts.ends_at is None

    @property
    def waits_for_second(self) -> bool:
        """Whether one organizer has spoken, and another one must say the same."""
        return bool(self.facts.deed == Deed.PROPOSED)

    @property
    def can_be_disputed(self) -> bool:
        return may_be_disputed(self.facts.state, self.facts.deed, self.facts.at, self.at)

    @property
    def disputed_until(self) -> datetime:
        return disputed_until(self.facts.at)


class Tally(Struct, frozen=True):
    """How the hours of an event stand: services by state, those that wait for a closer look, and minutes that count."""

    pending: int = 0
    missing_out: int = 0
    seconds: int = 0
    disputed: int = 0
    credited: int = 0
    reversed: int = 0
    minutes: int = 0


def of_person(person_id: int, at: datetime, page: int = 1) -> tuple[list[Served], bool]:
    """A volunteer's services, the latest first, a page of them; and whether there are more."""
    head = ledger.heads().where(_service.c.person_id == person_id).subquery()
    query = _with_names(head).order_by(Occurrence.starts_at.desc(), head.c.service_id.desc())
    rows = db.session.execute(query.limit(PAGE + 1).offset((page - 1) * PAGE)).all()
    return [Served(row, at) for row in rows[:PAGE]], len(rows) > PAGE


def of_event(activity_id: int, at: datetime, which: State | None = None) -> list[Served]:
    """The services of an event, by shift, post and spelling; of one state, or all."""
    head = ledger.heads().where(_service.c.activity_id == activity_id)
    if which is not None:
        head = head.where(_entry.c.state == which)
    order = (Occurrence.starts_at, Slot.position, Slot.id, Person.pinyin, Person.id)
    rows = db.session.execute(_with_names(head.subquery()).order_by(*order))
    return [Served(row, at) for row in rows]


def of_owner(union_id: int, starts_at: datetime, ends_at: datetime, at: datetime) -> list[Served]:
    """What counts of the events of a union and began within a stretch of time, the earliest first."""
    within = (_entry.c.minutes > 0, _entry.c.starts_at >= starts_at, _entry.c.starts_at < ends_at)
    head = ledger.heads().where(*within).subquery()
    query = _with_names(head).where(Activity.owner_id == union_id)
    rows = db.session.execute(query.order_by(head.c.starts_at, Person.pinyin, head.c.service_id))
    return [Served(row, at) for row in rows]


def one(service_id: int, at: datetime) -> Served | None:
    """One service; None when there is none."""
    head = ledger.heads().where(_service.c.id == service_id).subquery()
    row = db.session.execute(_with_names(head)).one_or_none()
    return Served(row, at) if row is not None else None


def with_row(entry_id: int, at: datetime) -> Served | None:
    """The service whose newest row this is; None when another one has replaced it."""
    head = ledger.heads().where(_entry.c.id == entry_id).subquery()
    row = db.session.execute(_with_names(head)).one_or_none()
    return Served(row, at) if row is not None else None


def tally(activity_id: int) -> Tally:
    """How the hours of an event stand. One query."""
    head = ledger.heads().where(_service.c.activity_id == activity_id).subquery()
    rows = db.session.execute(
        select(
            head.c.state,
            func.count().label("many"),
            func.sum(head.c.minutes).label("minutes"),
            func.count().filter(head.c.deed == Deed.PROPOSED).label("seconds"),
            func.count().filter(head.c.ends_at.is_(None)).label("open"),
        ).group_by(head.c.state)
    ).all()
    by = {row.state: row for row in rows}

    def many(state: State) -> int:
        return by[state].many if state in by else 0

    return Tally(
        pending=many(State.PENDING),
        missing_out=by[State.PENDING].open if State.PENDING in by else 0,
        seconds=sum(row.seconds for row in rows),
        disputed=many(State.DISPUTED),
        credited=many(State.CREDITED),
        reversed=many(State.REVERSED),
        minutes=int(sum(row.minutes for row in rows)),
    )


def _with_names(head: Any) -> Select[*tuple[Any, ...]]:
    signer = aliased(Person)
    signed = (Attendance.booking_id == head.c.booking_id) & (Attendance.occurrence_id == head.c.occurrence_id)
    return (
        select(
            *head.c,
            Person.name,
            Person.phone,
            Booking.ref,
            Slot.label,
            Slot.label_en,
            Activity.title,
            Activity.title_en,
            Activity.owner_id,
            Occurrence.starts_at.label("shift_starts_at"),
            Occurrence.ends_at.label("shift_ends_at"),
            Occurrence.venue,
            Occurrence.venue_en,
            BREAKS.label("breaks"),
            Attendance.in_at,
            Attendance.out_at,
            signer.name.label("signed_by"),
            name_behind(head.c.by_id).label("said_by"),
        )
        .join(Person, Person.id == head.c.person_id)
        .join(Booking, Booking.id == head.c.booking_id)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Activity, Activity.id == head.c.activity_id)
        .join(Occurrence, Occurrence.id == head.c.occurrence_id)
        .outerjoin(_post, _post.c.slot_id == Slot.id)
        .outerjoin(Attendance, signed)
        .outerjoin(signer, signer.id == Attendance.by_id)
    )
