"""The arts troupe as facts. A season, an audition and a show each stand on an activity of the core; places, dates and
attendance are the core's, and so is who is a member: a confirmed booking in a section's slot, and nothing else."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from yiqi.db import Base, words

_accepted = text("answer = 'accepted'")


class SectionKind(StrEnum):
    """What a section does."""

    VOICE = "voice"
    DANCE = "dance"
    MUSIC = "music"
    DRAMA = "drama"


class Outcome(StrEnum):
    """What becomes of somebody who auditioned."""

    IN = "in"
    WAITING = "waiting"
    NO = "no"


class Casting(StrEnum):
    """A 角 and B 角: who plays a part first, and who stands behind them."""

    FIRST = "first"
    SECOND = "second"


class Answer(StrEnum):
    """What became of a question whether somebody steps in. SETTLED: somebody else did."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SETTLED = "settled"


class Season(Base):
    """A season is an activity whose slots are sections and whose dates are rehearsals; its title and owner are there."""

    __tablename__ = "troupe_season"
    __table_args__ = (UniqueConstraint("made_by_id", "nonce"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), unique=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    nonce: Mapped[str] = mapped_column(String(64))


class Section(Base):
    """What a slot of a season is: its name, places and rehearsals are the slot's."""

    __tablename__ = "troupe_section"

    id: Mapped[int] = mapped_column(primary_key=True)
    season_id: Mapped[int] = mapped_column(ForeignKey("troupe_season.id"), index=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), unique=True)
    kind: Mapped[SectionKind] = mapped_column(words(SectionKind))
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)


class Voice(Base):
    """What somebody sings, plays or does in a section, in a word."""

    __tablename__ = "troupe_voice"

    section_id: Mapped[int] = mapped_column(ForeignKey("troupe_section.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    plays: Mapped[str] = mapped_column(String(40))


class Absence(Base):
    """Somebody said beforehand that they cannot come to a date, and why. Taking it back deletes it."""

    __tablename__ = "troupe_absence"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"), primary_key=True, index=True)
    reason: Mapped[str] = mapped_column(String(120))
    announced_at: Mapped[datetime]


class Audition(Base):
    """An audition for some sections of a season: an activity of many short slots, one person each."""

    __tablename__ = "troupe_audition"
    __table_args__ = (CheckConstraint("most >= 1", "most"), UniqueConstraint("made_by_id", "nonce"))

    id: Mapped[int] = mapped_column(primary_key=True)
    season_id: Mapped[int] = mapped_column(ForeignKey("troupe_season.id"), index=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), unique=True)
    criteria: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """What is marked: `{"code", "name", "name_en"}` each, in their order."""
    most: Mapped[int]
    """The best mark of each criterion; the worst is 0."""
    sent_at: Mapped[datetime | None]
    """When the results went out: from then on nothing about them changes."""
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    nonce: Mapped[str] = mapped_column(String(64))


class AuditionTime(Base):
    """Which section a slot of an audition is for."""

    __tablename__ = "troupe_audition_time"

    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), primary_key=True)
    audition_id: Mapped[int] = mapped_column(ForeignKey("troupe_audition.id"), index=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("troupe_section.id"))


class Juror(Base):
    """Somebody chosen to mark. Once finished they change nothing, and see what the others who finished gave."""

    __tablename__ = "troupe_juror"

    audition_id: Mapped[int] = mapped_column(ForeignKey("troupe_audition.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    chosen_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Sheet(Base):
    """The marks of one juror for one who auditioned, all criteria of them."""

    __tablename__ = "troupe_sheet"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    juror_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    points: Mapped[dict[str, int]] = mapped_column(JSON)
    """By the code of the criterion."""
    remark: Mapped[str] = mapped_column(String(120), default="")
    given_at: Mapped[datetime]


class Verdict(Base):
    """What an organizer decided about one who auditioned. It is told when the results go out."""

    __tablename__ = "troupe_verdict"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    outcome: Mapped[Outcome] = mapped_column(words(Outcome))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    seated_ref: Mapped[str] = mapped_column(String(8), default="")
    """The ticket of the place in the section that an accepted one was given."""


class Production(Base):
    """A programme that is rehearsed and shown in a season."""

    __tablename__ = "troupe_production"
    __table_args__ = (UniqueConstraint("made_by_id", "nonce"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    season_id: Mapped[int] = mapped_column(ForeignKey("troupe_season.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    about_en: Mapped[str] = mapped_column(Text, default="")
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    nonce: Mapped[str] = mapped_column(String(64))


class Part(Base):
    """A part in a piece of a production, and the section its people come from."""

    __tablename__ = "troupe_part"
    __table_args__ = (Index(None, "production_id", "position"), UniqueConstraint("made_by_id", "nonce"))

    id: Mapped[int] = mapped_column(primary_key=True)
    production_id: Mapped[int] = mapped_column(ForeignKey("troupe_production.id"))
    position: Mapped[int]
    piece: Mapped[str] = mapped_column(String(60))
    piece_en: Mapped[str] = mapped_column(String(120), default="")
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(80), default="")
    section_id: Mapped[int] = mapped_column(ForeignKey("troupe_section.id"))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    nonce: Mapped[str] = mapped_column(String(64))


class Cast(Base):
    """Who plays a part: one person in each casting, and nobody in both."""

    __tablename__ = "troupe_cast"
    __table_args__ = (UniqueConstraint("part_id", "person_id"),)

    part_id: Mapped[int] = mapped_column(ForeignKey("troupe_part.id"), primary_key=True)
    casting: Mapped[Casting] = mapped_column(words(Casting), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)


class Show(Base):
    """An activity with places for an audience at which a production is shown, and which casting plays."""

    __tablename__ = "troupe_show"

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    production_id: Mapped[int] = mapped_column(ForeignKey("troupe_production.id"), index=True)
    casting: Mapped[Casting] = mapped_column(words(Casting), default=Casting.FIRST)


class StepIn(Base):
    """A question to somebody whether they play a part at a date. One accepts at the most."""

    __tablename__ = "troupe_step_in"
    __table_args__ = (
        UniqueConstraint("part_id", "occurrence_id", "person_id"),
        Index(
            "uq_troupe_step_in_accepted",
            "part_id",
            "occurrence_id",
            unique=True,
            sqlite_where=_accepted,
            postgresql_where=_accepted,
        ),
        Index(None, "person_id", "answer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("troupe_part.id"))
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[Answer] = mapped_column(words(Answer), default=Answer.ASKED)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]


class Measures(Base):
    """What somebody told of themselves for costumes; nothing needs to be told, and they may delete it."""

    __tablename__ = "troupe_measures"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    height: Mapped[int | None]
    """Centimetres, as are the next three."""
    chest: Mapped[int | None]
    waist: Mapped[int | None]
    head: Mapped[int | None]
    shirt: Mapped[str] = mapped_column(String(8), default="")
    shoe: Mapped[int | None]
    """The European size, as shops in China say it."""
    told_at: Mapped[datetime]


class Consent(Base):
    """Somebody agrees that their name stands on programmes. Withdrawing deletes it."""

    __tablename__ = "troupe_consent"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    version: Mapped[int]
    """Of the sentence that was agreed to."""
    given_at: Mapped[datetime]
