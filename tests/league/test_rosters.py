"""Coming into a team: by the captain's word and one's own, once a season, with a number nobody wears, until the lock."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.builders import a_union
from tests.league.season import a_player, a_season, a_team, an_invitation, in_team, locks_now, takes_its_time
from tests.unions.at_once import at_once
from yiqi import clock
from yiqi.db import db, writing
from yiqi.people.models import Person
from yiqi.people.tallies import TooMany
from yiqi.programmes.league import invitations, locking, rosters, squads, teams
from yiqi.programmes.league.rules import codes
from yiqi.programmes.league.rules.words import Part, Plays, Refused, Trouble


def comes(token: str, person: Person | int, shirt: int | None = 7) -> int:
    person_id = person if isinstance(person, int) else person.id
    return rosters.accept(
        token=token, person_id=person_id, shirt=shirt, plays=Plays.GUARD, name_shown=False, at=clock.now()
    )


def why(verb: object) -> Trouble:
    with pytest.raises(Refused) as refused:
        verb()  # type: ignore[operator]
    return refused.value.why


def test_who_is_invited_comes_in_by_their_own_word_and_once(site: Flask) -> None:
    team = a_team(a_season(a_union().id).id)
    link, mate = an_invitation(team), a_player(team.union_id)
    assert [one.person_id for one in in_team(team.id)] == [team.captain.id]

    first, again = comes(link.token, mate), comes(link.token, mate, 9)

    assert first == again
    assert [(one.person_id, one.shirt) for one in in_team(team.id)] == [(team.captain.id, 1), (mate.id, 7)]


def test_a_number_is_worn_once_and_is_between_nought_and_ninety_nine(site: Flask) -> None:
    team = a_team(a_season(a_union().id).id)
    link, one, other = an_invitation(team), a_player(team.union_id), a_player(team.union_id)
    comes(link.token, one, 0)

    assert why(lambda: comes(link.token, other, 0)) is Trouble.SHIRT_TAKEN
    assert why(lambda: comes(link.token, other, None)) is Trouble.SHIRT_TAKEN
    comes(link.token, other, 99)
    assert sorted(row.shirt or 0 for row in in_team(team.id)) == [0, 1, 99]


def test_a_team_takes_members_of_its_unions_and_of_the_groups_under_them(site: Flask) -> None:
    team = a_team(a_season(a_union().id).id)
    link, stranger = an_invitation(team), a_player(a_union("别家工会").id)
    workshop = a_union("一车间", parent=a_union(team.union_name))

    assert why(lambda: comes(link.token, stranger)) is Trouble.NOT_A_MEMBER
    comes(link.token, a_player(workshop.id))
    assert len(in_team(team.id)) == 2


def test_a_full_team_takes_nobody(site: Flask) -> None:
    team = a_team(a_season(a_union().id, most_players=5).id, players=4)

    assert why(lambda: comes(an_invitation(team).token, a_player(team.union_id), 77)) is Trouble.FULL


def test_a_person_plays_in_one_team_of_a_season_and_in_the_next_season_again(site: Flask) -> None:
    season, union = a_season(a_union().id), a_union("两队工会")
    one, other = a_team(season.id, union=union), a_team(season.id, union=union)
    next_year = a_team(a_season(a_union().id).id, union=union)
    mate = a_player(union.id)
    comes(an_invitation(one).token, mate)

    assert why(lambda: comes(an_invitation(other).token, mate)) is Trouble.IN_A_TEAM
    comes(an_invitation(next_year).token, mate)
    assert len(in_team(other.id)) == 1


def test_two_captains_and_one_player_at_once_give_one_team(site: Flask) -> None:
    season, union = a_season(a_union().id), a_union("两队工会")
    links = [an_invitation(a_team(season.id, union=union)) for _n in range(2)]
    mate = a_player(union.id).id
    token, other = links[0].token, links[1].token

    outcomes = at_once(site, lambda: bool(comes(token, mate)), lambda: bool(comes(other, mate)))

    assert sorted(outcomes) == ["Refused", "True"]
    assert squads.mine(mate, season.id) is not None


@pytest.mark.parametrize("site", ["postgresql"], indirect=True)
def test_without_the_index_two_captains_get_the_same_player(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: only the database's own index stands between two teams, whose locks are two."""
    season, union = a_season(a_union().id), a_union("两队工会")
    links = [an_invitation(a_team(season.id, union=union)) for _n in range(2)]
    mate = a_player(union.id).id
    one, other = links[0].token, links[1].token
    index = "uq_league_player_one_team"
    with writing() as session:
        made = session.scalar(text(f"SELECT indexdef FROM pg_indexes WHERE indexname = '{index}'"))  # noqa: S608
        session.execute(text(f"DROP INDEX {index}"))
    try:
        takes_its_time(monkeypatch, teams, "in_a_team")
        outcomes = at_once(site, lambda: bool(comes(one, mate)), lambda: bool(comes(other, mate)))
        assert outcomes == ["True", "True"]
    finally:
        with writing() as session:
            session.execute(text("DELETE FROM league_player"))
            session.execute(text(str(made)))


