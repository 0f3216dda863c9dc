"""Inviting into a team: by a link and a spoken code for a group chat, or to one person; taken back, found by its code."""

import secrets
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from yiqi.db import Again, Facts, db, retried, table, writing
from yiqi.notices import outbox
from yiqi.people import persons, tallies
from yiqi.programmes.league import locking, teams
from yiqi.programmes.league.models import Invitation
from yiqi.programmes.league.rules import codes
from yiqi.programmes.league.rules.words import Part, Refused, Trouble

InvitationFacts = Facts
"""An invitation by its columns."""

_invitation = table(Invitation)


class Invited(Struct, frozen=True):
    """An invitation that stands: its link and its code."""

    id: int
    token: str
    code: str
    ends_at: datetime


@retried
def open_to_all(*, team_id: int, person_id: int, nonce: str, at: datetime) -> Invited:
    """Open the team's link and code to whoever has them; the one that is open already is answered again.

    Raises `Refused`: NOT_YOURS for who is not the captain.
    """
    with writing() as session:
        here = session.connection()
        locking.team(here, team_id)
        is_captain(here, team_id, person_id)
        known = here.execute(
            select(*_invitation.c).where(
                _invitation.c.team_id == team_id,
                _invitation.c.person_id.is_(None),
                _invitation.c.ends_at > at,
            )
        ).first()
        return _as(known) if known is not None else _write(here, team_id, person_id, nonce, at)


@retried
def to_one(
    *, team_id: int, person_id: int, phone: str, name: str, part: Part, nonce: str, at: datetime
) -> Invited:
    """Invite one person by their phone (E.164); they are told, and decide themselves. Sent again, the first one.

    Raises `Refused`: NOT_YOURS for who is not the captain, IN_A_TEAM, PART_TAKEN; `tallies.TooMany` after many in a day.
    """
    with writing() as session:
        here = session.connection()
        team = locking.team(here, team_id)
        is_captain(here, team_id, person_id)
        same = (_invitation.c.team_id == team_id, _invitation.c.nonce == nonce)
        known = here.execute(select(*_invitation.c).where(*same)).one_or_none()
        if known is not None:
            return _as(known)
        tallies.spend(session, f"league-invites-{person_id}", timedelta(days=1), codes.PEOPLE_A_DAY, at)
        whom = persons.somebody(here, phone=phone, name="", at=at)
        if teams.in_a_team(here, team.season_id, whom) is not None:
            raise Refused(Trouble.IN_A_TEAM)
        if part is not Part.PLAYER and any(one.part == part for one in teams.present(here, team_id)):
            raise Refused(Trouble.PART_TAKEN)
        before = (
            _invitation.c.team_id == team_id,
            _invitation.c.person_id == whom,
            _invitation.c.ends_at > at,
        )
        here.execute(update(_invitation).where(*before).values(ends_at=at))
        made = _write(here, team_id, person_id, nonce, at, part=part, whom=whom, name=name)
        key = f"league-invited-{made.id}"
        outbox.put(here, "league_invited", key=key, person_id=whom, at=at, invitation=made.id)
        return made


@retried
def take_back(*, invitation_id: int, team_id: int, person_id: int, at: datetime) -> None:
    """End an invitation of one's team: its link and code work no more. Raises `Refused(NOT_YOURS)`."""
    with writing() as session:
        here = session.connection()
        locking.team(here, team_id)
        is_captain(here, team_id, person_id)
        own = (_invitation.c.id == invitation_id, _invitation.c.team_id == team_id)
        if here.execute(select(_invitation.c.id).where(*own)).first() is None:
            raise Refused(Trouble.NOT_YOURS)
        here.execute(update(_invitation).where(*own, _invitation.c.ends_at > at).values(ends_at=at))


@retried
def decline(*, token: str, person_id: int, at: datetime) -> None:
    """Say no to an invitation that was for oneself. Raises `Refused(NOT_YOURS)`."""
    own = (_invitation.c.token == token, _invitation.c.person_id == person_id)
    with writing() as session:
        here = session.connection()
        found = here.execute(select(_invitation.c.ends_at).where(*own).with_for_update()).one_or_none()
        if found is None:
            raise Refused(Trouble.NOT_YOURS)
        here.execute(update(_invitation).where(*own, _invitation.c.ends_at > at).values(ends_at=at))


@retried
def find(*, code: str, person_id: int, at: datetime) -> str | None:
    """The link behind a spoken code that stands; None for none. Every try counts, found or not.

    Raises `tallies.TooMany` after ten tries in an hour.
    """
    with writing() as session:
        tallies.spend(session, f"league-code-{person_id}", codes.WINDOW, codes.TRIES, at)
        stands = (_invitation.c.code == code, _invitation.c.ends_at > at)
        found = session.connection().execute(
            select(_invitation.c.token, _invitation.c.person_id).where(*stands)
        )
        row = found.one_or_none()
        return str(row.token) if row is not None and row.person_id in (None, person_id) else None


def behind(token: str) -> Facts | None:
    """The invitation of a link, whether it stands or not."""
    return db.session.execute(select(*_invitation.c).where(_invitation.c.token == token)).one_or_none()


def of_team(team_id: int, at: datetime) -> list[Facts]:
    """The invitations of a team that stand."""
    stands = (_invitation.c.team_id == team_id, _invitation.c.ends_at > at)
    return list(db.session.execute(select(*_invitation.c).where(*stands).order_by(_invitation.c.id)))


def is_captain(here: Connection, team_id: int, person_id: int) -> None:
    """Raises `Refused(NOT_YOURS)` for who is not the captain of a team now."""
    found = [one for one in teams.present(here, team_id) if one.is_captain and one.person_id == person_id]
    if not found:
        raise Refused(Trouble.NOT_YOURS)


def _write(
    here: Connection,
    team_id: int,
    by_id: int,
    nonce: str,
    at: datetime,
    *,
    part: Part = Part.PLAYER,
    whom: int | None = None,
    name: str = "",
) -> Invited:
    row = {
        "team_id": team_id,
        "part": part,
        "token": secrets.token_urlsafe(16),
        "code": "".join(secrets.choice(codes.ALPHABET) for _n in range(codes.LENGTH)),
        "person_id": whom,
        "name": name,
        "made_by_id": by_id,
        "nonce": nonce,
        "made_at": at,
        "ends_at": at + codes.LIFE,
    }
    try:
        made = here.execute(insert(_invitation).returning(*_invitation.c), row).one()
    except IntegrityError as error:
        raise Again from error
    return _as(made)


def _as(row: Facts) -> Invited:
    return Invited(row.id, row.token, row.code, row.ends_at)
