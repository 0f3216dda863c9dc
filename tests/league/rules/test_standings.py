"""The table of a group against the worked examples of the FIBA Official Basketball Rules, section D.2, and beyond them."""

from itertools import combinations, permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiqi.programmes.league.rules.standings import Result, Row, table

A, B, C, D, E, F = range(1, 7)
NAMES = {name: number for number, name in enumerate("ABCDEF", 1)}


def games(*played: str) -> list[Result]:
    """`A-B 100:55` as results."""
    found = []
    for one in played:
        who, score = one.split()
        (home, away), (own, other) = who.split("-"), score.split(":")
        found.append(Result(NAMES[home], NAMES[away], int(own), int(other)))
    return found


def order(rows: list[Row]) -> list[int]:
    return [row.team for row in rows]


def goals(rows: list[Row]) -> dict[int, tuple[int, int, int]]:
    return {row.team: (row.points, row.scored, row.conceded) for row in rows}


def test_d_2_1_two_pairs_of_equals_are_parted_by_the_game_between_them() -> None:
    """FIBA D.2.1, example 1: A and B have 5 points, C and D 4; the winner of their game comes first."""
    rows = table(
        [A, B, C, D],
        games("A-B 100:55", "B-C 100:95", "A-C 90:85", "B-D 80:75", "A-D 75:80", "C-D 60:55"),
    )

    assert order(rows) == [A, B, C, D]
    assert goals(rows) == {A: (5, 265, 220), B: (5, 235, 270), C: (4, 240, 245), D: (4, 210, 215)}


def test_d_2_2_of_three_equals_the_difference_between_them_finds_the_first_and_the_rest_begin_anew() -> None:
    """FIBA D.2.2, example 2: between B, C and D each won once; B has +10; C won against D."""
    rows = table(
        [A, B, C, D],
        games("A-B 100:55", "B-C 100:85", "A-C 90:85", "B-D 75:80", "A-D 120:75", "C-D 65:55"),
    )

    assert order(rows) == [A, B, C, D]
    assert goals(rows) == {A: (6, 310, 215), B: (4, 230, 265), C: (4, 235, 245), D: (4, 210, 260)}


def test_d_2_3_three_equals_are_parted_by_the_difference_of_the_games_between_them() -> None:
    """FIBA D.2.3, example 3: between B, C and D the differences are −5, +5 and 0."""
    rows = table(
        [A, B, C, D],
        games("A-B 85:90", "B-C 100:95", "A-C 55:100", "B-D 75:85", "A-D 75:120", "C-D 65:55"),
    )

    assert order(rows) == [C, D, B, A]
    assert goals(rows) == {A: (3, 215, 310), B: (5, 265, 265), C: (5, 260, 210), D: (5, 260, 215)}


def test_d_2_4_three_equals_without_difference_are_parted_by_what_they_scored_against_each_other() -> None:
    """FIBA D.2.4, example 4: between B, C and D all differences are 0; they scored 175, 155 and 140."""
    rows = table(
        [A, B, C, D],
        games("A-B 85:90", "B-C 100:90", "A-C 55:100", "B-D 75:85", "A-D 75:120", "C-D 65:55"),
    )

    assert order(rows) == [B, C, D, A]


def test_d_2_5_four_equals_fall_into_two_pairs() -> None:
    """FIBA D.2.5, example 5: between A, B, C and D it is 5, 5, 4 and 4 points; A won against B, D against C."""
    rows = table(
        [A, B, C, D, E, F],
        games(
            *("A-B 100:55", "A-C 85:90", "A-D 120:75", "A-E 80:100", "A-F 85:80"),
            *("B-C 100:95", "B-D 80:75", "B-E 75:80", "B-F 110:90"),
            *("C-D 55:60", "C-E 90:75", "C-F 105:75"),
            *("D-E 70:45", "D-F 65:60", "E-F 75:80"),
        ),
    )

    assert order(rows) == [A, B, D, C, E, F]
    assert goals(rows)[A] == (8, 470, 400)
    assert goals(rows)[F] == (6, 385, 440)


def test_d_2_6_five_equals_are_parted_step_by_step_and_those_left_begin_anew() -> None:
    """FIBA D.2.6, example 6: C has +2, A +1 between the five; B, E and D −1 each: among these three B +4, E 0, D −4."""
    rows = table(
        [A, B, C, D, E, F],
        games(
            *("A-B 71:65", "A-C 85:86", "A-D 77:75", "A-E 80:86", "A-F 85:80"),
            *("B-C 88:87", "B-D 80:75", "B-E 75:76", "B-F 95:90"),
            *("C-D 95:100", "C-E 82:75", "C-F 105:75"),
            *("D-E 68:67", "D-F 80:75", "E-F 80:75"),
        ),
    )

    assert order(rows) == [C, A, B, E, D, F]
    assert {row.points for row in rows[:5]} == {8}


