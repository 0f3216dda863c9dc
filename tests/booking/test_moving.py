"""An organizer moves somebody to another slot: where there is room, or to the end of that queue."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.booking.invariants import broken
from tests.booking.steps import NOON, asks, row, seats, state
from tests.builders import Made, a_worker, an_activity, workers
from yiqi.activities.models import Allocation
from yiqi.activities.planning import Pool
from yiqi.activities.rules.questions import Asked, Choice, QuestionKind
from yiqi.booking import moving, places, questions, remarks
from yiqi.booking.asking import Ticket
from yiqi.booking.models import Mark
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.db import db
from yiqi.notices.models import Notice
from yiqi.pages.composing import letter
from yiqi.people.models import Person
from yiqi.people.tallies import TooMany
from yiqi.roles.models import Deed


@pytest.fixture
def organizer(site: Flask) -> Person:
    return a_worker("陈老师")


def two_posts(first: int | None = 2, second: int | None = 1, **facts: object) -> Made:
    return an_activity(
        now=NOON,
        pools=[Pool(first, label="文明引导"), Pool(second, label="补给站", waitlist_limit=1)],
        **facts,  # type: ignore[arg-type]
    )


def moves(organizer: Person, ticket: Ticket, slot_id: int, *, may_wait: bool = False) -> Ticket:
    return moving.move(
        ref=ticket.ref, slot_id=slot_id, by_id=organizer.id, because="那边缺人", may_wait=may_wait, at=NOON
    )


def test_who_is_moved_has_a_place_there_and_the_one_they_left_goes_to_the_queue(organizer: Person) -> None:
    activity = two_posts(first=1)
    people = workers(2)
    moved, waits = (asks(person, activity) for person in people)

    there = moves(organizer, moved, activity.slot_ids[1])

    assert (state(moved), state(there), state(waits)) == ("cancelled", "confirmed", "confirmed")
    assert (seats(activity.slot_ids[0]), seats(activity.slot_ids[1])) == ((1, 0), (1, 0))
    assert db.session.scalars(select(Mark)).all() == []
    (deed,) = db.session.scalars(select(Deed)).all()
    assert (str(deed.what), deed.booking_ref, deed.facts["to_ref"]) == ("moved", moved.ref, there.ref)
    assert broken(NOON) == []


def test_moved_twice_equals_once(organizer: Person, 小王: Person) -> None:
    activity = two_posts()
    ticket = asks(小王, activity)

    first, again = (moves(organizer, ticket, activity.slot_ids[1]) for _time in range(2))

    assert (first.ref, first.fresh, again.fresh) == (again.ref, True, False)
    assert seats(activity.slot_ids[1]) == (1, 0)
    assert broken(NOON) == []


def test_where_no_seat_is_left_nobody_loses_the_one_they_have(organizer: Person, 小王: Person) -> None:
    activity = two_posts()
    asks(a_worker(), activity.slot_ids[1])
    ticket = asks(小王, activity)

    with pytest.raises(Refused) as refused:
        moves(organizer, ticket, activity.slot_ids[1])

    assert refused.value.why is Refusal.FULL
    assert (state(ticket), seats(activity.slot_ids[0])) == ("confirmed", (1, 0))
    assert broken(NOON) == []


def test_to_the_end_of_the_queue_when_the_organizer_says_so_and_they_are_told(
    organizer: Person, 小王: Person
) -> None:
    activity = two_posts()
    asks(a_worker(), activity.slot_ids[1])
    ticket = asks(小王, activity)

    there = moves(organizer, ticket, activity.slot_ids[1], may_wait=True)

    assert (state(ticket), state(there)) == ("cancelled", "waiting")
    notices = db.session.scalars(select(Notice).where(Notice.kind == "by_hand", Notice.person_id == 小王.id))
    assert ["补给站" in sent.text for one in notices if (sent := letter(one))] == [True]
    with pytest.raises(Refused):
        moves(organizer, asks(a_worker(), activity), activity.slot_ids[1], may_wait=True)
    assert broken(NOON) == []


def test_who_waits_there_comes_before_who_is_moved(organizer: Person) -> None:
    activity = two_posts(second=0)
    waits = asks(a_worker(), activity.slot_ids[1], party=1)
    places.set_capacity(slot_id=activity.slot_ids[1], capacity=1, at=NOON)
    assert state(waits) == "confirmed"
    behind = asks(a_worker(), activity.slot_ids[1])
    moved = asks(a_worker(), activity)

    with pytest.raises(Refused) as refused:
        moves(organizer, moved, activity.slot_ids[1])

    assert refused.value.why is Refusal.FULL
    assert state(behind) == "waiting"


def test_answers_notes_and_what_is_still_to_be_checked_go_along(organizer: Person, 小王: Person) -> None:
    asked = [Asked("shirt", QuestionKind.CHOICE, "尺码", choices=(Choice("m", "M"), Choice("l", "L")))]
    activity = two_posts(questions=asked, allocation=Allocation.APPROVAL)
    (question,) = questions.asked(activity.activity_id)
    db.session.rollback()
    ticket = places.sign_up(
        slot_id=activity.slot_id,
        person_id=小王.id,
        party=1,
        nonce="n",
        note="吃素",
        answers={question.id: "l"},
        at=NOON,
    )
    remarks.remark(ref=ticket.ref, text="去年来过", by_id=organizer.id, at=NOON)

    there = moves(organizer, ticket, activity.slot_ids[1])

    made = row(there)
    assert (str(made.state), made.note, made.desk_note) == ("pending", "吃素", "去年来过")
    assert [one.value for one in questions.given_by(made.id)] == ["l"]
    assert broken(NOON) == []


def test_nobody_is_moved_to_another_activity_or_to_where_they_are(organizer: Person, 小王: Person) -> None:
    activity = two_posts()
    ticket = asks(小王, activity)

    with pytest.raises(LookupError):
        moves(organizer, ticket, an_activity(now=NOON).slot_id)
    asks(小王, activity.slot_ids[0])
    assert moves(organizer, ticket, activity.slot_ids[0]).fresh is False
    assert state(ticket) == "confirmed"


def test_a_remark_is_kept_and_written_down_and_so_is_who_saw_a_phone(organizer: Person, 小王: Person) -> None:
    ticket = asks(小王, two_posts())

    for _time in range(2):
        remarks.remark(ref=ticket.ref, text="要发票", by_id=organizer.id, at=NOON)
    phone = remarks.full_phone(ref=ticket.ref, by_id=organizer.id, at=NOON)

    assert (row(ticket).desk_note, phone) == ("要发票", 小王.phone)
    trail = db.session.scalars(select(Deed).order_by(Deed.id)).all()
    assert [(str(one.what), one.by_id, one.person_id) for one in trail] == [
        ("noted", organizer.id, 小王.id),
        ("saw_phone", organizer.id, 小王.id),
    ]
    assert 小王.phone[-8:] not in str([one.facts for one in trail])


def test_nobody_reads_the_numbers_of_a_whole_roster_one_by_one(organizer: Person, 小王: Person) -> None:
    ticket = asks(小王, two_posts())
    for _time in range(remarks.MOST_NUMBERS):
        remarks.full_phone(ref=ticket.ref, by_id=organizer.id, at=NOON)

    with pytest.raises(TooMany):
        remarks.full_phone(ref=ticket.ref, by_id=organizer.id, at=NOON)

    assert remarks.full_phone(ref=ticket.ref, by_id=小王.id, at=NOON) == 小王.phone
    assert remarks.full_phone(ref=ticket.ref, by_id=organizer.id, at=NOON + timedelta(hours=1)) == 小王.phone
