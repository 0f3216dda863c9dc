"""How many people each post has and needs, and telling the organizers of those that are short."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, func, or_, select, true, update

from yiqi.activities.models import Activity, Programme, Slot, Status
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.db import Facts, db, retried, table, writing
from yiqi.notices import outbox
from yiqi.people.models import Person
from yiqi.programmes.volunteering.counting import serves
from yiqi.programmes.volunteering.models import Event, Post, Squad
from yiqi.programmes.volunteering.rules import staffing as rules
from yiqi.roles.holding import counts
from yiqi.roles.models import Grant
from yiqi.roles.rules.permissions import Role

_post = table(Post)

_STAFFED = (
    select(
        Slot.id.label("slot_id"),
        Slot.label,
        Slot.label_en,
        Slot.detail,
        Slot.detail_en,
        Slot.capacity,
        Slot.held,
        Slot.waiting,
        Slot.starts_at,
        Slot.ends_at,
        Activity.id.label("activity_id"),
        Activity.title,
        Activity.title_en,
        Activity.opens_at,
        Activity.closes_at,
        func.coalesce(Post.least, 0).label("least"),
        func.coalesce(Post.break_minutes, 0).label("break_minutes"),
        func.coalesce(Post.is_briefing, False).label("is_briefing"),
        Post.squad_id,
        Post.warned_at,
        Squad.name.label("squad"),
        Squad.leader_id,
        Person.name.label("leader"),
    )
    .join(Activity, Activity.id == Slot.activity_id)
    .outerjoin(Post, Post.slot_id == Slot.id)
    .outerjoin(Squad, Squad.id == Post.squad_id)
    .outerjoin(Person, Person.id == Squad.leader_id)
    .order_by(Slot.starts_at, Slot.position, Slot.id)
)


class Staffed(Struct, frozen=True):
    """One post at its shift: the row (slot, activity, squad), and whether it is short of people."""

    facts: Facts

    @property
    def missing(self) -> int:
        """People it is short of."""
        return rules.missing(self.facts.least, self.facts.held)

    @property
    def free(self) -> int | None:
        """Places left; None without a limit."""
        room: int | None = self.facts.capacity
        return None if room is None else max(0, room - self.facts.held)


def of_event(activity_id: int) -> list[Staffed]:
    """The posts of an event, by shift."""
    return [Staffed(row) for row in db.session.execute(_STAFFED.where(Slot.activity_id == activity_id))]


def post(slot_id: int) -> Staffed | None:
    """One post that takes place; None for none, and for one that was called off."""
    on = (Slot.called_off_at.is_(None), Activity.status == Status.PUBLISHED)
    row = db.session.execute(_STAFFED.where(Slot.id == slot_id, *on)).one_or_none()
    return Staffed(row) if row is not None else None


def coming(at: datetime, seen: ColumnElement[bool], most: int = 200) -> list[Staffed]:
    """The posts of what is ahead and open, of the activities that may be `seen`: those short of people first, then those
    with places, then the full ones, each by their time."""
    query = _STAFFED.where(
        serves(),
        Activity.status == Status.PUBLISHED,
        Slot.called_off_at.is_(None),
        Slot.starts_at > at,
        seen,
    )
    found = [Staffed(row) for row in db.session.execute(query.limit(most))]
    return sorted(found, key=lambda one: (not one.missing, one.free == 0, one.facts.starts_at))


def briefing(activity_id: int) -> Event | None:
    """The briefing of an event, where there is one."""
    return db.session.get(Event, activity_id, populate_existing=True)


def squads(activity_id: int) -> list[Facts]:
    """The squads of an event by name: id, name, leader_id, leader (their name, or none), posts (how many)."""
    many = select(func.count()).where(Post.squad_id == Squad.id).scalar_subquery()
    query = (
        select(Squad.id, Squad.name, Squad.leader_id, Person.name.label("leader"), many.label("posts"))
        .outerjoin(Person, Person.id == Squad.leader_id)
        .where(Squad.activity_id == activity_id)
        .order_by(Squad.name)
    )
    return list(db.session.execute(query))


def people(activity_id: int) -> list[Facts]:
    """Who has a place in an event, by spelling: id and name, each once."""
    query = (
        select(Person.id, Person.name)
        .join(Booking, Booking.person_id == Person.id)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Slot.activity_id == activity_id, Booking.state == State.CONFIRMED)
        .group_by(Person.id, Person.name, Person.pinyin)
        .order_by(Person.pinyin, Person.id)
    )
    return list(db.session.execute(query))


def is_confirmed(activity_id: int, person_id: int) -> bool:
    """Whether somebody has a place in an event."""
    found = select(Booking.id).join(Slot, Slot.id == Booking.slot_id)
    mine = (Booking.person_id == person_id, Booking.state == State.CONFIRMED)
    return db.session.scalar(found.where(Slot.activity_id == activity_id, *mine).limit(1)) is not None


def warn(at: datetime) -> int:
    """Tell the organizers of posts that are short of people two days before, once of each; answers of how many."""
    ahead = (Slot.starts_at > at, Slot.starts_at <= at + rules.WARNED_BEFORE, Post.warned_at.is_(None))
    query = _STAFFED.where(
        *ahead,
        Slot.called_off_at.is_(None),
        Activity.programme == Programme.VOLUNTEERING,
        Activity.status == Status.PUBLISHED,
        Post.least > Slot.held,
    )
    short = [row.slot_id for row in db.session.execute(query)]
    db.session.commit()
    return sum(_tell(slot_id, at) for slot_id in short)


@retried
def _tell(slot_id: int, at: datetime) -> bool:
    with writing() as session:
        here = session.connection()
        here.execute(select(_post.c.slot_id).where(_post.c.slot_id == slot_id).with_for_update())
        row = here.execute(_STAFFED.where(Slot.id == slot_id)).one_or_none()
        is_due = row is not None and rules.is_to_be_told(row.least, row.held, row.starts_at, at)
        if row is None or not is_due or row.warned_at is not None:
            session.rollback()
            return False
        here.execute(update(_post).where(_post.c.slot_id == slot_id).values(warned_at=at))
        for person_id in _organizers(here, row.activity_id, at):
            key = f"volunteering-short-{slot_id}-{person_id}-{int(at.timestamp())}"
            outbox.put(here, "volunteering_short", key=key, person_id=person_id, at=at, slot=slot_id)
        return True


def _organizers(here: Connection, activity_id: int, at: datetime) -> Sequence[int]:
    """Who organizes an activity: those with the role on it; else those of its union and programme; else the federation; else who made it."""
    activity = here.execute(
        select(Activity.owner_id, Activity.made_by_id, Activity.programme).where(Activity.id == activity_id)
    ).one()
    on_it = (Grant.role == Role.ACTIVITY_ORGANIZER, Grant.activity_id == activity_id)
    of_union = (
        Grant.role == Role.UNION_ORGANIZER,
        Grant.union_id == activity.owner_id,
        or_(Grant.programme.is_(None), Grant.programme == activity.programme),
    )
    for whose in (on_it, of_union, (Grant.role == Role.FEDERATION_ADMIN, true())):
        found = here.scalars(select(Grant.person_id).where(*whose, counts(at)).distinct()).all()
        if found:
            return sorted(found)
    return [activity.made_by_id] if activity.made_by_id is not None else []
