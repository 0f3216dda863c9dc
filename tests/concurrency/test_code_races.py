"""Races for sign-in codes over HTTP against two gunicorn processes of 32 threads, on both databases."""

from itertools import count

import pytest

from tests.concurrency import code_races
from tests.concurrency.crowd import Door, is_lost

pytestmark = pytest.mark.race


def test_four_hundred_wrong_codes_at_once_are_five_tries(site: Door) -> None:
    statuses, looked_at = code_races.many_guesses(site, "13900000001")

    assert set(statuses) <= {303, 422, 429}
    assert looked_at == 5
    assert site.found("SELECT tries FROM sign_in_code WHERE phone = '+8613900000001'") == (5,)


def test_the_right_code_sent_sixty_times_at_once_lets_one_in(site: Door) -> None:
    statuses, sessions = code_races.the_right_code_often(site, "13900000002")

    assert sessions == 1
    assert not [status for status in statuses if status >= 500]


def test_two_hundred_requests_for_one_phone_send_one_code(site: Door) -> None:
    statuses, sent = code_races.many_wishes_for_a_code(site, "13900000003")

    assert statuses[303] == 1
    assert set(statuses) == {303, 429}
    assert sent == 1


class TestWithoutTheGuards:
    """The same races on the naive site. They must be lost: that is what shows that they are races at all."""

    phones = (f"138{number:08d}" for number in count(1))

    def test_many_more_than_five_guesses_are_looked_at(self, unguarded: Door) -> None:
        assert is_lost(lambda: code_races.many_guesses(unguarded, next(self.phones), guesses=200)[1] > 5)

    def test_the_right_code_lets_several_in(self, unguarded: Door) -> None:
        assert is_lost(lambda: code_races.the_right_code_often(unguarded, next(self.phones))[1] > 1)

    def test_one_phone_gets_several_codes(self, unguarded: Door) -> None:
        assert is_lost(lambda: code_races.many_wishes_for_a_code(unguarded, next(self.phones))[1] > 1)
