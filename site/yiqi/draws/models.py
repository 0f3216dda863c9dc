"""Draws as facts: what was promised before, and what came out."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from yiqi.booking.rules.states import State
from yiqi.db import Base, words


class Draw(Base):
    """A lottery of an activity. `secret` is published after it, its SHA-256 and the digest of the list before."""

    __tablename__ = "draw"

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), unique=True)
    source: Mapped[str] = mapped_column(String(120))
    """The public number named beforehand: where it will be read."""
    source_en: Mapped[str] = mapped_column(String(200), default="")
    secret: Mapped[str] = mapped_column(String(64))
    frozen_at: Mapped[datetime | None]
    listing: Mapped[str] = mapped_column(Text, default="")
    """The frozen list as `rules.lottery` writes it; `digest` is its SHA-256. Bookings may change later, this never."""
    digest: Mapped[str] = mapped_column(String(64), default="")
    number: Mapped[str] = mapped_column(String(40), default="")
    drawn_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """As published: `seats` by slot number, `ranked` as pairs of code and outcome."""


class DrawEntry(Base):
    """Whose line of a draw's list it is. `code` is its public pseudonym; `rank` and `outcome` are there once it is
    drawn: confirmed, waiting, or the final state of one that was withdrawn before."""

    __tablename__ = "draw_entry"
    __table_args__ = (UniqueConstraint("draw_id", "code"),)

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), index=True)
    code: Mapped[str] = mapped_column(String(12))
    weight: Mapped[int] = mapped_column(default=1)
    rank: Mapped[int | None]
    outcome: Mapped[State | None] = mapped_column(words(State))
