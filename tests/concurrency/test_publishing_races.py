"""Lists of commendation are published at the same moment, over HTTP, on both databases: each year has one list."""

import pytest

from tests.concurrency import publishing_races
from tests.concurrency.crowd import Door, is_lost
from yiqi.years import commending, records

pytestmark = pytest.mark.race


def test_two_who_publish_the_list_of_a_year_at_once_publish_one(site: Door) -> None:
    before = site.deadlocks()

    statuses, lists, rows, notes = publishing_races.two_publish(site)

    assert statuses == {303: publishing_races.PRESSES}
    assert (lists, rows, notes) == (1, 1, 1)
    assert site.deadlocks() == before


def test_who_looks_for_a_list_before_they_write_one_ends_in_an_error(unguarded: Door) -> None:
    def is_wrong() -> bool:
        statuses, lists, _rows, _notes = publishing_races.two_publish(unguarded)
        assert lists == 1, "the constraint of the database holds even there"
        return statuses[500] > 0

    assert is_lost(is_wrong)


def test_who_leaves_while_a_list_is_published_is_not_named_on_it(
    site: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "evidence", publishing_races.slowly)

    assert [publishing_races.one_leaves_meanwhile(site) for _round in range(3)] == [0, 0, 0]


def test_a_list_that_believes_its_people_names_somebody_who_has_left(
    site: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "evidence", publishing_races.slowly)
    monkeypatch.setattr(commending, "_held", publishing_races.believed)

    assert is_lost(lambda: publishing_races.one_leaves_meanwhile(site) > 0)
