"""Organizers act by hand at the same moment, over HTTP, on both databases: nothing is sold twice."""

import pytest

from tests.concurrency import by_hand_races
from tests.concurrency.crowd import Door, is_lost

pytestmark = pytest.mark.race


def test_two_organizers_let_one_person_into_the_last_seat(site: Door) -> None:
    ends, statuses = by_hand_races.two_let_different_people_in(site)

    assert ends == [["confirmed"] + ["pending"] * 5] * 6
    assert statuses == {303: 6, 409: 30}


def test_a_person_added_twenty_times_is_one_person_with_one_booking(site: Door) -> None:
    states, statuses = by_hand_races.one_person_added_often(site)

    assert states == ["confirmed"]
    assert statuses == {303: 20}
    assert site.found("SELECT count(*) FROM person WHERE phone = '+8613900000004'") == (1,)


def test_who_is_added_and_who_signs_up_share_the_places_there_are(site: Door) -> None:
    states, statuses = by_hand_races.added_while_people_sign_up(site, places=7)

    assert states == ["confirmed"] * 7 + ["waiting"] * 53
    assert statuses == {303}


def test_seats_given_beyond_are_counted_as_such(site: Door) -> None:
    states, over = by_hand_races.added_beyond(site, places=4)

    assert (states.count("confirmed"), states.count("cancelled")) == (8, 2)
    assert over == 4


def test_who_is_moved_both_ways_at_once_is_in_one_place_and_no_slot_overflows(site: Door) -> None:
    before = site.deadlocks()

    held, holders, statuses = by_hand_races.moved_both_ways(site, places=12, there=10, back=3)

    assert holders == 20
    assert max(held) <= 12
    assert held[1] >= 10 + 2 - 3
    assert set(statuses) <= {303, 409}
    assert statuses[303] >= 2 * 2
    assert site.deadlocks() == before


def test_without_the_order_of_locks_moves_both_ways_tangle(tangled: Door) -> None:
    """The control: some wait for each other, and are answered with our own fault."""
    _held, _holders, statuses = by_hand_races.moved_both_ways(tangled, places=12, there=10, back=10)

    assert max(statuses) >= 500


class TestWithoutTheGuards:
    """The same races on the naive site. They must be lost: that is what shows that they are races at all."""

    def test_the_last_seat_is_given_several_times(self, unguarded: Door) -> None:
        ends, _statuses = by_hand_races.two_let_different_people_in(unguarded, rounds=3)

        assert max(states.count("confirmed") for states in ends) > 1

    def test_more_are_moved_than_there_are_seats(self, unguarded: Door) -> None:
        assert is_lost(
            lambda: by_hand_races.moved_both_ways(unguarded, places=12, there=10, back=0)[0][1] > 12
        )

    def test_who_is_added_often_is_answered_with_our_own_fault(self, unguarded: Door) -> None:
        """The unique index still stands, so there is one booking; but the others crash into it."""
        assert is_lost(lambda: by_hand_races.one_person_added_often(unguarded)[1][303] < 20)

    def test_more_get_in_than_there_are_places(self, unguarded: Door) -> None:
        assert is_lost(
            lambda: by_hand_races.added_while_people_sign_up(unguarded, places=7)[0].count("confirmed") > 7
        )
