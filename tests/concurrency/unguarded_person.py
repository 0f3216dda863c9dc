"""The negative control of what may happen to a person once: looked at first, written later. Never served but in tests."""

import time
from datetime import datetime
from typing import Any

from sqlalchemy import event, insert, select, update

from tests.concurrency.desk import app
from yiqi.booking.merging import Merged
from yiqi.booking.models import Booking
from yiqi.db import db, table, writing
from yiqi.notices import outbox
from yiqi.people import browser
from yiqi.people.merging import Keeps, no_phone
from yiqi.people.models import BrowserSession, Person
from yiqi.programmes.league import teams
from yiqi.programmes.league.models import Invitation, Player, Team
from yiqi.programmes.league.rules.words import Part, Plays, Refused, Trouble
from yiqi.rota import rotas

WINDOW_SECONDS = 0.05
_invitation, _player = table(Invitation), table(Player)


def accept(
    *,
    token: str,
    person_id: int,
    shirt: int | None,
    plays: Plays | None,
    name_shown: bool,
    at: datetime,
) -> int:
    """What `rosters.accept` would be without the team's lock. It needs a roster that takes somebody twice."""
    with db.engine.connect() as reader:
        behind = select(Team.id, Team.season_id).join(_invitation, _invitation.c.team_id == Team.id)
        team = reader.execute(behind.where(_invitation.c.token == token)).one()
        own = teams.in_a_team(reader, team.season_id, person_id)
    _waits()
    if own is not None:
        if own.team_id != team.id:
            raise Refused(Trouble.IN_A_TEAM)
        return int(own.id)
    row = {"season_id": team.season_id, "team_id": team.id, "person_id": person_id, "part": Part.PLAYER}
    worn = {"shirt": shirt, "plays": plays, "name_shown": name_shown, "is_captain": False, "joined_at": at}
    with writing() as session:
        made: int = session.execute(insert(_player).returning(_player.c.id), row | worn).scalar_one()
        key = f"league-accepted-{made}"
        outbox.put(session.connection(), "league_accepted", key=key, person_id=person_id, at=at, player=made)
    return made


def merge(*, kept_id: int, gone_id: int, keeps: Keeps, because: str, at: datetime, by_id: int) -> Merged:
    """What `merging.merge` would be if it carried the bookings that it saw before any lock; and nobody looks whether who
    writes is still somebody."""
    with db.engine.connect() as reader:
        seen = list(reader.scalars(select(Booking.id).where(Booking.person_id == gone_id)))
    _waits()
    with writing() as session:
        session.execute(update(Booking).where(Booking.id.in_(seen)).values(person_id=kept_id))
        rotas.carry(session.connection(), kept_id=kept_id, gone_id=gone_id)
        session.execute(table(BrowserSession).delete().where(BrowserSession.person_id == gone_id))
        goes = {"phone": no_phone(gone_id), "merged_into_id": kept_id}
        session.execute(update(Person).where(Person.id == gone_id).values(**goes))
    return Merged()


def keep_slowly(**facts: Any) -> None:
    """What `rotas.keep` would be if it thought about it first."""
    _waits()
    _keep(**facts)


_keep, rotas.keep = rotas.keep, keep_slowly
event.remove(db.session, "before_commit", browser._hold)


def _waits() -> None:
    db.session.rollback()
    time.sleep(WINDOW_SECONDS)


__all__ = ["accept", "app", "merge"]
