"""A name stands in public as long as its person can take it back; a letter goes to who is captain now; seasons within reach."""

from flask import Flask
from sqlalchemy import select

from tests.builders import a_union
from tests.league.season import Entered, a_season, a_team, an_invitation, in_team
from yiqi import clock
from yiqi.db import db
from yiqi.notices.models import Notice
from yiqi.pages.composing import letter
from yiqi.programmes.league import rosters, squads
from yiqi.roles.rules.permissions import Held, Role


def agrees(team: Entered, *, agreed: bool = True) -> int:
    """The first player's row; whether their name is public."""
    person = team.people[0].id
    rosters.change_own(
        team_id=team.id, person_id=person, shirt=10, plays=None, name_shown=agreed, at=clock.now()
    )
    return team.player_ids[0]


def is_public(player_id: int) -> bool:
    db.session.rollback()
    found = squads.player(player_id)
    assert found is not None
    db.session.refresh(found[0])
    return found[0].name_shown


def test_who_leaves_or_is_taken_out_is_named_no_more(site: Flask) -> None:
    season = a_season(a_union().id)
    for team, takes in ((a_team(season.id, players=1), False), (a_team(season.id, players=1), True)):
        row = agrees(team)
        assert is_public(row)
        if takes:
            rosters.take_out(team_id=team.id, player_id=row, person_id=team.captain.id, at=clock.now())
        else:
            rosters.leave(team_id=team.id, person_id=team.people[0].id, at=clock.now())
        assert not is_public(row)


def test_a_word_taken_back_in_the_new_team_holds_for_the_old_one(site: Flask) -> None:
    season = a_season(a_union().id)
    old = a_team(season.id, players=1)
    row, person = agrees(old), old.people[0]
    rosters.leave(team_id=old.id, person_id=person.id, at=clock.now())
    new = a_team(season.id, captain=person)
    assert [one.person_id for one in in_team(new.id)] == [person.id]

    for agreed in (True, False):
        rosters.change_own(
            team_id=new.id, person_id=person.id, shirt=1, plays=None, name_shown=agreed, at=clock.now()
        )
        assert is_public(row) is agreed


def test_a_captain_who_handed_over_is_not_told_who_came(site: Flask) -> None:
    season = a_season(a_union().id)
    team = a_team(season.id, players=1)
    notice = db.session.scalars(select(Notice).where(Notice.kind == "league_accepted")).one()
    with site.test_request_context():
        assert letter(notice) is not None
    an_invitation(team)

    rosters.hand_over(team_id=team.id, player_id=team.player_ids[0], person_id=team.captain.id)

    with site.test_request_context():
        assert letter(notice) is None


def test_ones_own_season_is_within_reach_however_many_others_are_newer(site: Flask) -> None:
    mine, other = a_union("我们的"), a_union("别家的")
    own = a_season(mine.id)
    for _n in range(squads.LATELY):
        a_season(other.id)
    held = [Held(Role.UNION_ORGANIZER, frozenset({mine.id}))]

    assert [one.id for one in squads.within(held)] == [own.id]
    assert squads.within([Held(Role.UNION_ORGANIZER, frozenset({mine.id}), programme="reading")]) == []
    assert len(squads.within([Held(Role.FEDERATION_ADMIN)])) == squads.LATELY
