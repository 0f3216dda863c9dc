"""Certificates as facts."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from yiqi.certificates.rules.stated import Stated
from yiqi.db import Base


class CertificateSeries(Base):
    """How many certificates of a kind were numbered in a year. Its row is the mutex of the numbers."""

    __tablename__ = "certificate_series"

    letters: Mapped[str] = mapped_column(String(2), primary_key=True)
    """Which kind it is; its programme says what the letters stand for."""
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)


class Certificate(Base):
    """What was certified of a person, as it was on the day: later changes of names or hours do not change it."""

    __tablename__ = "certificate"
    __table_args__ = (Index(None, "person_id"), UniqueConstraint("series", "year", "running"))

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    series: Mapped[str] = mapped_column(String(2))
    year: Mapped[int]
    running: Mapped[int]
    key: Mapped[str] = mapped_column(String(80), unique=True)
    """What it certifies: the same fact is certified once."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(50))
    """The person's name on the day."""
    title: Mapped[str] = mapped_column(String(80))
    title_en: Mapped[str] = mapped_column(String(160), default="")
    issuer: Mapped[str] = mapped_column(String(80))
    issuer_en: Mapped[str] = mapped_column(String(160), default="")
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """What it says, in its order: `label`, `label_en`, `value`, `value_en`; with `public` false only its person sees it."""
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]
    revoked_because: Mapped[str] = mapped_column(String(120), default="")

    @property
    def stated(self) -> list[Stated]:
        return [Stated(**one) for one in self.lines]
