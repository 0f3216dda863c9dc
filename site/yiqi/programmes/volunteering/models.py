"""What volunteering adds to activities: posts, squads, briefings; and what volunteers agree to. As facts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from yiqi.db import Base, words

_GIVEN = text("withdrawn_at IS NULL")

NOT_SIGNED, NOT_LEFT, LEFT_ANEW = "签到撤回了", "签退撤回了", "签退时间改了"
TWICE = "两份记录合并，同一时段只算一次"
"""Kept as reasons in the ledger; people read them in their language."""


class Purpose(StrEnum):
    """What a volunteer may agree to, each by itself."""

    HONOUR = "honour"
    """Name and hours on the public honour list."""
    PASSING_ON = "passing_on"
    """Name, number and hours in the file for the city's volunteer platform."""


class Event(Base):
    """The briefing of an activity of this programme."""

    __tablename__ = "volunteering_event"

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    briefing: Mapped[str] = mapped_column(Text, default="")
    """What those who are confirmed read before they come."""
    briefing_at: Mapped[datetime | None]
    """When they are briefed, where that is no shift of its own."""


class Squad(Base):
    """Some posts of an event under one leader, who sees their people and signs them in and out."""

    __tablename__ = "volunteering_squad"
    __table_args__ = (UniqueConstraint("activity_id", "name"), Index(None, "leader_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    name: Mapped[str] = mapped_column(String(40))
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Post(Base):
    """What a slot of an event is as a post. A slot without a row asks for nobody in particular and has no breaks."""

    __tablename__ = "volunteering_post"
    __table_args__ = (
        CheckConstraint("least >= 0", "least"),
        CheckConstraint("break_minutes >= 0", "break_minutes"),
        Index(None, "squad_id"),
    )

    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), primary_key=True)
    least: Mapped[int] = mapped_column(default=0)
    """People it needs at the least; with fewer the organizer is warned."""
    break_minutes: Mapped[int] = mapped_column(default=0)
    """Minutes of a shift that are planned as breaks and do not count."""
    is_briefing: Mapped[bool] = mapped_column(default=False)
    """A slot to be briefed in: no hours are counted."""
    squad_id: Mapped[int | None] = mapped_column(ForeignKey("volunteering_squad.id"))
    warned_at: Mapped[datetime | None]
    """When the organizer was told that people are missing."""


class Volunteer(Base):
    """What somebody tells of themselves as a volunteer."""

    __tablename__ = "volunteering_volunteer"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    number: Mapped[str] = mapped_column(String(20), default="")
    """Their number on the city's volunteer platform, where they have one."""


class Consent(Base):
    """That somebody agreed to something, from when, to which wording, and until when."""

    __tablename__ = "volunteering_consent"
    __table_args__ = (
        Index(
            "uq_volunteering_consent_given",
            "person_id",
            "purpose",
            unique=True,
            sqlite_where=_GIVEN,
            postgresql_where=_GIVEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[Purpose] = mapped_column(words(Purpose))
    version: Mapped[int]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Proof(Base):
    """Which services a certificate stands for: it is revoked when one of them turns out to be wrong."""

    __tablename__ = "volunteering_proof"
    __table_args__ = (Index(None, "person_id"),)

    number: Mapped[str] = mapped_column(String(24), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    starts_at: Mapped[datetime]
    """The first and the last instant of the period, the last one not included."""
    ends_at: Mapped[datetime]
    minutes: Mapped[int]
    made_at: Mapped[datetime]
