"""Reads of what the desk shows of courses: those within reach, with how far they are."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import func, select

from yiqi.activities.models import Activity, Occurrence, Programme, Slot, Status
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.db import Facts, db
from yiqi.desk import reach
from yiqi.programmes.training.models import Course, Pass, Trade
from yiqi.roles.rules.permissions import Action, Held

LATELY = timedelta(days=120)
"""How long after its last evening a course stands on the list."""


class Managed(Struct, frozen=True):
    """A course at the desk: `facts` of it, how many people are in it, and how many have a certificate that holds."""

    facts: Facts
    people: int
    passed: int
    at: datetime

    @property
    def state(self) -> str:
        """ahead, on or over."""
        if self.facts.starts_at > self.at:
            return "ahead"
        return "on" if self.facts.ends_at > self.at else "over"


def courses(held: Sequence[Held], at: datetime) -> list[Managed]:
    """The courses within reach that are on, ahead, or over since lately: those that are on first, then by their first
    evening. Three statements."""
    last, first = func.max(Occurrence.ends_at), func.min(Occurrence.starts_at)
    query = (
        select(
            Activity.id.label("activity_id"),
            Activity.title,
            Activity.title_en,
            Activity.sub,
            Activity.sub_en,
            Course.level,
            Trade.name.label("trade_name"),
            Trade.name_en.label("trade_name_en"),
            first.label("starts_at"),
            last.label("ends_at"),
            func.count().label("evenings"),
        )
        .join(Course, Course.activity_id == Activity.id)
        .outerjoin(Trade, Trade.code == Course.trade)
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .where(
            Activity.status == Status.PUBLISHED,
            Occurrence.called_off_at.is_(None),
            reach.activities(held, Action.SEE_ROSTER),
        )
        .group_by(Activity.id, Course.activity_id, Trade.code)
        .having(last > at - LATELY)
    )
    rows = list(db.session.execute(query))
    ids = [row.activity_id for row in rows]
    people = _counted(ids)
    held_by = _passed(ids)
    found = [
        Managed(row, people.get(row.activity_id, 0), held_by.get(row.activity_id, 0), at) for row in rows
    ]
    order = {"on": 0, "ahead": 1, "over": 2}
    return sorted(found, key=lambda one: (order[one.state], one.facts.starts_at, one.facts.activity_id))


def without_syllabus(held: Sequence[Held], at: datetime) -> list[Facts]:
    """Activities of training within reach that meet more than once, are not over and teach nothing yet."""
    course = select(Course.activity_id).where(Course.activity_id == Activity.id)
    query = (
        select(Activity.id, Activity.title, Activity.title_en, Activity.sub, Activity.sub_en)
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .where(
            Activity.programme == Programme.TRAINING,
            Activity.status == Status.PUBLISHED,
            Occurrence.called_off_at.is_(None),
            ~course.exists(),
            reach.activities(held, Action.EDIT),
        )
        .group_by(Activity.id)
        .having(func.count() > 1, func.max(Occurrence.ends_at) > at)
        .order_by(Activity.id)
    )
    return list(db.session.execute(query))


def _counted(activity_ids: Sequence[int]) -> dict[int, int]:
    query = (
        select(Slot.activity_id, func.count(Booking.person_id.distinct()))
        .join(Booking, Booking.slot_id == Slot.id)
        .where(Slot.activity_id.in_(activity_ids), Booking.state == State.CONFIRMED)
        .group_by(Slot.activity_id)
    )
    return dict(db.session.execute(query).all())


def _passed(activity_ids: Sequence[int]) -> dict[int, int]:
    holds = (Pass.activity_id.in_(activity_ids), Pass.revoked_at.is_(None))
    query = select(Pass.activity_id, func.count()).where(*holds).group_by(Pass.activity_id)
    return dict(db.session.execute(query).all())
