"""A game that was broken off is played another day, from nothing; and what a season's table makes of teams that leave it."""

from datetime import timedelta
from typing import Any

from flask import Flask

from tests.builders import a_union, a_worker
from tests.league.season import a_player, a_season, a_team, game, planned
from tests.league.test_games import (
    DAY,
    HOUR,
    a_finished_season,
    a_live_game,
    plays,
    score,
    sound,
    taps,
    two_teams,
    why,
)
from yiqi import clock
from yiqi.db import writing
from yiqi.programmes.league import fixtures, games, knockout, results, scoring, teams
from yiqi.programmes.league.models import Game
from yiqi.programmes.league.results import Entry
from yiqi.programmes.league.rules.standings import Result, table
from yiqi.programmes.league.rules.words import Part, Stage, State, Trouble


def test_a_game_that_is_played_again_begins_at_nothing(site: Flask) -> None:
    game_id, home, away, scorer = a_live_game()
    taps(game_id, home.id, 3, scorer, "before")
    scoring.next_period(game_id=game_id, after=1, by_id=scorer)
    settle: dict[str, Any] = {"game_id": game_id, "by_id": scorer, "at": clock.now()}
    results.settle(became=State.ABANDONED, **settle)
    court = game(game_id).court_id
    again = clock.now() + 3 * DAY
    fixtures.move(
        game_id=game_id, starts_at=again, court_id=court or 0, because="停电", by_id=scorer, at=clock.now()
    )

    scoring.start(game_id=game_id, by_id=scorer, at=again)
    assert games.baskets(game_id) == []
    taps(game_id, away.id, 2, scorer, "after")

    assert score(game_id) == (0, 2)
    assert [(one.period, one.points) for one in games.by_period(game_id)] == [(1, 2)]
    assert sound()


def test_a_game_of_next_week_is_not_begun_by_a_slip_of_the_thumb(site: Flask) -> None:
    season, home, away = two_teams()
    coming = planned(season, (home.id, away.id), clock.now() + 7 * DAY)
    scorer = a_worker(name="记录员").id

    assert why(lambda: scoring.start(game_id=coming, by_id=scorer, at=clock.now())) is Trouble.NOT_BEGUN
    assert game(coming).state is State.PLANNED
    scoring.start(game_id=coming, by_id=scorer, at=clock.now() + 7 * DAY - timedelta(minutes=30))
    assert game(coming).state is State.LIVE


def test_who_came_into_the_team_after_a_game_was_not_on_its_roster(site: Flask) -> None:
    season, home, away = two_teams()
    game_id, scorer = planned(season, (home.id, away.id), clock.now() - DAY), a_worker(name="记录员").id

    late = why(
        lambda: results.keep_sheet(
            game_id=game_id, entries=[Entry(home.player_ids[0])], by_id=scorer, at=clock.now()
        )
    )

    assert late is Trouble.NOT_ON_ROSTER


def test_the_lot_decides_also_where_a_team_was_struck_off() -> None:
    """FIBA D.3 takes away the games of who forfeited twice; D.1.3's last step is the draw among those who are left."""
    triangle = [Result(1, 2, 60, 50), Result(2, 3, 60, 50), Result(3, 1, 60, 50)]
    struck = [Result(one, 4, 20, 0, forfeited_by=4) for one in (1, 2, 3)]

    rows = table([1, 2, 3, 4], [*triangle, *struck], lots={1: 3, 2: 1, 3: 2}, most_forfeits=2)

    assert [(row.team, row.rank, row.shared) for row in rows] == [
        (2, 1, False),
        (3, 2, False),
        (1, 3, False),
        (4, 4, False),
    ]
    unplayed = table([1, 2, 3, 4], [*triangle, *struck[:2]], lots={1: 3, 2: 1, 3: 2}, most_forfeits=2)
    assert all(row.shared for row in unplayed[:3]), "no lot before all is played"


def test_a_winner_goes_on_into_a_final_that_waits_for_another_day(site: Flask) -> None:
    season, _teams = a_finished_season()
    _ties, digest = knockout.plan(season.id)
    organizer = a_worker(name="组织者").id
    knockout.publish(season_id=season.id, digest=digest, by_id=organizer, at=clock.now())
    found = [one for one in games.of_season(season.id) if one.stage is Stage.KNOCKOUT]
    first, _second, final = sorted(found, key=lambda one: (one.round, one.position))
    with writing() as session:
        session.get_one(Game, first.id).starts_at = clock.now() - HOUR
    fixtures.call_off(game_id=final.id, because="场馆有事", by_id=organizer, at=clock.now())

    plays(first.id, 80, 70)

    assert game(final.id).home_id == first.home_id
    assert sound()


def test_a_leader_does_not_become_one_player_too_many(site: Flask) -> None:
    season = a_season(a_union().id, least_players=1, most_players=3)
    team = a_team(season.id, players=2)
    leader = a_player(team.union_id, "领队")
    names: dict[str, Any] = {
        "team_id": team.id,
        "phone": leader.phone,
        "name": leader.name,
        "as_captain": False,
    }
    names |= {"by_id": a_worker(name="组织者").id, "at": clock.now()}
    teams.appoint(part=Part.LEADER, **names)

    assert why(lambda: teams.appoint(part=Part.PLAYER, **names)) is Trouble.FULL
    assert sound()
