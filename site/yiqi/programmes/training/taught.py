"""Reads of a course: what it takes, who teaches, what is taught on which evening."""

from collections.abc import Collection, Sequence

from msgspec import Struct
from sqlalchemy import select

from yiqi.activities.models import Occurrence
from yiqi.db import Facts, db
from yiqi.programmes.training import courses
from yiqi.programmes.training.models import Course, Lesson, Teacher, Trade


class Planned(Struct, frozen=True):
    """One date of a course with what is taught. `number` counts those that take place from 1; None: it was called off."""

    occurrence: Occurrence
    number: int | None
    lesson: Lesson | None = None
    teacher: Teacher | None = None


class Taught(Struct, frozen=True):
    """A course: `facts` as `courses.takes` has them."""

    facts: Facts
    teachers: Sequence[Teacher]
    dates: Sequence[Planned]

    @property
    def rooms(self) -> bool:
        """Whether a room is told of any evening."""
        return any(one.lesson is not None and one.lesson.room for one in self.dates)


def of(activity_id: int) -> Taught | None:
    """A course with everything it teaches; None where an activity is none. Four statements."""
    facts = db.session.execute(courses.takes(activity_id)).one_or_none()
    if facts is None:
        return None
    query = select(Teacher).where(Teacher.activity_id == activity_id).order_by(Teacher.position)
    teachers = list(db.session.scalars(query))
    lessons = {
        one.occurrence_id: one
        for one in db.session.scalars(select(Lesson).where(Lesson.activity_id == activity_id))
    }
    by_id = {one.id: one for one in teachers}
    dates = []
    for planned in dated(activity_id):
        lesson = lessons.get(planned.occurrence.id)
        teacher = by_id.get(lesson.teacher_id or 0) if lesson else None
        dates.append(Planned(planned.occurrence, planned.number, lesson, teacher))
    return Taught(facts, teachers, dates)


def dated(activity_id: int) -> list[Planned]:
    """The dates of an activity in their order, numbered, with nothing said of what is taught."""
    query = select(Occurrence).where(Occurrence.activity_id == activity_id)
    found, number = [], 0
    for one in db.session.scalars(query.order_by(Occurrence.starts_at, Occurrence.id)):
        takes_place = one.called_off_at is None
        number += takes_place
        found.append(Planned(one, number if takes_place else None))
    return found


def facts_of(activity_ids: Collection[int]) -> dict[int, Facts]:
    """What some courses take, by activity; activities that are no courses are left out."""
    if not activity_ids:
        return {}
    rows = db.session.execute(courses.takes(*activity_ids))
    return {row.activity_id: row for row in rows}


def lesson_of(occurrence_id: int) -> Facts:
    """Where a date meets, and what is taught: venue, topic and room, each with its twin; room and topic may be None."""
    return db.session.execute(
        select(
            Occurrence.venue,
            Occurrence.venue_en,
            Lesson.topic,
            Lesson.topic_en,
            Lesson.room,
            Lesson.room_en,
        )
        .outerjoin(Lesson, Lesson.occurrence_id == Occurrence.id)
        .where(Occurrence.id == occurrence_id)
    ).one()


def is_course(activity_id: int) -> bool:
    """Whether somebody said of an activity what it teaches and takes."""
    return db.session.get(Course, activity_id) is not None


def trades() -> list[Trade]:
    """All trades, by name."""
    return list(db.session.scalars(select(Trade).order_by(Trade.name)))


def trade(code: str) -> Trade | None:
    """A trade by its code."""
    return db.session.get(Trade, code)
