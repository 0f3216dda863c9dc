"""A team's roster before it is locked: joining by an invitation, leaving, being taken out, shirt numbers, the captaincy."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from yiqi.db import Facts, retried, table, writing
from yiqi.notices import outbox
from yiqi.programmes.league import locking, teams
from yiqi.programmes.league.invitations import is_captain
from yiqi.programmes.league.models import Invitation, Player
from yiqi.programmes.league.rules.words import Part, Plays, Refused, Trouble

_player, _invitation = table(Player), table(Invitation)


@retried
def accept(
    *,
    token: str,
    person_id: int,
    shirt: int | None,
    plays: Plays | None,
    name_shown: bool,
    at: datetime,
) -> int:
    """Come into the team that a link invites to; answers one's row. Who is in this team already gets their row again.

    `shirt` is needed of a player, 0 to 99. Raises `Refused`: NOT_YOURS (no such link, or for somebody else), OVER, LOCKED,
    IN_A_TEAM, NOT_A_MEMBER, FULL, SHIRT_TAKEN, PART_TAKEN.
    """
    with writing() as session:
        here = session.connection()
        team = locking.team(here, team_behind(here, token))
        invitation = here.execute(select(*_invitation.c).where(_invitation.c.token == token)).one()
        own = teams.in_a_team(here, team.season_id, person_id)
        if own is not None and own.team_id == team.id:
            return int(own.id)
        if invitation.person_id not in (None, person_id):
            raise Refused(Trouble.NOT_YOURS)
        if invitation.ends_at <= at:
            raise Refused(Trouble.OVER)
        season = locking.read_season(here, team.season_id)
        if season.locks_at <= at:
            raise Refused(Trouble.LOCKED)
        player_id = come_in(
            here,
            season,
            team.id,
            person_id,
            part=invitation.part,
            shirt=shirt,
            plays=plays,
            name_shown=name_shown,
            at=at,
        )
        if invitation.person_id is not None:
            here.execute(update(_invitation).where(_invitation.c.id == invitation.id).values(ends_at=at))
        captain = next((one for one in teams.present(here, team.id) if one.is_captain), None)
        if captain is not None:
            key = f"league-accepted-{player_id}"
            outbox.put(here, "league_accepted", key=key, person_id=captain.person_id, at=at, player=player_id)
        return player_id


def come_in(
    here: Connection,
    season: Facts,
    team_id: int,
    person_id: int,
    *,
    part: Part,
    shirt: int | None,
    plays: Plays | None,
    name_shown: bool,
    at: datetime,
) -> int:
    """Write somebody into a locked team where there is room for them; answers their row. Raises `Refused` as `accept`."""
    everybody = teams.present(here, team_id)
    if part is Part.PLAYER:
        if shirt is None:
            raise Refused(Trouble.SHIRT_TAKEN)
        if teams.players(everybody) >= season.most_players:
            raise Refused(Trouble.FULL)
        if any(one.shirt == shirt for one in everybody):
            raise Refused(Trouble.SHIRT_TAKEN)
    elif any(one.part == part for one in everybody):
        raise Refused(Trouble.PART_TAKEN)
    return teams.add(
        here,
        season_id=season.id,
        team_id=team_id,
        person_id=person_id,
        at=at,
        part=part,
        shirt=shirt if part is Part.PLAYER else None,
        plays=plays if part is Part.PLAYER else None,
        name_shown=name_shown,
    )


@retried
def leave(*, team_id: int, person_id: int, at: datetime) -> None:
    """Leave one's team before the lock. Raises `Refused`: NOT_YOURS, LOCKED, CAPTAIN_STAYS."""
    with writing() as session:
        here = session.connection()
        own = _own(here, team_id, person_id, at)
        if own.is_captain:
            raise Refused(Trouble.CAPTAIN_STAYS)
        here.execute(update(_player).where(_player.c.id == own.id).values(**_gone(at)))


@retried
def take_out(*, team_id: int, player_id: int, person_id: int, at: datetime) -> None:
    """The captain takes somebody out before the lock. Raises `Refused`: NOT_YOURS, LOCKED, CAPTAIN_STAYS."""
    with writing() as session:
        here = session.connection()
        _own(here, team_id, person_id, at)
        is_captain(here, team_id, person_id)
        other = _present(here, team_id, player_id)
        if other.is_captain:
            raise Refused(Trouble.CAPTAIN_STAYS)
        here.execute(update(_player).where(_player.c.id == player_id).values(**_gone(at)))


@retried
def hand_over(*, team_id: int, player_id: int, person_id: int) -> None:
    """The captain makes another player of the team the captain. Raises `Refused`: NOT_YOURS, NOT_ON_ROSTER for no player."""
    with writing() as session:
        here = session.connection()
        locking.team(here, team_id)
        is_captain(here, team_id, person_id)
        other = _present(here, team_id, player_id)
        if other.part != Part.PLAYER:
            raise Refused(Trouble.NOT_ON_ROSTER)
        here.execute(update(_player).where(_player.c.team_id == team_id).values(is_captain=False))
        here.execute(update(_player).where(_player.c.id == player_id).values(is_captain=True))


@retried
def change_own(
    *,
    team_id: int,
    person_id: int,
    shirt: int | None,
    plays: Plays | None,
    name_shown: bool,
    at: datetime,
) -> None:
    """Change one's number (before the lock), where one plays, and whether one's name is public: also on the sheets of a team
    that one played in before.

    Raises `Refused`: NOT_YOURS, LOCKED for another number after the lock, SHIRT_TAKEN.
    """
    with writing() as session:
        here = session.connection()
        team = locking.team(here, team_id)
        everybody = teams.present(here, team_id)
        own = next((one for one in everybody if one.person_id == person_id), None)
        if own is None:
            raise Refused(Trouble.NOT_YOURS)
        changed: dict[str, object] = {"name_shown": name_shown}
        if own.part == Part.PLAYER:
            is_late = locking.read_season(here, team.season_id).locks_at <= at
            if shirt != own.shirt and is_late and own.shirt is not None:
                raise Refused(Trouble.LOCKED)
            if shirt is None or any(one.shirt == shirt and one is not own for one in everybody):
                raise Refused(Trouble.SHIRT_TAKEN)
            changed |= {"plays": plays, "shirt": shirt}
        here.execute(update(_player).where(_player.c.id == own.id).values(**changed))
        before = (_player.c.season_id == team.season_id, _player.c.person_id == person_id)
        here.execute(update(_player).where(*before).values(name_shown=name_shown))


def team_behind(here: Connection, token: str) -> int:
    """The team that a link invites to. Raises `Refused(NOT_YOURS)` for no link."""
    found = here.execute(select(_invitation.c.team_id).where(_invitation.c.token == token)).scalar()
    if found is None:
        raise Refused(Trouble.NOT_YOURS)
    return int(found)


def _gone(at: datetime) -> dict[str, object]:
    """Who has left. They have no page any more on which they could take their word about their name back: it ends."""
    return {"left_at": at, "name_shown": False}


def _own(here: Connection, team_id: int, person_id: int, at: datetime) -> Facts:
    team = locking.team(here, team_id)
    own = next((one for one in teams.present(here, team_id) if one.person_id == person_id), None)
    if own is None:
        raise Refused(Trouble.NOT_YOURS)
    if locking.read_season(here, team.season_id).locks_at <= at:
        raise Refused(Trouble.LOCKED)
    return own


def _present(here: Connection, team_id: int, player_id: int) -> Facts:
    found = next((one for one in teams.present(here, team_id) if one.id == player_id), None)
    if found is None:
        raise Refused(Trouble.NOT_YOURS)
    return found
