"""A late cancel leaves a mark unless a waiter takes the place; two marks ask for approval."""

from typing import Any

import pytest
from flask import Flask

from tests.booking.invariants import broken
from tests.booking.marking import DAY, asked_for_approval, came, late_for, noted
from tests.booking.steps import HOUR, MINUTE, NOON, SECOND, asks, gives_back, row, state
from tests.builders import an_activity, workers
from tests.builders.noted import a_mark
from yiqi.activities.models import Topic
from yiqi.booking import marks, no_shows, offers
from yiqi.booking.models import MarkKind
from yiqi.booking.rules.states import State
from yiqi.db import writing
from yiqi.people.models import Person


def test_a_late_cancel_leaves_a_mark_and_one_in_time_does_not(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    activity = an_activity(places=2, now=NOON)
    late, early = asks(小王, activity), asks(小赵, activity)

    gives_back(小赵, early, at=activity.starts_at - 2 * HOUR - SECOND)
    gives_back(小王, late, at=activity.starts_at - 2 * HOUR)

    (mark,) = noted()
    assert (mark.person_id, mark.kind, mark.at) == (
        小王.id,
        MarkKind.LATE_CANCEL,
        activity.starts_at - 2 * HOUR,
    )
    assert mark.lifted_at is None
    assert mark.booking_id == row(late).id


@pytest.mark.parametrize("about", [{"penalties": False}, {"topic": Topic.LEGAL}])
def test_legal_help_and_activities_without_penalties_leave_no_mark_of_either_kind(
    site: Flask, 小王: Person, 小赵: Person, 老陈: Person, about: dict[str, Any]
) -> None:
    activity = an_activity(places=3, now=NOON, **about)
    late, missed, here = (asks(who, activity) for who in (小王, 小赵, 老陈))

    gives_back(小王, late, at=late_for(activity))
    came(here, activity)
    no_shows.sweep(activity.ends_at + DAY)

    assert state(missed) == "confirmed"
    assert noted() == []


def test_when_a_waiter_takes_the_place_there_is_no_mark_left(site: Flask, 小王: Person, 小赵: Person) -> None:
    activity = an_activity(places=1, now=NOON)
    held, waits = asks(小王, activity), asks(小赵, activity)
    when = late_for(activity)

    gives_back(小王, held, at=when)
    assert state(waits) == "offered"
    assert [mark.lifted_at for mark in noted()] == [None]
    offers.accept(ref=waits.ref, person_id=小赵.id, at=when + MINUTE)

    assert [mark.lifted_at for mark in noted()] == [when + MINUTE]
    assert broken(when + MINUTE) == []


def test_an_offer_that_is_declined_lifts_nothing_and_the_next_waiter_does(
    site: Flask, 小王: Person, 小赵: Person, 老陈: Person
) -> None:
    activity = an_activity(places=1, now=NOON)
    held, first, second = asks(小王, activity), asks(小赵, activity), asks(老陈, activity)
    when = late_for(activity)
    gives_back(小王, held, at=when)

    offers.decline(ref=first.ref, person_id=小赵.id, at=when + MINUTE)
    assert [mark.lifted_at for mark in noted()] == [None]
    offers.accept(ref=second.ref, person_id=老陈.id, at=when + 2 * MINUTE)

    assert [mark.lifted_at for mark in noted()] == [when + 2 * MINUTE]


def test_the_oldest_late_cancel_goes_free_first(site: Flask) -> None:
    activity = an_activity(places=2, now=NOON)
    one, two, three = workers(3)
    first, second, waits = asks(one, activity), asks(two, activity), asks(three, activity)
    when = late_for(activity)

    gives_back(one, first, at=when)
    gives_back(two, second, at=when + MINUTE)
    offers.accept(ref=waits.ref, person_id=three.id, at=when + 2 * MINUTE)

    assert [(mark.person_id, mark.lifted_at is not None) for mark in noted()] == [
        (one.id, True),
        (two.id, False),
    ]


def test_an_offer_made_for_another_seat_does_not_pay_for_a_later_late_cancel(site: Flask) -> None:
    activity = an_activity(places=2, now=NOON)
    one, two, three = workers(3)
    first, second, waits = asks(one, activity), asks(two, activity), asks(three, activity)
    gives_back(one, first, at=activity.starts_at - 2 * HOUR - SECOND)
    assert state(waits) == "offered"

    gives_back(two, second, at=late_for(activity))
    offers.accept(ref=waits.ref, person_id=three.id, at=late_for(activity))

    assert [(mark.person_id, mark.lifted_at) for mark in noted()] == [(two.id, None)]


def test_a_partys_mark_goes_when_all_of_its_seats_are_taken(site: Flask) -> None:
    activity = an_activity(places=3, max_party=3, now=NOON)
    family, *others = workers(4)
    held = asks(family, activity, party=3)
    waiting = [asks(other, activity) for other in others]
    when = late_for(activity)

    gives_back(family, held, at=when)
    lifted = []
    for other, ticket in zip(others, waiting, strict=True):
        offers.accept(ref=ticket.ref, person_id=other.id, at=when + MINUTE)
        lifted.append(noted()[0].lifted_at is not None)

    assert lifted == [False, False, True]


def test_counting_the_seats_again_lifts_no_more(site: Flask) -> None:
    activity = an_activity(places=2, now=NOON)
    one, two, three = workers(3)
    first, second, waits = asks(one, activity), asks(two, activity), asks(three, activity)
    when = late_for(activity)
    gives_back(one, first, at=when)
    gives_back(two, second, at=when)
    offers.accept(ref=waits.ref, person_id=three.id, at=when)

    for _again in range(3):
        with writing() as session:
            marks.seat_taken(session.connection(), activity.slot_id, when + HOUR)

    assert [mark.lifted_at for mark in noted()] == [when, None]


def test_a_waiter_who_moved_up_and_cancels_late_in_turn_does_not_bring_the_first_mark_back(
    site: Flask,
) -> None:
    activity = an_activity(places=1, now=NOON)
    one, two = workers(2)
    first, waits = asks(one, activity), asks(two, activity)
    when = late_for(activity)
    gives_back(one, first, at=when)
    offers.accept(ref=waits.ref, person_id=two.id, at=when)

    gives_back(two, waits, at=when + MINUTE)

    assert [(mark.person_id, mark.lifted_at) for mark in noted()] == [(one.id, when), (two.id, None)]


def test_two_marks_send_a_sign_up_for_a_full_activity_to_the_organizer_and_no_other(
    site: Flask, 老陈: Person, 小王: Person
) -> None:
    for hours in (100, 200):
        a_mark(asks(老陈, an_activity(now=NOON, starts_in=hours * HOUR)).ref, at=NOON)
    full, roomy = an_activity(places=1, now=NOON), an_activity(places=9, now=NOON, starts_in=80 * HOUR)
    asks(小王, full)

    assert asks(老陈, full).state == State.PENDING
    assert asks(老陈, roomy).state == State.CONFIRMED


def test_approval_is_asked_while_both_marks_count(site: Flask, 老陈: Person, 李姐: Person) -> None:
    first, second = (
        a_mark(asks(老陈, an_activity(now=NOON, starts_in=hours * HOUR)).ref, at=NOON + hours * HOUR)
        for hours in (72, 96)
    )
    then = NOON + 96 * HOUR
    said = [asked_for_approval(老陈, when) for when in (then - SECOND, then, then + 30 * DAY)]

    marks.object_to(mark_id=second, person_id=老陈.id, text="我到了", at=then)
    suspended = asked_for_approval(老陈, then)
    marks.settle(mark_id=second, lifted=False, because="", at=then, by_id=李姐.id)

    assert said == [False, True, False]
    assert (suspended, asked_for_approval(老陈, then)) == (False, True)
    assert marks.approval_until(老陈.id, then) == then + 30 * DAY
    assert marks.approval_until(李姐.id, then) is None
    assert first < second


def test_a_list_shows_ones_own_newest_first_until_they_lapse(site: Flask, 小王: Person, 小赵: Person) -> None:
    older, newer = (
        a_mark(asks(小王, an_activity(now=NOON, starts_in=hours * HOUR)).ref, at=NOON + hours * HOUR)
        for hours in (72, 96)
    )
    a_mark(asks(小赵, an_activity(now=NOON)).ref, at=NOON)

    shown = marks.of(小王.id, NOON + 5 * DAY)

    assert [entry.mark.id for entry in shown] == [newer, older]
    lapsed = NOON + 72 * HOUR + 180 * DAY
    assert [entry.mark.id for entry in marks.of(小王.id, lapsed)] == [newer]
    assert [entry.mark.id for entry in marks.of(小王.id, lapsed - SECOND)] == [newer, older]
    assert set(marks.of_bookings([shown[0].mark.booking_id])) == {shown[0].mark.booking_id}
