"""Short sentences that make a season: teams with their captains and players, invitations, games. Through the league's verbs."""

import time as waiting
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from tests.builders import a_union, a_worker
from yiqi import clock
from yiqi.db import db, writing
from yiqi.people.models import Person
from yiqi.programmes.league import fixtures, invitations, rosters, seasons, teams
from yiqi.programmes.league.fixtures import Wish
from yiqi.programmes.league.models import Court, Game, Group, Player, Season
from yiqi.programmes.league.rules.words import Stage, State
from yiqi.unions.models import Union

_numbers = count(1)


@dataclass(frozen=True)
class Begun:
    """A season with its groups A and B and two courts."""

    id: int
    group_ids: tuple[int, ...]
    court_ids: tuple[int, ...]

    def wish(self, first_on: date) -> Wish:
        """Saturdays at nine on the first court."""
        return Wish(first_on, frozenset({5}), (time(9),), self.court_ids[:1], 7)

    def digest(self, first_on: date) -> str:
        return fixtures.plan(self.id, self.wish(first_on)).digest


@dataclass(frozen=True)
class Entered:
    """A team with its captain; `player_ids` are the others' rows, in the order of their numbers from 10 on."""

    id: int
    season_id: int
    union_id: int
    union_name: str
    captain: Person
    player_ids: tuple[int, ...]
    people: tuple[Person, ...]


def a_season(
    union_id: int,
    *,
    locks_in: timedelta = timedelta(days=20),
    at: datetime | None = None,
    **settings: Any,
) -> Begun:
    """A season of a union; rosters lock in three weeks."""
    at = at or clock.now()
    number = next(_numbers)
    season_id = seasons.begin(
        owner_id=union_id,
        settings=seasons.Settings(name=f"{2026 + number} 赛季", locks_at=at + locks_in, **settings),
        courts=[("一号场", "Court 1"), ("二号场", "Court 2")],
        groups=["A", "B"],
        by_id=a_worker(name="周凯").id,
        nonce=f"season-{number}",
        at=at,
    )
    groups = db.session.scalars(select(Group.id).where(Group.season_id == season_id).order_by(Group.name))
    courts = db.session.scalars(select(Court.id).where(Court.season_id == season_id).order_by(Court.id))
    return Begun(season_id, tuple(groups), tuple(courts))


def a_team(
    season_id: int,
    *,
    name: str = "",
    captain: Person | None = None,
    group_id: int | None = None,
    players: int = 0,
    union: Union | None = None,
    at: datetime | None = None,
) -> Entered:
    """A team of a union of its own, with a captain who wears 1 and some players who accepted an invitation."""
    at = at or clock.now()
    number = next(_numbers)
    union = union or a_union(f"第 {number} 工会")
    captain = captain or a_worker(name=f"队长{number}")
    joins(captain, union.id)
    team_id = teams.enter(
        season_id=season_id,
        name=name or f"第 {number} 队",
        union_ids=[union.id],
        captain=(captain.phone, captain.name),
        group_id=group_id,
        by_id=None,
        at=at,
    )
    rosters.change_own(team_id=team_id, person_id=captain.id, shirt=1, plays=None, name_shown=False, at=at)
    made = Entered(team_id, season_id, union.id, union.name, captain, (), ())
    if not players:
        return made
    link = an_invitation(made, at=at)
    people = [a_player(union.id, name=f"队员{number}-{n}") for n in range(players)]
    ids = [
        rosters.accept(
            token=link.token, person_id=person.id, shirt=10 + n, plays=None, name_shown=False, at=at
        )
        for n, person in enumerate(people)
    ]
    return Entered(team_id, season_id, union.id, union.name, captain, tuple(ids), tuple(people))


def a_player(union_id: int, name: str = "冯雪") -> Person:
    """Somebody who is a member of a union and in no team."""
    person = a_worker(name=name)
    joins(person, union_id)
    return person


def joins(person: Person, union_id: int) -> None:
    """Make somebody a member since the first of the year."""
    union = db.session.get_one(Union, union_id)
    a_union(union.name, members=[person])


def an_invitation(team: Entered, *, at: datetime | None = None) -> invitations.Invited:
    """The link and code that a captain opens to a group chat."""
    return invitations.open_to_all(
        team_id=team.id,
        person_id=team.captain.id,
        nonce=f"link-{next(_numbers)}",
        at=at or clock.now(),
    )


def planned(season: Begun, teams: Sequence[int], starts_at: datetime, *, court: int = 0) -> int:
    """A game of the first group; answers it."""
    with writing() as session:
        made: int = session.execute(
            insert(Game).returning(Game.id),
            {
                "season_id": season.id,
                "stage": Stage.GROUP,
                "group_id": season.group_ids[0],
                "round": 1,
                "position": 0,
                "home_id": teams[0],
                "away_id": teams[1],
                "court_id": season.court_ids[court],
                "starts_at": starts_at,
                "state": State.PLANNED,
                "home_score": 0,
                "away_score": 0,
                "period": 0,
                "version": 1,
            },
        ).scalar_one()
    return made


def in_team(team_id: int) -> list[Player]:
    """Who is in a team now, as rows."""
    here = (Player.team_id == team_id, Player.left_at.is_(None))
    found = select(Player).where(*here).order_by(Player.id).execution_options(populate_existing=True)
    return list(db.session.scalars(found))


def game(game_id: int) -> Game:
    """A game as it is now."""
    return db.session.get_one(Game, game_id, populate_existing=True)


def locks_now(season_id: int) -> None:
    """The rosters of a season were locked a minute ago."""
    with writing() as session:
        session.execute(
            update(Season).where(Season.id == season_id).values(locks_at=clock.now() - timedelta(minutes=1))
        )


def takes_its_time(patch: pytest.MonkeyPatch, module: Any, look: str, seconds: float = 0.3) -> None:
    """Everybody waits a moment after they have looked, so that what no lock forbids happens."""
    looks = getattr(module, look)

    def slowly(*asked: Any, **named: Any) -> Any:
        found = looks(*asked, **named)
        waiting.sleep(seconds)
        return found

    patch.setattr(module, look, slowly)
