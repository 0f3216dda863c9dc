"""Lectures that travel: a union asks, the federation answers, and what comes of it is an activity of that union."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.builders import a_union, a_worker
from tests.training.builders import DAY, a_lecture, a_lecture_request, a_member
from yiqi import clock
from yiqi.activities.models import Activity, Topic
from yiqi.booking import places, sight
from yiqi.booking.rules.states import State as Booked
from yiqi.db import db
from yiqi.notices.models import Notice
from yiqi.people.models import Person
from yiqi.programmes.training import lectured, lectures, letters
from yiqi.programmes.training.lectures import Refused, Why
from yiqi.programmes.training.rules.lectures import State


@pytest.fixture
def 林静(site: Flask) -> Person:
    """She answers for the federation."""
    return a_worker(name="林静")


def agreed(request_id: int, by: Person, *, in_days: int = 14) -> int:
    starts_at = clock.now() + in_days * DAY
    return lectures.agree(request_id=request_id, starts_at=starts_at, by_id=by.id, at=clock.now())


def told(person: Person) -> list[str]:
    db.session.rollback()
    mine = select(Notice).where(Notice.person_id == person.id, Notice.kind == "training_lecture")
    return [one.text for notice in db.session.scalars(mine) if (one := letters.lecture_letter(notice))]


def test_what_is_agreed_to_is_an_activity_that_the_unions_members_see_and_book(
    site: Flask, 李姐: Person, 林静: Person, 小赵: Person
) -> None:
    union = a_union("泰德制药工会")
    member = a_member(union.id)
    request_id = a_lecture_request(李姐, union.id, a_lecture())

    activity_id = agreed(request_id, 林静)

    activity = db.session.get_one(Activity, activity_id)
    assert (activity.owner_id, activity.topic, activity.title) == (union.id, Topic.LECTURE, "大国工匠面对面")
    (occurrence,) = activity.occurrences
    assert occurrence.ends_at - occurrence.starts_at == timedelta(minutes=90)
    assert occurrence.venue == "二号楼 301"
    assert sight.sees(activity_id, member.id, clock.now())
    assert not sight.sees(activity_id, 小赵.id, clock.now())
    ticket = places.sign_up(
        slot_id=activity.slots[0].id, person_id=member.id, party=1, nonce="x", at=clock.now()
    )
    assert ticket.state is Booked.CONFIRMED
    assert "已经发布给你单位的会员报名" in told(李姐)[0]


def test_agreed_to_twice_it_is_one_activity_and_then_no_more_refused(
    site: Flask, 李姐: Person, 林静: Person
) -> None:
    request_id = a_lecture_request(李姐, a_union().id, a_lecture())

    assert agreed(request_id, 林静) == agreed(request_id, 林静)
    with pytest.raises(Refused) as refused:
        lectures.refuse(request_id=request_id, because="没老师", by_id=林静.id, at=clock.now())

    assert refused.value.why is Why.ANSWERED
    assert len(told(李姐)) == 1


def test_a_no_says_why_and_is_told(site: Flask, 李姐: Person, 林静: Person) -> None:
    request_id = a_lecture_request(李姐, a_union().id, a_lecture())

    with pytest.raises(Refused):
        lectures.refuse(request_id=request_id, because="", by_id=林静.id, at=clock.now())
    assert lectures.refuse(request_id=request_id, because="老师那几天都有课", by_id=林静.id, at=clock.now())
    assert not lectures.refuse(request_id=request_id, because="又说一遍", by_id=林静.id, at=clock.now())

    assert told(李姐) == ["【亦庄工会】“大国工匠面对面”这次安排不了：老师那几天都有课"]


def test_nobody_answers_what_they_asked_themselves(site: Flask, 林静: Person) -> None:
    request_id = a_lecture_request(林静, a_union().id, a_lecture())

    with pytest.raises(Refused) as refused:
        agreed(request_id, 林静)

    assert refused.value.why is Why.OWN
    assert db.session.scalars(select(Activity)).all() == []


def test_what_was_taken_back_is_not_answered(site: Flask, 李姐: Person, 林静: Person) -> None:
    request_id = a_lecture_request(李姐, a_union().id, a_lecture())

    assert lectures.withdraw(request_id=request_id, by_id=李姐.id, at=clock.now())
    assert not lectures.withdraw(request_id=request_id, by_id=李姐.id, at=clock.now())
    with pytest.raises(Refused):
        agreed(request_id, 林静)
    found = lectured.one(request_id)
    assert found is not None
    assert found.state is State.WITHDRAWN


def test_a_start_that_is_over_is_none(site: Flask, 李姐: Person, 林静: Person) -> None:
    lecture_id = a_lecture()

    with pytest.raises(Refused) as refused:
        a_lecture_request(李姐, a_union().id, lecture_id, in_days=-1)
    assert refused.value.why is Why.TOO_LATE
    with pytest.raises(Refused):
        agreed(a_lecture_request(李姐, a_union().id, lecture_id), 林静, in_days=-1)


def test_what_is_off_the_list_is_not_asked_for_any_more(site: Flask, 李姐: Person, 林静: Person) -> None:
    lecture_id = a_lecture()
    before = a_lecture_request(李姐, a_union().id, lecture_id)

    assert lectures.retire(lecture_id=lecture_id, by_id=林静.id, at=clock.now())
    assert not lectures.retire(lecture_id=lecture_id, by_id=林静.id, at=clock.now())

    with pytest.raises(Refused) as refused:
        a_lecture_request(李姐, a_union().id, lecture_id)
    assert refused.value.why is Why.NO_SUCH_LECTURE
    assert lectured.travelling() == []
    assert agreed(before, 林静)
