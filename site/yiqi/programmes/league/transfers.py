"""Coming into a team after the rosters were locked: asked for by the player, decided by an organizer, once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from yiqi import clock
from yiqi.db import Facts, db, retried, table, writing
from yiqi.notices import outbox
from yiqi.people.models import Person
from yiqi.programmes.league import locking, rosters, teams
from yiqi.programmes.league.models import Invitation, Player, Season, Team, Transfer
from yiqi.programmes.league.rules.words import Part, Plays, Refused, Trouble
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing

LONGEST = 200

_transfer, _player, _invitation = table(Transfer), table(Player), table(Invitation)


@retried
def ask(
    *,
    token: str,
    person_id: int,
    shirt: int,
    plays: Plays | None,
    name_shown: bool,
    said: str,
    at: datetime,
) -> int:
    """Ask to come into the team of an invitation after the lock; answers the request, the open one again.

    Raises `Refused`: NOT_YOURS, OVER, NOT_LOCKED (accept instead), IN_A_TEAM (this one), CAPTAIN_STAYS, NOT_A_MEMBER,
    SHIRT_TAKEN, ASKED_ALREADY for another team.
    """
    with writing() as session:
        here = session.connection()
        team = locking.team(here, rosters.team_behind(here, token))
        invitation = here.execute(select(*_invitation.c).where(_invitation.c.token == token)).one()
        if invitation.person_id not in (None, person_id) or invitation.part != Part.PLAYER:
            raise Refused(Trouble.NOT_YOURS)
        if invitation.ends_at <= at:
            raise Refused(Trouble.OVER)
        if locking.read_season(here, team.season_id).locks_at > at:
            raise Refused(Trouble.NOT_LOCKED)
        if not teams.is_member(here, team.id, person_id, clock.beijing(at).date()):
            raise Refused(Trouble.NOT_A_MEMBER)
        own = teams.in_a_team(here, team.season_id, person_id)
        if own is not None and own.team_id == team.id:
            raise Refused(Trouble.IN_A_TEAM)
        if own is not None and own.is_captain:
            raise Refused(Trouble.CAPTAIN_STAYS)
        if any(one.shirt == shirt for one in teams.present(here, team.id)):
            raise Refused(Trouble.SHIRT_TAKEN)
        theirs = (
            _transfer.c.season_id == team.season_id,
            _transfer.c.person_id == person_id,
            _transfer.c.decided_at.is_(None),
        )
        known = here.execute(select(_transfer.c.id, _transfer.c.team_id).where(*theirs)).one_or_none()
        if known is not None:
            if known.team_id != team.id:
                raise Refused(Trouble.ASKED_ALREADY)
            return int(known.id)
        row = {
            "season_id": team.season_id,
            "team_id": team.id,
            "from_team_id": own.team_id if own is not None else None,
            "person_id": person_id,
            "shirt": shirt,
            "plays": plays,
            "name_shown": name_shown,
            "said": said,
            "asked_at": at,
            "because": "",
        }
        try:
            made: int = here.execute(insert(_transfer).returning(_transfer.c.id), row).scalar_one()
        except IntegrityError as error:
            raise Refused(Trouble.ASKED_ALREADY) from error
        return made


@retried
def decide(*, transfer_id: int, granted: bool, because: str, by_id: int, at: datetime) -> None:
    """Decide a request, and tell its person. Granted, they leave their team and come into the other.

    Raises `Refused`: NOT_YOURS (none, or one's own), OVER (decided already), FULL, SHIRT_TAKEN, NOT_A_MEMBER,
    CAPTAIN_STAYS (they are captain by now).
    """
    with writing() as session:
        here = session.connection()
        found = here.execute(select(*_transfer.c).where(_transfer.c.id == transfer_id)).one_or_none()
        if found is None or found.person_id == by_id:
            raise Refused(Trouble.NOT_YOURS)
        for team_id in sorted({found.team_id, found.from_team_id} - {None}):
            locking.team(here, team_id)
        asked = here.execute(
            select(*_transfer.c).where(_transfer.c.id == transfer_id).with_for_update()
        ).one()
        if asked.decided_at is not None:
            raise Refused(Trouble.OVER)
        season = locking.read_season(here, asked.season_id)
        if granted:
            own = teams.in_a_team(here, season.id, asked.person_id)
            if own is not None and own.is_captain:
                raise Refused(Trouble.CAPTAIN_STAYS)
            if own is not None:
                here.execute(
                    update(_player)
                    .where(_player.c.id == own.id)
                    .values(left_at=at, name_shown=asked.name_shown)
                )
            rosters.come_in(
                here,
                season,
                asked.team_id,
                asked.person_id,
                part=Part.PLAYER,
                shirt=asked.shirt,
                plays=asked.plays,
                name_shown=asked.name_shown,
                at=at,
            )
        decided = {"decided_at": at, "decided_by_id": by_id, "granted": granted, "because": because}
        here.execute(update(_transfer).where(_transfer.c.id == transfer_id).values(**decided))
        key = f"league-transfer-{transfer_id}"
        outbox.put(here, "league_transfer", key=key, person_id=asked.person_id, at=at, transfer=transfer_id)
        trail.note(
            here,
            What.TRANSFERRED,
            at=at,
            by_id=by_id,
            thing=Thing(season.owner_id, None, "league"),
            person_id=asked.person_id,
            because=because,
            title=str(_name(asked.team_id)),
            granted=granted,
        )


def of_seasons(season_ids: Sequence[int], *, is_open: bool) -> list[Facts]:
    """The requests of some seasons, the open ones oldest first or the decided ones newest first, with names."""
    into, out_of = aliased(Team), aliased(Team)
    found = (
        select(
            *_transfer.c,
            Person.name,
            Person.phone,
            into.name.label("team"),
            into.name_en.label("team_en"),
            out_of.name.label("before"),
            out_of.name_en.label("before_en"),
        )
        .join(Person, Person.id == _transfer.c.person_id)
        .join(into, into.id == _transfer.c.team_id)
        .outerjoin(out_of, out_of.id == _transfer.c.from_team_id)
        .where(_transfer.c.season_id.in_(season_ids))
        .limit(100)
    )
    waiting = found.where(_transfer.c.decided_at.is_(None)).order_by(_transfer.c.id)
    decided = found.where(_transfer.c.decided_at.is_not(None)).order_by(_transfer.c.decided_at.desc())
    return list(db.session.execute(waiting if is_open else decided))


def thing(transfer_id: int) -> Thing | None:
    """A request as a thing that roles reach; None when there is none."""
    owner_id = db.session.scalar(
        select(Season.owner_id)
        .join(Transfer, Transfer.season_id == Season.id)
        .where(Transfer.id == transfer_id)
    )
    return Thing(owner_id, None, "league") if owner_id is not None else None


def open_count(season_ids: Sequence[int]) -> int:
    """How many requests of some seasons wait. One query."""
    return sum(open_counts(season_ids).values())


def open_counts(season_ids: Sequence[int]) -> dict[int, int]:
    """The same for each of them that has any. One query."""
    waiting = (Transfer.season_id.in_(season_ids), Transfer.decided_at.is_(None))
    counted = select(Transfer.season_id, func.count()).where(*waiting).group_by(Transfer.season_id)
    return {season_id: many for season_id, many in db.session.execute(counted)}  # noqa: C416 - rows, as pairs


def season_of(transfer_id: int) -> int | None:
    """Which season a request belongs to."""
    return db.session.scalar(select(Transfer.season_id).where(Transfer.id == transfer_id))


def own_open(season_id: int, person_id: int) -> Facts | None:
    """Somebody's open request in a season."""
    mine = (
        _transfer.c.season_id == season_id,
        _transfer.c.person_id == person_id,
        _transfer.c.decided_at.is_(None),
    )
    return db.session.execute(select(*_transfer.c).where(*mine)).one_or_none()


def _name(team_id: int) -> str:
    return db.session.scalar(select(Team.name).where(Team.id == team_id)) or ""
