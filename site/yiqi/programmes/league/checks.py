"""The league's invariants, recomputed from the rows for `flask doctor`."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import case, func, select

from yiqi.booking.doctor.findings import Check, Finding
from yiqi.db import db
from yiqi.programmes.league import tables
from yiqi.programmes.league.knockout import winner_of
from yiqi.programmes.league.models import Game, Line, Player, Score, Season
from yiqi.programmes.league.rules.words import COUNTS, Part, State


def one_team(_at: datetime) -> Iterator[Finding]:
    """A person is in one team of a season at most, and a number is worn once in a team."""
    for what, keys in (
        ("people", (Player.season_id, Player.person_id)),
        ("shirts", (Player.team_id, Player.shirt)),
    ):
        doubled = (
            select(func.min(Player.id), func.count())
            .where(Player.left_at.is_(None), keys[1].is_not(None))
            .group_by(*keys)
            .having(func.count() > 1)
        )
        for row, many in db.session.execute(doubled):
            yield Finding("league_player", row, f"{many} rows for one of its {what}")


def roster_size(_at: datetime) -> Iterator[Finding]:
    """No team has more players than its season allows."""
    large = (
        select(Player.team_id, func.count(), Season.most_players)
        .join(Season, Season.id == Player.season_id)
        .where(Player.left_at.is_(None), Player.part == Part.PLAYER)
        .group_by(Player.team_id, Season.most_players)
        .having(func.count() > Season.most_players)
    )
    for team_id, many, most in db.session.execute(large):
        yield Finding("league_team", team_id, f"{many} players, at most {most}")


def live_scores(_at: datetime) -> Iterator[Finding]:
    """The score of a game that is live is the sum of its baskets."""
    counts = Score.undone_at.is_(None)
    home = func.sum(case((counts & (Score.team_id == Game.home_id), Score.points), else_=0))
    away = func.sum(case((counts & (Score.team_id == Game.away_id), Score.points), else_=0))
    live = (
        select(Game.id, Game.home_score, Game.away_score, home.label("home"), away.label("away"))
        .outerjoin(Score, Score.game_id == Game.id)
        .where(Game.state == State.LIVE)
        .group_by(Game.id)
    )
    for row in db.session.execute(live):
        if (row.home_score, row.away_score) != (row.home or 0, row.away or 0):
            yield Finding(
                "league_game", row.id, f"{row.home_score}:{row.away_score}, baskets {row.home}:{row.away}"
            )


def results(_at: datetime) -> Iterator[Finding]:
    """A game that counts has two teams and a winner; its sheet names players of these two; winners have gone on."""
    games = {game.id: game for game in db.session.scalars(select(Game))}
    for game in games.values():
        if game.state in COUNTS and (
            None in (game.home_id, game.away_id) or game.home_score == game.away_score
        ):
            yield Finding("league_game", game.id, f"counts with {game.home_score}:{game.away_score}")
        for source_id, team_id in ((game.home_from_id, game.home_id), (game.away_from_id, game.away_id)):
            source = games.get(source_id) if source_id is not None else None
            if source is not None and winner_of(source) != team_id:
                yield Finding("league_game", game.id, f"its side is not the winner of {source.id}")
    strange = select(Line.game_id, Line.player_id).join(Player, Player.id == Line.player_id)
    for game_id, player_id in db.session.execute(strange.where(Player.team_id != Line.team_id)):
        yield Finding("league_game", game_id, f"player {player_id} is on the sheet of another team")


def standings(_at: datetime) -> Iterator[Finding]:
    """In every table as many games are won as lost, and the differences sum up to nothing."""
    for season_id in db.session.scalars(select(Season.id)).all():
        for group in tables.of_season(season_id):
            rows = [one.row for one in group.placed]
            if sum(row.won - row.lost for row in rows) or sum(row.difference for row in rows):
                yield Finding("league_group", group.id, "its table does not balance")


CHECKS: dict[str, Check] = {
    "league-one-team": one_team,
    "league-roster": roster_size,
    "league-live": live_scores,
    "league-results": results,
    "league-tables": standings,
}
