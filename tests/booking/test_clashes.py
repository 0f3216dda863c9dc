"""One person is in one place at a time: at sign-up, when the queue moves, and when time comes free again."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.booking.invariants import broken
from tests.booking.steps import HOUR, MINUTE, NOON, asks, gives_back, row, seats, state, states
from tests.builders import Made, an_activity
from yiqi.activities.planning import Meeting, Pool
from yiqi.booking import places
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.states import State
from yiqi.people.models import Person

DAY = timedelta(days=1)


def a_course(evenings: int, *, first: timedelta = 3 * DAY, places: int = 5) -> Made:
    """One slot over several evenings, a week apart, two hours each."""
    starts = [NOON + first + number * 7 * DAY for number in range(evenings)]
    return an_activity(
        meetings=[Meeting(start, start + 2 * HOUR) for start in starts], places=places, now=NOON
    )


def test_a_second_place_at_the_same_time_is_refused_and_the_first_one_named(
    site: Flask, 小王: Person
) -> None:
    first = asks(小王, an_activity(now=NOON))

    with pytest.raises(Refused) as refused:
        asks(小王, an_activity(starts_in=73 * HOUR, now=NOON))

    assert refused.value.why is Refusal.CLASH
    assert refused.value.facts["clash"] == first.ref


def test_one_that_begins_as_the_other_ends_is_fine(site: Flask, 小王: Person) -> None:
    starts = (70 * HOUR, 72 * HOUR, 74 * HOUR)

    tickets = [asks(小王, an_activity(starts_in=start, lasts=2 * HOUR, now=NOON)) for start in starts]

    assert states(*tickets) == ["confirmed"] * 3


def test_a_common_minute_is_enough(site: Flask, 小王: Person) -> None:
    asks(小王, an_activity(starts_in=72 * HOUR, lasts=2 * HOUR, now=NOON))

    with pytest.raises(Refused, match="clash"):
        asks(小王, an_activity(starts_in=74 * HOUR - MINUTE, now=NOON))


def test_a_course_clashes_on_any_of_its_evenings_and_not_between_them(site: Flask, 小王: Person) -> None:
    asks(小王, a_course(12))
    between = an_activity(starts_in=5 * DAY, now=NOON)
    on_the_last_evening = an_activity(starts_in=3 * DAY + 77 * DAY + HOUR, now=NOON)

    ticket = asks(小王, between)
    with pytest.raises(Refused, match="clash"):
        asks(小王, on_the_last_evening)

    assert ticket.state == State.CONFIRMED


def test_two_slots_of_one_activity_at_one_time_clash(site: Flask, 小王: Person) -> None:
    activity = an_activity(pools=[Pool(5, label="男高音"), Pool(5, label="男低音")], now=NOON)
    asks(小王, activity.slot_ids[0])

    with pytest.raises(Refused, match="clash"):
        asks(小王, activity.slot_ids[1])

    assert seats(activity.slot_ids[1]) == (0, 0)


def test_waiting_keeps_nobody_from_signing_up_elsewhere(site: Flask, 小王: Person) -> None:
    waits = asks(小王, an_activity(places=0, now=NOON))

    ticket = asks(小王, an_activity(now=NOON))

    assert states(waits, ticket) == ["waiting", "confirmed"]


def test_a_place_that_was_given_back_is_in_nobodys_way(site: Flask, 小王: Person) -> None:
    gives_back(小王, asks(小王, an_activity(now=NOON)))

    ticket = asks(小王, an_activity(now=NOON))

    assert ticket.state == State.CONFIRMED


def test_who_is_busy_when_a_seat_comes_free_keeps_their_place_and_the_reason_is_noted(
    site: Flask, 小王: Person, 小赵: Person, 老陈: Person
) -> None:
    wanted = an_activity(places=1, now=NOON)
    held, busy, behind = asks(小赵, wanted), asks(小王, wanted), asks(老陈, wanted)
    asks(小王, an_activity(now=NOON))

    gives_back(小赵, held)

    assert states(busy, behind) == ["waiting", "confirmed"]
    assert (row(busy).skipped_because, row(busy).passed_over) == ("clash", 0)
    assert broken(NOON) == []


def test_giving_one_place_back_gives_the_other_at_once_where_a_seat_was_free(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    wanted, other = an_activity(places=1, now=NOON), an_activity(places=1, now=NOON)
    held, waits = asks(小赵, wanted), asks(小王, wanted)
    elsewhere = asks(小王, other)
    gives_back(小赵, held)
    assert (state(waits), seats(wanted)) == ("waiting", (0, 1))

    gives_back(小王, elsewhere)

    assert states(waits, elsewhere) == ["confirmed", "cancelled"]
    assert row(waits).skipped_because == ""
    assert broken(NOON) == []


def test_the_freed_time_moves_several_queues_but_gives_only_one_of_two_places_at_one_time(
    site: Flask, 小王: Person
) -> None:
    one, two, other = an_activity(places=0, now=NOON), an_activity(places=0, now=NOON), an_activity(now=NOON)
    waits = [asks(小王, one), asks(小王, two)]
    held = asks(小王, other)
    for activity in (one, two):
        places.set_capacity(slot_id=activity.slot_id, capacity=1, at=NOON)
    assert states(*waits) == ["waiting", "waiting"]

    gives_back(小王, held)

    assert sorted(states(*waits)) == ["confirmed", "waiting"]
    assert broken(NOON) == []


def test_who_moves_up_somewhere_is_passed_by_in_the_other_queue(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    one, two = an_activity(places=0, now=NOON), an_activity(places=0, now=NOON)
    here, there, behind = asks(小王, one), asks(小王, two), asks(小赵, two)

    places.set_capacity(slot_id=one.slot_id, capacity=1, at=NOON)
    places.set_capacity(slot_id=two.slot_id, capacity=1, at=NOON)

    assert states(here, there, behind) == ["confirmed", "waiting", "confirmed"]
    assert broken(NOON) == []
