"""The sheet of a game and its result: who was checked and played, the score, forfeits, abandoned games, corrections."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select, update

from yiqi.booking.offers import timely
from yiqi.db import Facts, retried, table, writing
from yiqi.programmes.league import following, knockout, locking
from yiqi.programmes.league.fixtures import title_of
from yiqi.programmes.league.models import Game, Line, Player
from yiqi.programmes.league.rules.words import COUNTS, Part, Refused, State, Trouble
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing

HIGHEST = 299
PLAYED_OUT = timedelta(hours=3)
"""After its start a game is over: who comes into a team later has not played in it."""
NOT_PLAYED = ("有一队弃权，这场不打了", "One of the teams forfeited: the game is not played")
"""Why spectators need not come, in both languages."""

_game, _line, _player = table(Game), table(Line), table(Player)


class Entry(Struct, frozen=True):
    """A player who was held against photo and name, and what they did; None is not counted."""

    player_id: int
    points: int | None = None
    fouls: int | None = None


@retried
def keep_sheet(*, game_id: int, entries: Sequence[Entry], by_id: int, at: datetime) -> None:
    """Write down who is on the rosters of the day; who is not among the entries is taken off.

    Raises `Refused`: NOT_YOURS, OWN_GAME, NO_TEAMS, NOT_ON_ROSTER for who is no player of either team.
    """
    with writing() as session:
        here = session.connection()
        game = locking.game(here, game_id)
        may_keep(here, game, by_id)
        roster = {one.id: one for one in rosters(here, game)}
        before = {one.player_id: one for one in here.execute(select(*_line.c).where(_on(game_id)))}
        for entry in entries:
            if entry.player_id not in roster and entry.player_id not in before:
                raise Refused(Trouble.NOT_ON_ROSTER, entry.player_id)
        here.execute(delete(_line).where(_on(game_id)))
        rows = [
            {
                "game_id": game_id,
                "player_id": entry.player_id,
                "team_id": known.team_id,
                "shirt": known.shirt,
                "checked_by_id": before[entry.player_id].checked_by_id
                if entry.player_id in before
                else by_id,
                "points": entry.points,
                "fouls": entry.fouls,
            }
            for entry in entries
            for known in [before.get(entry.player_id) or roster[entry.player_id]]
        ]
        if rows:
            here.execute(insert(_line), rows)
        here.execute(update(_game).where(_game.c.id == game_id).values(version=game.version + 1))


@timely
@retried
def settle(
    *,
    game_id: int,
    became: State,
    home_score: int = 0,
    away_score: int = 0,
    forfeited_by_id: int | None = None,
    because: str = "",
    by_id: int,
    at: datetime,
) -> None:
    """Write a result down, or another one; what stood there before stays in the trail.

    `became`: PLAYED with the score, FORFEITED by one of the two (the other one gets the season's points to nothing), or
    ABANDONED. Spectators of a game that is forfeited before its day are told that it is not played. Raises `Refused`: NOT_YOURS, OWN_GAME, NO_TEAMS, NOT_BEGUN, A_DRAW, BEGUN (the next game of a bracket has).
    """
    with writing() as session:
        here = session.connection()
        game = locking.game(here, game_id)
        may_keep(here, game, by_id)
        season = locking.read_season(here, game.season_id)
        if became is not State.FORFEITED and (game.starts_at is None or game.starts_at > at):
            raise Refused(Trouble.NOT_BEGUN)
        if became is State.FORFEITED:
            if forfeited_by_id not in (game.home_id, game.away_id):
                raise Refused(Trouble.NOT_YOURS)
            lost = forfeited_by_id == game.home_id
            home_score, away_score = (0, season.forfeit_points) if lost else (season.forfeit_points, 0)
        elif became is State.PLAYED and home_score == away_score:
            raise Refused(Trouble.A_DRAW)
        kept = {
            "state": became,
            "home_score": home_score,
            "away_score": away_score,
            "forfeited_by_id": forfeited_by_id if became is State.FORFEITED else None,
        }
        if all(game._mapping[name] == value for name, value in kept.items()):
            return
        write(here, game, season, kept, because=because, by_id=by_id, at=at)
        if became is State.FORFEITED:
            following.off(here, game, at, by_id, *NOT_PLAYED)


def write(
    here: Connection,
    game: Facts,
    season: Facts,
    kept: dict[str, object],
    *,
    because: str = "",
    by_id: int,
    at: datetime,
) -> None:
    """Write the columns of a result into a locked game, lead the winner on, and note what was and what became."""
    settled = {**kept, "settled_at": at, "version": game.version + 1}
    here.execute(update(_game).where(_game.c.id == game.id).values(**settled))
    knockout.go_on(here, game.id)
    became = here.execute(select(*_game.c).where(_game.c.id == game.id)).one()
    trail.note(
        here,
        What.RESULT_KEPT,
        at=at,
        by_id=by_id,
        thing=Thing(season.owner_id, game.activity_id, "league"),
        because=because,
        title=title_of(here, game),
        was=_said(game),
        became=_said(became),
    )


def may_keep(here: Connection, game: Facts, by_id: int) -> None:
    """Nobody keeps the score of their own team, nor of a game without teams. Raises `Refused`: OWN_GAME, NO_TEAMS."""
    if game.home_id is None or game.away_id is None:
        raise Refused(Trouble.NO_TEAMS)
    own = select(_player.c.id).where(
        _player.c.team_id.in_([game.home_id, game.away_id]),
        _player.c.person_id == by_id,
        _player.c.left_at.is_(None),
    )
    if here.execute(own).first() is not None:
        raise Refused(Trouble.OWN_GAME)


def rosters(here: Connection, game: Facts) -> list[Facts]:
    """The players of both teams at the time of a game: who had come by then and is there still, or left after it began;
    with a number."""
    begun = game.starts_at
    stayed: ColumnElement[bool] = _player.c.left_at.is_(None)
    if begun is not None:
        stayed = and_(or_(stayed, _player.c.left_at > begun), _player.c.joined_at <= begun + PLAYED_OUT)
    return list(
        here.execute(
            select(*_player.c)
            .where(
                _player.c.team_id.in_([game.home_id, game.away_id]),
                _player.c.part == Part.PLAYER,
                _player.c.shirt.is_not(None),
                stayed,
            )
            .order_by(_player.c.team_id, _player.c.shirt)
        )
    )


def _on(game_id: int) -> ColumnElement[bool]:
    return _line.c.game_id == game_id


def _said(game: Facts) -> str:
    """68:61, or nothing while there is no result."""
    return f"{game.home_score}:{game.away_score}" if game.state in COUNTS else ""
