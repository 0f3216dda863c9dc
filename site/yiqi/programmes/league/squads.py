"""Reads of seasons, teams and who is in them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, and_, case, func, select

from yiqi import clock
from yiqi.db import Facts, db
from yiqi.desk import reach
from yiqi.people.models import Person
from yiqi.people.rules import starred
from yiqi.programmes.league import teams as teams_of
from yiqi.programmes.league.models import Court, Game, Group, Invitation, Player, Season, Team, TeamUnion
from yiqi.programmes.league.rules.words import Part, State
from yiqi.roles.rules.permissions import Action, Held, Thing
from yiqi.unions.models import Union

TeamFacts = Facts
"""A team with its group, what its season sets, and how many play in it."""
LATELY = 6
"""Seasons that lists show."""
UNTIL_FORGOTTEN = timedelta(days=7)
"""So long after its time a game without a result still counts as one to come."""


class Member(Struct, frozen=True):
    """Somebody in a team as a page shows them; `name` is what whoever looks may read."""

    id: int
    person_id: int
    name: str
    part: Part
    is_captain: bool
    shirt: int | None
    plays: str | None
    name_shown: bool


def seasons() -> list[Season]:
    """The newest seasons, the newest first."""
    return list(db.session.scalars(select(Season).order_by(Season.id.desc()).limit(LATELY)))


def current(at: datetime) -> Season | None:
    """The season that is on: the one that plays next, or whose game still lacks its result after less than a week; when none
    does, the newest that has played; before the first game of all, the newest. One that is only being set up waits its turn.
    """
    open_now = and_(
        Game.season_id == Season.id,
        Game.state.in_((State.PLANNED, State.LIVE)),
        Game.starts_at > at - UNTIL_FORGOTTEN,
    )
    next_game = select(func.min(Game.starts_at)).where(open_now).scalar_subquery()
    has_games = select(Game.id).where(Game.season_id == Season.id).exists()
    order = (next_game.is_(None), next_game, ~has_games, Season.id.desc())
    return db.session.scalar(select(Season).order_by(*order).limit(1))


def season(season_id: int) -> Season | None:
    """A season; None when there is none."""
    return db.session.get(Season, season_id, populate_existing=True)


def season_thing(season_id: int) -> Thing | None:
    """A season as a thing that roles reach; None when there is none."""
    owner_id = db.session.scalar(select(Season.owner_id).where(Season.id == season_id))
    return Thing(owner_id, None, "league") if owner_id is not None else None


def team_thing(team_id: int) -> Thing | None:
    """A team as a thing that roles reach; None when there is none."""
    owner_id = db.session.scalar(
        select(Season.owner_id).join(Team, Team.season_id == Season.id).where(Team.id == team_id)
    )
    return Thing(owner_id, None, "league") if owner_id is not None else None


def within(held: Sequence[Held]) -> list[Season]:
    """The newest seasons that some roles reach as a whole."""
    mine = select(Season).where(reach.kept(held, Season.owner_id, "league", Action.ENTER))
    return list(db.session.scalars(mine.order_by(Season.id.desc()).limit(LATELY)))


def courts(season_id: int) -> list[Court]:
    """The courts of a season."""
    return list(db.session.scalars(select(Court).where(Court.season_id == season_id).order_by(Court.id)))


def groups(season_id: int) -> list[Group]:
    """The groups of a season by name."""
    return list(db.session.scalars(select(Group).where(Group.season_id == season_id).order_by(Group.name)))


def group(group_id: int) -> Group | None:
    """A group; None when there is none."""
    return db.session.get(Group, group_id)


def _teams() -> Select[*tuple[Any, ...]]:
    here = and_(Player.team_id == Team.id, Player.left_at.is_(None))
    return (
        select(
            Team.id,
            Team.season_id,
            Team.group_id,
            Team.name,
            Team.name_en,
            Team.lot,
            Group.name.label("group"),
            Season.name.label("season"),
            Season.name_en.label("season_en"),
            Season.owner_id,
            Season.locks_at,
            Season.least_players,
            Season.most_players,
            func.count(case((Player.part == Part.PLAYER, Player.id))).label("players"),
        )
        .join(Season, Season.id == Team.season_id)
        .outerjoin(Group, Group.id == Team.group_id)
        .outerjoin(Player, here)
        .group_by(Team.id, Group.id, Season.id)
        .order_by(Group.name, Team.id)
    )


def teams(season_id: int) -> list[Facts]:
    """The teams of a season by group, with how many play in each."""
    return list(db.session.execute(_teams().where(Team.season_id == season_id)))


def team(team_id: int) -> Facts | None:
    """A team with what its season sets; None when there is none."""
    return db.session.execute(_teams().where(Team.id == team_id)).one_or_none()


def called(typed: str, at: datetime) -> list[Facts]:
    """Teams of the season that is on with these characters in their names."""
    season = current(at)
    if season is None:
        return []
    named = Team.name.contains(typed, autoescape=True) | Team.name_en.icontains(typed, autoescape=True)
    return list(db.session.execute(_teams().where(Team.season_id == season.id, named).limit(5)))


def unions(team_id: int) -> list[Union]:
    """The unions behind a team; two behind a joint one."""
    return list(
        db.session.scalars(
            select(Union)
            .join(TeamUnion, TeamUnion.union_id == Union.id)
            .where(TeamUnion.team_id == team_id)
            .order_by(Union.id)
        )
    )


def roster(team_id: int, *, names: bool) -> list[Member]:
    """Everybody in a team now: leader and coach, then the captain, then by number. Without `names`, whoever has not agreed to
    be named is shown with stars."""
    rows = db.session.execute(
        select(Player, Person.name)
        .join(Person, Person.id == Player.person_id)
        .where(Player.team_id == team_id, Player.left_at.is_(None))
    ).all()
    order = [Part.LEADER, Part.COACH, Part.PLAYER]
    found = [_member(one, name, names=names) for one, name in rows]
    return sorted(
        found, key=lambda one: (order.index(one.part), not one.is_captain, one.shirt is None, one.shirt or 0)
    )


def player(player_id: int) -> tuple[Player, str] | None:
    """Somebody's row in a team, with their name; None when there is none."""
    found = db.session.execute(
        select(Player, Person.name).join(Person, Person.id == Player.person_id).where(Player.id == player_id)
    ).one_or_none()
    return (found[0], found[1]) if found is not None else None


