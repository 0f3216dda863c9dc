"""The verbs on what an event is beside its places: posts, squads with their leaders, the briefing."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from yiqi.activities.models import Activity, Slot
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.db import Again, retried, table, writing
from yiqi.programmes.volunteering.models import Event, Post, Squad
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing

_activity, _slot, _booking = table(Activity), table(Slot), table(Booking)
_event, _post, _squad = table(Event), table(Post), table(Squad)


class NotConfirmed(Exception):
    """Somebody leads a squad only of an event in which they have a place."""


class NameTaken(Exception):
    """Another squad of the event is called so."""


class Posted(Struct, frozen=True):
    """What a slot is as a post."""

    least: int = 0
    break_minutes: int = 0
    is_briefing: bool = False
    squad_id: int | None = None


@retried
def keep(*, activity_id: int, posts: Mapping[int, Posted], at: datetime, by_id: int) -> int:
    """Say of slots of an event what they are as posts; answers how many that changed. A post whose minimum rises is
    warned of anew. Raises `LookupError` for a slot or a squad of another event."""
    with writing() as session:
        here = session.connection()
        thing = _hold(here, activity_id)
        slots = set(here.scalars(select(_slot.c.id).where(_slot.c.activity_id == activity_id)))
        squads = set(here.scalars(select(_squad.c.id).where(_squad.c.activity_id == activity_id)))
        if not posts.keys() <= slots or not {one.squad_id for one in posts.values()} <= squads | {None}:
            raise LookupError(activity_id)
        known = {row.slot_id: row for row in here.execute(select(_post).where(_post.c.slot_id.in_(slots)))}
        changed = 0
        for slot_id, post in sorted(posts.items()):
            was = known.get(slot_id)
            row = asdict(post)
            if was is None and post != Posted():
                here.execute(insert(_post), {"slot_id": slot_id, **row})
            elif was is not None and any(getattr(was, name) != value for name, value in row.items()):
                again = {"warned_at": None} if post.least > was.least else {}
                here.execute(update(_post).where(_post.c.slot_id == slot_id).values(**row, **again))
            else:
                continue
            changed += 1
        if changed:
            trail.note(here, What.POSTS_KEPT, at=at, by_id=by_id, thing=thing, count=changed)
        return changed


@retried
def keep_squad(
    *,
    activity_id: int,
    squad_id: int | None,
    name: str,
    leader_id: int | None,
    at: datetime,
    by_id: int,
) -> int:
    """Make a squad, or change one; answers its id. A new one of a name that is there already is that one.

    Raises `LookupError` for one of another event, `NotConfirmed` for a leader without a place, `NameTaken`.
    """
    with writing() as session:
        here = session.connection()
        thing = _hold(here, activity_id)
        if leader_id is not None and not _has_place(here, activity_id, leader_id):
            raise NotConfirmed
        of_event = select(_squad.c.id, _squad.c.name).where(_squad.c.activity_id == activity_id)
        squads = {row.name: row.id for row in here.execute(of_event)}
        row = {"name": name, "leader_id": leader_id}
        if squad_id is None and name in squads:
            session.rollback()
            return int(squads[name])
        if squad_id is not None and squad_id not in squads.values():
            raise LookupError(squad_id)
        if squads.get(name, squad_id) != squad_id:
            raise NameTaken
        if squad_id is None:
            squad_id = _make(here, {"activity_id": activity_id, **row})
        else:
            here.execute(update(_squad).where(_squad.c.id == squad_id).values(**row))
        trail.note(here, What.POSTS_KEPT, at=at, by_id=by_id, thing=thing, person_id=leader_id, name=name)
        return squad_id


@retried
def drop_squad(*, activity_id: int, squad_id: int, at: datetime, by_id: int) -> bool:
    """End a squad; its posts go on without one. Answers whether there was one."""
    with writing() as session:
        here = session.connection()
        thing = _hold(here, activity_id)
        this = (_squad.c.id == squad_id, _squad.c.activity_id == activity_id)
        name = here.scalar(select(_squad.c.name).where(*this))
        if name is None:
            session.rollback()
            return False
        here.execute(update(_post).where(_post.c.squad_id == squad_id).values(squad_id=None))
        here.execute(delete(_squad).where(*this))
        trail.note(here, What.POSTS_KEPT, at=at, by_id=by_id, thing=thing, name=name, lifted=True)
        return True


@retried
def brief(*, activity_id: int, text: str, briefing_at: datetime | None, at: datetime, by_id: int) -> None:
    """Keep what those who are confirmed read before they come, and when they are briefed."""
    with writing() as session:
        here = session.connection()
        thing = _hold(here, activity_id)
        row = {"briefing": text, "briefing_at": briefing_at}
        known = select(_event.c.activity_id).where(_event.c.activity_id == activity_id)
        if here.scalar(known) is None:
            here.execute(insert(_event), {"activity_id": activity_id, **row})
        else:
            here.execute(update(_event).where(_event.c.activity_id == activity_id).values(**row))
        trail.note(here, What.POSTS_KEPT, at=at, by_id=by_id, thing=thing)


def _hold(here: Connection, activity_id: int) -> Thing:
    row = here.execute(
        select(_activity.c.owner_id, _activity.c.programme)
        .where(_activity.c.id == activity_id)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise LookupError(activity_id)
    return Thing(row.owner_id, activity_id, row.programme)


def _has_place(here: Connection, activity_id: int, person_id: int) -> bool:
    found = (
        select(_booking.c.id)
        .join(_slot, _slot.c.id == _booking.c.slot_id)
        .where(
            _slot.c.activity_id == activity_id,
            _booking.c.person_id == person_id,
            _booking.c.state == State.CONFIRMED,
        )
    )
    return here.execute(found).first() is not None


def _make(here: Connection, row: Mapping[str, object]) -> int:
    try:
        made: int = here.execute(insert(_squad).returning(_squad.c.id), row).scalar_one()
    except IntegrityError as error:
        raise Again from error
    return made
