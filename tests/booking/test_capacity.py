"""Changing the number of seats: more moves the queue at once, fewer takes nobody's place away."""

import pytest
from flask import Flask

from tests.booking.invariants import broken
from tests.booking.steps import MINUTE, NOON, asks, gives_back, row, seats, slot, state, states
from tests.builders import an_activity, workers
from yiqi import clock
from yiqi.booking import places
from yiqi.booking.rules.capacity import over
from yiqi.booking.rules.states import State
from yiqi.people.models import Person


def test_more_seats_go_to_the_queue_in_order(site: Flask) -> None:
    activity = an_activity(places=1, now=NOON)
    tickets = [asks(person, activity) for person in workers(5)]

    places.set_capacity(slot_id=activity.slot_id, capacity=3, at=NOON)

    assert states(*tickets) == ["confirmed"] * 3 + ["waiting"] * 2
    assert broken(NOON) == []


def test_no_limit_any_more_takes_everybody_in(site: Flask) -> None:
    activity = an_activity(places=0, max_party=3, now=NOON)
    tickets = [asks(person, activity, party=2) for person in workers(4)]

    places.set_capacity(slot_id=activity.slot_id, capacity=None, at=NOON)

    assert states(*tickets) == ["confirmed"] * 4
    assert seats(activity) == (8, 0)


@pytest.mark.parametrize("capacity", [2, 0])
def test_fewer_seats_than_people_un_confirm_nobody(site: Flask, capacity: int) -> None:
    activity = an_activity(places=4, now=NOON)
    tickets = [asks(person, activity) for person in workers(5)]

    places.set_capacity(slot_id=activity.slot_id, capacity=capacity, at=NOON)

    assert states(*tickets) == ["confirmed"] * 4 + ["waiting"]
    assert over(slot(activity).capacity, slot(activity).held) == 4 - capacity


def test_after_lowering_nobody_moves_up_until_it_has_drained(site: Flask) -> None:
    activity = an_activity(places=3, now=NOON)
    people = workers(4)
    tickets = [asks(person, activity) for person in people]
    places.set_capacity(slot_id=activity.slot_id, capacity=1, at=NOON)

    seen = []
    for person, ticket in zip(people[:3], tickets[:3], strict=True):
        gives_back(person, ticket)
        seen.append((seats(activity)[0], state(tickets[3])))

    assert seen == [(2, "waiting"), (1, "waiting"), (1, "confirmed")]


def test_a_party_that_no_longer_fits_at_all_does_not_hold_the_queue_up(site: Flask) -> None:
    activity = an_activity(places=4, max_party=3, now=NOON)
    people = workers(7)
    holder = asks(people[0], activity, party=2)
    asks(people[1], activity)
    party = asks(people[2], activity, party=3)
    places.set_capacity(slot_id=activity.slot_id, capacity=2, at=NOON)
    gives_back(people[0], holder)

    went = []
    for person in people[3:]:
        ticket = asks(person, activity)
        went.append(ticket.state)
        gives_back(person, ticket)

    assert {str(one) for one in went} == {"confirmed"}
    assert (state(party), row(party).skipped_because) == ("waiting", "party_too_big")
    assert broken(NOON) == []


def test_a_party_for_which_there_is_room_again_moves_up(site: Flask, 小王: Person) -> None:
    activity = an_activity(places=0, max_party=3, now=NOON)
    party = asks(小王, activity, party=3)

    seen = []
    for capacity in (1, 2, 3):
        places.set_capacity(slot_id=activity.slot_id, capacity=capacity, at=NOON)
        seen.append(state(party))

    assert seen == ["waiting", "waiting", "confirmed"]


def test_after_the_cut_off_more_seats_move_nobody(site: Flask) -> None:
    activity = an_activity(places=1, now=NOON)
    tickets = [asks(person, activity) for person in workers(2)]

    places.set_capacity(slot_id=activity.slot_id, capacity=5, at=activity.starts_at - 60 * MINUTE)

    assert states(*tickets) == ["confirmed", "waiting"]


def test_the_same_number_again_changes_nothing_that_people_see(site: Flask) -> None:
    activity = an_activity(places=1, now=NOON)
    tickets = [asks(person, activity) for person in workers(2)]

    for _ in range(2):
        places.set_capacity(slot_id=activity.slot_id, capacity=1, at=NOON)

    assert states(*tickets) == ["confirmed", "waiting"]
    assert broken(NOON) == []


def test_a_number_below_nothing_is_refused_and_a_slot_that_is_not_there_is_missing(site: Flask) -> None:
    activity = an_activity(places=2, now=NOON)

    with pytest.raises(ValueError, match="0 or more"):
        places.set_capacity(slot_id=activity.slot_id, capacity=-1, at=NOON)
    with pytest.raises(LookupError):
        places.set_capacity(slot_id=999_999, capacity=1, at=NOON)

    assert slot(activity).capacity == 2


def test_a_slot_made_unlimited_moves_its_queue_even_past_somebody_who_cannot_come(site: Flask) -> None:
    full = an_activity(places=1).slot_ids[0]
    elsewhere = an_activity(places=1).slot_ids[0]
    holder, blocked, newcomer = workers(3)
    now = clock.now()
    for person, where in ((holder, full), (blocked, full), (blocked, elsewhere)):
        places.sign_up(slot_id=where, person_id=person.id, party=1, nonce=f"{where}", at=now)
    places.set_capacity(slot_id=full, capacity=None, at=now)

    answer = places.sign_up(slot_id=full, person_id=newcomer.id, party=1, nonce="new", at=now)

    assert answer.state == State.CONFIRMED
