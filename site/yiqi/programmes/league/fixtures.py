"""Fixtures: planned as a whole and looked at, then published; moved and called off one by one."""

import hashlib
from datetime import date, datetime, time, timedelta

from msgspec import Struct
from sqlalchemy import Connection, insert, or_, select, update

from yiqi import clock
from yiqi.booking.offers import timely
from yiqi.db import Facts, db, retried, table, writing
from yiqi.notices import outbox
from yiqi.notices.outbox import Addressed
from yiqi.programmes.league import following, locking
from yiqi.programmes.league.models import Court, Game, Group, Player, Team
from yiqi.programmes.league.rules import fixtures as rules
from yiqi.programmes.league.rules.fixtures import Pairing, Place, Planned, Taken
from yiqi.programmes.league.rules.words import Refused, Stage, State, Trouble
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing

LONGEST = timedelta(days=300)
"""How far ahead places are looked for."""

_game, _team, _player, _court = table(Game), table(Team), table(Player), table(Court)


class Wish(Struct, frozen=True):
    """When and where games may be: from a Beijing day on, on these weekdays (0 is Monday) at these times, on these courts;
    a new round begins `days_a_round` days after the one before at the earliest."""

    first_on: date
    weekdays: frozenset[int]
    times: tuple[time, ...]
    court_ids: tuple[int, ...]
    days_a_round: int = 7


class Draft(Struct, frozen=True):
    """What a wish becomes: games with places, those for which there is none, and a digest of both."""

    planned: tuple[Planned, ...]
    left: tuple[Pairing, ...]
    digest: str


def plan(season_id: int, wish: Wish) -> Draft:
    """The games that the groups of a season still need, on free places. The same wish and season give the same draft."""
    season = locking.read_season(db.session.connection(), season_id)
    rows = db.session.execute(
        select(Team.id, Team.group_id)
        .join(Group, Group.id == Team.group_id)
        .where(Team.season_id == season_id)
        .order_by(Group.name, Team.id)
    ).all()
    groups: dict[int, list[int]] = {}
    for row in rows:
        groups.setdefault(row.group_id, []).append(row.id)
    standing = db.session.execute(select(*_game.c).where(_game.c.season_id == season_id)).all()
    met = {frozenset((one.home_id, one.away_id)) for one in standing if one.group_id is not None}
    robins = [rules.round_robin(group_id, teams) for group_id, teams in groups.items()]
    wanted = [one for one in rules.by_round(robins) if frozenset((one.home, one.away)) not in met]
    planned, left = rules.assign(
        wanted,
        _places(wish),
        minutes=season.minutes,
        rest_days=season.rest_days,
        days_a_round=wish.days_a_round,
        taken=[taken for one in standing if (taken := _taken(one)) is not None],
    )
    said = repr([(one.pairing, one.place) for one in planned]) + repr(left)
    return Draft(tuple(planned), tuple(left), hashlib.sha256(said.encode()).hexdigest()[:16])


@retried
def publish(*, season_id: int, wish: Wish, digest: str, by_id: int | None, at: datetime) -> int:
    """Publish what was looked at; answers how many games. Sent again, the games are there and it is none.

    Raises `Refused`: NOT_YOURS, NO_TEAMS (nothing to plan), STALE when the season is not what was looked at.
    """
    with writing() as session:
        here = session.connection()
        season = locking.season(here, season_id)
        draft = plan(season_id, wish)
        if draft.digest != digest:
            raise Refused(Trouble.STALE)
        if not draft.planned:
            raise Refused(Trouble.NO_TEAMS)
        here.execute(
            insert(_game),
            [
                {
                    "season_id": season_id,
                    "stage": Stage.GROUP,
                    "group_id": one.pairing.group,
                    "round": one.pairing.round,
                    "position": 0,
                    "home_id": one.pairing.home,
                    "away_id": one.pairing.away,
                    "court_id": one.place.court,
                    "starts_at": one.place.starts_at,
                    "state": State.PLANNED,
                    "home_score": 0,
                    "away_score": 0,
                    "period": 0,
                    "version": 1,
                }
                for one in draft.planned
            ],
        )
        thing = Thing(season.owner_id, None, "league")
        many = len(draft.planned)
        trail.note(here, What.FIXTURES_MADE, at=at, by_id=by_id, thing=thing, title=season.name, count=many)
        return many


