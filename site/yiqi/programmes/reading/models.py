"""Book rooms, reading groups, drifting books, essay calls and what readers write, as facts."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from yiqi.activities.models import Activity
from yiqi.db import Base, words
from yiqi.people.models import Person
from yiqi.programmes.reading.rules.drift import CopyState as CopyState
from yiqi.programmes.reading.rules.drift import StepKind as StepKind
from yiqi.unions.models import Union

_in_hand = text("holder_id IS NOT NULL")


class Made:
    """Something that was made at the desk, once for each form that was sent."""

    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    nonce: Mapped[str] = mapped_column(String(64))


class BookRoom(Made, Base):
    """A 职工书屋: where it is and when it is open."""

    __tablename__ = "book_room"
    __table_args__ = (
        UniqueConstraint("union_id", "name"),
        UniqueConstraint("made_by_id", "nonce"),
        Index(None, "area"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    union_id: Mapped[int] = mapped_column(ForeignKey("union.id"))
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    area: Mapped[str] = mapped_column(String(20))
    """The part of the city that lists are kept by: 核心区, 路南区 …"""
    area_en: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(String(120))
    address_en: Mapped[str] = mapped_column(String(200), default="")
    about: Mapped[str] = mapped_column(String(200), default="")
    about_en: Mapped[str] = mapped_column(String(300), default="")
    hours: Mapped[list[list[list[int]]]] = mapped_column(JSON)
    """Seven days from Monday, each its spans in minutes after midnight, as `rules.hours` reads them."""
    exceptions: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON, default=dict)
    """By day (ISO): `spans` that replace the weekday's, `because` why."""
    latitude: Mapped[str] = mapped_column(String(12), default="")
    longitude: Mapped[str] = mapped_column(String(12), default="")
    """Degrees (WGS 84) as they were typed; empty where only the address is known."""
    closed_at: Mapped[datetime | None]
    """Since when it is no more; its books and their trails stay readable."""

    union: Mapped[Union] = relationship()


group_activity = Table(
    "reading_group_activity",
    Base.metadata,
    Column("group_id", ForeignKey("reading_group.id"), primary_key=True),
    Column("activity_id", ForeignKey("activity.id"), primary_key=True, unique=True),
)


