"""The outbox as facts."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from yiqi.db import Base


class Notice(Base):
    """Something someone must hear. The text is made when it is sent, from the state of things at that moment.

    `phone` is set only where there is no person yet: a sign-in code.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index(None, "sent_at", "next_try_at"),
        Index(None, "phone", "id"),
        Index(None, "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    """What makes it the same notice: a second one with this key is not written."""
    kind: Mapped[str] = mapped_column(String(24))
    phone: Mapped[str | None] = mapped_column(String(16))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    next_try_at: Mapped[datetime]
    """Not to be tried before: a failed notice waits longer each time, and one under way belongs to who claimed it."""
    tries: Mapped[int] = mapped_column(default=0)


class Heartbeat(Base):
    """When background work and the doctor last ran, so that `/readyz` and `/metrics` can tell."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    at: Mapped[datetime]
    number: Mapped[int | None]
    """What it counted, where it counts something."""
