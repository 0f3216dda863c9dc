"""The locks of the league, in their order: a season, its teams, a game. Who holds one reads what is true until they commit."""

from sqlalchemy import Connection, select, update

from yiqi.db import Facts, table
from yiqi.programmes.league.models import Game, Season, Team
from yiqi.programmes.league.rules.words import Refused, Trouble

_season, _team, _game = table(Season), table(Team), table(Game)


def season(here: Connection, season_id: int) -> Facts:
    """Lock a season; answers its row. Raises `Refused(NOT_YOURS)` for none."""
    found = here.execute(select(*_season.c).where(_season.c.id == season_id).with_for_update()).one_or_none()
    if found is None:
        raise Refused(Trouble.NOT_YOURS)
    return found


def team(here: Connection, team_id: int) -> Facts:
    """Lock a team and so its roster; answers its row. Raises `Refused(NOT_YOURS)` for none."""
    found = here.execute(
        update(_team)
        .where(_team.c.id == team_id)
        .values(turn=_team.c.turn + 1)
        .returning(
            _team.c.id, _team.c.season_id, _team.c.group_id, _team.c.name, _team.c.name_en, _team.c.lot
        )
    ).one_or_none()
    if found is None:
        raise Refused(Trouble.NOT_YOURS)
    return found


def game(here: Connection, game_id: int) -> Facts:
    """Lock a game; answers its row. Raises `Refused(NOT_YOURS)` for none."""
    found = here.execute(select(*_game.c).where(_game.c.id == game_id).with_for_update()).one_or_none()
    if found is None:
        raise Refused(Trouble.NOT_YOURS)
    return found


def read_season(here: Connection, season_id: int) -> Facts:
    """A season as it is, without a lock."""
    return here.execute(select(*_season.c).where(_season.c.id == season_id)).one()
