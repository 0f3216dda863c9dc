"""What tests of training begin with: courses that run or are over, requests with a file, lectures to ask for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

from sqlalchemy import select

from tests.builders import Made, a_worker, an_activity
from tests.builders.belonging import a_membership
from tests.promises.route import Planted
from yiqi import clock
from yiqi.activities.models import Occurrence, Programme
from yiqi.activities.planning import Meeting
from yiqi.booking import attendance, places
from yiqi.db import db
from yiqi.papers.rules.kinds import Kind as PaperKind
from yiqi.people.models import Person
from yiqi.programmes.training import courses, lectures, passes, results, subsidies
from yiqi.programmes.training.courses import CoursePlan, LessonPlan, TeacherPlan
from yiqi.programmes.training.models import Pass, Trade
from yiqi.programmes.training.rules.certified import digest
from yiqi.programmes.training.rules.requests import Kind
from yiqi.programmes.training.rules.scores import Score
from yiqi.unions.models import Union

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
DAY = timedelta(days=1)
_numbers = count(1)


@dataclass(frozen=True)
class Course:
    """A course with its activity: `evenings` are the ids of its dates in order, `refs` the tickets by person."""

    made: Made
    evenings: tuple[int, ...]
    refs: Mapping[int, str]

    @property
    def activity_id(self) -> int:
        return self.made.activity_id


@dataclass(frozen=True)
class Finished:
    """What stands in the addresses of a course that is over."""

    activity_id: int
    ref: str
    pass_id: int
    list_id: int


@dataclass(frozen=True)
class Requested:
    """A request with the file that shows it."""

    subsidy_id: int
    paper_id: int


def a_trade(code: str = "electrician", name: str = "电工") -> str:
    """A trade; the same again is the same one."""
    if db.session.get(Trade, code) is None:
        courses.add_trade(code=code, name=name, name_en="Electrician")
    return code


def a_course(
    people: Sequence[Person] = (),
    *,
    came: Mapping[int, Sequence[int]] | None = None,
    evenings: int = 4,
    over: int = 4,
    plan: CoursePlan | None = None,
    owner: Union | None = None,
    title: str = "电工中级技能培训",
    by: Person | None = None,
) -> Course:
    """A course of so many evenings, a day apart, of which `over` are; `people` have places, and `came` says to which
    evenings (from 0) each came, by person; who is left out came to all that are over."""
    now = clock.now()
    begins = now - over * DAY + timedelta(hours=3) if over else now + DAY
    meetings = [
        Meeting(begins + n * DAY, begins + n * DAY + timedelta(hours=2), "2 号实训室")
        for n in range(evenings)
    ]
    made = an_activity(
        places=max(20, len(people)),
        title=title,
        programme=Programme.TRAINING,
        owner=owner,
        meetings=meetings,
        now=begins - 3 * DAY,
    )
    refs = {
        person.id: places.sign_up(
            slot_id=made.slot_id,
            person_id=person.id,
            party=1,
            nonce=f"course-{person.id}",
            at=begins - 2 * DAY,
        ).ref
        for person in people
    }
    dates = tuple(
        db.session.scalars(
            select(Occurrence.id)
            .where(Occurrence.activity_id == made.activity_id)
            .order_by(Occurrence.starts_at)
        )
    )
    for person in people:
        there = (came or {}).get(person.id, range(over))
        for n in there:
            attendance.check_in(
                ref=refs[person.id], occurrence_id=dates[n], at=meetings[n].starts_at, by_id=None
            )
    courses.keep(
        activity_id=made.activity_id,
        plan=plan or CoursePlan(percent=75, least=600),
        seen=0,
        by_id=by.id if by else None,
        at=now,
    )
    return Course(made, dates, refs)


def a_plan(course_dates: Sequence[int], **more: object) -> CoursePlan:
    """A plan of one teacher who teaches every evening in room 301."""
    teachers = [TeacherPlan("陈志明", "Chen Zhiming", "高级技师，带过 9 期")]
    lessons = {
        one: LessonPlan(f"第 {n} 讲", f"Lesson {n}", "301 教室", "Room 301", 0)
        for n, one in enumerate(course_dates, 1)
    }
    return CoursePlan(**{"teachers": teachers, "lessons": lessons, **more})  # type: ignore[arg-type]


def a_score(course: Course, person: Person, tenths: int | None, *, by: Person, because: str = "") -> None:
    """Somebody's result by hand."""
    results.keep(
        activity_id=course.activity_id,
        ref=course.refs[person.id],
        score=Score(tenths),
        because=because,
        by_id=by.id,
        at=clock.now(),
    )


