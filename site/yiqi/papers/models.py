"""Files as facts."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from yiqi.db import Base, words
from yiqi.papers.rules.kinds import Kind


class Paper(Base):
    """A file that somebody handed in."""

    __tablename__ = "paper"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[Kind] = mapped_column(words(Kind))
    name: Mapped[str] = mapped_column(String(80))
    """What its person called it, without what may not stand in a file's name."""
    size: Mapped[int]
    """Bytes."""
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    handed_in_at: Mapped[datetime]
