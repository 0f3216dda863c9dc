"""Drafts and templates: activities that are being written."""

from sqlalchemy import select

from yiqi.db import db
from yiqi.desk.models import Draft
from yiqi.roles.rules.permissions import Thing


def thing(draft_id: int) -> Thing | None:
    """A draft as a thing that roles reach; None when there is none."""
    found = db.session.execute(
        select(Draft.owner_id, Draft.programme).where(Draft.id == draft_id)
    ).one_or_none()
    return Thing(found.owner_id, programme=found.programme) if found else None
