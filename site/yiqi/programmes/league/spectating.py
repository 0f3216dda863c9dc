"""Spectators' places: a game gets an activity of the core with a slot for each stand, or one that is there already."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from yiqi.activities import planning
from yiqi.activities.models import Activity, Occurrence, Programme, Slot, Status
from yiqi.activities.planning import Meeting, Plan, Pool
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import LIVE
from yiqi.booking.rules.states import State as BookingState
from yiqi.db import Again, Facts, db, retried, table, writing
from yiqi.programmes.league import locking
from yiqi.programmes.league.fixtures import title_of
from yiqi.programmes.league.models import Court, Game, Team
from yiqi.programmes.league.rules.words import Refused, Stage, State, Trouble
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing

MOST_PARTY = 4
DAYS_AHEAD = 60

_game, _team, _court, _activity = table(Game), table(Team), table(Court), table(Activity)


class Stand(Struct, frozen=True):
    """A stand and its places."""

    name: str
    places: int


@retried
def open_places(*, game_id: int, stands: Sequence[Stand], by_id: int, at: datetime) -> int:
    """Publish an activity where spectators sign up from now until the game begins; answers it, the one that is there again.

    Raises `Refused`: NOT_YOURS, NO_TEAMS, BEGUN, NOT_BEGUN (it has no time yet).
    """
    with writing() as session:
        here = session.connection()
        game = locking.game(here, game_id)
        if game.activity_id is not None:
            return int(game.activity_id)
        if game.home_id is None or game.away_id is None:
            raise Refused(Trouble.NO_TEAMS)
        if game.starts_at is None or game.court_id is None:
            raise Refused(Trouble.NOT_BEGUN)
        if game.state is not State.PLANNED or game.starts_at <= at:
            raise Refused(Trouble.BEGUN)
        season = locking.read_season(here, game.season_id)
        court = here.execute(select(*_court.c).where(_court.c.id == game.court_id)).one()
        names = {
            row.id: row
            for row in here.execute(select(*_team.c).where(_team.c.id.in_([game.home_id, game.away_id])))
        }
        home, away = names[game.home_id], names[game.away_id]
        in_round = game.stage is Stage.GROUP
        sub = (
            f"第 {game.round} 轮 · {home.name} 对 {away.name}" if in_round else f"{home.name} 对 {away.name}"
        )
        sub_en = f"{home.name_en or home.name} v {away.name_en or away.name}"
        until = game.starts_at + timedelta(minutes=season.minutes)
        made = planning.write(
            here,
            Plan(
                programme=Programme.LEAGUE,
                title="“博大杯”职工篮球联赛观赛",
                owner_id=season.owner_id,
                meetings=[Meeting(game.starts_at, until, court.name, court.name_en)],
                pools=[Pool(stand.places, label=stand.name) for stand in stands],
                opens_at=at,
                closes_at=game.starts_at,
                max_party=MOST_PARTY,
                made_by_id=by_id,
                words={
                    "title_en": "Boda Cup basketball: watch a game",
                    "sub": sub[:80],
                    "sub_en": (f"Round {game.round} · {sub_en}" if in_round else sub_en)[:160],
                },
            ),
        )
        here.execute(update(_game).where(_game.c.id == game_id).values(activity_id=made.activity_id))
        thing = Thing(season.owner_id, made.activity_id, "league")
        trail.note(here, What.PUBLISHED, at=at, by_id=by_id, thing=thing, title=title_of(here, game))
        return made.activity_id


@retried
def link(*, game_id: int, activity_id: int | None, by_id: int | None, at: datetime) -> None:
    """Name the activity of a game's spectators, or none. Raises `Refused`: NOT_YOURS for an activity of another owner or
    programme, ASKED_ALREADY when another game has it."""
    with writing() as session:
        here = session.connection()
        game = locking.game(here, game_id)
        season = locking.read_season(here, game.season_id)
        if activity_id is not None:
            own = (
                _activity.c.id == activity_id,
                _activity.c.owner_id == season.owner_id,
                _activity.c.programme == Programme.LEAGUE,
            )
            if here.execute(select(_activity.c.id).where(*own)).first() is None:
                raise Refused(Trouble.NOT_YOURS)
            other = select(_game.c.id).where(_game.c.activity_id == activity_id, _game.c.id != game_id)
            if here.execute(other).first() is not None:
                raise Refused(Trouble.ASKED_ALREADY)
        try:
            here.execute(update(_game).where(_game.c.id == game_id).values(activity_id=activity_id))
        except IntegrityError as error:
            raise Again from error
        thing = Thing(season.owner_id, activity_id or game.activity_id, "league")
        trail.note(here, What.GAME_KEPT, at=at, by_id=by_id, thing=thing, title=title_of(here, game))


def meeting(activity_id: int) -> Facts | None:
    """When and where the activity of a game is: its title, and its first occurrence that goes on."""
    return db.session.execute(
        select(
            Activity.id,
            Activity.title,
            Activity.title_en,
            Activity.status,
            Occurrence.starts_at,
            Occurrence.venue,
            Occurrence.venue_en,
        )
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .where(Activity.id == activity_id)
        .order_by(Occurrence.called_off_at.is_not(None), Occurrence.starts_at)
        .limit(1)
    ).one_or_none()


def watchers(activity_id: int) -> int:
    """How many people have asked for places in the activity of a game, or have them."""
    theirs = select(func.count(Booking.person_id.distinct())).join(Slot, Slot.id == Booking.slot_id)
    return db.session.scalar(theirs.where(Slot.activity_id == activity_id, Booking.state.in_(LIVE))) or 0


def choices(owner_id: int, at: datetime) -> list[Facts]:
    """The activities of the league's programme of a union that come, and that no game has yet."""
    taken = select(Game.activity_id).where(Game.activity_id.is_not(None))
    return list(
        db.session.execute(
            select(
                Activity.id,
                Activity.title,
                Activity.title_en,
                Activity.sub,
                Activity.sub_en,
                Occurrence.starts_at,
            )
            .join(Occurrence, Occurrence.activity_id == Activity.id)
            .where(
                Activity.owner_id == owner_id,
                Activity.programme == Programme.LEAGUE,
                Activity.status == Status.PUBLISHED,
                Activity.id.not_in(taken),
                Occurrence.starts_at > at,
                Occurrence.starts_at < at + timedelta(days=DAYS_AHEAD),
            )
            .order_by(Occurrence.starts_at)
            .limit(50)
        )
    )


def booked(activity_ids: Sequence[int], person_id: int | None) -> set[int]:
    """The activities of these in which somebody has a place."""
    if person_id is None or not activity_ids:
        return set()
    return set(
        db.session.scalars(
            select(Slot.activity_id)
            .join(Booking, Booking.slot_id == Slot.id)
            .where(
                Slot.activity_id.in_(activity_ids),
                Booking.person_id == person_id,
                Booking.state == BookingState.CONFIRMED,
            )
        )
    )
