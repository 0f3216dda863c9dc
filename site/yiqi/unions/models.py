"""Unions and membership as facts."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from yiqi.db import Base


class Union(Base):
    """A node of the tree: the federation, an enterprise's union, a group inside one."""

    __tablename__ = "union"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("union.id"))
    name: Mapped[str] = mapped_column(String(80), unique=True)
    name_en: Mapped[str] = mapped_column(String(80), default="")


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
