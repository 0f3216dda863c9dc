"""Services and the rows of their hours, as facts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from yiqi.db import Base, words
from yiqi.hours.rules.standing import Deed, State

_FIRST = text("replaces_id IS NULL")


class Service(Base):
    """One person at one shift: what the rows of hours are about. `most`: minutes of it that may count at the most."""

    __tablename__ = "hours_service"
    __table_args__ = (
        UniqueConstraint("booking_id", "occurrence_id"),
        Index(None, "person_id"),
        Index(None, "activity_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"))
    most: Mapped[int]


class Entry(Base):
    """One row of the ledger, append-only: it says how the hours of a service stand from now on.

    Each row but the first names the one it replaces, and no two the same one: that makes a row of rows of it, whoever
    writes at once. The newest counts.
    """

    __tablename__ = "hours_entry"
    __table_args__ = (
        CheckConstraint("minutes >= 0", "minutes"),
        CheckConstraint("proposed IS NULL OR proposed >= 0", "proposed"),
        Index(None, "service_id"),
        Index("uq_hours_entry_replaces_id", "replaces_id", unique=True),
        Index(
            "uq_hours_entry_first",
            "service_id",
            unique=True,
            sqlite_where=_FIRST,
            postgresql_where=_FIRST,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("hours_service.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("hours_entry.id"))
    deed: Mapped[Deed] = mapped_column(words(Deed))
    state: Mapped[State] = mapped_column(words(State))
    minutes: Mapped[int]
    """What counts from here on."""
    proposed: Mapped[int | None]
    """What should count, while it waits for somebody's word."""
    starts_at: Mapped[datetime]
    """When the service began that is counted, and when it ended; None while nobody knows."""
    ends_at: Mapped[datetime | None]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who wrote it; None for the site."""
    because: Mapped[str] = mapped_column(String(200), default="")
