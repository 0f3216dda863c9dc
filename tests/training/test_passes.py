"""Certificates for everybody who passed: once, numbered, with what they lead to; and taking one back."""

import time
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, delete, select

from tests.booking import invariants
from tests.browsing import Client
from tests.builders import a_worker, an_activity, workers
from tests.training.builders import Course, a_course, a_score, a_trade, issued
from tests.unions.at_once import at_once
from yiqi import clock
from yiqi.activities.models import Programme
from yiqi.booking import merging, places
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.states import State
from yiqi.certificates import issuing
from yiqi.db import Facts, db, writing
from yiqi.notices.models import Notice
from yiqi.people.merging import Keeps
from yiqi.people.models import Credential, Person
from yiqi.programmes.training import courses, doctor, letters, passes
from yiqi.programmes.training.courses import CoursePlan
from yiqi.programmes.training.models import Pass
from yiqi.programmes.training.passes import Moved, OwnPass
from yiqi.programmes.training.rules.certified import digest

LEVEL_4 = {"kind": "holds", "code": "electrician-4", "name": "四级电工证"}


def plan(**more: Any) -> CoursePlan:
    return CoursePlan(**{"trade": a_trade(), "level": 4, "percent": 75, "least": 600, **more})


def all_passes(course: Course) -> list[Pass]:
    db.session.rollback()
    return list(
        db.session.scalars(select(Pass).where(Pass.activity_id == course.activity_id).order_by(Pass.id))
    )


def broken() -> list[str]:
    """The tables of the rows that the doctor finds fault with."""
    db.session.rollback()
    return [found.table for check in doctor.CHECKS.values() for found in check(clock.now())]


def revoked(course: Course, one: Pass, by: Person) -> bool:
    return passes.revoke(
        activity_id=course.activity_id, pass_id=one.id, because="成绩登错了", by_id=by.id, at=clock.now()
    )


def test_who_came_and_passed_the_exam_gets_a_numbered_certificate_and_others_none(
    site: Flask, 小王: Person, 小赵: Person, 老陈: Person, 李姐: Person
) -> None:
    course = a_course([小王, 小赵, 老陈], came={老陈.id: [0]}, plan=plan())
    for person, tenths in ((小王, 880), (小赵, 590), (老陈, 1000)):
        a_score(course, person, tenths, by=李姐)

    (one,) = issued(course, by=李姐)

    found = issuing.numbered_as(one.number)
    assert found is not None
    assert (found.person_id, found.name, found.title) == (小王.id, "小王", "电工中级技能培训结业证书")
    assert one.number.startswith("PX-")
    assert {line.label: line.value for line in found.stated}["到课"] == "4 次，共 4 次"
    assert [line.label for line in found.stated if not line.public] == ["考试"]
    assert broken() == []


def test_passing_makes_the_condition_of_the_next_course_true(site: Flask, 小王: Person, 李姐: Person) -> None:
    following = an_activity(programme=Programme.TRAINING, conditions=[LEVEL_4], title="电工高级技能培训")

    def asks(nonce: str) -> State:
        return places.sign_up(
            slot_id=following.slot_id, person_id=小王.id, party=1, nonce=nonce, at=clock.now()
        ).state

    with pytest.raises(Refused) as refused:
        asks("before")
    course = a_course([小王], plan=plan())
    a_score(course, 小王, 700, by=李姐)
    issued(course, by=李姐)

    assert refused.value.why is Refusal.NOT_ELIGIBLE
    assert asks("after") is State.CONFIRMED


def test_giving_again_gives_nothing_more(site: Flask, 小王: Person, 李姐: Person) -> None:
    course = a_course([小王], plan=plan())
    a_score(course, 小王, 700, by=李姐)

    assert len(issued(course, by=李姐)) == 1
    assert passes.issue(activity_id=course.activity_id, seen="", by_id=李姐.id, at=clock.now()) == []
    assert len(all_passes(course)) == 1


def test_who_was_not_looked_at_is_not_given_one(
    site: Flask, 小王: Person, 小赵: Person, 李姐: Person
) -> None:
    course = a_course([小王, 小赵], plan=plan())
    a_score(course, 小王, 700, by=李姐)
    seen = digest(passes.as_passed(passes.waiting(course.activity_id, 李姐.id, clock.now())))
    a_score(course, 小赵, 800, by=李姐)

    with pytest.raises(Moved):
        passes.issue(activity_id=course.activity_id, seen=seen, by_id=李姐.id, at=clock.now())

    assert all_passes(course) == []


def test_nobody_gives_or_takes_back_their_own(site: Flask, 李姐: Person, 小王: Person) -> None:
    course = a_course([李姐], plan=plan())
    a_score(course, 李姐, 900, by=小王)

    assert issued(course, by=李姐) == []
    assert len(issued(course, by=小王)) == 1
    with pytest.raises(OwnPass):
        revoked(course, all_passes(course)[0], 李姐)