def mine(person_id: int, season_id: int) -> Player | None:
    """Somebody's own row in a season, while they are in a team."""
    own = (Player.person_id == person_id, Player.season_id == season_id, Player.left_at.is_(None))
    return db.session.scalar(select(Player).where(*own))


def own_teams(person_id: int, season_id: int) -> list[Player]:
    """Somebody's own rows in a season and in newer ones, the oldest first."""
    own = (Player.person_id == person_id, Player.season_id >= season_id, Player.left_at.is_(None))
    return list(db.session.scalars(select(Player).where(*own).order_by(Player.season_id)))


def in_team(person_id: int | None, team_id: int) -> Player | None:
    """Somebody's own row in a team, while they are in it."""
    own = (Player.person_id == person_id, Player.team_id == team_id, Player.left_at.is_(None))
    return db.session.scalar(select(Player).where(*own)) if person_id is not None else None


def may_join(person_id: int, team_id: int, at: datetime) -> bool:
    """Whether somebody is a member of a union behind a team."""
    return teams_of.is_member(db.session.connection(), team_id, person_id, clock.beijing(at).date())


def invited(person_id: int, at: datetime) -> list[Facts]:
    """The invitations that were made to somebody and stand, with their teams."""
    return list(
        db.session.execute(
            select(Invitation.token, Invitation.part, Invitation.ends_at, Team.id, Team.name, Team.name_en)
            .join(Team, Team.id == Invitation.team_id)
            .where(Invitation.person_id == person_id, Invitation.ends_at > at)
            .order_by(Invitation.id)
        )
    )


def shown(name: str, *, is_shown: bool) -> str:
    """A name as whoever looks may read it."""
    return name if is_shown else starred(name)


def _member(one: Player, name: str, *, names: bool) -> Member:
    return Member(
        one.id,
        one.person_id,
        shown(name, is_shown=names or one.name_shown),
        one.part,
        one.is_captain,
        one.shirt,
        one.plays,
        one.name_shown,
    )
