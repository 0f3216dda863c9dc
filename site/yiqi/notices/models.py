"""The outbox, the inbox and how people want to be reached, as facts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from yiqi.db import Base, words
from yiqi.notices.rules.budget import Purse
from yiqi.notices.rules.ways import Way


class Notice(Base):
    """Something someone must hear. The text is made when it is sent, or read, from the state of things at that moment.

    `phone` is set only where there is no person yet: a sign-in code. A notice waits until `sent_at` or `dead_at` is set.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index(None, "sent_at", "next_try_at"),
        Index(None, "phone", "id"),
        Index(None, "person_id", "id"),
        Index(None, "dead_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    """What makes it the same notice: a second one with this key is not written."""
    kind: Mapped[str] = mapped_column(String(24))
    phone: Mapped[str | None] = mapped_column(String(16))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    until: Mapped[datetime | None]
    """Not worth sending from this instant on; None is as long as it is true."""
    sent_at: Mapped[datetime | None]
    """When a channel took it, or it turned out that nothing is to be sent."""
    way: Mapped[Way | None] = mapped_column(words(Way))
    """How it went; None when nothing was sent."""
    receipt: Mapped[str] = mapped_column(String(64), default="")
    """What the channel calls it, for asking there what became of it."""
    next_try_at: Mapped[datetime]
    """Not to be tried before: a failed notice waits longer each time, and one under way belongs to who claimed it."""
    tries: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(200), default="")
    """Why the last try failed: without names, numbers or words of the text."""
    dead_at: Mapped[datetime | None]
    """When it was given up by itself: the desk sends it again, or closes it."""
    closed_at: Mapped[datetime | None]
    """When the desk gave it up, too."""
    read_at: Mapped[datetime | None]
    """When its person had it before them in the inbox."""
    charged_on: Mapped[date | None]
    """The Beijing day whose budget of short messages it was taken from."""
    charged: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many parts were: a second try takes nothing more."""


class SmsSpent(Base):
    """Parts of short messages taken from a Beijing day: in all, to a person, of an organizer's message (`of_id`; 0 in all)."""

    __tablename__ = "sms_spent"

    on: Mapped[date] = mapped_column(primary_key=True)
    purse: Mapped[Purse] = mapped_column(words(Purse), primary_key=True)
    of_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    parts: Mapped[int]


class Reach(Base):
    """How somebody wants to be reached, and where. Who has no row wants short messages. Codes never ask."""

    __tablename__ = "reach"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    way: Mapped[Way] = mapped_column(words(Way), default=Way.SMS)
    reminders: Mapped[bool] = mapped_column(default=True)
    """Whether they are reminded of what they are coming to."""
    email: Mapped[str] = mapped_column(String(254), default="")
    email_at: Mapped[datetime | None]
    """When they showed that letters to the address reach them; nothing is sent there before."""
    email_token: Mapped[str] = mapped_column(String(64), default="")
    """The hash of what was sent there to show it."""
    email_asked_at: Mapped[datetime | None]
    openid: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Who they are to the union's WeChat official account."""


class Heartbeat(Base):
    """When background work and the doctor last ran, so that `/readyz` and `/metrics` can tell."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    at: Mapped[datetime]
    number: Mapped[int | None]
    """What it counted, where it counts something."""
