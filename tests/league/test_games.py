"""Games: planned and published as they were looked at, moved without a clash, scored by taps that count once, settled."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.builders import a_union, a_worker, an_activity
from tests.league.season import Begun, Entered, a_season, a_team, game, planned, takes_its_time
from tests.unions.at_once import at_once
from yiqi import clock
from yiqi.activities.models import Activity, Programme, Slot
from yiqi.db import db, writing
from yiqi.notices.models import Notice
from yiqi.programmes.league import (
    checks,
    fixtures,
    games,
    knockout,
    locking,
    results,
    scoring,
    spectating,
    tables,
)
from yiqi.programmes.league.models import Game, Line, Score
from yiqi.programmes.league.results import Entry
from yiqi.programmes.league.rules.words import Refused, Stage, State, Trouble
from yiqi.programmes.league.spectating import Stand
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def why(verb: object) -> Trouble:
    with pytest.raises(Refused) as refused:
        verb()  # type: ignore[operator]
    return refused.value.why


def sound() -> bool:
    """Whether the league's invariants hold."""
    return not [one for check in checks.CHECKS.values() for one in check(clock.now())]


def two_teams(players: int = 2) -> tuple[Begun, Entered, Entered]:
    season = a_season(a_union().id)
    group = season.group_ids[0]
    return (
        season,
        a_team(season.id, group_id=group, players=players),
        a_team(season.id, group_id=group, players=players),
    )


def a_live_game(players: int = 2) -> tuple[int, Entered, Entered, int]:
    """A game that has begun, its teams, and who keeps the score."""
    season, home, away = two_teams(players)
    game_id, scorer = planned(season, (home.id, away.id), clock.now() - HOUR), a_worker(name="记录员").id
    scoring.start(game_id=game_id, by_id=scorer, at=clock.now())
    return game_id, home, away, scorer


def taps(
    game_id: int, team_id: int, points: int, by_id: int, nonce: str, player_id: int | None = None
) -> int:
    return scoring.basket(
        game_id=game_id,
        team_id=team_id,
        points=points,
        player_id=player_id,
        nonce=nonce,
        by_id=by_id,
        at=clock.now(),
    )


def score(game_id: int) -> tuple[int, int]:
    found = game(game_id)
    return found.home_score, found.away_score


def plays(game_id: int, home: int, away: int, because: str = "") -> None:
    results.settle(
        game_id=game_id,
        became=State.PLAYED,
        home_score=home,
        away_score=away,
        because=because,
        by_id=a_worker(name="记录员").id,
        at=clock.now(),
    )


def test_what_was_looked_at_is_what_is_published_and_twice_is_once(site: Flask) -> None:
    season = a_season(a_union().id)
    for _n in range(4):
        a_team(season.id, group_id=season.group_ids[0])
    first = clock.today() + 7 * DAY
    draft, wish = fixtures.plan(season.id, season.wish(first)), season.wish(first)
    publish: dict[str, Any] = {
        "season_id": season.id,
        "wish": wish,
        "by_id": a_worker().id,
        "at": clock.now(),
    }

    assert fixtures.publish(digest=draft.digest, **publish) == len(draft.planned) == 6
    assert why(lambda: fixtures.publish(digest=draft.digest, **publish)) is Trouble.STALE

    assert len(games.of_season(season.id)) == 6
    a_team(season.id, group_id=season.group_ids[0])
    more = fixtures.plan(season.id, wish)
    assert len(more.planned) + len(more.left) == 4


def test_a_draft_that_is_not_true_any_more_is_not_published(site: Flask) -> None:
    season = a_season(a_union().id)
    for _n in range(2):
        a_team(season.id, group_id=season.group_ids[0])
    first = clock.today() + 7 * DAY
    seen = season.digest(first)
    a_team(season.id, group_id=season.group_ids[0])

    refused = why(
        lambda: fixtures.publish(
            season_id=season.id, wish=season.wish(first), digest=seen, by_id=None, at=clock.now()
        )
    )

    assert refused is Trouble.STALE
    assert games.of_season(season.id) == []


