"""Screens, who stands before one, what was scanned there, and calls for help, as facts."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from yiqi.db import Base, words


class Purpose(StrEnum):
    """What somebody came to a screen for."""

    CHECK_IN = "check_in"
    SIGN_UP = "sign_up"


class Stage(StrEnum):
    """Where somebody stands: the code on their ticket, the end of their number, or the whole of it; the code that was
    sent; their name; all told; done."""

    REF = "ref"
    TAIL = "tail"
    PHONE = "phone"
    CODE = "code"
    NAME = "name"
    READY = "ready"
    DONE = "done"


class Outcome(StrEnum):
    """What became of a scan. A conflict is one that was kept without a network and could not be entered then."""

    IN = "in"
    AGAIN = "again"
    REFUSED = "refused"
    CONFLICT = "conflict"


class Device(Base):
    """A screen. Its cookie holds a random token, this row its SHA-256: revoking it ends it with the next request."""

    __tablename__ = "kiosk_device"
    __table_args__ = (UniqueConstraint("made_by_id", "nonce"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    union_id: Mapped[int] = mapped_column(ForeignKey("union.id"))
    """Whose place it stands in: who checks people in there hears when somebody needs help."""
    name: Mapped[str] = mapped_column(String(40))
    place: Mapped[str] = mapped_column(String(80))
    place_en: Mapped[str] = mapped_column(String(120), default="")
    nonce: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    serial: Mapped[int] = mapped_column(default=1)
    """Which code of its enrols it: each works once."""
    code_until: Mapped[datetime | None]
    """Until when its code works; None when none is out."""
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    csrf: Mapped[str] = mapped_column(String(64), default="")
    enrolled_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Visit(Base):
    """Somebody before a screen: one at a time, gone a minute after the last touch and five after the first one."""

    __tablename__ = "kiosk_visit"

    device_id: Mapped[int] = mapped_column(ForeignKey("kiosk_device.id"), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[Purpose] = mapped_column(words(Purpose))
    stage: Mapped[Stage] = mapped_column(words(Stage))
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id"))
    typed: Mapped[str] = mapped_column(String(40), default="")
    """What the present step has of what is typed by the screen's keys."""
    phone: Mapped[str] = mapped_column(String(16), default="")
    """E.164, or the last four digits of whoever checks in."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whose code was right."""
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What to say at the end."""
    began_at: Mapped[datetime]
    touched_at: Mapped[datetime]


class Scan(Base):
    """A code that was scanned at a screen, once: the same nonce again is the same scan."""

    __tablename__ = "kiosk_scan"
    __table_args__ = (UniqueConstraint("device_id", "nonce"), Index(None, "outcome", "settled_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("kiosk_device.id"))
    nonce: Mapped[str] = mapped_column(String(64))
    ref: Mapped[str] = mapped_column(String(8), default="")
    """The code on the ticket; empty for what is no such code."""
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"))
    occurrence_id: Mapped[int | None] = mapped_column(ForeignKey("occurrence.id"))
    scanned_at: Mapped[datetime]
    delivered_at: Mapped[datetime]
    outcome: Mapped[Outcome] = mapped_column(words(Outcome))
    in_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(String(24), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    settled_at: Mapped[datetime | None]
    """Of a conflict: when somebody at the desk had looked at it."""
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Call(Base):
    """Somebody at a screen asked for help."""

    __tablename__ = "kiosk_call"
    __table_args__ = (Index(None, "answered_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("kiosk_device.id"), index=True)
    at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
