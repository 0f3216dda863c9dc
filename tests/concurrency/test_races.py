"""Races over HTTP against two gunicorn processes of 32 threads, on both databases."""

from itertools import count

import pytest

from tests.concurrency import races
from tests.concurrency.crowd import found

pytestmark = pytest.mark.race
MISCOUNTED = """
    SELECT count(*) FROM slot s
    WHERE s.held <> (SELECT coalesce(sum(b.party), 0) FROM booking b
                     WHERE b.slot_id = s.id AND b.state IN ('confirmed', 'offered'))
       OR s.waiting <> (SELECT count(*) FROM booking b WHERE b.slot_id = s.id AND b.state = 'waiting')
"""


def test_two_hundred_for_five_places_give_five_and_a_queue_without_gap(site: str, database_url: str) -> None:
    bookings, statuses = races.stampede(site, database_url, people=200, places=5)

    states = [booking["state"] for booking in bookings]
    assert statuses == {303}
    assert (states.count("confirmed"), states.count("waiting")) == (5, 195)
    assert [booking["place"] for booking in bookings if booking["state"] == "waiting"] == list(range(1, 196))
    assert found(database_url, MISCOUNTED) == (0,)
    assert len(set(found(database_url, "SELECT count(DISTINCT seq), count(*) FROM booking"))) == 1


def test_one_person_pressing_fifty_times_books_once(site: str, database_url: str) -> None:
    bookings, statuses = races.one_presses_often(site, database_url)

    assert statuses == {303: 50}
    assert [booking["state"] for booking in bookings] == ["confirmed"]


def test_one_booking_cancelled_twenty_times_moves_one_person_up(site: str, database_url: str) -> None:
    bookings, statuses = races.one_cancels_often(site, database_url)

    assert statuses == {303: 20}
    states = [booking["state"] for booking in bookings]
    assert states == ["cancelled", "confirmed", "waiting", "waiting"]


def test_the_last_three_seats_go_to_the_party_whole_or_to_others(site: str, database_url: str) -> None:
    rounds = races.three_seats_for_a_party_and_three_more(site, database_url)

    assert all(held in ([3], [1, 1, 1]) for held in rounds)
    assert found(database_url, MISCOUNTED) == (0,)


def test_four_hundred_wrong_codes_at_once_are_five_tries(site: str, database_url: str) -> None:
    statuses, looked_at = races.many_guesses(site, database_url, "13900000001")

    assert set(statuses) <= {303, 422, 429}
    assert looked_at == 5
    tries = "SELECT tries FROM sign_in_code WHERE phone = '+8613900000001'"
    assert found(database_url, tries) == (5,)


def test_the_right_code_sent_sixty_times_at_once_lets_one_in(site: str, database_url: str) -> None:
    statuses, sessions = races.the_right_code_often(site, database_url, "13900000002")

    assert sessions == 1
    assert not [status for status in statuses if status >= 500]


def test_two_hundred_requests_for_one_phone_send_one_code(site: str, database_url: str) -> None:
    statuses, sent = races.many_wishes_for_a_code(site, database_url, "13900000003")

    assert statuses[303] == 1
    assert set(statuses) == {303, 429}
    assert sent == 1


class TestWithoutTheGuards:
    """The same races on the naive site. They must be lost: that is what shows that they are races at all."""

    phones = (f"138{number:08d}" for number in count(1))

    def test_the_crowd_gets_more_than_there_is(self, unguarded: str, database_url: str) -> None:
        bookings, _statuses = races.stampede(unguarded, database_url, people=100, places=5)

        assert [booking["state"] for booking in bookings].count("confirmed") > 5

    def test_who_presses_often_is_answered_with_our_own_fault(
        self, unguarded: str, database_url: str
    ) -> None:
        """The unique index still stands, so there is one booking; but the others crash into it."""
        _bookings, statuses = races.one_presses_often(unguarded, database_url)

        assert statuses[303] < 50

    def test_one_booking_cancelled_often_moves_several_up(self, unguarded: str, database_url: str) -> None:
        bookings, _statuses = races.one_cancels_often(unguarded, database_url)

        assert [booking["state"] for booking in bookings].count("confirmed") != 1

    def test_three_seats_hold_more_than_three(self, unguarded: str, database_url: str) -> None:
        rounds = races.three_seats_for_a_party_and_three_more(unguarded, database_url)

        assert max(sum(held) for held in rounds) > 3

    def test_many_more_than_five_guesses_are_looked_at(self, unguarded: str, database_url: str) -> None:
        _statuses, looked_at = races.many_guesses(unguarded, database_url, next(self.phones), guesses=200)

        assert looked_at > 5

    def test_the_right_code_lets_several_in(self, unguarded: str, database_url: str) -> None:
        _statuses, sessions = races.the_right_code_often(unguarded, database_url, next(self.phones))

        assert sessions > 1

    def test_one_phone_gets_several_codes(self, unguarded: str, database_url: str) -> None:
        _statuses, sent = races.many_wishes_for_a_code(unguarded, database_url, next(self.phones))

        assert sent > 1