class ReadingGroup(Made, Base):
    """People who read a book together. Its meetings are the occurrences of its activities, its members those confirmed."""

    __tablename__ = "reading_group"
    __table_args__ = (
        UniqueConstraint("made_by_id", "nonce"),
        Index(None, "union_id"),
        Index(None, "host_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    union_id: Mapped[int] = mapped_column(ForeignKey("union.id"))
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    book: Mapped[str] = mapped_column(String(80))
    book_en: Mapped[str] = mapped_column(String(120), default="")
    author: Mapped[str] = mapped_column(String(60), default="")
    author_en: Mapped[str] = mapped_column(String(80), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    about_en: Mapped[str] = mapped_column(Text, default="")
    host_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who writes the notes after each meeting."""
    ended_at: Mapped[datetime | None]

    union: Mapped[Union] = relationship()
    host: Mapped[Person | None] = relationship(foreign_keys=[host_id])
    activities: Mapped[list[Activity]] = relationship(secondary=group_activity, order_by=Activity.id)


class BookTitle(Made, Base):
    """A book that drifts, in one or more copies."""

    __tablename__ = "book_title"
    __table_args__ = (UniqueConstraint("made_by_id", "nonce"), Index(None, "union_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    union_id: Mapped[int] = mapped_column(ForeignKey("union.id"))
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    author: Mapped[str] = mapped_column(String(60), default="")
    author_en: Mapped[str] = mapped_column(String(80), default="")
    about: Mapped[str] = mapped_column(String(400), default="")
    about_en: Mapped[str] = mapped_column(String(600), default="")


class BookCopy(Base):
    """One copy, known by the token in its QR. Where it is now is what the last step of its trail says."""

    __tablename__ = "book_copy"
    __table_args__ = (
        UniqueConstraint("title_id", "number"),
        CheckConstraint("(state = 'in_hand') = (holder_id IS NOT NULL)", "held_in_hand"),
        CheckConstraint("(state = 'in_room') = (room_id IS NOT NULL)", "stands_in_room"),
        Index(
            "uq_book_copy_holder",
            "holder_id",
            unique=True,
            sqlite_where=_in_hand,
            postgresql_where=_in_hand,
        ),
        Index(None, "state", "since"),
        Index(None, "room_id"),
        Index(None, "giver_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title_id: Mapped[int] = mapped_column(ForeignKey("book_title.id"))
    union_id: Mapped[int] = mapped_column(ForeignKey("union.id"))
    """The union whose desk minds it."""
    number: Mapped[int]
    """From 1, among the copies of its title."""
    token: Mapped[str] = mapped_column(String(22), unique=True)
    giver_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who put it adrift; None is the union itself."""
    state: Mapped[CopyState] = mapped_column(words(CopyState))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("book_room.id"))
    since: Mapped[datetime]
    """When it came to be where it is."""
    steps: Mapped[int] = mapped_column(default=0)
    """How long its trail is; who hands it over says which step they saw."""
    nudged_at: Mapped[datetime | None]
    """When its holder was last reminded to pass it on."""

    title: Mapped[BookTitle] = relationship()
    room: Mapped[BookRoom | None] = relationship()


class DriftStep(Base):
    """A step of a copy's trail, append-only."""

    __tablename__ = "drift_step"
    __table_args__ = (
        UniqueConstraint("copy_id", "number"),
        UniqueConstraint("by_id", "nonce"),
        Index(None, "person_id"),
        Index(None, "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    copy_id: Mapped[int] = mapped_column(ForeignKey("book_copy.id"))
    number: Mapped[int]
    """From 1, without a gap."""
    kind: Mapped[StepKind] = mapped_column(words(StepKind))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who gave it away, received it, or brought it back; None where the desk did."""
    from_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """In whose hand it was before."""
    room_id: Mapped[int | None] = mapped_column(ForeignKey("book_room.id"))
    """The room it came out of, or went into."""
    place: Mapped[str] = mapped_column(String(40), default="")
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    nonce: Mapped[str] = mapped_column(String(64))


class NoteKind(StrEnum):
    """Where a note stands."""

    TRAIL = "trail"
    MEETING = "meeting"
    LINE = "line"


class ReaderNote(Base):
    """What a reader wrote: on a book's trail, after a meeting of a group (its host), or a line on a group's page."""

    __tablename__ = "reader_note"
    __table_args__ = (
        UniqueConstraint("person_id", "nonce"),
        Index(None, "group_id", "occurrence_id"),
        Index(None, "union_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[NoteKind] = mapped_column(words(NoteKind))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    union_id: Mapped[int] = mapped_column(ForeignKey("union.id"))
    """The union whose desk answers for it."""
    step_id: Mapped[int | None] = mapped_column(ForeignKey("drift_step.id"), unique=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("reading_group.id"))
    occurrence_id: Mapped[int | None] = mapped_column(ForeignKey("occurrence.id"))
    text: Mapped[str] = mapped_column(String(1000))
    written_at: Mapped[datetime]
    nonce: Mapped[str] = mapped_column(String(64))
    hidden_at: Mapped[datetime | None]
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    hidden_because: Mapped[str] = mapped_column(String(120), default="")


class NoteReport(Base):
    """A reader says that a note should not stand there. Settled when the desk hides or keeps it."""

    __tablename__ = "note_report"
    __table_args__ = (Index(None, "settled_at"),)

    note_id: Mapped[int] = mapped_column(ForeignKey("reader_note.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    because: Mapped[str] = mapped_column(String(120), default="")
    reported_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class NameConsent(Base):
    """That somebody's whole name may stand on trails and on the lists of awards. Without one it is 王**."""

    __tablename__ = "reading_name_consent"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    version: Mapped[int]
    """Of the words that were agreed to."""
    changed_at: Mapped[datetime]
    is_given: Mapped[bool]
