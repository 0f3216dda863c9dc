"""What an organizer keeps of a season: its settings, its courts and groups."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import Connection, delete, insert, select, update

from yiqi import once
from yiqi.db import retried, table, writing
from yiqi.programmes.league import locking
from yiqi.programmes.league.models import Court, Game, Group, Season, Team
from yiqi.programmes.league.rules.words import Refused, Trouble
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing

_season, _court, _group, _game, _team = (
    table(Season),
    table(Court),
    table(Group),
    table(Game),
    table(Team),
)


class Settings(Struct, frozen=True):
    """What is set for a season; the columns of those names. `locks_at` is aware."""

    name: str
    locks_at: datetime
    name_en: str = ""
    least_players: int = 5
    most_players: int = 12
    qualify: int = 4
    minutes: int = 90
    rest_days: int = 1
    forfeit_points: int = 20
    most_forfeits: int = 2
    most_fouls: int = 5


@retried
def begin(
    *,
    owner_id: int,
    settings: Settings,
    courts: Sequence[tuple[str, str]],
    groups: Sequence[str],
    by_id: int,
    nonce: str,
    at: datetime,
) -> int:
    """Begin a season of a union, with courts (names in both languages) and groups; answers it. Sent again, the first one."""
    with writing() as session:
        here = session.connection()
        known = once.before(here, _season, nonce=nonce, made_by_id=by_id)
        if known is not None:
            return known
        row = {**asdict(settings), "owner_id": owner_id, "made_by_id": by_id, "nonce": nonce, "made_at": at}
        season_id = once.make(here, _season, row)
        _keep_courts(here, season_id, courts)
        _keep_groups(here, season_id, groups)
        thing = Thing(owner_id, None, "league")
        trail.note(here, What.LEAGUE_KEPT, at=at, by_id=by_id, thing=thing, title=settings.name)
        return season_id


@retried
def change(
    *,
    season_id: int,
    settings: Settings,
    courts: Sequence[tuple[str, str]],
    groups: Sequence[str],
    by_id: int,
    at: datetime,
) -> None:
    """Change what is set. A court or group that is in use stays. Raises `Refused`: NOT_YOURS, HAS_GAMES."""
    with writing() as session:
        here = session.connection()
        season = locking.season(here, season_id)
        here.execute(update(_season).where(_season.c.id == season_id).values(**asdict(settings)))
        _keep_courts(here, season_id, courts)
        _keep_groups(here, season_id, groups)
        trail.note(
            here,
            What.LEAGUE_KEPT,
            at=at,
            by_id=by_id,
            thing=Thing(season.owner_id, None, "league"),
            title=settings.name,
        )


def _keep_courts(here: Connection, season_id: int, courts: Sequence[tuple[str, str]]) -> None:
    known = {
        row.name: row for row in here.execute(select(*_court.c).where(_court.c.season_id == season_id)).all()
    }
    for name, name_en in courts:
        if name in known:
            here.execute(update(_court).where(_court.c.id == known[name].id).values(name_en=name_en))
        else:
            here.execute(insert(_court), {"season_id": season_id, "name": name, "name_en": name_en})
    for name, row in known.items():
        if name not in dict(courts):
            if here.execute(select(_game.c.id).where(_game.c.court_id == row.id).limit(1)).first():
                raise Refused(Trouble.HAS_GAMES, row.id)
            here.execute(delete(_court).where(_court.c.id == row.id))


def _keep_groups(here: Connection, season_id: int, groups: Sequence[str]) -> None:
    known = {
        row.name: row.id
        for row in here.execute(select(*_group.c).where(_group.c.season_id == season_id)).all()
    }
    for name in groups:
        if name not in known:
            here.execute(insert(_group), {"season_id": season_id, "name": name})
    for name, group_id in known.items():
        if name not in groups:
            used = [
                here.execute(select(rows.c.id).where(rows.c.group_id == group_id).limit(1)).first()
                for rows in (_team, _game)
            ]
            if any(used):
                raise Refused(Trouble.HAS_GAMES, group_id)
            here.execute(delete(_group).where(_group.c.id == group_id))
