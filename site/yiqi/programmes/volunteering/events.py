"""The events of volunteering within reach of somebody's roles, with what waits at each."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import ColumnElement, func, or_, select

from yiqi.activities.models import Activity, Slot, Status
from yiqi.db import Facts, db
from yiqi.desk import reach
from yiqi.hours import ledger
from yiqi.hours.rules.standing import Deed, State
from yiqi.programmes.volunteering.counting import serves
from yiqi.programmes.volunteering.models import Post
from yiqi.roles.rules.permissions import Action, Held

SHOWN, AHEAD = 60, timedelta(days=14)


class Waiting(Struct, frozen=True):
    """One event: the row (id, title, starts_at), its hours that wait for a word, its disputes, and the people its posts
    ahead are short of."""

    facts: Facts
    pending: int
    disputed: int
    missing: int


def waiting(held: Sequence[Held], at: datetime) -> list[Waiting]:
    """The events at which something waits: hours to be confirmed, disputes, posts short of people; the latest first."""
    head = ledger.heads().subquery()
    waits = (head.c.state == State.PENDING) | (head.c.deed == Deed.PROPOSED)
    hours = (
        select(
            head.c.activity_id,
            func.count().filter(waits).label("pending"),
            func.count().filter(head.c.state == State.DISPUTED).label("disputed"),
        )
        .where(or_(waits, head.c.state == State.DISPUTED))
        .group_by(head.c.activity_id)
        .subquery()
    )
    ahead: tuple[ColumnElement[bool], ...] = (
        Slot.starts_at > at,
        Slot.starts_at <= at + AHEAD,
        Slot.called_off_at.is_(None),
        Post.least > Slot.held,
    )
    short = (
        select(Slot.activity_id, func.sum(Post.least - Slot.held).label("missing"))
        .join(Post, Post.slot_id == Slot.id)
        .where(*ahead)
        .group_by(Slot.activity_id)
        .subquery()
    )
    starts_at = select(func.min(Slot.starts_at)).where(Slot.activity_id == Activity.id).scalar_subquery()
    query = (
        select(
            Activity.id,
            Activity.title,
            Activity.title_en,
            Activity.owner_id,
            starts_at.label("starts_at"),
            func.coalesce(hours.c.pending, 0).label("pending"),
            func.coalesce(hours.c.disputed, 0).label("disputed"),
            func.coalesce(short.c.missing, 0).label("missing"),
        )
        .outerjoin(hours, hours.c.activity_id == Activity.id)
        .outerjoin(short, short.c.activity_id == Activity.id)
        .where(
            serves(),
            Activity.status == Status.PUBLISHED,
            or_(hours.c.activity_id.is_not(None), short.c.activity_id.is_not(None)),
            reach.activities(held, Action.CONFIRM_HOURS),
        )
        .order_by(starts_at.desc(), Activity.id.desc())
        .limit(SHOWN)
    )
    return [
        Waiting(row, int(row.pending), int(row.disputed), int(row.missing))
        for row in db.session.execute(query)
    ]


def recent(held: Sequence[Held], at: datetime) -> list[Facts]:
    """The events within reach, those ahead and those of the last weeks, the latest first: id, title, starts_at."""
    starts_at = func.min(Slot.starts_at)
    query = (
        select(Activity.id, Activity.title, Activity.title_en, starts_at.label("starts_at"))
        .join(Slot, Slot.activity_id == Activity.id)
        .where(serves(), Activity.status == Status.PUBLISHED, reach.activities(held, Action.CONFIRM_HOURS))
        .group_by(Activity.id, Activity.title, Activity.title_en)
        .order_by(starts_at.desc(), Activity.id.desc())
        .limit(SHOWN)
    )
    return list(db.session.execute(query))
