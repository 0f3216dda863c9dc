"""The league of the demo: a season of two groups of seven that is nearly through its rounds, one game of it live."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from random import Random

from msgspec import Struct
from sqlalchemy import select

from yiqi import clock
from yiqi.activities.models import Activity, Occurrence, Programme
from yiqi.cli.demo_content.league_teams import OWN, STRENGTH, A, B
from yiqi.cli.demo_content.unions import FEDERATION
from yiqi.cli.demo_people import Cast
from yiqi.db import db
from yiqi.people.models import Person
from yiqi.programmes.league import (
    fixtures,
    games,
    invitations,
    results,
    rosters,
    scoring,
    seasons,
    spectating,
    squads,
    teams,
)
from yiqi.programmes.league.fixtures import Wish
from yiqi.programmes.league.games import GameFacts
from yiqi.programmes.league.results import Entry
from yiqi.programmes.league.rules.words import Part, Plays, State

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CAPTAIN, LEADER, SCORER = 10, 11, 3
"""The accounts: who leads 泰德制药 onto the court, who is asked to be its leader, who keeps the scores."""
AT_TIDE, AT_LAST = (OWN, "京仪装备"), (68, 61)
FORFEITS = ("小微企业联合", "北京奔驰二队")
"""One game that one of the two did not come to."""
LIVE = ("同仁堂", "北京奔驰一队")
"""Of the last round, brought forward to today. These two play nothing last Sunday, which can still be today for a game that
began before midnight: their games of the round before were brought forward too."""
ROUNDS, ENTERED, BEGUN = 7, 57 * DAY, 65 * DAY
SHIRTS = (7, 11, 23, 4, 9, 15, 30, 5, 8, 13, 21, 33)
PLACES = (Plays.GUARD, Plays.FORWARD, Plays.CENTRE, Plays.GUARD, Plays.FORWARD)
TIDES, OTHERS = 9, 10
"""How many play for 泰德制药, and at the most for another team."""
ON_SHEET = 8


class _Entered(Struct, frozen=True):
    """A team with the rows of its players."""

    id: int
    name: str
    players: tuple[int, ...]


def furnish(cast: Cast, at: datetime) -> None:
    """Play the season up to now, as its organizer, its captains and its players would have."""
    rng = Random(clock.beijing(at).date().toordinal())  # noqa: S311
    scorer = cast.accounts[SCORER]
    season_id = _begin(cast, scorer, at)
    entered = _enter(cast, season_id, scorer, rng, at)
    _plan(season_id, scorer, at)
    _move(season_id, scorer, at)
    for game in games.of_season(season_id):
        if game.starts_at is not None and game.starts_at < at - 2 * HOUR:
            _played(game, entered, scorer, rng)
    _live(games.of_season(season_id), entered, scorer, rng, at)
    _invite(cast, entered[OWN], at)


def _begin(cast: Cast, scorer: int, at: datetime) -> int:
    year = clock.beijing(at).year
    return seasons.begin(
        owner_id=cast.unions[FEDERATION[0]],
        settings=seasons.Settings(
            name=f"{year} 赛季",
            name_en=f"{year} season",
            locks_at=clock.at(clock.beijing(at).date() + 4 * DAY, 18),
        ),
        courts=[
            ("博大公园篮球馆", "Boda Park Basketball Hall"),
            ("博大公园篮球馆 2 号场", "Boda Park Basketball Hall, court 2"),
            ("职工之家球场", "Workers’ Club court"),
        ],
        groups=["A", "B"],
        by_id=scorer,
        nonce="demo",
        at=at - BEGUN,
    )


def _enter(cast: Cast, season_id: int, scorer: int, rng: Random, at: datetime) -> dict[str, _Entered]:
    phones = {
        row.id: (row.phone, row.name)
        for row in db.session.execute(select(Person.id, Person.phone, Person.name))
    }
    crowd: dict[str, list[int]] = {}
    for one in cast.crowd:
        crowd.setdefault(one.union, []).append(one.id)
    found = {}
    for group, members in zip(squads.groups(season_id), (A, B), strict=True):
        for name, name_en, union in members:
            many = TIDES if name == OWN else rng.randint(8, OTHERS)
            people = [crowd[union].pop(0) for _n in range(min(many, len(crowd[union])))]
            if name == OWN:
                people = [cast.accounts[CAPTAIN], *people[: TIDES - 1]]
            team_id = teams.enter(
                season_id=season_id,
                name=name,
                name_en=name_en,
                union_ids=[cast.unions[union]],
                group_id=group.id,
                captain=phones[people[0]],
                by_id=scorer,
                at=at - ENTERED,
            )
            found[name] = _Entered(team_id, name, _gather(team_id, people, rng, at))
    return found


def _gather(team_id: int, people: Sequence[int], rng: Random, at: datetime) -> tuple[int, ...]:
    """The captain takes a number and sends the link round; the others come in one after another."""
    when = at - ENTERED + HOUR
    rosters.change_own(
        team_id=team_id, person_id=people[0], shirt=SHIRTS[0], plays=PLACES[0], name_shown=True, at=when
    )
    link = invitations.open_to_all(team_id=team_id, person_id=people[0], nonce="demo", at=when)
    for n, person_id in enumerate(people[1:], 1):
        rosters.accept(
            token=link.token,
            person_id=person_id,
            shirt=SHIRTS[n],
            plays=PLACES[n % len(PLACES)],
            name_shown=rng.random() < 0.6,
            at=when + n * 5 * HOUR,
        )
    return tuple(one.id for one in squads.roster(team_id, names=False) if one.part == Part.PLAYER)


def _plan(season_id: int, scorer: int, at: datetime) -> None:
    """A round each Sunday, the last one at the end of this week."""
    today = clock.beijing(at).date()
    sunday = today + (6 - today.weekday()) * DAY
    wish = Wish(
        first_on=sunday - (ROUNDS - 1) * 7 * DAY,
        weekdays=frozenset({6}),
        times=(time(9), time(11), time(17)),
        court_ids=tuple(one.id for one in squads.courts(season_id))[:2],
    )
    draft = fixtures.plan(season_id, wish)
    fixtures.publish(season_id=season_id, wish=wish, digest=draft.digest, by_id=scorer, at=at - ENTERED + DAY)


def _move(season_id: int, scorer: int, at: datetime) -> None:
    """Some games went to the evenings for which spectators have signed up; one is on right now."""
    main, second, third = squads.courts(season_id)
    earlier = iter((main, second))
    watched = _watched()
    for game in games.of_season(season_id):
        pair, when, court = frozenset((game.home, game.away)), at - 30 * DAY, main
        because = "观众席开放，和两队说好了"
        starts_at = watched[pair][1] if pair in watched else None
        if pair == frozenset(LIVE):
            starts_at = at - timedelta(minutes=35 + clock.beijing(at).minute % 5)
            when, court = at - 2 * DAY, third
        elif game.round == ROUNDS - 1 and pair & frozenset(LIVE):
            starts_at = clock.at(clock.beijing(game.starts_at).date() - 3 * DAY, 19, 30)
            court, because = next(earlier), "下一轮要提前打，和两队说好了"
        if starts_at is not None:
            fixtures.move(
                game_id=game.id,
                starts_at=starts_at,
                court_id=court.id,
                because=because,
                by_id=scorer,
                at=when,
            )
        if pair in watched:
            spectating.link(game_id=game.id, activity_id=watched[pair][0], by_id=scorer, at=when)


def _watched() -> dict[frozenset[str], tuple[int, datetime]]:
    """The activities of the games that spectators sign up for, and their times, by who plays: `第 7 轮 · 京东集团 对 施耐德`."""
    rows = db.session.execute(
        select(Activity.id, Activity.sub, Occurrence.starts_at)
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .where(Activity.programme == Programme.LEAGUE, Activity.sub.contains(" 对 "))
    )
    return {
        frozenset(row.sub.partition(" · ")[2].split(" 对 ")): (row.id, row.starts_at)
        for row in rows
        if row.sub.startswith("第 ")
    }


def _played(game: GameFacts, entered: dict[str, _Entered], scorer: int, rng: Random) -> None:
    over = game.starts_at + timedelta(minutes=95)
    if {game.home, game.away} == set(FORFEITS):
        away = entered[FORFEITS[1]].id
        results.settle(game_id=game.id, became=State.FORFEITED, forfeited_by_id=away, by_id=scorer, at=over)
        return
    home, away = _score(game, rng)
    entries = [
        *_entries(entered[game.home].players, home, rng),
        *_entries(entered[game.away].players, away, rng),
    ]
    results.keep_sheet(game_id=game.id, entries=entries, by_id=scorer, at=game.starts_at)
    results.settle(
        game_id=game.id, became=State.PLAYED, home_score=home, away_score=away, by_id=scorer, at=over
    )


def _score(game: GameFacts, rng: Random) -> tuple[int, int]:
    if {game.home, game.away} == set(AT_TIDE):
        return AT_LAST if game.home == OWN else (AT_LAST[1], AT_LAST[0])
    ahead = round((STRENGTH[game.home] - STRENGTH[game.away]) * 0.8 + rng.gauss(0, 4))
    ahead = ahead or (1 if STRENGTH[game.home] > STRENGTH[game.away] else -1)
    lower = rng.randint(52, 70)
    return (lower + ahead, lower) if ahead > 0 else (lower, lower - ahead)


def _entries(players: Sequence[int], points: int, rng: Random) -> list[Entry]:
    """Who was there, and how the points of a team fell to them."""
    there = rng.sample(players, min(ON_SHEET, len(players)))
    weights = [rng.random() + 0.2 for _one in there]
    shares = [int(points * weight / sum(weights)) for weight in weights]
    shares[0] += points - sum(shares)
    return [
        Entry(player_id, share, rng.randint(0, 4)) for player_id, share in zip(there, shares, strict=True)
    ]


def _live(
    season_games: Sequence[GameFacts],
    entered: dict[str, _Entered],
    scorer: int,
    rng: Random,
    at: datetime,
) -> None:
    game = next(one for one in season_games if {one.home, one.away} == set(LIVE))
    sheet = [
        Entry(player_id) for side in (game.home, game.away) for player_id in entered[side].players[:ON_SHEET]
    ]
    results.keep_sheet(game_id=game.id, entries=sheet, by_id=scorer, at=game.starts_at)
    scoring.start(game_id=game.id, by_id=scorer, at=game.starts_at)
    many = 34
    for n in range(many):
        if n == many // 2:
            scoring.next_period(game_id=game.id, after=1, by_id=scorer)
        side, team_id = rng.choice(((game.home, game.home_id), (game.away, game.away_id)))
        scoring.basket(
            game_id=game.id,
            team_id=team_id,
            points=rng.choice((1, 2, 2, 2, 3)),
            player_id=rng.choice(entered[side].players[:ON_SHEET]),
            nonce=f"demo-{n}",
            by_id=scorer,
            at=game.starts_at + (at - game.starts_at) * n / many,
        )


def _invite(cast: Cast, team: _Entered, at: datetime) -> None:
    """The captain's link stands again, and one colleague is asked to be the leader."""
    captain = cast.accounts[CAPTAIN]
    invitations.open_to_all(team_id=team.id, person_id=captain, nonce="demo-now", at=at - 2 * DAY)
    leader = db.session.get_one(Person, cast.accounts[LEADER])
    invitations.to_one(
        team_id=team.id,
        person_id=captain,
        phone=leader.phone,
        name=leader.name,
        part=Part.LEADER,
        nonce="demo-leader",
        at=at - DAY,
    )
