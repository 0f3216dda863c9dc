"""Reads of what begins next: courses, and single classes that are none."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from yiqi.activities import calendar
from yiqi.activities.calendar import Showing
from yiqi.activities.models import Activity, Occurrence, Programme, Status, Topic
from yiqi.booking import sight
from yiqi.db import db
from yiqi.programmes.training.ladder import Offered
from yiqi.programmes.training.models import Course

FEW, LATER = 6, timedelta(days=14)


def beginning(courses: Sequence[Offered], at: datetime) -> list[Showing]:
    """The first evenings of courses that have not begun, the soonest first."""
    ahead = [one.facts.activity_id for one in courses if not one.has_begun][:FEW]
    first = (
        select(Occurrence.activity_id, func.min(Occurrence.starts_at).label("starts_at"))
        .where(Occurrence.activity_id.in_(ahead), Occurrence.called_off_at.is_(None))
        .group_by(Occurrence.activity_id)
        .subquery()
    )
    query = select(Occurrence.id).join(
        first, (first.c.activity_id == Occurrence.activity_id) & (first.c.starts_at == Occurrence.starts_at)
    )
    return calendar.of_occurrences(list(db.session.scalars(query)), at) if ahead else []


def singles(person_id: int | None, at: datetime) -> list[Showing]:
    """Classes of the next two weeks that are no courses and no lectures, the soonest first."""
    course = select(Course.activity_id).where(Course.activity_id == Activity.id)
    query = (
        select(Occurrence.id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(
            Activity.programme == Programme.TRAINING,
            or_(Activity.topic.is_(None), Activity.topic != Topic.LECTURE),
            Activity.status == Status.PUBLISHED,
            Occurrence.called_off_at.is_(None),
            Occurrence.starts_at > at,
            Occurrence.starts_at < at + LATER,
            ~course.exists(),
            sight.seen_by(person_id, at),
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(FEW)
    )
    return calendar.of_occurrences(list(db.session.scalars(query)), at)
