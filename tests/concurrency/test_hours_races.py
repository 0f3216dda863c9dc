"""Two organizers confirm the same hours at the same moment, over HTTP, on both databases (R13): they count once."""

import pytest

from tests.concurrency import hours_races
from tests.concurrency.crowd import Door, is_lost

pytestmark = pytest.mark.race


def test_what_two_organizers_confirm_at_once_counts_once(site: Door) -> None:
    before = site.deadlocks()

    minutes, credited, statuses = hours_races.two_confirm_everything(site)

    assert minutes == [120] * 6
    assert credited == [1] * 6
    assert statuses == {303: 8}
    assert site.deadlocks() == before


def test_without_the_lock_and_the_row_of_rows_they_count_twice(unguarded: Door) -> None:
    hours_races.without_its_rows_in_a_row(unguarded)

    def counts_twice() -> bool:
        minutes, _credited, _statuses = hours_races.two_confirm_everything(unguarded)
        return max(minutes) > 120

    assert is_lost(counts_twice)