@timely
@retried
def move(
    *, game_id: int, starts_at: datetime, court_id: int, because: str, by_id: int | None, at: datetime
) -> None:
    """Put a game that has not begun to another time or court, and tell the players of both teams. Its spectators' activity
    moves with it, and they are told.

    Raises `Refused`: NOT_YOURS (no such game or court), BEGUN, COURT_BUSY, NO_REST (which game); with a reason a team may
    have less rest.
    """
    with writing() as session:
        here = session.connection()
        found = here.execute(select(_game.c.season_id).where(_game.c.id == game_id)).scalar()
        if found is None:
            raise Refused(Trouble.NOT_YOURS)
        season = locking.season(here, found)
        game = locking.game(here, game_id)
        own = select(_court.c.id).where(_court.c.id == court_id, _court.c.season_id == season.id)
        if here.execute(own).first() is None:
            raise Refused(Trouble.NOT_YOURS)
        if game.state not in (State.PLANNED, State.ABANDONED, State.CALLED_OFF):
            raise Refused(Trouble.BEGUN)
        if (game.starts_at, game.court_id, game.state) == (starts_at, court_id, State.PLANNED):
            return
        _is_free(here, season, game, starts_at, court_id, may_rest_less=bool(because))
        kept = {"starts_at": starts_at, "court_id": court_id, "state": State.PLANNED}
        here.execute(update(_game).where(_game.c.id == game_id).values(**kept, version=_game.c.version + 1))
        if game.starts_at is not None and starts_at > at:
            _tell(here, game, at)
        following.moved(here, game, starts_at, court_id, at, by_id)
        trail.note(
            here,
            What.GAME_KEPT,
            at=at,
            by_id=by_id,
            thing=Thing(season.owner_id, game.activity_id, "league"),
            because=because,
            title=title_of(here, game),
            was=_when(game.starts_at),
            became=_when(starts_at),
        )


@timely
@retried
def call_off(*, game_id: int, because: str, by_id: int, at: datetime) -> None:
    """Call a game off that has not begun, and what its spectators signed up for, and tell them and the players. Raises `Refused`: NOT_YOURS, BEGUN."""
    with writing() as session:
        here = session.connection()
        game = locking.game(here, game_id)
        if game.state is State.CALLED_OFF:
            return
        if game.state is not State.PLANNED:
            raise Refused(Trouble.BEGUN)
        off = {"state": State.CALLED_OFF, "version": game.version + 1}
        here.execute(update(_game).where(_game.c.id == game_id).values(**off))
        season = locking.read_season(here, game.season_id)
        _tell(here, game, at)
        following.off(here, game, at, by_id, because)
        trail.note(
            here,
            What.GAME_KEPT,
            at=at,
            by_id=by_id,
            thing=Thing(season.owner_id, game.activity_id, "league"),
            because=because,
            title=title_of(here, game),
            was=_when(game.starts_at),
        )


def title_of(here: Connection, game: Facts) -> str:
    """泰德制药 对 京仪装备, as the trail says it."""
    names = {
        row.id: row.name
        for row in here.execute(
            select(_team.c.id, _team.c.name).where(_team.c.id.in_([game.home_id, game.away_id]))
        )
    }
    return " 对 ".join(names.get(each, "?") for each in (game.home_id, game.away_id))


def _places(wish: Wish) -> list[Place]:
    days = (wish.first_on + timedelta(days=n) for n in range(LONGEST.days))
    return [
        Place(clock.at(day, at.hour, at.minute), day, court)
        for day in days
        if day.weekday() in wish.weekdays
        for at in sorted(wish.times)
        for court in wish.court_ids
    ]


def _taken(game: Facts) -> Taken | None:
    if game.starts_at is None or game.state in (State.CALLED_OFF, State.ABANDONED):
        return None
    day = clock.beijing(game.starts_at).date()
    return Taken(game.starts_at, day, game.court_id, (game.home_id, game.away_id), game.id)


def _is_free(
    here: Connection,
    season: Facts,
    game: Facts,
    starts_at: datetime,
    court_id: int,
    *,
    may_rest_less: bool,
) -> None:
    others = here.execute(select(*_game.c).where(_game.c.season_id == season.id, _game.c.id != game.id)).all()
    place = Place(starts_at, clock.beijing(starts_at).date(), court_id)
    found = rules.clashes(
        place,
        (game.home_id, game.away_id),
        [taken for one in others if (taken := _taken(one)) is not None],
        minutes=season.minutes,
        rest_days=season.rest_days,
    )
    for kind, one in found:
        is_double = {game.home_id, game.away_id} & set(one.teams) - {None} and one.day == place.day
        if kind == "court":
            raise Refused(Trouble.COURT_BUSY, one.game)
        if is_double or not may_rest_less:
            raise Refused(Trouble.NO_REST, one.game)


def _tell(here: Connection, game: Facts, at: datetime) -> None:
    """Tell everybody in both teams that the game is not when or where it was."""
    people = here.scalars(
        select(_player.c.person_id).where(
            or_(_player.c.team_id == game.home_id, _player.c.team_id == game.away_id),
            _player.c.left_at.is_(None),
        )
    ).all()
    outbox.put_all(
        here,
        "league_moved",
        [
            Addressed(f"league-moved-{game.id}-{game.version}-{person_id}", person_id, at, {"game": game.id})
            for person_id in people
        ],
        at=at,
    )


def _when(instant: datetime | None) -> str:
    return f"{clock.beijing(instant):%Y-%m-%d %H:%M}" if instant is not None else ""
