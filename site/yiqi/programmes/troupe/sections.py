"""Reads of seasons, their sections and who is in them: the confirmed bookings of a section's slot."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select

from yiqi.activities.models import Activity, Occurrence, Slot, slot_occurrence
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.booking.sight import seen_by
from yiqi.db import Facts, db
from yiqi.people.models import Person
from yiqi.programmes.troupe.models import Season, Section, Voice

_COLUMNS = (
    Section.id,
    Section.season_id,
    Section.slot_id,
    Section.kind,
    Section.leader_id,
    Slot.label,
    Slot.label_en,
    Slot.capacity,
    Slot.held,
    Slot.starts_at,
    Slot.ends_at,
    Slot.activity_id,
    Activity.title,
    Activity.title_en,
    Activity.opens_at,
    Activity.closes_at,
    Activity.about,
    Activity.about_en,
    Activity.contact,
    Activity.contact_en,
)


def current(person_id: int | None, at: datetime) -> list[Facts]:
    """The sections of seasons that are not over and that somebody may know of, those of the season that began first
    before the others, in their order."""
    return _sections(Slot.ends_at > at, seen_by(person_id, at))


def of_season(season_id: int) -> list[Facts]:
    """The sections of a season, in their order."""
    return _sections(Section.season_id == season_id)


def one(section_id: int, person_id: int | None, at: datetime) -> Facts | None:
    """A section that somebody may know of."""
    return next(iter(_sections(Section.id == section_id, seen_by(person_id, at))), None)


def called(words: str, person_id: int | None, at: datetime) -> list[Facts]:
    """Sections of present seasons with these words in their names, five at the most."""
    named = Slot.label.contains(words, autoescape=True) | Slot.label_en.icontains(words, autoescape=True)
    return _sections(Slot.ends_at > at, seen_by(person_id, at), named)[:5]


def seasons(season_ids: Collection[int]) -> list[Facts]:
    """Some seasons with how many sections, members and applications they have, the newest first."""
    held = func.sum(Slot.held).label("members")
    pending = (
        select(func.count(Booking.id))
        .join(Section, Section.slot_id == Booking.slot_id)
        .where(Section.season_id == Season.id, Booking.state == State.PENDING)
        .correlate(Season)
        .scalar_subquery()
    )
    return list(
        db.session.execute(
            select(
                Season.id,
                Season.activity_id,
                Activity.title,
                Activity.title_en,
                func.count(Slot.id).label("sections"),
                held,
                pending.label("pending"),
                func.min(Slot.starts_at).label("starts_at"),
                func.max(Slot.ends_at).label("ends_at"),
            )
            .join(Activity, Activity.id == Season.activity_id)
            .join(Section, Section.season_id == Season.id)
            .join(Slot, Slot.id == Section.slot_id)
            .where(Season.id.in_(list(season_ids)))
            .group_by(Season.id, Season.activity_id, Activity.title, Activity.title_en)
            .order_by(Season.id.desc())
        )
    )


def season(season_id: int) -> Facts:
    """A season with its title. Raises `NoResultFound`."""
    return db.session.execute(
        select(Season.id, Season.activity_id, Activity.title, Activity.title_en, Activity.owner_id)
        .join(Activity, Activity.id == Season.activity_id)
        .where(Season.id == season_id)
    ).one()


def members(section_ids: Collection[int]) -> list[Facts]:
    """Who is in some sections, by name: person, ticket, section, since when, what they sing or play."""
    voice = and_(Voice.section_id == Section.id, Voice.person_id == Booking.person_id)
    return list(
        db.session.execute(
            select(
                Booking.id.label("booking_id"),
                Booking.ref,
                Booking.person_id,
                Booking.changed_at.label("since"),
                Section.id.label("section_id"),
                Person.name,
                Person.pinyin,
                Voice.plays,
            )
            .join(Section, Section.slot_id == Booking.slot_id)
            .join(Person, Person.id == Booking.person_id)
            .outerjoin(Voice, voice)
            .where(Section.id.in_(list(section_ids)), Booking.state == State.CONFIRMED)
            .order_by(Person.pinyin, Booking.id)
        )
    )


def own(person_id: int, at: datetime) -> list[Facts]:
    """The sections of present seasons that somebody is in, with what they sing or play there."""
    voice = and_(Voice.section_id == Section.id, Voice.person_id == person_id)
    return list(
        db.session.execute(
            select(*_COLUMNS, Voice.plays, Booking.id.label("booking_id"), Booking.changed_at.label("since"))
            .join(Slot, Slot.id == Section.slot_id)
            .join(Activity, Activity.id == Slot.activity_id)
            .join(Booking, Booking.slot_id == Slot.id)
            .outerjoin(Voice, voice)
            .where(Booking.person_id == person_id, Booking.state == State.CONFIRMED, Slot.ends_at > at)
            .order_by(Slot.starts_at, Slot.position)
        )
    )


def led_by(person_id: int, at: datetime) -> list[Facts]:
    """The sections of present seasons that somebody leads."""
    return _sections(Slot.ends_at > at, Section.leader_id == person_id)


def rehearsals(slot_ids: Collection[int]) -> list[Facts]:
    """The dates of some sections that take place, the earliest first: slot_id with the occurrence's id and times."""
    return list(
        db.session.execute(
            select(
                slot_occurrence.c.slot_id,
                Occurrence.id,
                Occurrence.starts_at,
                Occurrence.ends_at,
                Occurrence.venue,
                Occurrence.venue_en,
                Occurrence.planned_at,
            )
            .join(Occurrence, Occurrence.id == slot_occurrence.c.occurrence_id)
            .where(slot_occurrence.c.slot_id.in_(list(slot_ids)), Occurrence.called_off_at.is_(None))
            .order_by(Occurrence.starts_at, Occurrence.id)
        )
    )


def _sections(*where: ColumnElement[bool]) -> list[Facts]:
    return list(
        db.session.execute(
            select(*_COLUMNS, Person.name.label("leader"))
            .join(Slot, Slot.id == Section.slot_id)
            .join(Activity, Activity.id == Slot.activity_id)
            .outerjoin(Person, Person.id == Section.leader_id)
            .where(*where)
            .order_by(Section.season_id, Slot.position, Section.id)
        )
    )
