"""Bookings and the trail of their changes, as facts."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from yiqi.activities.models import Slot
from yiqi.booking.rules.states import LIVE, State
from yiqi.db import Base, words
from yiqi.people.models import Person

_live = text("state IN ({})".format(", ".join(f"'{state}'" for state in sorted(LIVE))))
_waiting = text(f"state = '{State.WAITING}'")


class Booking(Base):
    """One person, with a party, asking for places in one slot. `seq` is the queue ticket drawn when they asked."""

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint("party >= 1", "party"),
        UniqueConstraint("person_id", "slot_id", "nonce"),
        Index(
            "uq_booking_live",
            "slot_id",
            "person_id",
            unique=True,
            sqlite_where=_live,
            postgresql_where=_live,
        ),
        Index(
            "ix_booking_queue",
            "slot_id",
            "seq",
            sqlite_where=_waiting,
            postgresql_where=_waiting,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(8), unique=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    party: Mapped[int] = mapped_column(default=1)
    state: Mapped[State] = mapped_column(words(State))
    seq: Mapped[int]
    nonce: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(String(200), default="")
    passed_over: Mapped[int] = mapped_column(default=0)
    """How often a smaller party went first because this one did not fit."""
    skipped_because: Mapped[str] = mapped_column(String(16), default="")
    """Why the last free seat went by: the name of a refusal, or empty."""
    offer_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    slot: Mapped[Slot] = relationship()
    person: Mapped[Person] = relationship()


class BookingChange(Base):
    """One change of a booking's state: the audit row, append-only."""

    __tablename__ = "booking_change"
    __table_args__ = (Index(None, "booking_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    at: Mapped[datetime]
    was: Mapped[State | None] = mapped_column(words(State))
    became: Mapped[State] = mapped_column(words(State))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who caused it; None when the system moved the queue."""
    why: Mapped[str] = mapped_column(String(120), default="")
