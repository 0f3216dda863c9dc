"""A team changes its group or plays in it, whoever says both at once."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import or_, select

from tests.builders import a_union, a_worker
from tests.league.season import a_season, a_team, takes_its_time
from tests.league.test_games import DAY
from tests.unions.at_once import at_once
from yiqi import clock
from yiqi.db import db
from yiqi.programmes.league import fixtures, locking, teams
from yiqi.programmes.league.models import Game, Team


def both_at_once(site: Flask, patch: pytest.MonkeyPatch) -> list[str]:
    """One organizer publishes the games of a group, another one moves a team of it into the other group."""
    season, organizer = a_season(a_union().id), a_worker(name="组织者").id
    moved, _other = (a_team(season.id, group_id=season.group_ids[0]).id for _n in range(2))
    first = clock.today() + 7 * DAY
    digest, wish = season.digest(first), season.wish(first)
    said: dict[str, Any] = {"by_id": organizer, "at": clock.now()}
    takes_its_time(patch, fixtures, "plan", seconds=0.4)
    takes_its_time(patch, teams, "_is_of", seconds=0.2)  # looks and writes while the other one still plans
    return at_once(
        site,
        lambda: fixtures.publish(season_id=season.id, wish=wish, digest=digest, **said),
        lambda: teams.place(team_id=moved, group_id=season.group_ids[1], **said),
    )


def torn() -> list[int]:
    """Games of a group that one of their teams is not in."""
    db.session.rollback()
    sides = or_(Team.id == Game.home_id, Team.id == Game.away_id)
    return list(db.session.scalars(select(Game.id).join(Team, sides).where(Team.group_id != Game.group_id)))


def test_a_team_is_not_moved_out_of_a_group_while_its_games_are_published(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Refused" in both_at_once(site, monkeypatch)
    assert torn() == []


@pytest.mark.parametrize("site", ["postgresql"], indirect=True)
def test_without_the_seasons_lock_it_plays_in_a_group_that_it_is_not_in(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""
    monkeypatch.setattr(locking, "season", locking.read_season)

    both_at_once(site, monkeypatch)

    assert torn() != []
