"""Organizers who change one thing at once, over HTTP on both databases: one is first, the others are told."""

import pytest

from tests.concurrency.changing_races import organizers_save_their_numbers
from tests.concurrency.crowd import Door

pytestmark = pytest.mark.race
SEATS = [6, 7, 8, 9, 10, 11, 12, 13]


def test_of_organizers_who_save_at_once_one_is_first_and_the_others_see_what_it_did(site: Door) -> None:
    for _round in range(4):
        statuses, capacity = organizers_save_their_numbers(site, SEATS)

        assert statuses == {303: 1, 409: len(SEATS) - 1}
        assert capacity in SEATS


def test_without_the_look_under_the_lock_they_write_over_each_other(unguarded: Door) -> None:
    rounds = [organizers_save_their_numbers(unguarded, SEATS)[0][303] for _round in range(4)]

    assert max(rounds) > 1
