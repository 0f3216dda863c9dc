"""Themes of months and lists of commendation, as facts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from yiqi.db import Base, words
from yiqi.years.rules.awards import Award


class MonthTheme(Base):
    """What a month is about: a name, a sentence, and the programmes and topics that it puts forward."""

    __tablename__ = "month_theme"

    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    title: Mapped[str] = mapped_column(String(30))
    title_en: Mapped[str] = mapped_column(String(80), default="")
    line: Mapped[str] = mapped_column(String(80), default="")
    line_en: Mapped[str] = mapped_column(String(200), default="")
    lifts: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Names of programmes and topics, as the chips of the front page have them; none lifts all."""
    kept_at: Mapped[datetime]
    kept_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Commendation(Base):
    """The list of a year that a union published. It and its rows stay as they were on that day."""

    __tablename__ = "commendation"
    __table_args__ = (UniqueConstraint("union_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    union_id: Mapped[int] = mapped_column(ForeignKey("union.id"))
    year: Mapped[int]
    criteria: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """What was asked for, as `awards.as_kept` has it."""
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Commended(Base):
    """Somebody, or a union, on a list: what for, with the figures and the evidence of that day."""

    __tablename__ = "commended"
    __table_args__ = (Index(None, "list_id"), Index(None, "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("commendation.id"))
    award: Mapped[Award] = mapped_column(words(Award))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whose it is; None for a union's."""
    union_id: Mapped[int | None] = mapped_column(ForeignKey("union.id"))
    """The union itself, or the one that the person belonged to."""
    name: Mapped[str] = mapped_column(String(80))
    """The name on the day; empty once its account was deleted."""
    figures: Mapped[dict[str, int]] = mapped_column(JSON)
    """By the names of measures."""
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """What the figures are the sum of: `measure`, `at`, `amount`, `title`, `title_en`, `ref`."""


class Correction(Base):
    """What has to be said of a list after it was published: it stands under it, the list stays. Only added to."""

    __tablename__ = "commendation_correction"
    __table_args__ = (Index(None, "list_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("commendation.id"))
    said: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class NamedConsent(Base):
    """That somebody's whole name may stand on published lists. Without one it is 王**."""

    __tablename__ = "commendation_consent"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    version: Mapped[int]
    """Of the words that were agreed to."""
    is_given: Mapped[bool]
    changed_at: Mapped[datetime]
