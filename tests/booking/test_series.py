"""A drop-in series: every coming date with one tap, each with its own places and queue, and out again."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import func, select

from tests.booking.invariants import broken, tally
from tests.booking.steps import HOUR, NOON, asks, gives_back, row, seats, slot, state, states
from tests.booking.test_changes import a_series, does, occurrences
from tests.builders import a_union, an_activity, workers
from yiqi import clock
from yiqi.activities.models import Activity, Programme, Slot
from yiqi.activities.planning import Meeting, Plan, Pool
from yiqi.activities.rules.recurrence import Weekly
from yiqi.activities.series import PublishedSeries, publish_series
from yiqi.booking import enrolling
from yiqi.booking.enrolling import Answered, Left
from yiqi.booking.models import Booking
from yiqi.booking.rules.asking import Refusal
from yiqi.booking.rules.changes import CallOffOccurrence, MoveOccurrence
from yiqi.booking.rules.waitlist import MAX_PASSED_OVER
from yiqi.db import db, writing
from yiqi.people.models import Person


def enrols(
    person: Person, made: PublishedSeries, at: datetime = NOON, nonce: str = "once", label: str | None = None
) -> list[Answered]:
    return enrolling.enrol(activity_id=made.activity_id, person_id=person.id, nonce=nonce, at=at, label=label)


def leaves(person: Person, made: PublishedSeries, at: datetime = NOON) -> list[Left]:
    return enrolling.leave_all(activity_id=made.activity_id, person_id=person.id, at=at)


def became(answered: list[Answered]) -> list[str]:
    """Per date the state of the booking, or the refusal."""
    return [
        str(one.ticket.state) if one.ticket else str(one.refused.why) if one.refused else "nothing"
        for one in answered
    ]


def test_one_tap_books_every_coming_date(site: Flask, 小王: Person) -> None:
    made = a_series(drop_in=True)

    answered = enrols(小王, made)

    assert became(answered) == ["confirmed"] * 4
    assert [one.slot_id for one in answered] == list(made.slot_ids)
    assert [seats(slot_id) for slot_id in made.slot_ids] == [(1, 0)] * 4
    assert broken(NOON) == []


def test_each_date_has_its_own_places_and_queue(site: Flask, 小王: Person) -> None:
    made = a_series(drop_in=True, places=1)
    for person, slot_id in zip(workers(2), made.slot_ids[1:3], strict=True):
        asks(person, slot_id)

    assert became(enrols(小王, made)) == ["confirmed", "waiting", "waiting", "confirmed"]
    assert broken(NOON) == []


def test_a_date_that_says_no_leaves_the_others_alone(site: Flask, 小王: Person) -> None:
    made = a_series(drop_in=True)
    second = occurrences(made.activity_id)[1]
    other = asks(小王, an_activity(now=NOON, meetings=[Meeting(second.starts_at, second.ends_at)]))

    answered = enrols(小王, made)

    assert became(answered) == ["confirmed", "clash", "confirmed", "confirmed"]
    assert answered[1].refused is not None
    assert answered[1].refused.facts["clash"] == other.ref
    assert broken(NOON) == []


def test_a_date_without_room_to_wait_is_full_and_the_others_are_not(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    made = a_series(drop_in=True, places=1)
    with writing() as session:
        session.get_one(Slot, made.slot_ids[0]).waitlist_limit = 0
    asks(小赵, made.slot_ids[0])

    assert became(enrols(小王, made)) == ["full", "confirmed", "confirmed", "confirmed"]


def test_a_booking_that_was_written_before_the_refusal_is_taken_back(
    site: Flask, 小王: Person, 小赵: Person, 老陈: Person
) -> None:
    """A seat is kept for a pair whom others passed often enough, and the queue takes no more."""
    made = a_series(drop_in=True, places=2)
    with writing() as session:
        session.get_one(Slot, made.slot_ids[0]).waitlist_limit = 1
        session.get_one(Activity, made.activity_id).max_party = 2
    asks(小赵, made.slot_ids[0])
    pair = asks(老陈, made.slot_ids[0], party=2)
    with writing() as session:
        session.get_one(Booking, row(pair).id).passed_over = MAX_PASSED_OVER

    answered = enrols(小王, made)

    assert became(answered) == ["full", "confirmed", "confirmed", "confirmed"]
    mine = select(func.count()).select_from(Booking).where(Booking.person_id == 小王.id)
    assert db.session.scalar(mine) == 3
    assert seats(made.slot_ids[0]) == (1, 1)
    assert broken(NOON) == []


def test_the_same_form_again_changes_nothing_and_says_the_same(site: Flask, 小王: Person) -> None:
    made = a_series(drop_in=True)
    first = enrols(小王, made)
    rows, version = tally(), slot(made.slot_ids[0]).version

    again = enrols(小王, made)

    assert [one.ticket and one.ticket.ref for one in again] == [
        one.ticket and one.ticket.ref for one in first
    ]
    assert (tally(), slot(made.slot_ids[0]).version) == (rows, version)


def test_the_same_form_after_leaving_brings_nobody_back(site: Flask, 小王: Person) -> None:
    made = a_series(drop_in=True)
    enrols(小王, made)
    leaves(小王, made)

    assert became(enrols(小王, made)) == ["cancelled"] * 4
    assert became(enrols(小王, made, nonce="another form")) == ["confirmed"] * 4


def test_dates_booked_before_stay_as_they_are(site: Flask, 小王: Person) -> None:
    made = a_series(drop_in=True)
    ticket = asks(小王, made.slot_ids[2])

    answered = enrols(小王, made)

    assert answered[2].ticket is not None
    assert (answered[2].ticket.ref, answered[2].ticket.fresh) == (ticket.ref, False)
    assert became(answered) == ["confirmed"] * 4


def test_what_has_begun_or_is_called_off_is_left_out(site: Flask, 小王: Person) -> None:
    made = a_series(drop_in=True)
    dates = occurrences(made.activity_id)
    does(CallOffOccurrence(dates[1].id))

    answered = enrols(小王, made, at=dates[0].starts_at)

    assert [one.slot_id for one in answered] == list(made.slot_ids[2:])


def test_before_sign_up_opens_every_date_says_so(site: Flask, 小王: Person) -> None:
    made = a_series(drop_in=True)

    answered = enrols(小王, made, at=NOON - 2 * HOUR)

    assert became(answered) == [Refusal.NOT_OPEN_YET] * 4
    assert tally()[0] == 0


def test_leaving_everything_gives_the_places_to_those_who_wait(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    made = a_series(drop_in=True, places=1)
    enrols(小王, made)
    waits = enrols(小赵, made)
    assert became(waits) == ["waiting"] * 4

    left = leaves(小王, made)

    assert [one.kept for one in left] == [False] * 4
    assert states(*[one.ticket for one in waits if one.ticket]) == ["confirmed"] * 4
    assert leaves(小王, made) == []
    assert broken(NOON) == []


def test_leaving_everything_never_costs_a_mark(site: Flask, 小王: Person) -> None:
    made = a_series(drop_in=True)
    tickets = [one.ticket for one in enrols(小王, made) if one.ticket]
    an_hour_before = occurrences(made.activity_id)[0].starts_at - HOUR

    left = leaves(小王, made, at=an_hour_before)

    assert [one.kept for one in left] == [True, False, False, False]
    assert states(*tickets) == ["confirmed"] + ["cancelled"] * 3


def test_who_was_moved_may_leave_at_any_time(site: Flask, 小王: Person) -> None:
    made = a_series(drop_in=True)
    enrols(小王, made)
    first = occurrences(made.activity_id)[0]
    does(MoveOccurrence(first.id, first.starts_at - HOUR, first.ends_at - HOUR))

    left = leaves(小王, made, at=first.starts_at - 2 * HOUR)

    assert [one.kept for one in left] == [False] * 4


def test_one_date_can_be_left_alone(site: Flask, 小王: Person) -> None:
    made = a_series(drop_in=True)
    tickets = [one.ticket for one in enrols(小王, made) if one.ticket]

    gives_back(小王, tickets[1])
    enrolling.leave_all(activity_id=made.activity_id, person_id=小王.id, at=NOON, among=[made.slot_ids[3]])

    assert states(*tickets) == ["confirmed", "cancelled", "confirmed", "cancelled"]


def test_where_each_date_has_several_slots_one_says_which(site: Flask, 小王: Person) -> None:
    first = date(2026, 7, 8)
    made = publish_series(
        Plan(
            programme=Programme.TROUPE,
            title="合唱排练",
            owner_id=a_union().id,
            meetings=(),
            pools=[Pool(20, "高音"), Pool(12, "低音")],
            opens_at=NOON - HOUR,
            closes_at=clock.at(first + timedelta(days=7), 19),
        ),
        Weekly(frozenset({2}), datetime.min.time().replace(hour=19), 90, first, first + timedelta(days=7)),
        drop_in=True,
    )

    with pytest.raises(LookupError):
        enrols(小王, made)
    answered = enrols(小王, made, label="低音")

    assert [slot(one.slot_id).label for one in answered] == ["低音", "低音"]
    assert became(answered) == ["confirmed"] * 2


def test_only_a_drop_in_series_is_enrolled_in(site: Flask, 小王: Person) -> None:
    course, alone = a_series(drop_in=False), an_activity(now=NOON)

    for activity_id in (course.activity_id, alone.activity_id, 99):
        with pytest.raises(LookupError):
            enrols(小王, replace(course, activity_id=activity_id))
    assert leaves(小王, course) == []


def test_a_course_is_signed_up_for_once_for_all_evenings(site: Flask, 小王: Person) -> None:
    made = a_series(drop_in=False)
    ticket = asks(小王, made.slot_ids[0])

    third = occurrences(made.activity_id)[2]
    clash = an_activity(now=NOON, meetings=[Meeting(third.starts_at, third.ends_at)])

    assert state(ticket) == "confirmed"
    assert row(ticket).slot_id == made.slot_ids[0]
    with pytest.raises(Exception, match="clash"):
        asks(小王, clash)
