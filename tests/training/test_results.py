"""Exam results: by hand or by a list, each earlier one kept."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.builders import a_worker
from tests.training.builders import Course, a_course, a_score
from yiqi import clock
from yiqi.db import db
from yiqi.notices.models import Notice
from yiqi.people.models import Person
from yiqi.programmes.training import evenings, letters, results
from yiqi.programmes.training.courses import CoursePlan
from yiqi.programmes.training.results import Refused, Why
from yiqi.programmes.training.rules.listed import Verdict
from yiqi.programmes.training.rules.scores import Score
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What


def scores(course: Course) -> dict[str, Score | None]:
    db.session.rollback()
    return {one.name: one.score for one in evenings.trainees(course.activity_id, clock.now())}


def uploaded(course: Course, by: Person, *lines: str, name: str = "成绩.csv") -> int:
    data = "\n".join(("姓名,手机尾号,成绩", *lines)).encode()
    return results.upload(activity_id=course.activity_id, data=data, name=name, by_id=by.id, at=clock.now())


def taken(course: Course, list_id: int, by: Person) -> int:
    return results.take_over(list_id=list_id, activity_id=course.activity_id, by_id=by.id, at=clock.now())


def told(person: Person) -> list[str]:
    db.session.rollback()
    mine = select(Notice).where(Notice.person_id == person.id, Notice.kind == "training_result")
    made = [letters.result_letter(one) for one in db.session.scalars(mine.order_by(Notice.id))]
    return [one.text for one in made if one]


def test_a_correction_says_why_and_the_old_result_stays(site: Flask, 小王: Person, 李姐: Person) -> None:
    course = a_course([小王])
    a_score(course, 小王, 560, by=李姐)

    with pytest.raises(Refused) as refused:
        a_score(course, 小王, 650, by=李姐)
    a_score(course, 小王, 650, by=李姐, because="漏加一题")

    assert refused.value.why is Why.NEEDS_REASON
    assert scores(course) == {"小王": Score(650)}
    (rows,) = results.history(course.activity_id).values()
    assert [(row.tenths, row.because) for row in rows] == [(650, "漏加一题"), (560, "")]
    deed = db.session.scalars(
        select(Deed).where(Deed.what == What.EXAM_KEPT).order_by(Deed.id.desc())
    ).first()
    assert deed is not None
    assert (deed.facts["was"], deed.facts["became"]) == ("56", "65")


def test_only_the_result_that_holds_is_told(site: Flask, 小王: Person, 李姐: Person) -> None:
    course = a_course([小王])
    a_score(course, 小王, 560, by=李姐)
    a_score(course, 小王, 650, by=李姐, because="漏加一题")

    assert told(小王) == ["【亦庄工会】电工中级技能培训考试：65 分，过线了。到课够了就发证书。"]


def test_the_same_result_again_writes_nothing(site: Flask, 小王: Person, 李姐: Person) -> None:
    course = a_course([小王])
    a_score(course, 小王, 560, by=李姐)
    a_score(course, 小王, 560, by=李姐)

    assert [len(rows) for rows in results.history(course.activity_id).values()] == [1]


def test_nobody_writes_their_own_result(site: Flask, 李姐: Person) -> None:
    course = a_course([李姐])

    with pytest.raises(Refused) as refused:
        a_score(course, 李姐, 1000, by=李姐)

    assert refused.value.why is Why.OWN
    assert scores(course) == {"李姐": None}


def test_where_there_is_no_exam_there_is_no_result(site: Flask, 小王: Person, 李姐: Person) -> None:
    course = a_course([小王], plan=CoursePlan(percent=80))

    with pytest.raises(Refused) as refused:
        a_score(course, 小王, 900, by=李姐)

    assert refused.value.why is Why.NO_EXAM


def test_of_a_list_only_the_good_lines_are_written_and_only_once(
    site: Flask, 小王: Person, 小赵: Person, 李姐: Person
) -> None:
    course = a_course([小王, 小赵])
    list_id = uploaded(course, 李姐, "小王,0002,88", "小赵,0002,70", "老陈,,90")

    found = results.find(list_id, activity_id=course.activity_id, by_id=李姐.id)
    assert found is not None
    assert [one.verdict for one in results.lines(found)] == [
        Verdict.NEW,
        Verdict.OTHER_NAME,
        Verdict.NOBODY,
    ]
    assert taken(course, list_id, 李姐) == 1
    assert taken(course, list_id, 李姐) == 0
    assert scores(course) == {"小王": Score(880), "小赵": None}
    assert len(told(小王)) == 1


def test_a_list_is_judged_again_when_it_is_taken_over(site: Flask, 小王: Person, 李姐: Person) -> None:
    course = a_course([小王])
    list_id = uploaded(course, 李姐, "小王,,88")
    a_score(course, 小王, 640, by=李姐)

    assert taken(course, list_id, 李姐) == 1

    found = results.find(list_id, activity_id=course.activity_id, by_id=李姐.id)
    assert found is not None
    (line,) = results.lines(found)
    assert (line.verdict, line.was) == (Verdict.CHANGES, 640)
    assert [len(rows) for rows in results.history(course.activity_id).values()] == [2]


def test_a_list_without_a_good_line_is_not_taken_over(site: Flask, 小王: Person, 李姐: Person) -> None:
    course = a_course([小王])
    list_id = uploaded(course, 李姐, "老陈,,88")

    with pytest.raises(Refused) as refused:
        taken(course, list_id, 李姐)

    assert refused.value.why is Why.NOTHING_GOOD


def test_a_list_belongs_to_who_uploaded_it_and_to_its_course(site: Flask, 小王: Person, 李姐: Person) -> None:
    course, other = a_course([小王]), a_course([小王], title="焊工", over=0)
    list_id, colleague = uploaded(course, 李姐, "小王,,88"), a_worker(name="周老师")

    with pytest.raises(LookupError):
        taken(course, list_id, colleague)
    with pytest.raises(LookupError):
        taken(other, list_id, 李姐)
    assert scores(course) == {"小王": None}


def test_lists_are_forgotten_after_a_day(site: Flask, 小王: Person, 李姐: Person) -> None:
    course = a_course([小王])
    uploaded(course, 李姐, "小王,,88")

    assert results.purge(clock.now()) == 0
    assert results.purge(clock.now() + results.KEPT) == 1
