"""A squad as its leader sees it: who is at which post, who has signed in and out; and signing them in and out."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, func, select

from yiqi.activities.models import Activity, Occurrence, Slot, Status, slot_occurrence
from yiqi.booking import attendance
from yiqi.booking.attendance import Attended
from yiqi.booking.models import Attendance, Booking
from yiqi.booking.rules.attendance import Doors
from yiqi.booking.rules.states import State
from yiqi.db import Facts, db
from yiqi.people.models import Person
from yiqi.people.rules import starred
from yiqi.programmes.volunteering.models import Post, Squad
from yiqi.programmes.volunteering.rules.calling import shows_names


class NotTheirs(Exception):
    """A leader signs in the people of their own squad, and not themselves."""


class Member(Struct, frozen=True):
    """One person of a squad at one shift; the name as far as the leader may read it now."""

    ref: str
    name: str
    post: Facts
    came_at: datetime | None
    left_at: datetime | None
    is_leader: bool
    at: datetime

    @property
    def can_come(self) -> bool:
        """Whether they can be signed in now."""
        doors = Doors(self.post.starts_at, self.post.ends_at)
        return self.came_at is None and doors.are_open(self.at) and not self.is_leader

    @property
    def can_leave(self) -> bool:
        """Whether they can be signed out now."""
        doors = Doors(self.post.starts_at, self.post.ends_at)
        is_in = self.came_at is not None and self.left_at is None
        return is_in and self.at < doors.right_until and not self.is_leader


class Led(Struct, frozen=True):
    """A squad with its people, by shift and post."""

    squad: Facts
    members: Sequence[Member]

    @property
    def came(self) -> int:
        return sum(one.came_at is not None for one in self.members)

    @property
    def left(self) -> int:
        return sum(one.left_at is not None for one in self.members)


def led_by(person_id: int, at: datetime) -> list[Facts]:
    """The squads somebody leads, of events that are not over a day ago: id, name, activity_id, title, starts_at."""
    last = func.max(Slot.ends_at)
    query = (
        select(
            Squad.id,
            Squad.name,
            Activity.id.label("activity_id"),
            Activity.title,
            Activity.title_en,
            func.min(Slot.starts_at).label("starts_at"),
        )
        .join(Activity, Activity.id == Squad.activity_id)
        .join(Post, Post.squad_id == Squad.id)
        .join(Slot, Slot.id == Post.slot_id)
        .where(*_leads(person_id), Activity.status == Status.PUBLISHED)
        .group_by(Squad.id, Squad.name, Activity.id, Activity.title, Activity.title_en)
        .having(last > at - (Doors(at, at).right_until - at))
        .order_by(func.min(Slot.starts_at), Squad.id)
    )
    return list(db.session.execute(query))


def led(squad_id: int, person_id: int, at: datetime) -> Led | None:
    """A squad that somebody leads, with its people; None for one they do not lead."""
    squad = db.session.execute(
        select(
            Squad.id,
            Squad.name,
            Squad.activity_id,
            Activity.title,
            Activity.title_en,
            Activity.called_off_because,
        )
        .join(Activity, Activity.id == Squad.activity_id)
        .where(Squad.id == squad_id, *_leads(person_id), Activity.status != Status.DRAFT)
    ).one_or_none()
    return None if squad is None else Led(squad, [_member(row, person_id, at) for row in _rows(squad_id)])


def sign(
    *, squad_id: int, ref: str, occurrence_id: int, leader_id: int, leaves: bool, at: datetime
) -> Attended:
    """Sign somebody of one's own squad in, or out. Raises `NotTheirs`, and `Refused` as attendance does."""
    found = led(squad_id, leader_id, at)
    member = next(
        (one for one in found.members if one.ref == ref and one.post.occurrence_id == occurrence_id)
        if found
        else iter(()),
        None,
    )
    if member is None or member.is_leader:
        raise NotTheirs
    verb = attendance.check_out if leaves else attendance.check_in
    return verb(ref=ref, occurrence_id=occurrence_id, at=at, by_id=leader_id)


def _leads(person_id: int) -> tuple[ColumnElement[bool], ...]:
    """Somebody leads a squad as long as they have a place in its event themselves."""
    place = select(Booking.id).join(Slot, Slot.id == Booking.slot_id)
    place = place.where(Booking.person_id == person_id, Booking.state == State.CONFIRMED)
    return Squad.leader_id == person_id, place.where(Slot.activity_id == Squad.activity_id).exists()


def _rows(squad_id: int) -> Sequence[Facts]:
    signed = (Attendance.booking_id == Booking.id) & (Attendance.occurrence_id == Occurrence.id)
    return db.session.execute(
        select(
            Booking.ref,
            Booking.person_id,
            Person.name,
            Slot.label,
            Slot.label_en,
            Occurrence.id.label("occurrence_id"),
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.venue,
            Occurrence.venue_en,
            Attendance.in_at,
            Attendance.out_at,
        )
        .join(Person, Person.id == Booking.person_id)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Post, Post.slot_id == Slot.id)
        .join(slot_occurrence, slot_occurrence.c.slot_id == Slot.id)
        .join(Occurrence, Occurrence.id == slot_occurrence.c.occurrence_id)
        .outerjoin(Attendance, signed)
        .where(
            Post.squad_id == squad_id,
            Booking.state == State.CONFIRMED,
            Occurrence.called_off_at.is_(None),
        )
        .order_by(Occurrence.starts_at, Slot.position, Slot.id, Person.pinyin, Booking.id)
    ).all()


def _member(row: Facts, leader_id: int, at: datetime) -> Member:
    is_leader = row.person_id == leader_id
    in_full = is_leader or shows_names(row.starts_at, row.ends_at, at)
    name = row.name if in_full else starred(row.name)
    return Member(row.ref, name, row, row.in_at, row.out_at, is_leader, at)
