"""Several workers at the end of a day's short messages, on both databases: together they never send more than there are."""

import pytest

from tests.concurrency import spending_races
from tests.concurrency.crowd import Door, is_lost
from yiqi.notices import spending

pytestmark = pytest.mark.race


def test_the_last_part_goes_to_one_worker_and_no_more(site: Door) -> None:
    before = site.deadlocks()

    assert spending_races.the_last_part(site) == (1, 1)
    assert spending_races.the_last_part(site, workers=6, left=4) == (4, 4)
    assert site.deadlocks() == before


def test_who_looks_before_they_write_sends_too_much(site: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spending, "take", spending_races.unguarded_take)

    assert is_lost(lambda: spending_races.the_last_part(site)[0] > 1)
