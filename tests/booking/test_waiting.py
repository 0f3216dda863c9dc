"""The queue: seats that come free go to it in the same moment, in order, and overtaking ends."""

from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import select

from tests.booking.invariants import broken
from tests.booking.steps import (
    HOUR,
    MINUTE,
    NOON,
    SECOND,
    asks,
    gives_back,
    place_of,
    row,
    seats,
    state,
    states,
)
from tests.builders import an_activity, workers
from yiqi.booking import places
from yiqi.booking.models import BookingChange
from yiqi.booking.rules.asking import Refused
from yiqi.booking.rules.states import State
from yiqi.db import db
from yiqi.notices.models import Notice
from yiqi.people.models import Person


def test_when_somebody_cancels_the_first_in_line_has_the_place_at_once(
    site: Flask, 小王: Person, 小赵: Person, 老陈: Person
) -> None:
    activity = an_activity(places=1, now=NOON)
    held, first, second = asks(小王, activity), asks(小赵, activity), asks(老陈, activity)

    gives_back(小王, held)

    assert states(held, first, second) == ["cancelled", "confirmed", "waiting"]
    assert seats(activity) == (1, 1)
    assert broken(NOON) == []


def test_places_in_the_queue_are_counted_from_one_and_only_get_better(site: Flask) -> None:
    activity = an_activity(places=1, now=NOON)
    people = workers(5)
    tickets = [asks(person, activity) for person in people]
    assert [place_of(row(ticket)) for ticket in tickets[1:]] == [1, 2, 3, 4]

    gives_back(people[2], tickets[2])

    assert [place_of(row(ticket)) for ticket in (tickets[1], tickets[3], tickets[4])] == [1, 2, 3]


