"""Activities, occurrences and slots as facts."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from yiqi.activities.revised import Revised
from yiqi.activities.rules.questions import QuestionKind as QuestionKind
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


class Allocation(StrEnum):
    """How an activity gives its places."""

    FIRST_COME = "first_come"
    APPROVAL = "approval"
    DRAW = "draw"


slot_occurrence = Table(
    "slot_occurrence",
    Base.metadata,
    Column("slot_id", ForeignKey("slot.id"), primary_key=True),
    Column("occurrence_id", ForeignKey("occurrence.id"), primary_key=True, index=True),
    *(Column(name, Integer) for name in ("expected", "came", "gone", "counted_version")),
)
"""Which dates a place is for; how many were expected, came and left at a version of the slot: `yiqi.booking.counted`."""


class Activity(Revised, Base):
    """What is published: its words, its programme and owner, and how its places are given."""

    __tablename__ = "activity"
    __table_args__ = (CheckConstraint("max_party >= 1", "max_party"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme: Mapped[Programme] = mapped_column(words(Programme))
    topic: Mapped[Topic | None] = mapped_column(words(Topic))
    owner_id: Mapped[int] = mapped_column(ForeignKey("union.id"))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    status: Mapped[Status] = mapped_column(words(Status), default=Status.PUBLISHED)
    title: Mapped[str] = mapped_column(String(60))
    title_en: Mapped[str] = mapped_column(String(120), default="")
    spelled: Mapped[str] = mapped_column(String(300), default="", server_default="")
    """The title in Latin letters, as `people.spelling` writes it, for who searches with them."""
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
    allocation: Mapped[Allocation] = mapped_column(words(Allocation), default=Allocation.FIRST_COME)
    draw_at: Mapped[datetime | None]
    """When the draw is to be held; only where places are drawn."""
    conditions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """Who may come, as `rules.conditions` reads it; empty is everybody."""
    union_only: Mapped[bool] = mapped_column(default=False)
    """Whether only members of its owner (and of the groups under it) see it at all."""
    max_party: Mapped[int] = mapped_column(default=1)
    """Places one booking may ask for, the worker included."""
    most_open: Mapped[int | None]
    """Live bookings one person may have in activities of this programme and topic; None is without limit."""
    penalties: Mapped[bool] = mapped_column(default=True)
    """Whether late cancelling and not coming leave a mark. Never for legal or counselling slots or required courses."""
    cancel_minutes: Mapped[int] = mapped_column(default=120)
    """Free cancelling ends this many minutes before the start."""
    promotion_minutes: Mapped[int] = mapped_column(default=60)
    """Promotion ends this many minutes before the start."""
    auto_minutes: Mapped[int] = mapped_column(default=1440)
    """Up to this many minutes before the start promotion confirms at once; later it makes a timed offer."""
    offer_minutes: Mapped[int] = mapped_column(default=120)
    """The longest a timed offer runs, in minutes."""
    offer_least_minutes: Mapped[int] = mapped_column(default=15)
    """The shortest a timed offer runs, in minutes."""

    owner: Mapped[Union] = relationship()
    occurrences: Mapped[list["Occurrence"]] = relationship(
        order_by="Occurrence.starts_at", back_populates="activity"
    )
    slots: Mapped[list["Slot"]] = relationship(order_by="Slot.position, Slot.id", back_populates="activity")


class Occurrence(Revised, Base):
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
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    planned_at: Mapped[datetime | None]
    """The start it was first published with, once it has been moved."""
    called_off_at: Mapped[datetime | None]
    called_off_because: Mapped[str] = mapped_column(String(120), default="")
    called_off_because_en: Mapped[str] = mapped_column(String(200), default="")

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
        Index(None, "due_at"),
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
    over: Mapped[int] = mapped_column(default=0)
    """Seats given beyond the capacity with the organizer's knowledge: after it was lowered, or overridden."""
    due_at: Mapped[datetime | None]
    """The next instant at which the clock changes who holds what: an offer ends, or kept places are released."""
    called_off_at: Mapped[datetime | None]
    """When the last of its occurrences was called off, while the activity goes on."""
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    activity: Mapped[Activity] = relationship(back_populates="slots")

    @property
    def queue_until(self) -> datetime:
        """Its queue moves before this instant."""
        return self.starts_at - timedelta(minutes=self.activity.promotion_minutes)

    occurrences: Mapped[list[Occurrence]] = relationship(
        secondary=slot_occurrence, order_by=Occurrence.starts_at
    )


quota_slot = Table(
    "quota_slot",
    Base.metadata,
    Column("quota_id", ForeignKey("quota.id"), primary_key=True),
    Column("slot_id", ForeignKey("slot.id"), primary_key=True, index=True),
)
quota_union = Table(
    "quota_union",
    Base.metadata,
    Column("quota_id", ForeignKey("quota.id"), primary_key=True),
    Column("union_id", ForeignKey("union.id"), primary_key=True, index=True),
)


class Quota(Base):
    """A limit, or places kept, inside one or more slots, for those it matches: members of its unions (and of the
    groups under them), bearers of its tag, those who chose its choice; everybody when it names none of these. Each kind
    that is named has to match. `used` counts the seats its people hold (confirmed and offered)."""

    __tablename__ = "quota"
    __table_args__ = (
        CheckConstraint("used >= 0", "used"),
        CheckConstraint("least >= 0", "least"),
        CheckConstraint("most IS NULL OR most >= 0", "most"),
        Index(None, "activity_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(80), default="")
    most: Mapped[int | None]
    """Seats its people may hold at the most; None is no limit."""
    least: Mapped[int] = mapped_column(default=0)
    """Seats kept for its people; only for a quota of one slot."""
    releases_at: Mapped[datetime | None]
    """From this instant it neither limits nor keeps."""
    tag: Mapped[str] = mapped_column(String(40), default="")
    choice: Mapped[str] = mapped_column(String(40), default="")
    """`<question key>=<choice code>`: those who gave this answer."""
    used: Mapped[int] = mapped_column(default=0)


class Question(Base):
    """A question at sign-up, in one version: other words make a new row and retire this one. An answer stands beside its own."""

    __tablename__ = "question"
    __table_args__ = (Index(None, "activity_id"), UniqueConstraint("activity_id", "key", "version"))

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    key: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)
    retired_at: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[QuestionKind] = mapped_column(words(QuestionKind))
    label: Mapped[str] = mapped_column(String(60))
    label_en: Mapped[str] = mapped_column(String(120), default="")
    hint: Mapped[str] = mapped_column(String(120), default="")
    hint_en: Mapped[str] = mapped_column(String(200), default="")
    required: Mapped[bool] = mapped_column(default=False)
    reapproves: Mapped[bool] = mapped_column(default=False)
    """Whether the organizer looks again when the answer changes."""
    choices: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """Of a choice: `code`, `label`, `label_en`; how many may choose it is a quota."""
    least: Mapped[int | None]
    """Of a number: the smallest."""
    most: Mapped[int | None]
    """Of a number: the largest; of a text: characters."""


class Series(Base):
    """A weekly rule that made occurrences: Beijing weekdays and times from a first to a last day, both included."""

    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    weekdays: Mapped[str] = mapped_column(String(7))
    """Digits, 0 is Monday."""
    starts: Mapped[time] = mapped_column(Time)
    minutes: Mapped[int]
    first_on: Mapped[date]
    last_on: Mapped[date]
    skips_days_off: Mapped[bool] = mapped_column(default=True)
    """Whether public holidays fall out."""
    on_working_weekends: Mapped[bool] = mapped_column(default=True)
    """Whether it meets on weekend days that are worked in exchange for a holiday."""
