"""People, browser sessions, sign-in codes and the counters that limit them, as facts."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from yiqi.db import Base, words


class Person(Base):
    """Someone who signs in. `phone` is E.164; `name` is empty until they tell it."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(50), default="")
    lang: Mapped[str] = mapped_column(String(5), default="zh-CN")
    created_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None]
    born_on: Mapped[date | None]
    """Told only where an activity asks for an age."""
    pinyin: Mapped[str] = mapped_column(String(300), default="")
    """The name in Latin letters, syllables apart and in lower case, as rosters are searched: `wang xiao ming`."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The record this one was found to be a second one of; it signs in no more."""
    left_at: Mapped[datetime | None]
    """When they deleted their account. The row stays without anything personal, and `merged_into_id` names itself, so that
    whatever refuses a record that is another's refuses this one too."""
    agreed: Mapped[int] = mapped_column(default=0, server_default="0")
    """The newest version of the privacy notice they agreed to; 0: they never signed in."""
    turn: Mapped[int] = mapped_column(default=0)
    """Rises when a booking of theirs is decided: updating it is how a verb locks the person."""

    # What Flask-Login reads of a user.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return str(self.id)


class BrowserSession(Base):
    """One browser's visit. The cookie holds a random token, this row its SHA-256; deleting the row ends the visit."""

    __tablename__ = "browser_session"
    __table_args__ = (Index(None, "person_id"), Index(None, "expires_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    csrf: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    device: Mapped[str] = mapped_column(String(80), default="")
    """What the browser said it is, in a few words, for the list of one's sessions."""
    factor_at: Mapped[datetime | None]
    """When the second factor was last shown in this session."""
    desk_at: Mapped[datetime | None]
    """When the organizer's desk was last used in it."""
    stepped_up_at: Mapped[datetime | None]
    """When its person last proved anew, for something grave, who they are."""
    claims_id: Mapped[int | None]
    """Whose number was used, after long, to come in: who it is has still to be shown, and nobody is signed in here."""
    claim_tries: Mapped[int] = mapped_column(default=0, server_default="0")


class SecondFactor(Base):
    """An authenticator app of somebody who organizes. It counts from `confirmed_at`, once a first code was right."""

    __tablename__ = "second_factor"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(64))
    """A seed: the app's secret comes from it and the site's key together (`authenticator.secret_of`)."""
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)
    """The newest 30-second step whose code was used: none works twice."""


class RecoveryCode(Base):
    """A code that stands in for a lost authenticator, once. Kept as an HMAC."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class KnownDevice(Base):
    """A browser that has signed in before. It keeps nothing signed in; it only eases the limits on codes."""

    __tablename__ = "known_device"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    seen_at: Mapped[datetime]


class SignInCode(Base):
    """One code sent to one phone, usable only in the browser that asked. The code itself is kept only as an HMAC."""

    __tablename__ = "sign_in_code"
    __table_args__ = (Index(None, "phone", "sent_at"), Index(None, "browser"))

    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str] = mapped_column(String(16))
    browser: Mapped[str] = mapped_column(String(64))
    """The token hash of the browser session that asked."""
    code_hash: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    """When it was used, or replaced by a newer one."""


class PhoneTurn(Base):
    """One row per phone that asks for codes: updating it puts concurrent requests for the phone in a line."""

    __tablename__ = "phone_turn"

    phone: Mapped[str] = mapped_column(String(16), primary_key=True)
    turn: Mapped[int] = mapped_column(default=1)


class Tally(Base):
    """How often something counted happened in one window of time: codes asked from an address, wrong codes in all."""

    __tablename__ = "tally"

    what: Mapped[str] = mapped_column(String(80), primary_key=True)
    window: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=1)


class PersonTag(Base):
    """A word that an organizer or a roll puts on a person, as 女职工; conditions and quotas look for it."""

    __tablename__ = "person_tag"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(40), primary_key=True)


class Credential(Base):
    """A certificate somebody holds, or a course they passed. `code` is what prerequisites ask for."""

    __tablename__ = "credential"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    since: Mapped[date] = mapped_column(primary_key=True)
    until: Mapped[date | None]
    """The first day it no longer counts; None is for good."""


class CalendarFeed(Base):
    """How somebody wants the calendar of their bookings; without a row as the defaults say, in generation 0.

    The address is signed over the person and `generation`: another generation, and the old address opens nothing.
    """

    __tablename__ = "calendar_feed"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    generation: Mapped[int] = mapped_column(default=0)
    is_on: Mapped[bool] = mapped_column(default=True)
    with_waiting: Mapped[bool] = mapped_column(default=False)
    """Whether what they only wait for stands in it too, as tentative."""
    changed_at: Mapped[datetime]


class Purpose(StrEnum):
    """What somebody agrees to before the site may do it. What programmes ask for has rows of their own."""

    NOTICE = "notice"
    """The privacy notice, in its version."""
    GUARDIAN = "guardian"
    """A guardian's word for somebody who is not of age yet."""


class Consent(Base):
    """That somebody agreed to something: to which version, from when, and until when."""

    __tablename__ = "consent"
    __table_args__ = (
        Index(
            "uq_consent_given",
            "person_id",
            "purpose",
            "version",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[Purpose] = mapped_column(words(Purpose))
    version: Mapped[int]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    guardian_name: Mapped[str] = mapped_column(String(50), default="")
    guardian_phone: Mapped[str] = mapped_column(String(16), default="")


class Erasure(Base):
    """That somebody's data were erased: when, and how many rows of which table."""

    __tablename__ = "erasure"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    at: Mapped[datetime]
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
