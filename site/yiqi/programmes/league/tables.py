"""Reads of tables: the groups of a season with their teams, as the rules classify them by the games that count."""

from msgspec import Struct
from sqlalchemy import select

from yiqi.db import Facts, db
from yiqi.programmes.league.models import Game, Group, Season, Team
from yiqi.programmes.league.rules import standings
from yiqi.programmes.league.rules.standings import Result, Row
from yiqi.programmes.league.rules.words import COUNTS


class Placed(Struct, frozen=True):
    """A team in its table: its facts (id, name, name_en, lot) and its row."""

    team: Facts
    row: Row


class GroupTable(Struct, frozen=True):
    """A group and its teams from the first to the last. `cut`: how many go on; `complete`: all of its games are played."""

    id: int
    name: str
    placed: tuple[Placed, ...]
    cut: int
    complete: bool


def of_season(season_id: int) -> list[GroupTable]:
    """The tables of all groups of a season, by their names. Four queries."""
    season = db.session.get_one(Season, season_id, populate_existing=True)
    groups = db.session.execute(
        select(Group.id, Group.name).where(Group.season_id == season_id).order_by(Group.name)
    ).all()
    teams = db.session.execute(
        select(Team.id, Team.name, Team.name_en, Team.lot, Team.group_id)
        .where(Team.season_id == season_id)
        .order_by(Team.id)
    ).all()
    games = db.session.execute(
        select(
            Game.group_id,
            Game.home_id,
            Game.away_id,
            Game.home_score,
            Game.away_score,
            Game.forfeited_by_id,
        ).where(Game.season_id == season_id, Game.group_id.is_not(None), Game.state.in_(COUNTS))
    ).all()
    found = []
    for group in groups:
        own = {team.id: team for team in teams if team.group_id == group.id}
        results = [
            Result(one.home_id, one.away_id, one.home_score, one.away_score, one.forfeited_by_id)
            for one in games
            if one.group_id == group.id
        ]
        rows = standings.table(
            list(own),
            results,
            lots={team.id: team.lot for team in own.values() if team.lot is not None},
            most_forfeits=season.most_forfeits,
        )
        complete = len(own) > 1 and len(results) >= len(own) * (len(own) - 1) // 2
        placed = tuple(Placed(own[row.team], row) for row in rows)
        found.append(GroupTable(group.id, group.name, placed, min(season.qualify, len(own)), complete))
    return found


def undecided(tables: list[GroupTable]) -> list[Placed]:
    """The teams of finished groups between whom only the lot can decide who goes on, or in which place."""
    return [
        one
        for group in tables
        if group.complete
        for one in group.placed
        if one.row.shared and one.row.rank <= group.cut
    ]