def test_d_1_3_who_is_separated_by_nothing_shares_a_place_until_the_lot_is_drawn() -> None:
    circle = games("A-B 60:50", "B-C 60:50", "C-A 60:50")

    tied = table([A, B, C], circle)
    assert [(row.rank, row.shared) for row in tied] == [(1, True)] * 3

    drawn = table([A, B, C], circle, lots={A: 3, B: 1, C: 2})
    assert [(row.team, row.rank, row.shared) for row in drawn] == [
        (B, 1, False),
        (C, 2, False),
        (A, 3, False),
    ]


def test_d_1_3_before_all_games_are_played_no_lot_counts() -> None:
    begun = games("A-B 60:50", "C-D 60:50")

    rows = table([A, B, C, D], begun, lots={A: 2, C: 1, B: 4, D: 3})

    assert [(row.team, row.rank, row.shared) for row in rows[:2]] == [(A, 1, True), (C, 1, True)]


def test_d_1_1_a_forfeit_brings_no_point_and_twenty_to_nothing() -> None:
    rows = table([A, B, C], [Result(A, B, 20, 0, forfeited_by=B), *games("B-C 70:60")])

    assert {row.team: row.points for row in rows} == {A: 2, B: 2, C: 1}
    assert order(rows) == [A, B, C]
    assert next(row for row in rows if row.team == B).forfeited == 1


def test_d_3_with_a_second_forfeit_none_of_a_teams_games_counts() -> None:
    played = [
        *games("B-A 90:50", "A-C 70:60"),
        Result(B, C, 0, 20, forfeited_by=B),
        Result(B, D, 0, 20, forfeited_by=B),
    ]

    struck = table([A, B, C, D], played, most_forfeits=2)
    kept = table([A, B, C, D], played, most_forfeits=0)

    assert {row.team: row.played for row in struck} == {A: 1, C: 1, B: 0, D: 0}
    assert {row.team: row.played for row in kept} == {A: 2, C: 2, B: 3, D: 1}


scores = st.tuples(st.integers(40, 100), st.integers(40, 100)).filter(lambda pair: pair[0] != pair[1])


@st.composite
def groups(draw: st.DrawFn) -> tuple[list[int], list[Result]]:
    teams = list(range(1, draw(st.integers(2, 7)) + 1))
    pairs = [pair for pair in combinations(teams, 2) if draw(st.booleans())]
    return teams, [Result(one, other, *draw(scores)) for one, other in pairs]


@given(groups(), st.randoms())
def test_the_table_does_not_depend_on_who_is_written_first(
    group: tuple[list[int], list[Result]], rng: Random
) -> None:
    teams, results = group
    turned = [Result(one.away, one.home, one.away_score, one.home_score) for one in results]
    rng.shuffle(turned)
    shuffled = rng.sample(teams, len(teams))

    def places(rows: list[Row]) -> dict[int, int]:
        return {row.team: row.rank for row in rows}

    assert places(table(teams, results)) == places(table(shuffled, turned))


@given(groups())
def test_nobody_stands_above_a_team_with_more_points_and_of_two_equals_the_winner_leads(
    group: tuple[list[int], list[Result]],
) -> None:
    teams, results = group
    rows = table(teams, results)

    assert sorted(order(rows)) == teams
    assert [row.points for row in rows] == sorted((row.points for row in rows), reverse=True)
    assert sum(row.won for row in rows) == sum(row.lost for row in rows) == len(results)
    assert sum(row.difference for row in rows) == 0
    for one, other in combinations(rows, 2):
        equals = [row for row in rows if row.points == one.points]
        met = [game for game in results if {game.home, game.away} == {one.team, other.team}]
        if len(equals) == 2 and one.points == other.points and met:
            winner = met[0].home if met[0].home_score > met[0].away_score else met[0].away
            assert one.team == winner


@pytest.mark.parametrize("given_as", list(permutations([A, B, C])))
def test_equals_without_any_game_keep_the_order_they_are_given_in(given_as: tuple[int, ...]) -> None:
    assert order(table(list(given_as), [])) == list(given_as)
