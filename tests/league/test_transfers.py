"""Changing teams after the lock: asked for by the player, decided once by an organizer, with a reason in the trail."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.builders import a_union, a_worker
from tests.league.season import Entered, a_player, a_season, a_team, an_invitation, in_team, locks_now
from tests.unions.at_once import at_once
from yiqi import clock
from yiqi.db import db
from yiqi.notices.models import Notice
from yiqi.people.models import Person
from yiqi.programmes.league import letters, squads, transfers
from yiqi.programmes.league.rules.words import Refused, Trouble
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What


def asks(token: str, person: Person, shirt: int = 33) -> int:
    return transfers.ask(
        token=token,
        person_id=person.id,
        shirt=shirt,
        plays=None,
        name_shown=False,
        said="换了车间",
        at=clock.now(),
    )


def two_teams() -> tuple[Entered, Entered, str]:
    """Two teams of one union, the rosters locked; the link of the second."""
    season, union = a_season(a_union().id), a_union("两队工会")
    one, other = a_team(season.id, union=union, players=2), a_team(season.id, union=union)
    link = an_invitation(other)
    locks_now(season.id)
    return one, other, link.token


def test_granted_they_leave_one_team_and_come_into_the_other(site: Flask) -> None:
    one, other, token = two_teams()
    mover, organizer = one.people[0], a_worker(name="周凯")
    asked = asks(token, mover)
    assert asks(token, mover) == asked

    transfers.decide(
        transfer_id=asked, granted=True, because="两队都同意", by_id=organizer.id, at=clock.now()
    )

    assert mover.id not in [row.person_id for row in in_team(one.id)]
    assert (mover.id, 33) in [(row.person_id, row.shirt) for row in in_team(other.id)]
    deed = db.session.scalars(select(Deed).where(Deed.what == What.TRANSFERRED)).one()
    assert (deed.because, deed.person_id) == ("两队都同意", mover.id)
    told = db.session.scalars(select(Notice).where(Notice.kind == "league_transfer")).one()
    with site.test_request_context():
        letter = letters.transfer(told)
    assert letter is not None
    assert letter.phone == mover.phone
    assert "通过了" in letter.text


def test_refused_everything_stays_and_they_hear_why(site: Flask) -> None:
    one, _other, token = two_teams()
    mover = one.people[0]
    asked = asks(token, mover)

    transfers.decide(
        transfer_id=asked, granted=False, because="赛程过半", by_id=a_worker().id, at=clock.now()
    )

    assert mover.id in [row.person_id for row in in_team(one.id)]
    told = db.session.scalars(select(Notice).where(Notice.kind == "league_transfer")).one()
    with site.test_request_context():
        letter = letters.transfer(told)
    assert letter is not None
    assert "赛程过半" in letter.text


def test_a_request_is_decided_once_and_never_by_its_own_person(site: Flask) -> None:
    one, _other, token = two_teams()
    mover, organizer_id = one.people[0], a_worker().id
    asked, now = asks(token, mover), clock.now()

    with pytest.raises(Refused) as own:
        transfers.decide(transfer_id=asked, granted=True, because="我自己", by_id=mover.id, at=now)
    assert own.value.why is Trouble.NOT_YOURS
    outcomes = at_once(
        site,
        *(
            lambda granted=granted: transfers.decide(
                transfer_id=asked, granted=granted, because="看过了", by_id=organizer_id, at=now
            )
            for granted in (True, False)
        ),
    )
    assert sorted(outcomes) == ["Refused", "done"]


def test_before_the_lock_and_for_captains_there_is_no_transfer(site: Flask) -> None:
    season, union = a_season(a_union().id), a_union("两队工会")
    one, other = a_team(season.id, union=union), a_team(season.id, union=union)
    token = an_invitation(other).token

    with pytest.raises(Refused) as early:
        asks(token, a_player(union.id))
    locks_now(season.id)
    with pytest.raises(Refused) as captain:
        asks(token, one.captain)

    assert (early.value.why, captain.value.why) == (Trouble.NOT_LOCKED, Trouble.CAPTAIN_STAYS)


def test_a_newcomer_comes_in_too_and_a_number_that_was_taken_meanwhile_is_said(site: Flask) -> None:
    one, other, token = two_teams()
    newcomer, second, organizer = a_player(other.union_id), one.people[1], a_worker()
    first, late = asks(token, newcomer, 8), asks(token, second, 8)

    transfers.decide(transfer_id=first, granted=True, because="新人", by_id=organizer.id, at=clock.now())
    with pytest.raises(Refused) as taken:
        transfers.decide(transfer_id=late, granted=True, because="也来", by_id=organizer.id, at=clock.now())

    assert taken.value.why is Trouble.SHIRT_TAKEN
    assert squads.mine(second.id, one.season_id) is not None
    assert squads.mine(second.id, one.season_id).team_id == one.id  # type: ignore[union-attr]
