"""What only the desk keeps: activities not published yet, messages, and lists that were uploaded."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from yiqi.activities.models import Programme
from yiqi.db import Base, words


class Draft(Base):
    """An activity somebody is writing, or a template: the fields of the form as they were typed, right or not."""

    __tablename__ = "draft"
    __table_args__ = (Index(None, "owner_id"), UniqueConstraint("made_by_id", "nonce"))

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("union.id"))
    programme: Mapped[Programme] = mapped_column(words(Programme))
    title: Mapped[str] = mapped_column(String(60), default="")
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    is_template: Mapped[bool] = mapped_column(default=False)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    nonce: Mapped[str] = mapped_column(String(64))
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    edition: Mapped[int] = mapped_column(default=1)
    """Rises with every save, so that of two people who edit it at once the second is told."""
    published_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"))
    """What it became; a published draft is not edited any more."""


class Message(Base):
    """A text an organizer sent to people of an activity. Who got it stands in the outbox."""

    __tablename__ = "message"
    __table_args__ = (Index(None, "activity_id"), UniqueConstraint("by_id", "nonce"))

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    nonce: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    """With its placeholders."""
    sent_at: Mapped[datetime]
    people: Mapped[int]
    parts: Mapped[int]
    """SMS parts of all texts together."""


class ListKind(StrEnum):
    """What an uploaded list holds."""

    ROLL = "roll"
    BOOKINGS = "bookings"


class UploadedList(Base):
    """A list that was uploaded and read, waiting for the word to take it over; forgotten soon after."""

    __tablename__ = "uploaded_list"
    __table_args__ = (Index(None, "made_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ListKind] = mapped_column(words(ListKind))
    union_id: Mapped[int | None] = mapped_column(ForeignKey("union.id"))
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(120))
    """The file's name, as it was told."""
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Each row as read, with its verdict."""
    made_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Counts by verdict, once it was taken over."""
