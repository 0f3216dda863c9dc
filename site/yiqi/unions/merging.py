"""Memberships and requests, carried from one record of a person to the other inside the caller's transaction."""

from datetime import date, datetime

from sqlalchemy import Connection, delete, select, update

from yiqi.db import table
from yiqi.unions import membership
from yiqi.unions.models import Membership, MembershipRequest

_membership, _request = table(Membership), table(MembershipRequest)


def carry(here: Connection, *, kept_id: int, gone_id: int, on: date, at: datetime) -> None:
    """In a union of both they are a member once, since the earlier day; of the same request asked twice one stays."""
    theirs = {
        row.union_id: row
        for row in here.execute(
            select(*_membership.c).where(_membership.c.person_id == kept_id, membership.current(on))
        )
    }
    doubled = select(*_membership.c).where(
        _membership.c.person_id == gone_id,
        _membership.c.union_id.in_(theirs),
        membership.current(on),
    )
    for row in here.execute(doubled).all():
        own = theirs[row.union_id]
        here.execute(
            update(_membership)
            .where(_membership.c.id == own.id)
            .values(since=min(own.since, row.since), number=own.number or row.number)
        )
        here.execute(delete(_membership).where(_membership.c.id == row.id))
    here.execute(update(_membership).where(_membership.c.person_id == gone_id).values(person_id=kept_id))
    asked = select(_request.c.union_id, _request.c.kind).where(
        _request.c.person_id == kept_id, _request.c.answered_at.is_(None)
    )
    for union_id, kind in here.execute(asked).all():
        here.execute(
            update(_request)
            .where(
                _request.c.person_id == gone_id,
                _request.c.union_id == union_id,
                _request.c.kind == kind,
                _request.c.answered_at.is_(None),
            )
            .values(answered_at=at, answered_by_id=kept_id)
        )
    here.execute(update(_request).where(_request.c.person_id == gone_id).values(person_id=kept_id))
