"""Bookings and the trail of their changes, as facts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from yiqi.activities.models import Slot
from yiqi.booking.rules.states import LIVE, State
from yiqi.db import Base, words
from yiqi.people.models import Person

_live = text("state IN ({})".format(", ".join(f"'{state}'" for state in sorted(LIVE))))
_waiting = text(f"state = '{State.WAITING}'")


class MarkKind(StrEnum):
    """What a mark is for."""

    LATE_CANCEL = "late_cancel"
    NO_SHOW = "no_show"


class Booking(Base):
    """One person, with a party, asking for places in one slot. `seq` is the queue ticket drawn when they asked."""

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint("party >= 1", "party"),
        UniqueConstraint("person_id", "slot_id", "nonce"),
        Index(None, "slot_id", "state"),
        Index(
            "uq_booking_live",
            "slot_id",
            "person_id",
            unique=True,
            sqlite_where=_live,
            postgresql_where=_live,
        ),
        Index(
            "ix_booking_queue",
            "slot_id",
            "seq",
            sqlite_where=_waiting,
            postgresql_where=_waiting,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(8), unique=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    party: Mapped[int] = mapped_column(default=1)
    state: Mapped[State] = mapped_column(words(State))
    seq: Mapped[int]
    nonce: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(String(200), default="")
    passed_over: Mapped[int] = mapped_column(default=0)
    """How often a smaller party went first because this one did not fit."""
    skipped_because: Mapped[str] = mapped_column(String(16), default="")
    """Why the last free seat went by: the name of a refusal, or empty."""
    offer_until: Mapped[datetime | None]
    """Of a timed offer: the instant it ends, if it is not accepted before."""
    offers_expired: Mapped[int] = mapped_column(default=0)
    """How many timed offers ran out; the second one ends the booking."""
    moved_at: Mapped[datetime | None]
    """When its time was moved, until the worker says whether they still come."""
    recheck_since: Mapped[datetime | None]
    """When an answer was changed that the organizer wants to look at again; the place is kept meanwhile."""
    rejected_because: Mapped[str] = mapped_column(String(120), default="")
    desk_note: Mapped[str] = mapped_column(String(200), default="")
    """What the organizers remark of it; its person does not see it."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    slot: Mapped[Slot] = relationship()
    person: Mapped[Person] = relationship()


class BookingChange(Base):
    """One change of a booking's state: the audit row, append-only."""

    __tablename__ = "booking_change"
    __table_args__ = (Index(None, "booking_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    at: Mapped[datetime]
    was: Mapped[State | None] = mapped_column(words(State))
    became: Mapped[State] = mapped_column(words(State))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who caused it; None when the system moved the queue."""
    why: Mapped[str] = mapped_column(String(120), default="")


class Consumed(Base):
    """What a booking takes of a quota while it holds seats; kept afterwards for the ledger, with `units` 0."""

    __tablename__ = "consumed"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    quota_id: Mapped[int] = mapped_column(ForeignKey("quota.id"), primary_key=True, index=True)
    units: Mapped[int]


class Answer(Base):
    """What somebody answered to a question, in the version that was asked. `value`: the text, a choice's code, a
    number in digits, a date as YYYY-MM-DD, `yes` or `no`, a phone as E.164."""

    __tablename__ = "answer"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True, index=True)
    value: Mapped[str] = mapped_column(String(500))


class Attendance(Base):
    """A booking at one occurrence: when they came and, where it is counted, when they left."""

    __tablename__ = "attendance"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"), primary_key=True, index=True)
    in_at: Mapped[datetime]
    out_at: Mapped[datetime | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Mark(Base):
    """A late cancel or a no-show. It counts from `at` until it lapses, unless it was lifted."""

    __tablename__ = "mark"
    __table_args__ = (Index(None, "person_id", "at"), UniqueConstraint("booking_id", "occurrence_id", "kind"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"))
    kind: Mapped[MarkKind] = mapped_column(words(MarkKind))
    at: Mapped[datetime]
    objection: Mapped[str] = mapped_column(String(200), default="")
    objected_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    """When an organizer answered the objection, or lifted it without one."""
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_because: Mapped[str] = mapped_column(String(120), default="")
    lifted_at: Mapped[datetime | None]
    """When it stopped counting: a waiter took the place, or the objection was right."""


class Bar(Base):
    """An organizer's word that a person may not sign up until a day, and why; an appeal may lift it."""

    __tablename__ = "bar"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
    until: Mapped[datetime]
    because: Mapped[str] = mapped_column(String(120))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    lifted_at: Mapped[datetime | None]


class Handover(Base):
    """A place held out to a colleague: whoever opens its link and may have the place takes it over."""

    __tablename__ = "handover"

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"))


class QueueHistory(Base):
    """How the queue of a slot went, written once it is over: `moves` are minutes before the start, one for each who
    moved up."""

    __tablename__ = "queue_history"
    __table_args__ = (Index(None, "programme", "ended_at"),)

    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), primary_key=True)
    programme: Mapped[str] = mapped_column(String(16))
    topic: Mapped[str] = mapped_column(String(16), default="")
    capacity: Mapped[int]
    joined: Mapped[int]
    moves: Mapped[list[int]] = mapped_column(JSON)
    ended_at: Mapped[datetime]


class Reminded(Base):
    """That everybody who comes to a date was reminded of it, so long before, as it was then: moved, it is told anew."""

    __tablename__ = "reminded"

    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"), primary_key=True)
    lead: Mapped[int] = mapped_column(primary_key=True)
    """Minutes before the start."""
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    at: Mapped[datetime]