def test_the_last_place_of_a_team_goes_to_one_of_two(site: Flask) -> None:
    team = a_team(a_season(a_union().id, most_players=5).id, players=3)
    link, one, other = an_invitation(team), a_player(team.union_id).id, a_player(team.union_id).id

    outcomes = at_once(
        site, lambda: bool(comes(link.token, one, 50)), lambda: bool(comes(link.token, other, 51))
    )

    assert sorted(outcomes) == ["Refused", "True"]
    assert len(in_team(team.id)) == 5


@pytest.mark.parametrize("site", ["postgresql"], indirect=True)
def test_without_the_teams_lock_the_last_place_goes_to_two(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the lock taken away, everybody takes their time after looking."""
    team = a_team(a_season(a_union().id, most_players=5).id, players=3)
    link, one, other = an_invitation(team), a_player(team.union_id).id, a_player(team.union_id).id
    found = squads.team(team.id)
    takes_its_time(monkeypatch, teams, "present")
    monkeypatch.setattr(locking, "team", lambda *_asked: found)

    at_once(site, lambda: bool(comes(link.token, one, 50)), lambda: bool(comes(link.token, other, 51)))

    assert len(in_team(team.id)) == 6


def test_after_the_lock_nobody_comes_leaves_or_is_taken_out(site: Flask) -> None:
    season = a_season(a_union().id)
    team = a_team(season.id, players=1)
    link, now = an_invitation(team), clock.now()
    locks_now(season.id)
    mate = team.people[0]

    assert why(lambda: comes(link.token, a_player(team.union_id))) is Trouble.LOCKED
    assert why(lambda: rosters.leave(team_id=team.id, person_id=mate.id, at=now)) is Trouble.LOCKED
    out: dict[str, Any] = {"team_id": team.id, "player_id": team.player_ids[0], "person_id": team.captain.id}
    assert why(lambda: rosters.take_out(**out, at=now)) is Trouble.LOCKED
    own: dict[str, Any] = {
        "team_id": team.id,
        "person_id": mate.id,
        "plays": None,
        "name_shown": True,
        "at": now,
    }
    assert why(lambda: rosters.change_own(shirt=44, **own)) is Trouble.LOCKED
    rosters.change_own(shirt=10, **own)
    assert in_team(team.id)[1].name_shown


def test_a_player_leaves_and_the_captain_takes_out_but_never_the_captain(site: Flask) -> None:
    team = a_team(a_season(a_union().id).id, players=2)
    now = clock.now()

    rosters.leave(team_id=team.id, person_id=team.people[0].id, at=now)
    rosters.take_out(team_id=team.id, player_id=team.player_ids[1], person_id=team.captain.id, at=now)

    assert [one.person_id for one in in_team(team.id)] == [team.captain.id]
    stays: dict[str, Any] = {"team_id": team.id, "person_id": team.captain.id, "at": now}
    assert why(lambda: rosters.leave(**stays)) is Trouble.CAPTAIN_STAYS
    own = in_team(team.id)[0].id
    assert why(lambda: rosters.take_out(player_id=own, **stays)) is Trouble.CAPTAIN_STAYS


def test_the_captaincy_is_handed_over_and_with_it_all_a_captain_may(site: Flask) -> None:
    team = a_team(a_season(a_union().id).id, players=1)
    mate, now = team.people[0], clock.now()
    hand: dict[str, Any] = {"team_id": team.id, "player_id": team.player_ids[0]}

    assert why(lambda: rosters.hand_over(**hand, person_id=mate.id)) is Trouble.NOT_YOURS
    rosters.hand_over(**hand, person_id=team.captain.id)

    ask: dict[str, Any] = {"team_id": team.id, "nonce": "n", "at": now}
    assert why(lambda: invitations.open_to_all(person_id=team.captain.id, **ask)) is Trouble.NOT_YOURS
    assert invitations.open_to_all(person_id=mate.id, **ask).code
    rosters.leave(team_id=team.id, person_id=team.captain.id, at=now)


def test_an_invitation_for_one_is_nobody_elses_and_ends_with_their_word(site: Flask) -> None:
    team = a_team(a_season(a_union().id).id)
    coach, other = a_player(team.union_id, "周教练"), a_player(team.union_id)
    made = invitations.to_one(
        team_id=team.id,
        person_id=team.captain.id,
        phone=coach.phone,
        name="周教练",
        part=Part.COACH,
        nonce="one",
        at=clock.now(),
    )

    assert why(lambda: comes(made.token, other)) is Trouble.NOT_YOURS
    assert invitations.find(code=made.code, person_id=other.id, at=clock.now()) is None
    comes(made.token, coach, None)
    assert [(one.part, one.shirt) for one in in_team(team.id)][1] == (Part.COACH, None)
    assert invitations.of_team(team.id, clock.now()) == []


def test_a_link_that_was_taken_back_or_ran_out_works_no_more(site: Flask) -> None:
    team = a_team(a_season(a_union().id).id)
    link, mate, now = an_invitation(team), a_player(team.union_id), clock.now()
    invitations.take_back(invitation_id=link.id, team_id=team.id, person_id=team.captain.id, at=now)
    old = an_invitation(team, at=now - codes.LIFE - timedelta(days=1))

    for gone in (link, old):
        assert why(lambda one=gone: comes(one.token, mate)) is Trouble.OVER
        assert invitations.find(code=gone.code, person_id=mate.id, at=now) is None


def test_codes_are_not_found_by_trying(site: Flask) -> None:
    team = a_team(a_season(a_union().id).id)
    link, guesser, now = an_invitation(team), a_player(team.union_id), clock.now()

    for _try in range(codes.TRIES):
        assert invitations.find(code="2222", person_id=guesser.id, at=now) is None
    with pytest.raises(TooMany):
        invitations.find(code=link.code, person_id=guesser.id, at=now)

    assert invitations.find(code=link.code, person_id=team.captain.id, at=now) == link.token


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("BDB-7Q2M", "7Q2M"),
        ("bdb 7q2m", "7Q2M"),
        ("７ｑ２ｍ", "7Q2M"),
        ("BDB-7O2M", None),
        ("7Q2", None),
        ("", None),
    ],
)
def test_a_code_is_understood_as_it_is_said(said: str, heard: str | None) -> None:
    assert codes.typed(said) == heard


def test_two_small_unions_field_a_joint_team_and_large_ones_do_not(site: Flask) -> None:
    season, small, other, large = a_season(a_union().id), *(a_union(name) for name in ("甲", "乙", "丙"))
    captain = a_player(small.id, "联队队长")
    for _n in range(teams.SMALL):
        a_player(large.id)

    def enters(name: str, *unions: int) -> int:
        return teams.enter(
            season_id=season.id,
            name=name,
            union_ids=unions,
            captain=(captain.phone, captain.name),
            by_id=None,
            at=clock.now(),
        )

    assert why(lambda: enters("大联队", small.id, large.id)) is Trouble.TOO_LARGE
    team_id = enters("联队", small.id, other.id)
    assert [one.name for one in squads.unions(team_id)] == ["甲", "乙"]
    assert why(lambda: enters("联队", small.id)) is Trouble.NAME_TAKEN


@pytest.mark.parametrize("change", ["is_captain = true", "part = 'coach', shirt = NULL", "shirt = 44"])
def test_the_database_itself_refuses_two_captains_two_coaches_and_two_of_a_number(
    site: Flask, change: str
) -> None:
    team = a_team(a_season(a_union().id).id, players=2)
    db.session.rollback()

    with pytest.raises(IntegrityError), writing() as session:
        session.execute(text(f"UPDATE league_player SET {change} WHERE team_id = {team.id}"))  # noqa: S608
