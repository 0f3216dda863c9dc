"""A worker's rota as facts."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from yiqi.db import Base


class Rota(Base):
    """The shift pattern of one worker: a cycle of days that repeats from an anchor, a Beijing date."""

    __tablename__ = "rota"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    pattern: Mapped[str] = mapped_column(String(24))
    """The name of a known pattern, or `custom`."""
    anchor: Mapped[date]
    """The first day of a cycle."""
    cycle: Mapped[list[Any]] = mapped_column(JSON)
    """One entry a day: `["08:00", 720]` for a shift by its start and its minutes, null for a day off."""
