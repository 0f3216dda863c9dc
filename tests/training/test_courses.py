"""What a course teaches and takes is kept as a whole, and nobody loses what another one wrote."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.builders import a_union, an_activity, an_organizer
from tests.training.builders import DAY, a_course, a_plan, a_trade
from yiqi import clock
from yiqi.activities.models import Programme
from yiqi.activities.planning import Meeting
from yiqi.booking import changes
from yiqi.booking.rules.changes import CallOffOccurrence
from yiqi.people.models import Person
from yiqi.programmes.training import courses, doctor, evenings, managed, taught
from yiqi.programmes.training.courses import CoursePlan, LessonPlan, Refused, Why
from yiqi.roles import holding


def kept(activity_id: int, plan: CoursePlan, seen: int) -> int:
    return courses.keep(activity_id=activity_id, plan=plan, seen=seen, by_id=None, at=clock.now())


def test_every_evening_has_its_topic_its_room_and_its_teacher(site: Flask) -> None:
    course = a_course(over=0)

    kept(course.activity_id, a_plan(course.evenings, trade=a_trade(), level=4), 1)

    found = taught.of(course.activity_id)
    assert found is not None
    assert [one.number for one in found.dates] == [1, 2, 3, 4]
    assert [one.lesson.topic for one in found.dates if one.lesson] == [f"第 {n} 讲" for n in (1, 2, 3, 4)]
    assert {one.teacher.name for one in found.dates if one.teacher} == {"陈志明"}
    assert (found.facts.trade_name, found.facts.level, found.facts.percent) == ("电工", 4, 80)


def test_what_is_kept_again_takes_the_place_of_what_was(site: Flask) -> None:
    course = a_course(over=0)
    kept(course.activity_id, a_plan(course.evenings), 1)

    kept(course.activity_id, CoursePlan(lessons={course.evenings[1]: LessonPlan("电机")}), 2)

    found = taught.of(course.activity_id)
    assert found is not None
    assert found.teachers == []
    assert [one.lesson.topic if one.lesson else "" for one in found.dates] == ["", "电机", "", ""]


def test_of_two_who_edit_it_the_second_is_told(site: Flask) -> None:
    course = a_course(over=0)
    kept(course.activity_id, a_plan(course.evenings), 1)

    with pytest.raises(Refused) as refused:
        kept(course.activity_id, CoursePlan(), 1)

    assert refused.value.why is Why.STALE


def test_an_evening_of_another_course_is_none_of_this_one(site: Flask) -> None:
    course, other = a_course(over=0), a_course(over=0, title="焊工")

    with pytest.raises(LookupError):
        kept(course.activity_id, CoursePlan(lessons={other.evenings[0]: LessonPlan("x")}), 1)
    with pytest.raises(Refused):
        kept(course.activity_id, CoursePlan(trade="nobody-learns-this"), 1)


def test_only_activities_of_training_are_courses(site: Flask) -> None:
    reading = an_activity(programme=Programme.READING, owner=a_union())

    with pytest.raises(LookupError):
        kept(reading.activity_id, CoursePlan(), 0)


def test_a_trade_has_a_code_and_a_name_of_its_own(site: Flask) -> None:
    a_trade()
    courses.add_trade(code="electrician", name="电工", name_en="Electrician")

    with pytest.raises(Refused):
        courses.add_trade(code="electrician", name="焊工", name_en="")
    with pytest.raises(Refused):
        courses.add_trade(code="sparks", name="电工", name_en="")


def test_an_evening_that_was_called_off_is_not_counted(site: Flask, 小王: Person, 李姐: Person) -> None:
    course = a_course([小王], over=2)
    change = CallOffOccurrence(course.evenings[3], "车床年检", "inspection")
    seen = changes.preview(change, at=clock.now()).version
    changes.apply(change, seen=seen, at=clock.now(), by_id=李姐.id)

    (found,) = evenings.trainees(course.activity_id, clock.now())

    assert (found.attended.came, found.attended.evenings, found.attended.coming) == (2, 3, 1)
    assert [one.number for one in found.evenings] == [1, 2, 3]
    assert list(doctor.lessons(clock.now())) == []


def test_the_desk_lists_what_runs_before_what_is_ahead_and_what_teaches_nothing_yet(
    site: Flask, 小王: Person
) -> None:
    over, ahead, runs = a_course([小王]), a_course(over=0, title="后面的"), a_course(over=2, title="在上的")
    bare = an_activity(
        programme=Programme.TRAINING,
        meetings=[Meeting(clock.now() + n * DAY, clock.now() + n * DAY + timedelta(hours=1)) for n in (3, 4)],
    )
    held = holding.of(an_organizer(a_union()).id, clock.now())
    foreign = holding.of(an_organizer(a_union("中芯国际工会")).id, clock.now())

    found = managed.courses(held, clock.now())

    assert [one.facts.activity_id for one in found] == [
        runs.activity_id,
        ahead.activity_id,
        over.activity_id,
    ]
    assert [(one.state, one.people, one.passed) for one in found] == [
        ("on", 0, 0),
        ("ahead", 0, 0),
        ("over", 1, 0),
    ]
    assert [one.id for one in managed.without_syllabus(held, clock.now())] == [bare.activity_id]
    assert managed.courses(foreign, clock.now()) == managed.without_syllabus(foreign, clock.now()) == []
