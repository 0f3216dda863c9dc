"""The verbs of courses: what is taught on which evening, by whom, and what passing takes; and the trades they lead to."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct, field
from msgspec.structs import asdict
from sqlalchemy import Connection, Select, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from yiqi.activities.models import Activity, Occurrence, Programme
from yiqi.db import Again, Facts, retried, table, touched, writing
from yiqi.programmes.training.models import Course, Lesson, Teacher, Trade
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing

MOST_TEACHERS = 6
_activity, _occurrence = table(Activity), table(Occurrence)
_course, _teacher, _lesson, _trade = table(Course), table(Teacher), table(Lesson), table(Trade)
_TAKES = (
    select(
        _course.c.activity_id,
        _course.c.trade,
        _course.c.level,
        _course.c.percent,
        _course.c.least,
        _course.c.full,
        _course.c.edition,
        _trade.c.name.label("trade_name"),
        _trade.c.name_en.label("trade_name_en"),
        _activity.c.owner_id,
        _activity.c.programme,
        _activity.c.title,
        _activity.c.title_en,
    )
    .join(_activity, _activity.c.id == _course.c.activity_id)
    .outerjoin(_trade, _trade.c.code == _course.c.trade)
)


class Why(StrEnum):
    """Why a course is not kept as it was sent."""

    STALE = "stale"
    NO_SUCH_TRADE = "no_such_trade"
    TWICE = "twice"


class Refused(Exception):
    """It was not done."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class TeacherPlan(Struct, frozen=True):
    """Who teaches, and a line about them."""

    name: str
    name_en: str = ""
    about: str = ""
    about_en: str = ""


class LessonPlan(Struct, frozen=True):
    """What one evening teaches. `teacher` is an index into the plan's teachers."""

    topic: str = ""
    topic_en: str = ""
    room: str = ""
    room_en: str = ""
    teacher: int | None = None


class CoursePlan(Struct, frozen=True):
    """Everything a course is kept with: lessons by occurrence. What has no word here is the course's column of that name."""

    trade: str | None = None
    level: int | None = None
    percent: int = 80
    least: int | None = None
    full: int = 100
    teachers: Sequence[TeacherPlan] = ()
    lessons: Mapping[int, LessonPlan] = field(default_factory=dict)


@retried
def keep(*, activity_id: int, plan: CoursePlan, seen: int, by_id: int | None, at: datetime) -> int:
    """Keep what a course teaches and takes, in the place of what was kept before; answers its edition. `seen` is the
    edition that was before the eyes of whoever changed it, 0 for none.

    Raises `LookupError` for no such training activity, or an evening that is none of it; `Refused`.
    """
    with writing() as session:
        here = session.connection()
        activity = _hold(here, activity_id)
        known = here.execute(select(_course.c.edition).where(_course.c.activity_id == activity_id)).scalar()
        if (known or 0) != seen:
            raise Refused(Why.STALE)
        _check(here, activity_id, plan)
        row = {name: getattr(plan, name) for name in ("trade", "level", "percent", "least", "full")}
        row |= {"edition": seen + 1, "kept_at": at}
        if known is None:
            here.execute(insert(_course), row | {"activity_id": activity_id, "turn": 0})
        else:
            here.execute(update(_course).where(_course.c.activity_id == activity_id).values(**row))
        _teach(here, activity_id, plan)
        trail.note(
            here,
            What.COURSE_KEPT,
            at=at,
            by_id=by_id,
            thing=Thing(activity.owner_id, activity_id, activity.programme),
            lessons=sum(bool(one.topic) for one in plan.lessons.values()),
            teachers=[one.name for one in plan.teachers],
        )
        return seen + 1


@retried
def add_trade(*, code: str, name: str, name_en: str) -> None:
    """Add a trade. The same code with the same name changes nothing; raises `Refused` for another one's code or name."""
    with writing() as session:
        here = session.connection()
        same = select(_trade.c.code, _trade.c.name).where((_trade.c.code == code) | (_trade.c.name == name))
        found = here.execute(same).all()
        if [(one.code, one.name) for one in found] == [(code, name)]:
            session.rollback()
            return
        if found:
            raise Refused(Why.TWICE)
        try:
            here.execute(insert(_trade), {"code": code, "name": name, "name_en": name_en})
        except IntegrityError as error:
            raise Again from error


def lock(here: Connection, activity_id: int) -> Facts:
    """Lock a course in the caller's transaction: its results and certificates wait for it. Answers what passing takes, and
    whose it is. Raises `LookupError`."""
    held = update(_course).where(_course.c.activity_id == activity_id).values(turn=_course.c.turn + 1)
    if not touched(here.execute(held)):
        raise LookupError(activity_id)
    return here.execute(takes(activity_id)).one()


def takes(*activity_ids: int) -> Select[*tuple[Any, ...]]:
    """What passing some courses takes, and whose they are."""
    return _TAKES.where(_course.c.activity_id.in_(activity_ids))


def thing(course: Facts) -> Thing:
    """A locked course as a thing that roles reach."""
    return Thing(course.owner_id, course.activity_id, course.programme)


def _hold(here: Connection, activity_id: int) -> Facts:
    of_it = (_activity.c.id == activity_id, _activity.c.programme == Programme.TRAINING)
    found = here.execute(
        select(_activity.c.owner_id, _activity.c.programme).where(*of_it).with_for_update()
    ).one_or_none()
    if found is None:
        raise LookupError(activity_id)
    return found


def _check(here: Connection, activity_id: int, plan: CoursePlan) -> None:
    if plan.trade is not None:
        known = here.execute(select(_trade.c.code).where(_trade.c.code == plan.trade)).scalar()
        if known is None:
            raise Refused(Why.NO_SUCH_TRADE)
    evenings = set(here.scalars(select(_occurrence.c.id).where(_occurrence.c.activity_id == activity_id)))
    if not set(plan.lessons) <= evenings:
        raise LookupError(activity_id)
    if any(one.teacher is not None and one.teacher >= len(plan.teachers) for one in plan.lessons.values()):
        raise LookupError(activity_id)


def _teach(here: Connection, activity_id: int, plan: CoursePlan) -> None:
    """Put the plan's teachers and lessons in the place of the earlier ones."""
    here.execute(delete(_lesson).where(_lesson.c.activity_id == activity_id))
    here.execute(delete(_teacher).where(_teacher.c.activity_id == activity_id))
    ids = [
        here.execute(
            insert(_teacher).returning(_teacher.c.id),
            {"activity_id": activity_id, "position": position, **asdict(one)},
        ).scalar_one()
        for position, one in enumerate(plan.teachers)
    ]
    rows = [
        {name: value for name, value in asdict(one).items() if name != "teacher"}
        | {
            "occurrence_id": occurrence_id,
            "activity_id": activity_id,
            "teacher_id": None if one.teacher is None else ids[one.teacher],
        }
        for occurrence_id, one in plan.lessons.items()
    ]
    if rows:
        here.execute(insert(_lesson), rows)
