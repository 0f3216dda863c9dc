"""What is one's own is changed in several browsers at once, over HTTP, on both databases."""

import pytest

from tests.concurrency import own_races
from tests.concurrency.crowd import Door, is_lost

pytestmark = pytest.mark.race


def test_an_address_that_is_renewed_in_several_tabs_is_renewed_once(site: Door) -> None:
    statuses, generation, opened = own_races.one_renews_often(site)

    assert statuses == {303: own_races.PRESSES}
    assert generation == 1
    assert opened == [404, 200], "the old address is dead, the new one opens"


def test_a_number_that_several_browsers_begin_anew_has_one_new_record(site: Door) -> None:
    statuses, made, signed_in = own_races.a_number_begins_anew_in_several_browsers(site)

    assert statuses == {303: own_races.PRESSES}
    assert (made, signed_in) == (1, 1)


def test_a_number_is_either_its_owners_or_anew_never_both(site: Door) -> None:
    for _round in range(3):
        statuses, kept, made = own_races.the_owner_and_another_at_once(site)

        assert statuses == {303: 4}
        assert (kept, made) in ((True, 0), (False, 1))


def test_nobody_who_deletes_the_account_is_moved_up(site: Door) -> None:
    for _round in range(3):
        statuses, left, theirs = own_races.who_waits_leaves_while_places_come_free(site)

        assert statuses == {303: 12}
        assert (left, theirs) == (6, 0)


class TestWithoutTheGuards:
    """The same races on the naive site. They must be lost: that is what shows that they are races at all."""

    def test_the_address_changes_several_times(self, unguarded: Door) -> None:
        assert is_lost(lambda: own_races.one_renews_often(unguarded)[1] > 1)

    def test_the_number_has_several_new_records(self, unguarded: Door) -> None:
        assert is_lost(lambda: own_races.a_number_begins_anew_in_several_browsers(unguarded)[1] > 1)

    def test_somebody_who_is_gone_holds_a_place(self, unguarded: Door) -> None:
        assert is_lost(lambda: own_races.who_waits_leaves_while_places_come_free(unguarded)[2] > 0)
