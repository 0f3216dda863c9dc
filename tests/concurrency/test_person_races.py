"""One person, wanted by several at the same moment, over HTTP, on both databases (R9, and two records made one)."""

import pytest

from tests.concurrency import person_races
from tests.concurrency.crowd import Door, is_lost

pytestmark = pytest.mark.race


def test_a_player_who_says_yes_to_two_captains_at_once_is_in_one_team(site: Door) -> None:
    for _round in range(3):
        statuses, teams, told = person_races.two_captains_and_one_player(site)

        assert (teams, told) == (1, 1)
        assert statuses == {303: person_races.PRESSES, 409: person_races.PRESSES}


def test_a_record_that_is_made_one_with_another_holds_nothing_afterwards(site: Door) -> None:
    for _round in range(3):
        statuses, refused, whose = person_races.one_record_goes_while_it_signs_up(site)

        assert statuses.keys() <= {303, 401}, "who is no record any more is told to sign in"
        assert refused == 0
        assert whose == [0], "one place for the person, under the record that stays"


def test_a_record_that_is_made_one_with_another_has_nothing_written_for_it_afterwards(site: Door) -> None:
    for _round in range(3):
        statuses, refused, left = person_races.one_record_goes_while_it_writes(site)

        # 503: PostgreSQL gave a tab up for the merge that waited for it; nothing of it was written.
        assert statuses.keys() <= {303, 401, 503}
        assert (refused, left) == (0, 0)


class TestWithoutTheGuards:
    """The same races on the naive site. They must be lost: that is what shows that they are races at all."""

    def test_the_player_is_in_two_teams(self, unguarded: Door) -> None:
        person_races.without_its_index(unguarded)

        assert is_lost(lambda: person_races.two_captains_and_one_player(unguarded)[1] > 1)

    def test_a_record_that_is_no_more_holds_a_place(self, unguarded: Door) -> None:
        assert is_lost(lambda: 1 in person_races.one_record_goes_while_it_signs_up(unguarded)[2])

    def test_something_is_written_for_a_record_that_is_no_more(self, unguarded: Door) -> None:
        assert is_lost(lambda: person_races.one_record_goes_while_it_writes(unguarded)[2] > 0, rounds=40)
