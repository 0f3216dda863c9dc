"""The knock-out of a season: planned from the finished tables and published; winners go on into the next game."""

import hashlib
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from yiqi.db import Facts, db, retried, table, writing
from yiqi.programmes.league import locking, tables
from yiqi.programmes.league.models import Game
from yiqi.programmes.league.rules.brackets import Tie, bracket
from yiqi.programmes.league.rules.words import COUNTS, Refused, Stage, State, Trouble
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing

_game = table(Game)
_WAITS = (State.PLANNED, State.CALLED_OFF)
"""How a game stands whose teams may still change."""


def plan(season_id: int) -> tuple[list[Tie], str]:
    """The bracket that the tables give, and its digest. Raises `Refused`: UNFINISHED while a group plays, or only a lot can
    decide; HAS_GAMES when there is a bracket already; NO_TEAMS for nobody."""
    season = locking.read_season(db.session.connection(), season_id)
    there = select(Game.id).where(Game.season_id == season_id, Game.stage == Stage.KNOCKOUT)
    if db.session.scalar(there.limit(1)) is not None:
        raise Refused(Trouble.HAS_GAMES)
    found = [group for group in tables.of_season(season_id) if group.placed]
    if not all(group.complete for group in found) or tables.undecided(found):
        raise Refused(Trouble.UNFINISHED)
    ties = bracket([[one.team.id for one in group.placed] for group in found], season.qualify)
    if not ties:
        raise Refused(Trouble.NO_TEAMS)
    return ties, hashlib.sha256(repr(ties).encode()).hexdigest()[:16]


@retried
def publish(*, season_id: int, digest: str, by_id: int, at: datetime) -> int:
    """Publish the bracket that was looked at; its games get their times one by one. Answers how many games.

    Raises `Refused` as `plan`, and STALE when it is another one by now.
    """
    with writing() as session:
        here = session.connection()
        season = locking.season(here, season_id)
        ties, now = plan(season_id)
        if now != digest:
            raise Refused(Trouble.STALE)
        ids: list[int] = []
        for tie in ties:
            sides = {"home": tie.home, "away": tie.away}
            row = {
                "season_id": season_id,
                "stage": Stage.KNOCKOUT,
                "round": tie.round,
                "position": tie.position,
                "state": State.PLANNED,
                "home_score": 0,
                "away_score": 0,
                "period": 0,
                "version": 1,
                **{f"{name}_id": side.team for name, side in sides.items()},
                **{
                    f"{name}_from_id": ids[side.winner_of] if side.winner_of is not None else None
                    for name, side in sides.items()
                },
            }
            ids.append(here.execute(insert(_game).returning(_game.c.id), row).scalar_one())
        trail.note(
            here,
            What.FIXTURES_MADE,
            at=at,
            by_id=by_id,
            thing=Thing(season.owner_id, None, "league"),
            title=season.name,
            count=len(ids),
        )
        return len(ids)


def go_on(here: Connection, game_id: int) -> None:
    """Write the winner of a locked game into the game it leads to, or take them out of it where there is none (any more).

    Raises `Refused(BEGUN)` when that game has begun with somebody else.
    """
    game = here.execute(select(*_game.c).where(_game.c.id == game_id)).one()
    winner = winner_of(game)
    for side in ("home", "away"):
        leads = here.execute(
            select(*_game.c).where(_game.c[f"{side}_from_id"] == game_id).with_for_update()
        ).one_or_none()
        if leads is None or leads._mapping[f"{side}_id"] == winner:
            continue
        if leads.state not in _WAITS:
            raise Refused(Trouble.BEGUN, leads.id)
        here.execute(
            update(_game)
            .where(_game.c.id == leads.id)
            .values(**{f"{side}_id": winner, "version": leads.version + 1})
        )


def winner_of(game: Facts | Game) -> int | None:
    """The team that won a game; None while nobody has."""
    if game.state not in COUNTS:
        return None
    winner: int | None = game.home_id if game.home_score > game.away_score else game.away_id
    return winner
