"""Roles that were granted, and the trail of what organizers did, as facts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from yiqi.activities.models import Programme
from yiqi.db import Base, words
from yiqi.roles.rules.deeds import What as What
from yiqi.roles.rules.permissions import Role


class Grant(Base):
    """A role somebody holds, on an activity, or on a union with all below it (perhaps in one programme only), or,
    for the roles of the federation, everywhere. Never deleted; it counts until `revoked_at`, and to the end of `ends_on`."""

    __tablename__ = "role_grant"
    __table_args__ = (Index(None, "person_id"), Index(None, "union_id"), Index(None, "activity_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(words(Role, 24))
    union_id: Mapped[int | None] = mapped_column(ForeignKey("union.id"))
    programme: Mapped[Programme | None] = mapped_column(words(Programme))
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"))
    ends_on: Mapped[date | None]
    """The last day on which it counts, in Beijing; None is until it is taken."""
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Deed(Base):
    """Something an organizer did that somebody may ask about later: the audit trail, append-only.

    Changes of a booking's state have their own trail beside it (`booking.BookingChange`).
    """

    __tablename__ = "deed"
    __table_args__ = (
        Index(None, "union_id", "id"),
        Index(None, "activity_id", "id"),
        Index(None, "person_id", "id"),
        Index(None, "by_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who did it; None for the site itself or its command line."""
    what: Mapped[What] = mapped_column(words(What, 24))
    union_id: Mapped[int | None] = mapped_column(ForeignKey("union.id"))
    """The union whose organizers may read it; None is for the federation."""
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"))
    booking_ref: Mapped[str] = mapped_column(String(8), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whom it concerns."""
    because: Mapped[str] = mapped_column(String(200), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What was and what became, by name; never a full phone number."""
