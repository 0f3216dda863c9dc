"""A sign of life of background work, kept in the database so that every process can see it."""

from datetime import datetime

from sqlalchemy import insert, select, update

from yiqi.db import db, touched, writing
from yiqi.notices.models import Heartbeat

BACKGROUND = "background"
"""The name under which background work beats."""


def beat(name: str, at: datetime) -> None:
    """Leave a sign of life."""
    with writing() as session:
        if not touched(session.execute(update(Heartbeat).where(Heartbeat.name == name).values(at=at))):
            session.execute(insert(Heartbeat), {"name": name, "at": at})


def last_beat(name: str) -> datetime | None:
    """When `name` last left a sign of life, or None."""
    return db.session.scalar(select(Heartbeat.at).where(Heartbeat.name == name))
