"""Reads of games: with their teams, court and group, by season, team, person and day."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from yiqi import clock
from yiqi.db import Facts, db
from yiqi.people.models import Person
from yiqi.programmes.league.models import Court, Game, Group, Line, Player, Score, Season, Team
from yiqi.programmes.league.rules.words import ENDED, State
from yiqi.roles.rules.permissions import Thing

_home, _away = aliased(Team), aliased(Team)
DAY = timedelta(days=1)

GameFacts = Facts
"""A game with its teams, its court, its group and its season: what is selected, by its label."""


def _games() -> Select[*tuple[Any, ...]]:
    return (
        select(
            *Game.__table__.c,
            _home.name.label("home"),
            _home.name_en.label("home_en"),
            _away.name.label("away"),
            _away.name_en.label("away_en"),
            Court.name.label("court"),
            Court.name_en.label("court_en"),
            Group.name.label("group"),
            Season.name.label("season"),
            Season.name_en.label("season_en"),
            Season.owner_id,
            Season.minutes,
            Season.made_at,
        )
        .join(Season, Season.id == Game.season_id)
        .outerjoin(_home, _home.id == Game.home_id)
        .outerjoin(_away, _away.id == Game.away_id)
        .outerjoin(Court, Court.id == Game.court_id)
        .outerjoin(Group, Group.id == Game.group_id)
        .order_by(Game.starts_at.is_(None), Game.starts_at, Game.stage, Game.round, Game.position, Game.id)
    )


def one(game_id: int) -> Facts | None:
    """A game; None when there is none."""
    return db.session.execute(_games().where(Game.id == game_id)).one_or_none()


def of_season(season_id: int) -> list[Facts]:
    """Every game of a season, by when it is; those without a time at the end."""
    return list(db.session.execute(_games().where(Game.season_id == season_id)))


def of_team(team_id: int) -> list[Facts]:
    """Every game of a team."""
    return list(db.session.execute(_games().where(or_(Game.home_id == team_id, Game.away_id == team_id))))


def of_group(group_id: int) -> list[Facts]:
    """Every game of a group."""
    return list(db.session.execute(_games().where(Game.group_id == group_id)))


def of_activity(activity_id: int) -> Facts | None:
    """The game that spectators sign up for in an activity."""
    return db.session.execute(_games().where(Game.activity_id == activity_id)).one_or_none()


def on_day(day: date) -> list[Facts]:
    """The games of a Beijing day."""
    begins = clock.at(day)
    found = _games().where(
        Game.starts_at >= begins, Game.starts_at < begins + DAY, Game.state != State.CALLED_OFF
    )
    return list(db.session.execute(found))


def between(since: datetime, until: datetime | None, *which: ColumnElement[bool]) -> list[Facts]:
    """Games that begin after an instant, and (None: whenever) before another one, those called off too."""
    ahead = (Game.starts_at > since, *((Game.starts_at < until,) if until is not None else ()))
    return list(db.session.execute(_games().where(*ahead, *which)))


def next_of(person_id: int, at: datetime) -> list[Facts]:
    """The next game of each team somebody is in; one that is live is the next one."""
    teams = select(Player.team_id).where(Player.person_id == person_id, Player.left_at.is_(None))
    mine = or_(Game.home_id.in_(teams), Game.away_id.in_(teams))
    ahead = and_(Game.state == State.PLANNED, Game.starts_at > at)
    found = _games().where(mine, or_(Game.state == State.LIVE, ahead))
    first: dict[int, Facts] = {}
    for row in db.session.execute(found):
        first.setdefault(row.season_id, row)
    return list(first.values())


def without_result(season_ids: Sequence[int], at: datetime) -> list[Facts]:
    """The games of some seasons that should be over and have no result, the oldest first."""
    late = _games().where(
        Game.season_id.in_(season_ids),
        or_(
            and_(Game.state == State.PLANNED, Game.starts_at < at - timedelta(hours=3)),
            Game.state == State.ABANDONED,
        ),
    )
    return list(db.session.execute(late))


def version(game_id: int) -> tuple[int, State] | None:
    """How often a game has changed, and where it stands: what a poll compares. One query by key."""
    found = db.session.execute(select(Game.version, Game.state).where(Game.id == game_id)).one_or_none()
    return (found.version, found.state) if found is not None else None


def thing(game_id: int) -> Thing | None:
    """A game as a thing that roles reach: with the activity of its spectators, if it has one. None when there is none."""
    found = db.session.execute(
        select(Season.owner_id, Game.activity_id)
        .join(Game, Game.season_id == Season.id)
        .where(Game.id == game_id)
    ).one_or_none()
    return Thing(found.owner_id, found.activity_id, "league") if found is not None else None


def lines(game_id: int) -> list[Facts]:
    """The rosters of the day: who was on the sheet of a game, with number, name and what they scored, by number."""
    found = (
        select(
            Line.player_id,
            Line.team_id,
            Line.shirt,
            Line.points,
            Line.fouls,
            Player.name_shown,
            Player.person_id,
            Person.name,
        )
        .join(Player, Player.id == Line.player_id)
        .join(Person, Person.id == Player.person_id)
        .where(Line.game_id == game_id)
        .order_by(Line.team_id, Line.shirt)
    )
    return list(db.session.execute(found))


def baskets(game_id: int, limit: int = 6) -> list[Facts]:
    """The newest baskets that count, the newest first."""
    found = (
        select(Score.id, Score.team_id, Score.points, Score.period, Score.at, Line.shirt)
        .outerjoin(Line, and_(Line.player_id == Score.player_id, Line.game_id == Score.game_id))
        .where(Score.game_id == game_id, Score.undone_at.is_(None))
        .order_by(Score.id.desc())
        .limit(limit)
    )
    return list(db.session.execute(found))


def by_period(game_id: int) -> list[Facts]:
    """The points of each team in each quarter that was played with live scores."""
    found = (
        select(Score.period, Score.team_id, func.sum(Score.points).label("points"))
        .where(Score.game_id == game_id, Score.undone_at.is_(None))
        .group_by(Score.period, Score.team_id)
        .order_by(Score.period)
    )
    return list(db.session.execute(found))


def of_player(person_ids: Collection[int], season_id: int) -> list[Facts]:
    """The games that somebody was on the sheet of in a season, with their points, the newest first."""
    found = (
        _games()
        .add_columns(Line.points, Line.fouls, Line.shirt, Line.team_id.label("own_id"))
        .join(Line, Line.game_id == Game.id)
        .join(Player, Player.id == Line.player_id)
        .where(Player.person_id.in_(person_ids), Game.season_id == season_id, Game.state.in_(ENDED))
    )
    return list(reversed(list(db.session.execute(found))))


def current_round(season_id: int, at: datetime) -> int | None:
    """The round that is on: of the last game that has begun or, before the first, of the first one."""
    begun = select(Game.round).where(
        Game.season_id == season_id, Game.starts_at <= at, Game.group_id.is_not(None)
    )
    last = db.session.scalar(begun.order_by(Game.starts_at.desc()).limit(1))
    if last is not None:
        ahead = select(func.min(Game.round)).where(
            Game.season_id == season_id, Game.starts_at > at, Game.group_id.is_not(None)
        )
        coming = db.session.scalar(ahead)
        return max(last, coming) if coming is not None else last
    first = select(Game.round).where(Game.season_id == season_id, Game.starts_at.is_not(None))
    return db.session.scalar(first.order_by(Game.starts_at).limit(1))
