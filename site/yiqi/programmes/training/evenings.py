"""Reads of who is in a course and to which evenings they came: the core's places and the core's attendance."""

from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, func, select

from yiqi.activities.models import Activity, Occurrence, Programme, Slot, Status, slot_occurrence
from yiqi.booking.models import Attendance, Booking
from yiqi.booking.rules.states import State
from yiqi.db import Facts, db, table
from yiqi.people.models import Person
from yiqi.programmes.training.models import Course, ExamResult
from yiqi.programmes.training.rules.passing import Attended, Rule, Verdict, verdict
from yiqi.programmes.training.rules.scores import Score

_booking, _slot, _occurrence = table(Booking), table(Slot), table(Occurrence)
_attendance, _person, _result = table(Attendance), table(Person), table(ExamResult)


class Evening(Struct, frozen=True):
    """One date of a course that takes place. `number` counts from 1."""

    occurrence_id: int
    number: int
    starts_at: datetime
    ends_at: datetime


class Trainee(Struct, frozen=True):
    """Somebody with a place in a course: their evenings in order, those they came to, and their exam."""

    booking_id: int
    ref: str
    person_id: int
    name: str
    phone: str
    evenings: tuple[Evening, ...]
    came: frozenset[int]
    score: Score | None
    at: datetime

    @property
    def attended(self) -> Attended:
        """Evenings that are over or on, and were missed, are no more to come."""
        coming = sum(one.ends_at > self.at and one.occurrence_id not in self.came for one in self.evenings)
        return Attended(len(self.came), len(self.evenings), coming)

    @property
    def next(self) -> Evening | None:
        """The evening that is on or next."""
        return next((one for one in self.evenings if one.ends_at > self.at), None)

    def stands(self, rule: Rule) -> Verdict:
        """How they stand by what passing takes."""
        return verdict(rule, self.attended, self.score)


def rule_of(course: Course | Facts) -> Rule:
    """What passing a course takes."""
    return Rule(course.percent, course.least)


def trainees(activity_id: int, at: datetime, here: Connection | None = None) -> list[Trainee]:
    """Everybody with a place in a course, by the spelling of their names. Four statements, in the caller's transaction
    where one is given."""
    return _trainees(here or db.session.connection(), _slot.c.activity_id == activity_id, at)


def of_person(activity_ids: Collection[int], person_id: int, at: datetime) -> dict[int, Trainee]:
    """Somebody's own place in some courses, by activity."""
    if not activity_ids:
        return {}
    here = db.session.connection()
    within = _slot.c.activity_id.in_(activity_ids) & (_booking.c.person_id == person_id)
    slots = dict(
        here.execute(
            select(_booking.c.id, _slot.c.activity_id)
            .join(_slot, _slot.c.id == _booking.c.slot_id)
            .where(within, _booking.c.state == State.CONFIRMED)
        ).all()
    )
    return {slots[one.booking_id]: one for one in _trainees(here, within, at)}


def running(person_id: int, at: datetime) -> list[int]:
    """The courses in which somebody has a place and that are not over, the one that ends first before the others."""
    query = (
        select(Course.activity_id, func.max(Slot.ends_at))
        .join(Slot, Slot.activity_id == Course.activity_id)
        .join(Booking, Booking.slot_id == Slot.id)
        .join(Activity, Activity.id == Course.activity_id)
        .where(
            Booking.person_id == person_id,
            Booking.state == State.CONFIRMED,
            Slot.ends_at > at,
            Slot.called_off_at.is_(None),
            Activity.status == Status.PUBLISHED,
            Activity.programme == Programme.TRAINING,
        )
        .group_by(Course.activity_id)
        .order_by(func.max(Slot.ends_at), Course.activity_id)
    )
    return [row.activity_id for row in db.session.execute(query)]


def of_activity(activity_id: int) -> list[Evening]:
    """The evenings of a course that take place."""
    query = (
        select(_occurrence.c.id, _occurrence.c.starts_at, _occurrence.c.ends_at)
        .where(_occurrence.c.activity_id == activity_id, _occurrence.c.called_off_at.is_(None))
        .order_by(_occurrence.c.starts_at, _occurrence.c.id)
    )
    rows = db.session.execute(query).all()
    return [Evening(row.id, number, row.starts_at, row.ends_at) for number, row in enumerate(rows, 1)]


def newest_results(here: Connection, activity_ids: Collection[int]) -> dict[tuple[int, int], Facts]:
    """The result that holds of each person in some courses, by activity and person."""
    newest = (
        select(func.max(_result.c.id))
        .where(_result.c.activity_id.in_(activity_ids))
        .group_by(_result.c.activity_id, _result.c.person_id)
    )
    rows = here.execute(select(_result).where(_result.c.id.in_(newest))).all()
    return {(row.activity_id, row.person_id): row for row in rows}


def _trainees(here: Connection, within: ColumnElement[bool], at: datetime) -> list[Trainee]:
    rows = here.execute(
        select(
            _booking.c.id,
            _booking.c.ref,
            _booking.c.slot_id,
            _booking.c.person_id,
            _slot.c.activity_id,
            _person.c.name,
            _person.c.phone,
        )
        .join(_slot, _slot.c.id == _booking.c.slot_id)
        .join(_person, _person.c.id == _booking.c.person_id)
        .where(within, _booking.c.state == State.CONFIRMED)
        .order_by(_person.c.pinyin, _booking.c.id)
    ).all()
    if not rows:
        return []
    evenings = _evenings(here, {row.slot_id for row in rows})
    came = _came(here, [row.id for row in rows])
    results = newest_results(here, {row.activity_id for row in rows})
    found = []
    for row in rows:
        result = results.get((row.activity_id, row.person_id))
        theirs = evenings.get(row.slot_id, ())
        found.append(
            Trainee(
                row.id,
                row.ref,
                row.person_id,
                row.name,
                row.phone,
                theirs,
                frozenset(one.occurrence_id for one in theirs) & came.get(row.id, frozenset()),
                Score(result.tenths) if result else None,
                at,
            )
        )
    return found


def _evenings(here: Connection, slot_ids: Collection[int]) -> dict[int, tuple[Evening, ...]]:
    rows = here.execute(
        select(slot_occurrence.c.slot_id, _occurrence.c.id, _occurrence.c.starts_at, _occurrence.c.ends_at)
        .join(_occurrence, _occurrence.c.id == slot_occurrence.c.occurrence_id)
        .where(slot_occurrence.c.slot_id.in_(slot_ids), _occurrence.c.called_off_at.is_(None))
        .order_by(_occurrence.c.starts_at, _occurrence.c.id)
    ).all()
    found: dict[int, list[Evening]] = {}
    for row in rows:
        own = found.setdefault(row.slot_id, [])
        own.append(Evening(row.id, len(own) + 1, row.starts_at, row.ends_at))
    return {slot_id: tuple(own) for slot_id, own in found.items()}


def _came(here: Connection, booking_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    rows = select(_attendance.c.booking_id, _attendance.c.occurrence_id)
    for row in here.execute(rows.where(_attendance.c.booking_id.in_(booking_ids))):
        found.setdefault(row.booking_id, set()).add(row.occurrence_id)
    return {booking_id: frozenset(own) for booking_id, own in found.items()}
