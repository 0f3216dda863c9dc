"""Reads of who holds which role."""

from sqlalchemy import select

from yiqi.activities.models import Activity
from yiqi.db import db
from yiqi.roles.models import Grant
from yiqi.roles.rules.permissions import Held, Thing
from yiqi.unions import belonging


def of(person_id: int) -> tuple[Held, ...]:
    """The roles somebody holds now, with the unions they reach. One query, and one more when a union is named."""
    grants = db.session.scalars(
        select(Grant).where(Grant.person_id == person_id, Grant.revoked_at.is_(None)).order_by(Grant.id)
    ).all()
    under = belonging.under({one.union_id for one in grants if one.union_id is not None})
    return tuple(
        Held(
            one.role,
            under.get(one.union_id, frozenset()) if one.union_id is not None else frozenset(),
            one.programme,
            one.activity_id,
        )
        for one in grants
    )


def holds_any(person_id: int) -> bool:
    """Whether somebody holds any role at all, and so has a desk."""
    here = select(Grant.id).where(Grant.person_id == person_id, Grant.revoked_at.is_(None)).limit(1)
    return db.session.scalar(here) is not None


def activity(activity_id: int) -> Thing | None:
    """An activity as a thing that roles reach; None when there is none."""
    found = db.session.execute(
        select(Activity.owner_id, Activity.programme).where(Activity.id == activity_id)
    ).one_or_none()
    return Thing(found.owner_id, activity_id, found.programme) if found else None