def issued(course: Course, *, by: Person | None = None, at: datetime | None = None) -> list[passes.Issued]:
    """Give everybody who passed their certificate, as they stand now."""
    at, by_id = at or clock.now(), by.id if by else None
    seen = digest(passes.as_passed(passes.waiting(course.activity_id, by_id, at)))
    db.session.rollback()
    return passes.issue(activity_id=course.activity_id, seen=seen, by_id=by_id, at=at)


def a_finished_course(by: Planted) -> Finished:
    """A course of the union with the owner, who has no result, and a worker with a certificate; a list is uploaded."""
    union = db.session.get_one(Union, by.union_id)
    passed = a_worker(name="郑合格")
    course = a_course([by.owner, passed], owner=union, title="电工初级技能培训")
    a_score(course, passed, 880, by=by.organizer)
    (one,) = issued(course, by=by.organizer)
    pass_id = db.session.scalars(select(Pass.id).where(Pass.certificate == one.number)).one()
    listed = f"签到码,成绩\n{course.refs[by.owner.id]},77\n".encode()
    list_id = results.upload(
        activity_id=course.activity_id, data=listed, name="成绩.csv", by_id=by.organizer.id, at=clock.now()
    )
    db.session.rollback()
    return Finished(course.activity_id, course.refs[by.owner.id], pass_id, list_id)


def a_member(union_id: int, name: str = "孙师傅") -> Person:
    """A worker of a union."""
    person = a_worker(name=name)
    a_membership(person, db.session.get_one(Union, union_id))
    return person


def a_subsidy(person: Person, *, is_sent: bool = False, what: str = "电工四级（中级工）") -> Requested:
    """A request of somebody with one file, sent or not."""
    now, nonce = clock.now(), f"subsidy-{next(_numbers)}"
    made = subsidies.begin(
        person_id=person.id,
        kind=Kind.SKILL,
        what=what,
        number="",
        obtained_on=date(2026, 5, 20),
        nonce=nonce,
        at=now,
    )
    paper_id = subsidies.hand_in(
        subsidy_id=made,
        person_id=person.id,
        name="证书.png",
        kind=PaperKind.PNG,
        content=PNG + nonce.encode(),
        at=now,
    )
    if is_sent:
        subsidies.send(subsidy_id=made, person_id=person.id, said="", at=now)
    return Requested(made, paper_id)


def a_lecture(title: str = "大国工匠面对面") -> int:
    """A lecture that can be asked for."""
    row = {
        "title": title,
        "title_en": "Face to face with a master",
        "lecturer": "刘高级技师",
        "lecturer_en": "Master Liu",
        "about": "从学徒到全国技术能手的二十年。",
        "about_en": "Twenty years from apprentice to national champion.",
        "minutes": 90,
    }
    return lectures.add(row=row, by_id=None, at=clock.now())


def a_lecture_request(person: Person, union_id: int, lecture_id: int, *, in_days: int = 14) -> int:
    """A union asks for a lecture on one of two days."""
    now = clock.now()
    return lectures.ask(
        lecture_id=lecture_id,
        union_id=union_id,
        wishes=[now + in_days * DAY, now + (in_days + 1) * DAY],
        venue="二号楼 301",
        people=40,
        said="",
        nonce=f"lecture-{next(_numbers)}",
        by_id=person.id,
        at=now,
    )
