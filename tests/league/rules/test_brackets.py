"""The knock-out: crosswise, with byes for the strongest, everybody once."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from yiqi.programmes.league.rules.brackets import Tie, bracket, seeds

A, B = [11, 12, 13, 14, 15], [21, 22, 23, 24, 25]


def first_round(ties: list[Tie]) -> list[tuple[int | None, int | None]]:
    return [(one.home.team, one.away.team) for one in ties if one.round == 1]


def test_of_two_groups_the_first_of_one_meets_the_last_of_the_other() -> None:
    ties = bracket([A, B], 4)

    assert sorted(first_round(ties)) == [(11, 24), (12, 23), (21, 14), (22, 13)]
    assert len(ties) == 7
    assert ties[-1].round == 3


def test_the_two_best_can_only_meet_in_the_final() -> None:
    ties = bracket([A, B], 2)

    assert first_round(ties) == [(11, 22), (21, 12)]
    assert (ties[2].home.winner_of, ties[2].away.winner_of) == (0, 1)


def test_where_the_number_is_no_power_of_two_the_best_go_on_without_a_game() -> None:
    ties = bracket([A, B], 3)

    assert len(ties) == 5
    waiting = {side.team for one in ties if one.round == 2 for side in (one.home, one.away)} - {None}
    assert waiting == {11, 21}


def test_one_alone_needs_no_games() -> None:
    assert bracket([[11]], 4) == []
    assert bracket([], 4) == []


@given(st.lists(st.integers(1, 6), min_size=1, max_size=4), st.integers(1, 5))
def test_everybody_who_goes_on_is_there_once_and_each_game_but_the_final_leads_to_one(
    sizes: list[int], qualify: int
) -> None:
    tables = [[100 * n + rank for rank in range(many)] for n, many in enumerate(sizes, 1)]
    strong, ties = seeds(tables, qualify), bracket(tables, qualify)

    named = [side.team for one in ties for side in (one.home, one.away) if side.team is not None]
    fed = [side.winner_of for one in ties for side in (one.home, one.away) if side.winner_of is not None]
    assert sorted(named) == (sorted(strong) if len(strong) > 1 else [])
    assert sorted(fed) == list(range(len(ties) - 1))
    assert len(ties) == max(len(strong) - 1, 0)
    assert all(one.round <= other.round for one, other in pairwise(ties))
    if len(tables) == 2 and min(sizes) >= qualify:
        assert all(
            home is None or away is None or home // 100 != away // 100 for home, away in first_round(ties)
        )
