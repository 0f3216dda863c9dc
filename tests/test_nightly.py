"""What takes turns by day leaves nothing out, and by night nothing waits."""

import pytest
from hypothesis import settings

from tests.browser.looking import LOOKS, TURNS
from tests.nightly import in_turns


@pytest.mark.parametrize(("of", "many"), [(21, 4), (13, 3), (6, 1), (2, 5)])
def test_after_as_many_turns_as_it_takes_everything_was_there(of: int, many: int) -> None:
    rounds = -(-of // many)
    assert {one for turn in range(rounds) for one in in_turns(range(of), turn, many)} == set(range(of))
    assert {len(in_turns(range(of), turn, many)) for turn in range(50)} == {min(of, many)}


def test_by_night_everything_is_there_at_once() -> None:
    by_day = settings.get_current_profile_name()
    settings.load_profile("nightly")
    try:
        assert in_turns("abc", 7, 1) == ["a", "b", "c"]
    finally:
        settings.load_profile(by_day)


def test_the_colours_of_every_look_have_their_turn() -> None:
    """Large is as coloured as small, and easier to read."""
    assert {look for turn in TURNS for look in turn} == set(LOOKS) - {"large"}
