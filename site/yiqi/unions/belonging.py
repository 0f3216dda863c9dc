"""Reads of who belongs where."""

from datetime import date

from sqlalchemy import or_, select

from yiqi.db import db
from yiqi.unions.models import Membership, Union


def union_of(person_id: int, on: date) -> Union | None:
    """The union a person belongs to on a Beijing day; the newest when there are several, None when there is none."""
    return db.session.scalar(
        select(Union)
        .join(Membership, Membership.union_id == Union.id)
        .where(
            Membership.person_id == person_id,
            Membership.since <= on,
            or_(Membership.until.is_(None), Membership.until > on),
        )
        .order_by(Membership.since.desc(), Membership.id.desc())
        .limit(1)
    )