def test_who_moves_up_is_told_once_and_the_trail_says_that_nobody_did_it_by_hand(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    activity = an_activity(places=1, now=NOON)
    held, first = asks(小王, activity), asks(小赵, activity)

    gives_back(小王, held, at=NOON + HOUR)

    changes = (
        select(BookingChange).where(BookingChange.booking_id == row(first).id).order_by(BookingChange.id)
    )
    last = db.session.scalars(changes).all()[-1]
    assert (last.was, last.became, last.by_id, last.at) == (
        State.WAITING,
        State.CONFIRMED,
        None,
        NOON + HOUR,
    )
    assert len(db.session.scalars(select(Notice).where(Notice.person_id == 小赵.id)).all()) == 1


def test_a_party_in_the_queue_takes_all_its_seats_or_none(site: Flask) -> None:
    activity = an_activity(places=3, max_party=3, now=NOON)
    people = workers(4)
    singles = [asks(person, activity) for person in people[:3]]
    party = asks(people[3], activity, party=3)

    seen = []
    for person, ticket in zip(people, singles, strict=False):
        gives_back(person, ticket)
        seen.append((state(party), seats(activity)[0]))

    assert seen == [("waiting", 2), ("waiting", 1), ("confirmed", 3)]


def test_three_workers_may_pass_a_party_and_then_the_seats_are_kept_for_it(site: Flask) -> None:
    activity = an_activity(places=6, max_party=3, now=NOON)
    people = workers(12)
    held = [asks(person, activity) for person in people[:6]]
    party = asks(people[6], activity, party=3)
    behind = [asks(person, activity) for person in people[7:]]

    for person, ticket in zip(people[:4], held[:4], strict=True):
        gives_back(person, ticket)
    after_four = states(party, *behind)
    for person, ticket in zip(people[4:6], held[4:], strict=True):
        gives_back(person, ticket)

    assert after_four == ["waiting", "confirmed", "confirmed", "confirmed", "waiting", "waiting"]
    assert states(party, *behind[3:]) == ["confirmed", "waiting", "waiting"]
    assert seats(activity) == (6, 2)


def test_a_newcomer_does_not_get_the_seats_that_are_kept_either(site: Flask) -> None:
    activity = an_activity(places=4, max_party=3, now=NOON)
    people = workers(6)
    asks(people[0], activity, party=3)
    party = asks(people[1], activity, party=2)
    passing = asks(people[2], activity)
    for before, person in pairwise(people[2:5]):
        gives_back(before, passing)
        passing = asks(person, activity)
    gives_back(people[4], passing)

    newcomer = asks(people[5], activity)

    assert row(party).passed_over == 3
    assert newcomer.state == State.WAITING
    assert seats(activity) == (3, 2)
    assert broken(NOON) == []


def test_when_the_party_that_seats_were_kept_for_leaves_the_queue_moves(site: Flask) -> None:
    activity = an_activity(places=4, max_party=3, now=NOON)
    people = workers(6)
    asks(people[0], activity, party=3)
    party = asks(people[1], activity, party=2)
    last = asks(people[2], activity)
    for before, person in pairwise(people[2:5]):
        gives_back(before, last)
        last = asks(person, activity)
    gives_back(people[4], last)
    waits = asks(people[5], activity)

    left = gives_back(people[1], party)

    assert (left.state, state(waits)) == (State.LEFT, "confirmed")
    assert broken(NOON) == []


def test_until_an_hour_before_the_start_the_queue_moves_and_then_no_more(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    cutoffs = {}
    for when in (-SECOND, 0 * SECOND, SECOND):
        activity = an_activity(places=1, now=NOON)
        one, other = workers(2)
        held, waits = asks(one, activity), asks(other, activity)
        gives_back(one, held, at=activity.starts_at - 60 * MINUTE + when)
        cutoffs[when // SECOND] = state(waits)

    assert cutoffs == {-1: "offered", 0: "waiting", 1: "waiting"}


def test_the_cut_off_is_the_activitys_own(site: Flask, 小王: Person, 小赵: Person) -> None:
    activity = an_activity(places=1, promotion_minutes=600, now=NOON)
    held, waits = asks(小王, activity), asks(小赵, activity)

    gives_back(小王, held, at=activity.starts_at - 9 * HOUR)

    assert state(waits) == "waiting"
    assert seats(activity) == (0, 1)


@pytest.mark.parametrize("takes", ["newcomer", "waiter"])
def test_after_the_cut_off_a_free_seat_goes_to_whoever_asks_first(site: Flask, takes: str) -> None:
    activity = an_activity(places=1, now=NOON)
    one, other, newcomer = workers(3)
    held, waits = asks(one, activity), asks(other, activity, nonce="as it was sent")
    late = activity.starts_at - 60 * MINUTE
    gives_back(one, held, at=late)
    replayed = asks(other, activity, at=late, nonce="as it was sent")

    first = asks({"newcomer": newcomer, "waiter": other}[takes], activity, at=late)
    with pytest.raises(Refused, match="full"):
        asks(workers(1)[0], activity, at=late)

    assert (replayed.state, replayed.fresh) == (State.WAITING, False)
    assert (first.state, state(waits)) == (
        State.CONFIRMED,
        {"newcomer": "waiting", "waiter": "confirmed"}[takes],
    )
    assert seats(activity) == (1, {"newcomer": 1, "waiter": 0}[takes])
    assert broken(late) == []


def test_a_second_before_the_cut_off_a_newcomer_does_not_walk_past_the_queue(site: Flask) -> None:
    activity = an_activity(places=2, max_party=2, now=NOON)
    people = workers(3)
    asks(people[0], activity)
    party = asks(people[1], activity, party=2)
    late = activity.starts_at - 60 * MINUTE - SECOND
    for _ in range(3):
        gives_back(people[2], asks(people[2], activity, at=late), at=late)

    newcomer = asks(people[2], activity, at=late)

    assert row(party).passed_over == 3
    assert states(party, newcomer) == ["waiting", "waiting"]


def test_a_waiter_may_leave_and_come_back_at_the_end(site: Flask) -> None:
    activity = an_activity(places=0, now=NOON)
    one, other = workers(2)
    first, second = asks(one, activity), asks(other, activity)

    left = gives_back(one, first)
    again = asks(one, activity)

    assert left.state == State.LEFT
    assert again.ref != first.ref
    assert [place_of(row(second)), place_of(row(again))] == [1, 2]


def test_who_was_moved_up_and_cancels_is_not_moved_up_again(
    site: Flask, 小王: Person, 小赵: Person, 老陈: Person
) -> None:
    activity = an_activity(places=1, now=NOON)
    held, first, second = asks(小王, activity), asks(小赵, activity), asks(老陈, activity)
    gives_back(小王, held)

    gives_back(小赵, first)
    gives_back(老陈, second)

    assert states(first, second) == ["cancelled", "cancelled"]
    assert seats(activity) == (0, 0)


def test_the_one_who_can_come_is_found_behind_more_than_a_page_of_those_who_cannot(site: Flask) -> None:
    wanted, elsewhere = an_activity(places=1, now=NOON), an_activity(places=None, now=NOON)
    holder, *busy, free = workers(57)
    held = asks(holder, wanted)
    waiting = [asks(person, wanted) for person in busy]
    for person in busy:
        asks(person, elsewhere)
    last = asks(free, wanted)

    gives_back(holder, held)

    assert state(last) == "confirmed"
    assert {row(ticket).skipped_because for ticket in waiting} == {"clash"}
    assert broken(NOON) == []


def test_with_the_queue_full_of_people_nobody_new_waits_but_who_is_in_it_still_moves(site: Flask) -> None:
    activity = an_activity(places=1, waitlist=1, now=NOON)
    one, other, third = workers(3)
    held, waits = asks(one, activity), asks(other, activity)
    with pytest.raises(Refused, match="full"):
        asks(third, activity)

    gives_back(one, held)

    assert state(waits) == "confirmed"
    assert asks(third, activity).state == State.WAITING


def test_looking_at_the_queue_twice_equals_looking_once(site: Flask) -> None:
    activity = an_activity(places=2, max_party=3, now=NOON)
    people = workers(4)
    tickets = [asks(people[0], activity), asks(people[1], activity, party=2), asks(people[2], activity)]
    before = [(row(ticket).state, row(ticket).passed_over) for ticket in tickets]

    for _ in range(3):
        places.set_capacity(slot_id=activity.slot_id, capacity=2, at=NOON)

    assert [(row(ticket).state, row(ticket).passed_over) for ticket in tickets] == before
    assert broken(NOON) == []