def test_a_game_moves_where_court_and_teams_are_free_and_the_players_hear_of_it(site: Flask) -> None:
    season, home, away = two_teams()
    third = a_team(season.id, group_id=season.group_ids[0])
    start, organizer = clock.now() + 10 * DAY, a_worker().id
    moved = planned(season, (home.id, away.id), start)
    other = planned(season, (third.id, home.id), start + 5 * DAY)
    move: dict[str, Any] = {"game_id": moved, "by_id": organizer, "at": clock.now()}
    court = season.court_ids[0]

    def to(days: int, because: str = "", court_id: int = court) -> None:
        fixtures.move(starts_at=start + days * DAY, court_id=court_id, because=because, **move)

    assert why(lambda: to(5)) is Trouble.COURT_BUSY
    assert why(lambda: to(4)) is Trouble.NO_REST
    assert why(lambda: to(5, "决赛提前", season.court_ids[1])) is Trouble.NO_REST, "never two on one day"
    assert why(lambda: to(2, court_id=987654)) is Trouble.NOT_YOURS
    to(4, "场馆检修")

    assert game(moved).starts_at == start + 4 * DAY
    assert game(other).starts_at == start + 5 * DAY
    told = set(db.session.scalars(select(Notice.person_id).where(Notice.kind == "league_moved")))
    assert told == {home.captain.id, away.captain.id, *(one.id for one in (*home.people, *away.people))}
    deed = db.session.scalars(select(Deed).where(Deed.what == What.GAME_KEPT)).one()
    assert deed.because == "场馆检修"


def test_a_tap_that_is_sent_twice_counts_once_and_is_taken_back_once(site: Flask) -> None:
    game_id, home, away, scorer = a_live_game()
    one = taps(game_id, home.id, 3, scorer, "a")
    assert taps(game_id, home.id, 3, scorer, "a") == one
    two = taps(game_id, away.id, 2, scorer, "b")

    assert score(game_id) == (3, 2)
    for _again in range(2):
        scoring.undo(game_id=game_id, score_id=two, by_id=scorer, at=clock.now())
    assert score(game_id) == (3, 0)
    assert sound()


def test_ten_taps_at_once_all_count(site: Flask) -> None:
    game_id, home, away, scorer = a_live_game()

    outcomes = at_once(
        site,
        *(lambda n=n: bool(taps(game_id, (home, away)[n % 2].id, 2, scorer, f"tap-{n}")) for n in range(10)),
    )

    assert outcomes == ["True"] * 10
    assert score(game_id) == (10, 10)
    assert sound()