def test_one_taken_back_is_no_certificate_no_level_and_can_be_given_anew(
    site: Flask, client: Client, 小王: Person, 李姐: Person
) -> None:
    course = a_course([小王], plan=plan())
    a_score(course, 小王, 700, by=李姐)
    issued(course, by=李姐)
    (first,) = all_passes(course)

    assert revoked(course, first, 李姐)
    assert not revoked(course, first, 李姐)

    assert "成绩登错了" in client.get(f"/verify/{first.certificate}").text
    following = an_activity(programme=Programme.TRAINING, conditions=[LEVEL_4], title="高级")
    with pytest.raises(Refused):
        places.sign_up(slot_id=following.slot_id, person_id=小王.id, party=1, nonce="x", at=clock.now())
    assert len(issued(course, by=李姐)) == 1
    assert [one.revoked_at is None for one in all_passes(course)] == [False, True]
    assert broken() == []


def test_its_person_hears_of_both_and_never_of_what_is_no_more(
    site: Flask, 小王: Person, 李姐: Person
) -> None:
    course = a_course([小王], plan=plan())
    a_score(course, 小王, 700, by=李姐)
    issued(course, by=李姐)
    (one,) = all_passes(course)

    def told() -> list[str]:
        db.session.rollback()
        mine = select(Notice).where(Notice.person_id == 小王.id, Notice.kind == "training_certificate")
        made = [letters.certificate_letter(notice) for notice in db.session.scalars(mine.order_by(Notice.id))]
        return [letter.text for letter in made if letter]

    assert told() == [
        f"【亦庄工会】你的电工中级技能培训结业证书发了，编号 {one.certificate}，在“我的证书”里打印。"
    ]
    revoked(course, one, 李姐)
    assert told() == [
        f"【亦庄工会】电工中级技能培训结业证书（{one.certificate}）作废了：成绩登错了。有疑问找组织者。"
    ]


def test_a_level_that_was_held_before_is_not_taken_with_a_certificate(
    site: Flask, 小王: Person, 李姐: Person
) -> None:
    first, second = (
        a_course([小王], plan=plan()),
        a_course([小王], plan=plan(), title="同一天的另一门", over=0),
    )
    a_score(first, 小王, 700, by=李姐)
    issued(first, by=李姐)
    courses.keep(
        activity_id=second.activity_id, plan=plan(percent=0, least=600), seen=1, by_id=None, at=clock.now()
    )
    a_score(second, 小王, 700, by=李姐)
    issued(second, by=李姐)

    revoked(second, all_passes(second)[0], 李姐)

    following = an_activity(
        programme=Programme.TRAINING, conditions=[LEVEL_4], title="高级", starts_in=timedelta(hours=200)
    )
    ticket = places.sign_up(slot_id=following.slot_id, person_id=小王.id, party=1, nonce="x", at=clock.now())
    assert ticket.state is State.CONFIRMED


def test_two_organizers_at_once_give_each_certificate_once(site: Flask, 李姐: Person) -> None:
    people = workers(4)
    course = a_course(people, plan=plan(least=None))
    seen = digest(passes.as_passed(passes.waiting(course.activity_id, 李姐.id, clock.now())))

    by_id = 李姐.id

    def give() -> None:
        passes.issue(activity_id=course.activity_id, seen=seen, by_id=by_id, at=clock.now())

    assert at_once(site, give, give, give) == ["done", "done", "done"]
    assert len(all_passes(course)) == len(people)
    assert broken() == []


@pytest.mark.parametrize("site", ["postgresql"], indirect=True)
def test_without_the_lock_on_the_course_they_would_collide(
    site: Flask, 李姐: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the index still lets one certificate through, and the others end in our own fault."""
    course = a_course(workers(4), plan=plan(least=None))
    seen = digest(passes.as_passed(passes.waiting(course.activity_id, 李姐.id, clock.now())))
    waiting = passes._waiting

    def slowly(*args: Any) -> Any:
        found = waiting(*args)
        time.sleep(0.3)
        return found

    def unlocked(here: Connection, activity_id: int) -> Facts:
        return here.execute(courses.takes(activity_id)).one()

    monkeypatch.setattr(courses, "lock", unlocked)
    monkeypatch.setattr(passes, "_waiting", slowly)

    by_id = 李姐.id

    def give() -> None:
        passes.issue(activity_id=course.activity_id, seen=seen, by_id=by_id, at=clock.now())

    assert sorted(at_once(site, give, give)) == ["IntegrityError", "done"]


def test_the_doctor_sees_a_certificate_without_a_pass_and_a_pass_without_its_level(
    site: Flask, 小王: Person, 李姐: Person
) -> None:
    course = a_course([小王], plan=plan())
    a_score(course, 小王, 700, by=李姐)
    issued(course, by=李姐)

    with writing() as session:
        session.execute(delete(Credential).where(Credential.person_id == 小王.id))
    assert broken() == ["training_pass"]
    with writing() as session:
        session.execute(delete(Pass))
    assert broken() == ["certificate"]


def test_of_two_records_of_one_person_one_certificate_stays(site: Flask, 李姐: Person) -> None:
    kept, gone = a_worker(name="王伟"), a_worker(name="王伟")
    course = a_course([kept, gone], plan=plan())
    for person in (kept, gone):
        a_score(course, person, 700, by=李姐)
    issued(course, by=李姐)

    merging.merge(
        kept_id=kept.id,
        gone_id=gone.id,
        keeps=Keeps.KEPT,
        because="换了手机号",
        at=clock.now(),
        by_id=李姐.id,
    )

    assert [(one.person_id, one.revoked_at is None) for one in all_passes(course)] == [
        (kept.id, True),
        (kept.id, False),
    ]
    assert broken() == []
    assert invariants.broken(clock.now()) == []
