"""A sign of life of background work, kept in the database so that every process can see it."""

from datetime import datetime

from sqlalchemy import insert, select, update

from yiqi.db import db, touched, writing
from yiqi.notices.models import Heartbeat

BACKGROUND = "background"
"""The name under which background work beats."""


DOCTOR = "doctor"
"""The name under which `flask doctor` leaves how many rows it found broken."""


def beat(name: str, at: datetime, number: int | None = None) -> None:
    """Leave a sign of life, and a number where there is one to tell."""
    row = {"at": at, "number": number}
    with writing() as session:
        if not touched(session.execute(update(Heartbeat).where(Heartbeat.name == name).values(row))):
            session.execute(insert(Heartbeat), {"name": name, **row})


def last_beat(name: str) -> datetime | None:
    """When `name` last left a sign of life, or None."""
    return db.session.scalar(select(Heartbeat.at).where(Heartbeat.name == name))


def last_number(name: str) -> int | None:
    """The number `name` last left, or None."""
    return db.session.scalar(select(Heartbeat.number).where(Heartbeat.name == name))
