"""Essay calls, their jurors, entries and marks, as facts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from yiqi.db import Base, words
from yiqi.programmes.reading.models import Made
from yiqi.unions.models import Union


class EssayCall(Made, Base):
    """A call for essays: its theme, its deadline, what may be handed in."""

    __tablename__ = "essay_call"
    __table_args__ = (
        UniqueConstraint("made_by_id", "nonce"),
        Index(None, "union_id"),
        Index(None, "closes_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    union_id: Mapped[int] = mapped_column(ForeignKey("union.id"))
    title: Mapped[str] = mapped_column(String(60))
    title_en: Mapped[str] = mapped_column(String(120), default="")
    theme: Mapped[str] = mapped_column(Text)
    theme_en: Mapped[str] = mapped_column(Text, default="")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    """The deadline: the first instant at which nothing is taken any more."""
    kinds: Mapped[list[str]] = mapped_column(JSON)
    """`papers.rules.kinds.Kind` of what is taken."""
    most_kb: Mapped[int] = mapped_column(default=5120)
    entries: Mapped[int] = mapped_column(default=0)
    """How many numbers were given to entries."""
    published_at: Mapped[datetime | None]
    """When the awards were published: nothing is marked any more."""

    union: Mapped[Union] = relationship()


class EssayJuror(Base):
    """Somebody who was chosen to mark the entries of a call."""

    __tablename__ = "essay_juror"
    __table_args__ = (Index(None, "person_id"),)

    call_id: Mapped[int] = mapped_column(ForeignKey("essay_call.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    chosen_at: Mapped[datetime]


class Award(StrEnum):
    """What an essay may win, the highest first."""

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    MERIT = "merit"


class EssayEntry(Base):
    """One person's essay for a call. Jurors know it by its number."""

    __tablename__ = "essay_entry"
    __table_args__ = (
        UniqueConstraint("call_id", "person_id"),
        UniqueConstraint("call_id", "number"),
        Index(None, "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("essay_call.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(60))
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
    handed_in_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    shows_name: Mapped[bool] = mapped_column(default=False)
    """Whether its author lets the list of awards say their name."""
    award: Mapped[Award | None] = mapped_column(words(Award))

    call: Mapped[EssayCall] = relationship()


class EssayMark(Base):
    """What one juror gives one entry."""

    __tablename__ = "essay_mark"
    __table_args__ = (CheckConstraint("mark BETWEEN 0 AND 100", "mark"), Index(None, "juror_id"))

    entry_id: Mapped[int] = mapped_column(ForeignKey("essay_entry.id"), primary_key=True)
    juror_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    mark: Mapped[int]
    word: Mapped[str] = mapped_column(String(400), default="")
    marked_at: Mapped[datetime]
