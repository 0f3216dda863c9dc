"""Reads of lectures: those that are on, the list of those that travel, and what unions ask for."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from yiqi.activities import calendar
from yiqi.activities.calendar import Showing
from yiqi.activities.models import Activity, Occurrence, Status, Topic
from yiqi.booking import sight
from yiqi.db import Facts, db
from yiqi.desk import reach
from yiqi.people.models import Person
from yiqi.programmes.training.lectures import PROGRAMME
from yiqi.programmes.training.models import LectureRequest, TouringLecture
from yiqi.programmes.training.rules.lectures import State
from yiqi.roles.rules.permissions import TABLE, Action, Held, Thing
from yiqi.unions.models import Union

MOST = 50
Asked = Facts
"""One request as pages tell of it: what is selected, by its label."""
_ROWS = (
    select(
        LectureRequest.id,
        LectureRequest.union_id,
        LectureRequest.by_id,
        LectureRequest.wishes,
        LectureRequest.venue,
        LectureRequest.people,
        LectureRequest.said,
        LectureRequest.state,
        LectureRequest.asked_at,
        LectureRequest.answered_at,
        LectureRequest.because,
        LectureRequest.activity_id,
        TouringLecture.title,
        TouringLecture.title_en,
        TouringLecture.lecturer,
        TouringLecture.lecturer_en,
        TouringLecture.minutes,
        Union.name.label("union"),
        Union.name_en.label("union_en"),
        Person.name,
        Person.phone,
        Person.lang,
    )
    .join(TouringLecture, TouringLecture.id == LectureRequest.lecture_id)
    .join(Union, Union.id == LectureRequest.union_id)
    .join(Person, Person.id == LectureRequest.by_id)
)


def coming(person_id: int | None, at: datetime, most: int = 20) -> list[Showing]:
    """The next lectures that somebody (None: a visitor) may know of, the soonest first."""
    query = (
        select(Occurrence.id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(
            Activity.topic == Topic.LECTURE,
            Activity.status == Status.PUBLISHED,
            Occurrence.ends_at > at,
            Occurrence.called_off_at.is_(None),
            sight.seen_by(person_id, at),
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(most)
    )
    return calendar.of_occurrences(list(db.session.scalars(query)), at)


def travelling() -> list[TouringLecture]:
    """The lectures that can be asked for, by their titles."""
    query = select(TouringLecture).where(TouringLecture.retired_at.is_(None))
    return list(db.session.scalars(query.order_by(TouringLecture.title, TouringLecture.id)))


def lecture_thing(lecture_id: int) -> Thing | None:
    """A lecture on the list, as a thing that only roles of the federation reach."""
    found = db.session.get(TouringLecture, lecture_id)
    return None if found is None else Thing(None, None, PROGRAMME)


def one(request_id: int) -> Facts | None:
    """A request with its lecture, its union and who asked; None when there is none."""
    return db.session.execute(_ROWS.where(LectureRequest.id == request_id)).one_or_none()


def thing(request_id: int) -> Thing | None:
    """A request as a thing that roles reach: its union's."""
    union_id = db.session.scalar(select(LectureRequest.union_id).where(LectureRequest.id == request_id))
    return None if union_id is None else Thing(union_id, None, PROGRAMME)


def asked(held: Sequence[Held]) -> list[Facts]:
    """The requests within reach: those that wait first, then the newest."""
    waits = LectureRequest.state == State.ASKED
    query = (
        _ROWS.where(reach.kept(held, LectureRequest.union_id, PROGRAMME))
        .order_by(waits.desc(), LectureRequest.id.desc())
        .limit(MOST)
    )
    return list(db.session.execute(query))


def waiting(held: Sequence[Held]) -> int:
    """How many requests wait for the word of these roles: only the federation answers."""
    if not any(one.role in TABLE[Action.KEEP_UNIONS] for one in held):
        return 0
    query = select(func.count()).select_from(LectureRequest).where(LectureRequest.state == State.ASKED)
    return db.session.scalar(query) or 0


def starts(request: Facts) -> list[datetime]:
    """The starts a request wishes for, the first choice first."""
    return [datetime.fromisoformat(one) for one in request.wishes]
