"""Unions and membership as facts."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from yiqi.db import Base, words


class Union(Base):
    """A node of the tree: the federation, an enterprise's union, a group inside one."""

    __tablename__ = "union"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("union.id"))
    name: Mapped[str] = mapped_column(String(80), unique=True)
    name_en: Mapped[str] = mapped_column(String(80), default="")
    ended_on: Mapped[date | None]
    """The first day it is no more; its members and activities stay readable."""


class Membership(Base):
    """A person in a union, from a date, perhaps until one."""

    __tablename__ = "membership"
    __table_args__ = (Index(None, "person_id"), Index(None, "union_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    union_id: Mapped[int] = mapped_column(ForeignKey("union.id"))
    since: Mapped[date]
    until: Mapped[date | None]
    in_good_standing: Mapped[bool] = mapped_column(default=True)
    number: Mapped[str] = mapped_column(String(40), default="")
    """The number of its person in the enterprise (工号)."""


class RequestKind(StrEnum):
    """What somebody asks of a union."""

    JOIN = "join"
    CORRECT = "correct"
    LEAVE = "leave"


class MembershipRequest(Base):
    """A worker's word to a union: confirm me, correct what stands of me, I have left. Answered once."""

    __tablename__ = "membership_request"
    __table_args__ = (Index(None, "union_id", "answered_at"), Index(None, "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    union_id: Mapped[int] = mapped_column(ForeignKey("union.id"))
    kind: Mapped[RequestKind] = mapped_column(words(RequestKind))
    said: Mapped[str] = mapped_column(String(200), default="")
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted: Mapped[bool | None]
    because: Mapped[str] = mapped_column(String(120), default="")
