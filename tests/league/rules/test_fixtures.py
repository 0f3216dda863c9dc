"""Round robins and places: everybody meets everybody once, no court twice at once, no team without its rest."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from yiqi.programmes.league.rules.fixtures import (
    Place,
    Planned,
    Taken,
    assign,
    by_round,
    clashes,
    round_robin,
)

FIRST = date(2026, 10, 10)
sizes = st.integers(2, 12)


def places(days: int, *, every: int = 1, courts: int = 2, hours: tuple[int, ...] = (10, 12)) -> list[Place]:
    return [
        Place(datetime(day.year, day.month, day.day, hour, tzinfo=UTC), day, court)
        for day in (FIRST + timedelta(days=every * n) for n in range(days))
        for hour in hours
        for court in range(1, courts + 1)
    ]


@given(sizes)
def test_every_team_meets_every_other_once_and_plays_once_a_round(many: int) -> None:
    teams = list(range(1, many + 1))
    games = round_robin(1, teams)

    assert sorted(tuple(sorted((one.home, one.away))) for one in games) == list(combinations(teams, 2))
    for number in {one.round for one in games}:
        playing = [team for one in games if one.round == number for team in (one.home, one.away)]
        assert len(playing) == len(set(playing)) == many - many % 2
    assert len({one.round for one in games}) == (many if many % 2 else many - 1)


@given(sizes)
def test_nobody_is_at_home_much_more_often_than_away(many: int) -> None:
    games = round_robin(1, list(range(many)))
    home, away = Counter(one.home for one in games), Counter(one.away for one in games)

    assert all(abs(home[team] - away[team]) <= 2 for team in range(many))


@given(
    st.lists(st.integers(2, 7), min_size=1, max_size=3),
    st.integers(0, 3),
    st.integers(0, 7),
    st.integers(1, 3),
    st.sampled_from([60, 90, 150]),
)
def test_places_are_given_without_a_clash_and_none_is_lost(
    groups: list[int], rest: int, days_a_round: int, courts: int, minutes: int
) -> None:
    start = 0
    tables = []
    for number, many in enumerate(groups):
        tables.append(round_robin(number, list(range(start, start + many))))
        start += many
    games = by_round(tables)

    planned, left = assign(
        games, places(40, courts=courts), minutes=minutes, rest_days=rest, days_a_round=days_a_round
    )

    assert Counter([one.pairing for one in planned] + left) == Counter(games)
    assert not faults(planned, minutes, rest)
    for one in planned:
        assert one.place.day >= FIRST + timedelta(days=days_a_round * (one.pairing.round - 1))


def faults(planned: list[Planned], minutes: int, rest: int) -> list[tuple[Planned, Planned]]:
    """Two games that cannot both be: counted anew, not by the code's own `clashes`."""
    found = []
    for one, other in combinations(planned, 2):
        apart = abs(one.place.starts_at - other.place.starts_at)
        if one.place.court == other.place.court and apart < timedelta(minutes=minutes):
            found.append((one, other))
        mates = {one.pairing.home, one.pairing.away} & {other.pairing.home, other.pairing.away}
        if mates and abs((one.place.day - other.place.day).days) <= rest:
            found.append((one, other))
    return found


def test_forty_two_games_of_two_groups_of_seven_fit_into_seven_weeks() -> None:
    games = by_round([round_robin(1, range(7)), round_robin(2, range(7, 14))])

    planned, left = assign(
        games, places(49, courts=2, hours=(10, 12, 14)), minutes=90, rest_days=2, days_a_round=7
    )

    assert len(games) == 42
    assert not left
    assert planned[-1].place.day < FIRST + timedelta(days=49)


def test_what_stands_already_is_respected() -> None:
    games = round_robin(1, [1, 2])
    taken = [Taken(places(1)[0].starts_at, FIRST, 1, (3, 4)), Taken(places(1)[1].starts_at, FIRST, 2, (1, 5))]

    planned, left = assign(games, places(2, every=2), minutes=90, rest_days=1, taken=taken)

    assert not left
    assert planned[0].place.day == FIRST + timedelta(days=2)


def test_a_clash_says_which_kind_it_is() -> None:
    place = places(1)[0]
    on_court = Taken(place.starts_at + timedelta(minutes=89), FIRST, place.court, (3, 4))
    too_soon = Taken(place.starts_at + timedelta(days=1), FIRST + timedelta(days=1), 2, (1, 5))
    fine = Taken(place.starts_at + timedelta(days=2), FIRST + timedelta(days=2), 1, (1, 5))

    found = clashes(place, (1, 2), [on_court, too_soon, fine], minutes=90, rest_days=1)

    assert found == [("court", on_court), ("rest", too_soon)]


def test_without_enough_places_the_games_left_over_are_said() -> None:
    games = round_robin(1, [1, 2, 3, 4])

    planned, left = assign(games, places(1, courts=1), minutes=90, rest_days=1)

    assert (len(planned), len(left)) == (2, 4)
