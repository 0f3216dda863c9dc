"""Lists are taken over at the same moment, over HTTP, on both databases: each takes effect once."""

import pytest

from tests.concurrency import list_races
from tests.concurrency.crowd import Door, is_lost

pytestmark = pytest.mark.race


def test_a_word_said_ten_times_takes_a_roll_over_once(site: Door) -> None:
    members, notes, statuses = list_races.one_word_said_often(site, people=30)

    assert (members, notes) == (30, 1)
    assert statuses == {303: 10}


def test_the_same_roll_of_four_organizers_makes_each_a_member_once(site: Door) -> None:
    members, notes, statuses = list_races.the_same_roll_twice(site, people=30)

    assert (members, notes) == (30, 4)
    assert statuses == {303: 4}


def test_lists_and_people_who_sign_up_share_the_places_there_are(site: Door) -> None:
    states, notes, statuses = list_races.lists_against_a_crowd(site, places=7)

    assert states == ["confirmed"] * 7 + ["waiting"] * 103
    assert notes == 2
    assert statuses == {303: 36}


class TestWithoutTheGuards:
    """The same races on the naive site. They must be lost: that is what shows that they are races at all."""

    def test_a_word_said_ten_times_counts_several_times(self, unguarded: Door) -> None:
        def is_wrong() -> bool:
            members, notes, _statuses = list_races.one_word_said_often(unguarded, people=30)
            return members > 30 and notes > 1

        assert is_lost(is_wrong)

    def test_the_same_roll_makes_some_a_member_twice(self, unguarded: Door) -> None:
        assert is_lost(lambda: list_races.the_same_roll_twice(unguarded, people=30)[0] > 30)

    def test_more_get_in_than_there_are_places(self, unguarded: Door) -> None:
        assert is_lost(
            lambda: list_races.lists_against_a_crowd(unguarded, places=7)[0].count("confirmed") > 7
        )
