"""Races for places over HTTP against two gunicorn processes of 32 threads, on both databases."""

import pytest

from tests.concurrency import offer_races, races
from tests.concurrency.crowd import Door, is_lost
from tests.concurrency.offer_races import Ended

pytestmark = pytest.mark.race

SEATS = [3, 7, 4, 8, 5, 6, 3, 8, 2, 7] * 2


def test_two_hundred_for_five_places_give_five_and_a_queue_in_order(site: Door) -> None:
    states, statuses = races.stampede(site, people=200, places=5)

    assert statuses == {303}
    assert states == ["confirmed"] * 5 + ["waiting"] * 195


def test_one_person_pressing_fifty_times_books_once(site: Door) -> None:
    states, statuses = races.one_presses_often(site)

    assert statuses == {303: 50}
    assert states == ["confirmed"]


def test_one_booking_cancelled_twenty_times_moves_one_person_up(site: Door) -> None:
    states, statuses = races.one_cancels_often(site)

    assert statuses == {303: 20}
    assert states == ["cancelled", "confirmed", "waiting", "waiting"]


def test_the_last_three_seats_go_to_the_party_whole_or_to_others(site: Door) -> None:
    rounds = races.three_seats_for_a_party_and_three_more(site, rounds=8)

    assert all(held in ([3], [1, 1, 1]) for held in rounds)


def test_five_places_of_a_quota_are_five_in_two_slots_together(site: Door) -> None:
    confirmed, statuses = races.two_slots_of_one_quota(site, people=60, most=5)

    assert confirmed == 5
    assert statuses == {303}


def test_organizers_who_change_the_seats_at_once_give_what_the_most_generous_gave(site: Door) -> None:
    states, capacity, over = races.organizers_change_the_seats(site, waiting=20, seats=SEATS)

    assert states == {"confirmed": max(SEATS), "waiting": 22 - max(SEATS)}
    assert capacity in SEATS
    assert over == max(SEATS) - capacity


def test_a_sign_up_approved_and_withdrawn_at_once_ends_one_way(site: Door) -> None:
    ends, statuses = races.approved_while_withdrawn(site)

    assert ends <= {("confirmed", 1, 1), ("cancelled", 0, 1)}
    assert set(statuses) <= {303, 409}


def test_an_offer_accepted_declined_and_run_out_at_once_ends_one_way(site: Door) -> None:
    ends, statuses = offer_races.one_offer_in_three_hands(site)

    accepted, passed_on = Ended("confirmed", 1, 1, 0), (Ended("declined", 1, 1, 1), Ended("waiting", 1, 1, 1))
    assert set(ends) <= {accepted, *passed_on}
    assert set(statuses) <= {200, 303}


def test_offers_that_ran_out_are_swept_once_by_however_many(site: Door) -> None:
    states, ends, statuses = offer_races.offers_swept_often(site, seats=4)

    assert ends == 4
    assert states == ["cancelled"] * 4 + ["offered"] * 4 + ["waiting"] * 8
    assert set(statuses) == {200, 303}


class TestWithoutTheGuards:
    """The same races on the naive site. They must be lost: that is what shows that they are races at all."""

    def test_the_crowd_gets_more_than_there_is(self, unguarded: Door) -> None:
        assert is_lost(lambda: races.stampede(unguarded, people=100, places=5)[0].count("confirmed") > 5)

    def test_who_presses_often_is_answered_with_our_own_fault(self, unguarded: Door) -> None:
        """The unique index still stands, so there is one booking; but the others crash into it."""
        assert is_lost(lambda: races.one_presses_often(unguarded)[1][303] < 50)

    def test_one_booking_cancelled_often_moves_several_up(self, unguarded: Door) -> None:
        assert is_lost(lambda: races.one_cancels_often(unguarded)[0].count("confirmed") > 1)

    def test_three_seats_hold_more_than_three(self, unguarded: Door) -> None:
        rounds = races.three_seats_for_a_party_and_three_more(unguarded, rounds=3)

        assert max(sum(held) for held in rounds) > 3

    def test_a_quota_gives_more_than_its_most(self, unguarded: Door) -> None:
        assert is_lost(lambda: races.two_slots_of_one_quota(unguarded, people=30, most=5)[0] > 5)

    def test_organizers_give_another_number_than_the_most_generous(self, unguarded: Door) -> None:
        def is_wrong() -> bool:
            states, _capacity, _over = races.organizers_change_the_seats(unguarded, waiting=20, seats=SEATS)
            return states["confirmed"] != max(SEATS)

        assert is_lost(is_wrong)

    def test_a_withdrawn_sign_up_is_approved_all_the_same(self, unguarded: Door) -> None:
        def is_wrong() -> bool:
            ends, _statuses = races.approved_while_withdrawn(unguarded)
            return max(decided for _state, _held, decided in ends) > 1

        assert is_lost(is_wrong)

    def test_an_offer_ends_several_ways(self, unguarded: Door) -> None:
        assert is_lost(
            lambda: max(one.ends for one in offer_races.one_offer_in_three_hands(unguarded)[0]) > 1
        )

    def test_offers_run_out_several_times(self, unguarded: Door) -> None:
        assert is_lost(lambda: offer_races.offers_swept_often(unguarded, seats=4)[1] > 4)
