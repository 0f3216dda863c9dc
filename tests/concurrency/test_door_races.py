"""Races at the door over HTTP against two gunicorn processes of 32 threads, on both databases."""

import pytest

from tests.concurrency import door_races
from tests.concurrency.crowd import Door, is_lost

pytestmark = pytest.mark.race


def test_one_code_at_ten_desks_is_one_in_and_nine_already(site: Door) -> None:
    for _round in range(3):
        said, came = door_races.ten_desks_scan_one_code(site)
        assert said == {"in": 1, "again": 9}
        assert came == 1


def test_a_check_out_that_ten_desks_take_back_is_taken_back_once_and_the_arrival_stays(site: Door) -> None:
    for _round in range(3):
        said, out = door_races.ten_desks_take_a_check_out_back(site)
        assert said == {"undone": 1, "refused": 9}
        assert out == [False]


def test_whoever_came_keeps_the_place_and_the_door_says_how_many_did(site: Door) -> None:
    for _round in range(3):
        came, shown, without_a_place, said = door_races.a_crowd_comes_while_some_are_taken_out(site)
        assert came == shown == said["in"]
        assert said["in"] + said["refused"] == 16
        assert without_a_place == []


class TestWithoutTheGuards:
    """The same races on the naive site. They must be lost: that is what shows that they are races at all."""

    def test_several_desks_let_the_same_code_in(self, unguarded: Door) -> None:
        assert is_lost(lambda: door_races.ten_desks_scan_one_code(unguarded)[0]["in"] > 1)

    def test_several_desks_take_the_same_check_out_back(self, unguarded: Door) -> None:
        assert is_lost(lambda: door_races.ten_desks_take_a_check_out_back(unguarded)[0]["undone"] > 1)

    def test_somebody_came_whose_place_is_gone(self, unguarded: Door) -> None:
        assert is_lost(lambda: bool(door_races.a_crowd_comes_while_some_are_taken_out(unguarded)[2]))

    def test_the_door_says_another_number_than_came(self, unguarded: Door) -> None:
        def is_miscounted() -> bool:
            came, shown, _without, _said = door_races.a_crowd_comes_while_some_are_taken_out(unguarded)
            return came != shown

        assert is_lost(is_miscounted)
