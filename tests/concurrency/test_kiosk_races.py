"""Races at screens over HTTP against two gunicorn processes of 32 threads, on both databases."""

import pytest

from tests.concurrency import kiosk_races
from tests.concurrency.crowd import Door, is_lost

pytestmark = pytest.mark.race


def test_one_code_at_ten_screens_is_one_in_and_nine_already(site: Door) -> None:
    for _round in range(5):
        said, came = kiosk_races.ten_screens_scan_one_code(site)
        assert said == {"in": 1, "again": 9}
        assert came == 1


def test_a_scan_delivered_ten_times_at_once_is_one_scan(site: Door) -> None:
    for _round in range(5):
        said, came = kiosk_races.one_scan_arrives_ten_times(site)
        assert said == {"in": 1}
        assert came == 1


class TestWithoutTheGuards:
    """The same races on the naive site. They must be lost: that is what shows that they are races at all."""

    def test_several_screens_let_the_same_code_in(self, unguarded: Door) -> None:
        assert is_lost(lambda: kiosk_races.ten_screens_scan_one_code(unguarded)[0]["in"] > 1)

    def test_one_scan_is_several(self, unguarded: Door) -> None:
        assert is_lost(lambda: kiosk_races.one_scan_arrives_ten_times(unguarded)[0]["in"] > 1)
