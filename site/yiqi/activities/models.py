"""Activities, occurrences and slots as facts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from yiqi.db import Base, words
from yiqi.unions.models import Union


class Programme(StrEnum):
    """The five programmes, spelled as in their addresses."""

    LEAGUE = "league"
    TROUPE = "troupe"
    READING = "reading"
    TRAINING = "training"
    VOLUNTEERING = "volunteering"


class Topic(StrEnum):
    """Offers that people look for across programmes; they carry a seal of their own."""

    LECTURE = "lecture"
    WOMEN = "women"
    LEGAL = "legal"


class Status(StrEnum):
    """Whether an activity can be seen. A called-off activity stays readable."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CALLED_OFF = "called_off"


slot_occurrence = Table(
    "slot_occurrence",
    Base.metadata,
    Column("slot_id", ForeignKey("slot.id"), primary_key=True),
    Column("occurrence_id", ForeignKey("occurrence.id"), primary_key=True, index=True),
)


class Activity(Base):
    """What is published: its words, its programme and owner, and how its places are given."""

    __tablename__ = "activity"
    __table_args__ = (CheckConstraint("max_party >= 1", "max_party"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme: Mapped[Programme] = mapped_column(words(Programme))
    topic: Mapped[Topic | None] = mapped_column(words(Topic))
    owner_id: Mapped[int] = mapped_column(ForeignKey("union.id"))
    status: Mapped[Status] = mapped_column(words(Status), default=Status.PUBLISHED)
    title: Mapped[str] = mapped_column(String(60))
    title_en: Mapped[str] = mapped_column(String(120), default="")
    sub: Mapped[str] = mapped_column(String(80), default="")
    sub_en: Mapped[str] = mapped_column(String(160), default="")
    who: Mapped[str] = mapped_column(String(120), default="")
    who_en: Mapped[str] = mapped_column(String(200), default="")
    fee: Mapped[str] = mapped_column(String(80), default="")
    fee_en: Mapped[str] = mapped_column(String(120), default="")
    contact: Mapped[str] = mapped_column(String(80), default="")
    contact_en: Mapped[str] = mapped_column(String(80), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    about_en: Mapped[str] = mapped_column(Text, default="")
    called_off_because: Mapped[str] = mapped_column(String(120), default="")
    called_off_because_en: Mapped[str] = mapped_column(String(200), default="")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    max_party: Mapped[int] = mapped_column(default=1)
    """Places one booking may ask for, the worker included."""
    cancel_minutes: Mapped[int] = mapped_column(default=120)
    """Free cancelling ends this many minutes before the start."""
    promotion_minutes: Mapped[int] = mapped_column(default=60)
    """Promotion ends this many minutes before the start."""

    owner: Mapped[Union] = relationship()
    occurrences: Mapped[list["Occurrence"]] = relationship(
        order_by="Occurrence.starts_at", back_populates="activity"
    )
    slots: Mapped[list["Slot"]] = relationship(order_by="Slot.position, Slot.id", back_populates="activity")


class Occurrence(Base):
    """One dated time and venue of an activity."""

    __tablename__ = "occurrence"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", "starts_before_it_ends"),
        Index(None, "starts_at"),
        Index(None, "activity_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    venue: Mapped[str] = mapped_column(String(80), default="")
    venue_en: Mapped[str] = mapped_column(String(120), default="")
    directions: Mapped[str] = mapped_column(String(120), default="")
    directions_en: Mapped[str] = mapped_column(String(200), default="")

    activity: Mapped[Activity] = relationship(back_populates="occurrences")


class Slot(Base):
    """A bookable pool of places over one or more occurrences. Its row is the mutex of everything about its places.

    `held` counts seats (confirmed and offered), `waiting` counts waiting bookings, `seq` hands out queue tickets,
    `version` rises with every visible change. `starts_at` and `ends_at` span the occurrences it covers.
    """

    __tablename__ = "slot"
    __table_args__ = (
        CheckConstraint("held >= 0", "held"),
        CheckConstraint("waiting >= 0", "waiting"),
        CheckConstraint("capacity >= 0", "capacity"),
        Index(None, "activity_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    position: Mapped[int] = mapped_column(default=0)
    label: Mapped[str] = mapped_column(String(40), default="")
    label_en: Mapped[str] = mapped_column(String(80), default="")
    detail: Mapped[str] = mapped_column(String(80), default="")
    detail_en: Mapped[str] = mapped_column(String(160), default="")
    capacity: Mapped[int | None]
    """Seats; None is without limit."""
    waitlist_limit: Mapped[int | None]
    """Waiting bookings; None is without limit, 0 is no waitlist."""
    held: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    seq: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    activity: Mapped[Activity] = relationship(back_populates="slots")
    occurrences: Mapped[list[Occurrence]] = relationship(
        secondary=slot_occurrence, order_by=Occurrence.starts_at
    )
