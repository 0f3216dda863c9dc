"""Entering teams, and what an organizer keeps of them: group, lot, captain, leader and coach."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from yiqi import clock
from yiqi.db import Facts, retried, table, writing
from yiqi.people import persons
from yiqi.programmes.league import locking
from yiqi.programmes.league.models import Game, Group, Player, Team, TeamUnion
from yiqi.programmes.league.rules.words import Part, Refused, Trouble
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing
from yiqi.unions import belonging
from yiqi.unions.models import Membership

SMALL = 20
"""Two unions of fewer members each may field a joint team."""

_team, _player, _union, _game, _group = (
    table(Team),
    table(Player),
    table(TeamUnion),
    table(Game),
    table(Group),
)
_membership = table(Membership)


@retried
def enter(
    *,
    season_id: int,
    name: str,
    union_ids: Sequence[int],
    captain: tuple[str, str],
    by_id: int | None,
    at: datetime,
    name_en: str = "",
    group_id: int | None = None,
) -> int:
    """Enter a team of one union, or of two small ones, with its captain (phone E.164, name); answers it.

    Raises `Refused`: NOT_YOURS, NAME_TAKEN, TOO_LARGE (which union), NOT_A_MEMBER, IN_A_TEAM (the captain).
    """
    with writing() as session:
        here = session.connection()
        season = locking.season(here, season_id)
        _is_of(here, season_id, group_id)
        if not 1 <= len(set(union_ids)) <= 2 or len(belonging.named(set(union_ids))) != len(set(union_ids)):
            raise Refused(Trouble.NOT_YOURS)
        if len(set(union_ids)) == 2:
            _are_small(here, union_ids, clock.beijing(at).date())
        same = here.execute(select(_team.c.id).where(_team.c.season_id == season_id, _team.c.name == name))
        if same.first() is not None:
            raise Refused(Trouble.NAME_TAKEN)
        row = {
            "season_id": season_id,
            "group_id": group_id,
            "name": name,
            "name_en": name_en,
            "entered_at": at,
            "turn": 0,
        }
        team_id: int = here.execute(insert(_team).returning(_team.c.id), row).scalar_one()
        here.execute(insert(_union), [{"team_id": team_id, "union_id": each} for each in set(union_ids)])
        phone, called = captain
        person_id = persons.somebody(here, phone=phone, name=called, at=at)
        add(here, season_id=season_id, team_id=team_id, person_id=person_id, at=at, is_captain=True)
        _note(here, season, at, by_id, name, person_id)
        return team_id


@retried
def place(*, team_id: int, group_id: int | None, by_id: int, at: datetime) -> None:
    """Put a team into a group, or into none. Raises `Refused`: NOT_YOURS, HAS_GAMES once its group plays."""
    with writing() as session:
        here = session.connection()
        found = here.execute(select(_team.c.season_id).where(_team.c.id == team_id)).scalar()
        if found is None:
            raise Refused(Trouble.NOT_YOURS)
        season = locking.season(here, found)
        team = locking.team(here, team_id)
        _is_of(here, season.id, group_id)
        if team.group_id == group_id:
            return
        plays = select(_game.c.id).where(
            or_(_game.c.home_id == team_id, _game.c.away_id == team_id), _game.c.group_id.is_not(None)
        )
        if here.execute(plays.limit(1)).first() is not None:
            raise Refused(Trouble.HAS_GAMES)
        here.execute(update(_team).where(_team.c.id == team_id).values(group_id=group_id))
        _note(here, season, at, by_id, team.name)


@retried
def draw_lot(*, team_id: int, lot: int | None, by_id: int, at: datetime) -> None:
    """Write down the lot that was drawn for a team; the lowest comes first. Raises `Refused(NOT_YOURS)`."""
    with writing() as session:
        here = session.connection()
        team = locking.team(here, team_id)
        here.execute(update(_team).where(_team.c.id == team_id).values(lot=lot))
        season = locking.read_season(here, team.season_id)
        trail.note(
            here,
            What.LEAGUE_KEPT,
            at=at,
            by_id=by_id,
            thing=Thing(season.owner_id, None, "league"),
            title=team.name,
            was=str(team.lot or ""),
            became=str(lot or ""),
        )


@retried
def appoint(
    *, team_id: int, phone: str, name: str, part: Part, as_captain: bool, by_id: int, at: datetime
) -> int:
    """Make somebody the captain, the leader or the coach at the desk; answers their row.

    Who plays in the team already keeps their row. Raises `Refused`: NOT_YOURS, IN_A_TEAM, NOT_A_MEMBER, PART_TAKEN, FULL.
    """
    with writing() as session:
        here = session.connection()
        team = locking.team(here, team_id)
        season = locking.read_season(here, team.season_id)
        person_id = persons.somebody(here, phone=phone, name=name, at=at)
        theirs = present(here, team_id)
        own = next((one for one in theirs if one.person_id == person_id), None)
        if part is not Part.PLAYER and any(one.part == part and one is not own for one in theirs):
            raise Refused(Trouble.PART_TAKEN)
        if as_captain:
            here.execute(update(_player).where(_player.c.team_id == team_id).values(is_captain=False))
        comes_to_play = part is Part.PLAYER and (own is None or own.part != Part.PLAYER)
        if comes_to_play and players(theirs) >= season.most_players:
            raise Refused(Trouble.FULL)
        if own is not None:
            changed = {
                "part": part,
                "is_captain": as_captain,
                "shirt": own.shirt if part is Part.PLAYER else None,
            }
            here.execute(update(_player).where(_player.c.id == own.id).values(**changed))
            player_id = int(own.id)
        else:
            player_id = add(
                here,
                season_id=season.id,
                team_id=team_id,
                person_id=person_id,
                at=at,
                part=part,
                is_captain=as_captain,
            )
        _note(here, season, at, by_id, team.name, person_id)
        return player_id


def add(
    here: Connection,
    *,
    season_id: int,
    team_id: int,
    person_id: int,
    at: datetime,
    part: Part = Part.PLAYER,
    is_captain: bool = False,
    **facts: object,
) -> int:
    """Write somebody into a team, in the caller's transaction that has locked it; answers the row.

    Raises `Refused`: NOT_A_MEMBER of a union of the team, IN_A_TEAM: of two teams that take the same person at once the
    database lets one.
    """
    if not is_member(here, team_id, person_id, clock.beijing(at).date()):
        raise Refused(Trouble.NOT_A_MEMBER)
    if in_a_team(here, season_id, person_id) is not None:
        raise Refused(Trouble.IN_A_TEAM)
    row = {
        "season_id": season_id,
        "team_id": team_id,
        "person_id": person_id,
        "part": part,
        "is_captain": is_captain,
        "name_shown": False,
        "joined_at": at,
        **facts,
    }
    try:
        made: int = here.execute(insert(_player).returning(_player.c.id), row).scalar_one()
    except IntegrityError as error:
        raise Refused(Trouble.IN_A_TEAM) from error
    return made


def in_a_team(here: Connection, season_id: int, person_id: int) -> Facts | None:
    """The row of somebody in a season, while they are in a team."""
    mine = (_player.c.season_id == season_id, _player.c.person_id == person_id, _player.c.left_at.is_(None))
    return here.execute(select(*_player.c).where(*mine)).one_or_none()


def is_member(here: Connection, team_id: int, person_id: int, on: date) -> bool:
    """Whether somebody is on a Beijing day a member of one of the unions behind a team, or of a group under one."""
    unions = list(here.scalars(select(_union.c.union_id).where(_union.c.team_id == team_id)))
    within = frozenset[int]().union(*belonging.under(unions).values())
    theirs = select(_membership.c.id).where(
        _membership.c.person_id == person_id,
        _membership.c.union_id.in_(within),
        _membership.c.since <= on,
        or_(_membership.c.until.is_(None), _membership.c.until > on),
    )
    return here.execute(theirs.limit(1)).first() is not None


def present(here: Connection, team_id: int) -> list[Facts]:
    """Everybody in a team now."""
    now = (_player.c.team_id == team_id, _player.c.left_at.is_(None))
    return list(here.execute(select(*_player.c).where(*now).order_by(_player.c.id)))


def players(everybody: Sequence[Facts]) -> int:
    """How many of them play."""
    return sum(one.part == Part.PLAYER for one in everybody)


def _is_of(here: Connection, season_id: int, group_id: int | None) -> None:
    own = select(_group.c.id).where(_group.c.id == group_id, _group.c.season_id == season_id)
    if group_id is not None and here.execute(own).first() is None:
        raise Refused(Trouble.NOT_YOURS)


def _are_small(here: Connection, union_ids: Sequence[int], on: date) -> None:
    for union_id in union_ids:
        within = belonging.under([union_id])[union_id]
        many = here.execute(
            select(func.count(_membership.c.person_id.distinct())).where(
                _membership.c.union_id.in_(within),
                _membership.c.since <= on,
                or_(_membership.c.until.is_(None), _membership.c.until > on),
            )
        ).scalar_one()
        if many >= SMALL:
            raise Refused(Trouble.TOO_LARGE, union_id)


def _note(
    here: Connection, season: Facts, at: datetime, by_id: int | None, title: str, person_id: int | None = None
) -> None:
    thing = Thing(season.owner_id, None, "league")
    trail.note(here, What.LEAGUE_KEPT, at=at, by_id=by_id, thing=thing, person_id=person_id, title=title)