@pytest.mark.parametrize("site", ["postgresql"], indirect=True)
def test_without_the_games_lock_taps_at_once_are_lost(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: each counts what it can see, and the last to write wins."""
    game_id, home, away, scorer = a_live_game()
    monkeypatch.setattr(locking, "game", lambda _here, one: games.one(one))
    takes_its_time(monkeypatch, scoring, "_totals")

    at_once(
        site,
        *(lambda n=n: bool(taps(game_id, (home, away)[n % 2].id, 2, scorer, f"tap-{n}")) for n in range(10)),
    )

    assert score(game_id) != (10, 10)


def test_quarters_follow_one_another_and_a_game_ends_with_a_winner(site: Flask) -> None:
    game_id, home, _away, scorer = a_live_game()
    for _again in range(2):
        scoring.next_period(game_id=game_id, after=1, by_id=scorer)
    assert game(game_id).period == 2
    finish: dict[str, Any] = {"game_id": game_id, "by_id": scorer, "at": clock.now()}

    assert why(lambda: scoring.finish(**finish)) is Trouble.A_DRAW
    taps(game_id, home.id, 2, scorer, "a")
    for _again in range(2):
        scoring.finish(**finish)

    assert game(game_id).state is State.PLAYED
    assert why(lambda: taps(game_id, home.id, 2, scorer, "b")) is Trouble.NOT_LIVE
    assert taps(game_id, home.id, 2, scorer, "a")
    assert db.session.scalar(select(func.count()).select_from(Score)) == 1


def test_baskets_of_players_on_the_sheet_are_theirs_when_the_game_ends(site: Flask) -> None:
    game_id, home, away, scorer = a_live_game()
    mine, theirs = home.player_ids[0], away.player_ids[0]
    results.keep_sheet(game_id=game_id, entries=[Entry(mine), Entry(theirs)], by_id=scorer, at=clock.now())

    taps(game_id, home.id, 2, scorer, "a", mine)
    taps(game_id, home.id, 3, scorer, "b", mine)
    assert why(lambda: taps(game_id, home.id, 2, scorer, "c", theirs)) is Trouble.NOT_ON_ROSTER
    scoring.finish(game_id=game_id, by_id=scorer, at=clock.now())

    points = {row.player_id: row.points for row in db.session.execute(select(Line.player_id, Line.points))}
    assert points == {mine: 5, theirs: None}


def test_the_roster_of_the_day_is_part_of_the_roster(site: Flask) -> None:
    season, home, away = two_teams()
    stranger = a_team(season.id, players=1)
    game_id, scorer = planned(season, (home.id, away.id), clock.now() - HOUR), a_worker().id
    keep: dict[str, Any] = {"game_id": game_id, "by_id": scorer, "at": clock.now()}

    wrong = [Entry(home.player_ids[0]), Entry(stranger.player_ids[0])]
    assert why(lambda: results.keep_sheet(entries=wrong, **keep)) is Trouble.NOT_ON_ROSTER
    assert db.session.scalar(select(func.count()).select_from(Line)) == 0
    results.keep_sheet(entries=[Entry(home.player_ids[0], 12, 3)], **keep)

    line = db.session.scalars(select(Line)).one()
    assert (line.points, line.fouls, line.checked_by_id, line.shirt) == (12, 3, scorer, 10)


def test_a_correction_keeps_the_old_result_in_the_trail(site: Flask) -> None:
    season, home, away = two_teams()
    game_id = planned(season, (home.id, away.id), clock.now() - HOUR)

    plays(game_id, 68, 61)
    plays(game_id, 68, 61)
    plays(game_id, 66, 61, "第三节多记了 2 分")

    deeds = db.session.scalars(select(Deed).where(Deed.what == What.RESULT_KEPT).order_by(Deed.id)).all()
    assert [(one.facts["was"], one.facts["became"]) for one in deeds] == [("", "68:61"), ("68:61", "66:61")]
    assert deeds[1].because == "第三节多记了 2 分"
    assert score(game_id) == (66, 61)


def test_a_forfeit_is_twenty_to_nothing_and_an_abandoned_game_counts_for_nobody(site: Flask) -> None:
    season, home, away = two_teams()
    one = planned(season, (home.id, away.id), clock.now() - HOUR)
    scorer = a_worker().id
    settle: dict[str, Any] = {"game_id": one, "by_id": scorer, "at": clock.now()}

    results.settle(became=State.ABANDONED, home_score=30, away_score=28, **settle)
    assert [placed.row.played for placed in tables.of_season(season.id)[0].placed] == [0, 0]
    results.settle(became=State.FORFEITED, forfeited_by_id=home.id, **settle)

    assert score(one) == (0, 20)
    rows = {placed.team.id: placed.row for placed in tables.of_season(season.id)[0].placed}
    assert (rows[away.id].points, rows[home.id].points) == (2, 0)
    assert why(lambda: results.settle(became=State.FORFEITED, forfeited_by_id=987654, **settle)) is (
        Trouble.NOT_YOURS
    )


def test_nobody_keeps_the_score_of_their_own_team(site: Flask) -> None:
    season, home, away = two_teams()
    game_id = planned(season, (home.id, away.id), clock.now() - HOUR)
    player = home.people[0].id

    assert why(lambda: scoring.start(game_id=game_id, by_id=player, at=clock.now())) is Trouble.OWN_GAME
    settle: dict[str, Any] = {"game_id": game_id, "became": State.PLAYED, "home_score": 99, "at": clock.now()}
    assert why(lambda: results.settle(by_id=player, **settle)) is Trouble.OWN_GAME


def test_a_result_before_the_game_and_a_draw_are_no_results(site: Flask) -> None:
    season, home, away = two_teams()
    begun = planned(season, (home.id, away.id), clock.now() - HOUR)
    coming = planned(season, (home.id, away.id), clock.now() + DAY)

    assert why(lambda: plays(begun, 60, 60)) is Trouble.A_DRAW
    assert why(lambda: plays(coming, 60, 50)) is Trouble.NOT_BEGUN


def a_finished_season() -> tuple[Begun, list[Entered]]:
    """Two groups of two, one game each: the first two and the last two teams."""
    season = a_season(a_union().id, qualify=2)
    made = [a_team(season.id, group_id=season.group_ids[n // 2]) for n in range(4)]
    for one, other, group in ((0, 1, 0), (2, 3, 1)):
        game_id = planned(season, (made[one].id, made[other].id), clock.now() - DAY)
        with writing() as session:
            session.get_one(Game, game_id).group_id = season.group_ids[group]
        plays(game_id, 70, 60)
    return season, made


def test_winners_go_on_and_a_corrected_result_sends_the_other_one_on(site: Flask) -> None:
    season, (a_1, a_2, b_1, b_2) = a_finished_season()
    ties, digest = knockout.plan(season.id)
    assert len(ties) == 3
    assert knockout.publish(season_id=season.id, digest=digest, by_id=a_worker().id, at=clock.now()) == 3

    found = [one for one in games.of_season(season.id) if one.stage is Stage.KNOCKOUT]
    first, second, final = sorted(found, key=lambda one: (one.round, one.position))
    assert {(first.home_id, first.away_id), (second.home_id, second.away_id)} == {
        (a_1.id, b_2.id),
        (b_1.id, a_2.id),
    }
    for one in (first, second):
        with writing() as session:
            session.get_one(Game, one.id).starts_at = clock.now() - HOUR
    plays(first.id, 80, 70)
    assert game(final.id).home_id == first.home_id
    plays(first.id, 70, 80, "记反了")
    assert game(final.id).home_id == first.away_id
    assert sound()


def test_no_bracket_before_the_groups_are_done_and_none_twice(site: Flask) -> None:
    season, home, away = two_teams()
    assert why(lambda: knockout.plan(season.id)) is Trouble.UNFINISHED
    plays(planned(season, (home.id, away.id), clock.now() - HOUR), 70, 60)
    _ties, digest = knockout.plan(season.id)
    publish: dict[str, Any] = {"season_id": season.id, "by_id": a_worker().id, "at": clock.now()}

    assert why(lambda: knockout.publish(digest="another", **publish)) is Trouble.STALE
    knockout.publish(digest=digest, **publish)
    assert why(lambda: knockout.publish(digest=digest, **publish)) is Trouble.HAS_GAMES


def test_a_game_gets_an_activity_with_a_slot_for_each_stand_once(site: Flask) -> None:
    season, home, away = two_teams()
    game_id, organizer = planned(season, (home.id, away.id), clock.now() + 3 * DAY), a_worker().id
    stands = [Stand("A 看台", 150), Stand("B 看台", 80)]
    made = {
        spectating.open_places(game_id=game_id, stands=stands, by_id=organizer, at=clock.now())
        for _again in range(2)
    }

    (activity_id,) = made
    slots = db.session.scalars(
        select(Slot).where(Slot.activity_id == activity_id).order_by(Slot.position)
    ).all()
    assert [(one.label, one.capacity) for one in slots] == [("A 看台", 150), ("B 看台", 80)]
    activity = db.session.get_one(Activity, activity_id)
    assert activity.programme is Programme.LEAGUE
    assert games.of_activity(activity_id).id == game_id  # type: ignore[union-attr]


def test_a_game_is_not_linked_with_somebody_elses_activity_nor_with_another_games(site: Flask) -> None:
    season, home, away = two_teams()
    one, other = (planned(season, (home.id, away.id), clock.now() + n * DAY) for n in (3, 9))
    link: dict[str, Any] = {"by_id": a_worker().id, "at": clock.now()}
    foreign = an_activity(programme=Programme.LEAGUE, owner=a_union("别家")).activity_id
    own = an_activity(programme=Programme.LEAGUE).activity_id

    assert why(lambda: spectating.link(game_id=one, activity_id=foreign, **link)) is Trouble.NOT_YOURS
    spectating.link(game_id=one, activity_id=own, **link)
    assert why(lambda: spectating.link(game_id=other, activity_id=own, **link)) is Trouble.ASKED_ALREADY
