"""Reads of auditions: the times, who has which, what jurors gave, and what was decided. What a juror may read of the
others' marks is decided here: nothing before they are finished, and never anything about themself."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, func, select

from yiqi.activities.models import Activity, Slot
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.booking.sight import seen_by
from yiqi.db import Facts, db
from yiqi.people.models import Person
from yiqi.programmes.troupe.models import Audition, AuditionTime, Juror, Section, Sheet, Verdict
from yiqi.programmes.troupe.rules.marking import Spread, spread

_slot_of_section = select(Slot.id, Slot.label, Slot.label_en).subquery("slot_of_section")

_AUDITION = select(
    Audition.id,
    Audition.season_id,
    Audition.activity_id,
    Audition.criteria,
    Audition.most,
    Audition.sent_at,
    Activity.title,
    Activity.title_en,
    Activity.about,
    Activity.about_en,
    Activity.contact,
    Activity.contact_en,
    Activity.opens_at,
    Activity.closes_at,
    Activity.status,
).join(Activity, Activity.id == Audition.activity_id)


class Candidate(Struct, frozen=True):
    """Somebody who auditions: their booking and time, the sheets that may be read by juror, and the verdict."""

    facts: Facts
    sheets: Mapping[int, Facts]

    @property
    def spread(self) -> Spread | None:
        """What the sheets come to."""
        return spread([one.points for one in self.sheets.values()])


def one(audition_id: int) -> Facts | None:
    """An audition with its activity's words."""
    return db.session.execute(_AUDITION.where(Audition.id == audition_id)).one_or_none()


def seen(audition_id: int, person_id: int | None, at: datetime) -> Facts | None:
    """An audition that somebody may know of."""
    mine = _AUDITION.where(Audition.id == audition_id, seen_by(person_id, at))
    return db.session.execute(mine).one_or_none()


def open_now(person_id: int | None, at: datetime) -> list[Facts]:
    """The auditions that can be booked now or later and that somebody may know of, with the times left (`free`)."""
    free = (
        select(func.count(Slot.id))
        .where(Slot.activity_id == Audition.activity_id, Slot.held < Slot.capacity, Slot.starts_at > at)
        .correlate(Audition)
        .scalar_subquery()
    )
    starts_at = (
        select(func.min(Slot.starts_at))
        .where(Slot.activity_id == Audition.activity_id)
        .correlate(Audition)
        .scalar_subquery()
    )
    mine = _AUDITION.add_columns(free.label("free"), starts_at.label("starts_at"))
    open_ones = mine.where(Activity.closes_at > at, Activity.status == "published", seen_by(person_id, at))
    return list(db.session.execute(open_ones.order_by(Activity.closes_at)))


def of_seasons(season_ids: Collection[int]) -> list[Facts]:
    """The auditions of some seasons, the newest first, with how many come, and how many are not decided about."""
    counted = (
        select(
            AuditionTime.audition_id,
            func.count(Booking.id).label("people"),
            (func.count(Booking.id) - func.count(Verdict.booking_id)).label("open"),
        )
        .join(Booking, and_(Booking.slot_id == AuditionTime.slot_id, Booking.state == State.CONFIRMED))
        .outerjoin(Verdict, Verdict.booking_id == Booking.id)
        .group_by(AuditionTime.audition_id)
        .subquery()
    )
    return list(
        db.session.execute(
            _AUDITION.add_columns(
                func.coalesce(counted.c.people, 0).label("people"),
                func.coalesce(counted.c.open, 0).label("open"),
            )
            .outerjoin(counted, counted.c.audition_id == Audition.id)
            .where(Audition.season_id.in_(list(season_ids)))
            .order_by(Audition.id.desc())
        )
    )


def times(audition_id: int) -> list[Facts]:
    """All times of an audition in their order: the slot, whether it is taken, and for which section."""
    return list(
        db.session.execute(
            select(
                Slot.id,
                Slot.starts_at,
                Slot.ends_at,
                Slot.capacity,
                Slot.held,
                Section.id.label("section_id"),
                _slot_of_section.c.label,
                _slot_of_section.c.label_en,
            )
            .join(AuditionTime, AuditionTime.slot_id == Slot.id)
            .join(Section, Section.id == AuditionTime.section_id)
            .join(_slot_of_section, _slot_of_section.c.id == Section.slot_id)
            .where(AuditionTime.audition_id == audition_id, Slot.called_off_at.is_(None))
            .order_by(Slot.starts_at, Slot.id)
        )
    )


def own(audition_id: int, person_id: int) -> list[Facts]:
    """Somebody's own times at an audition, with the section and, once the results are out, the verdict."""
    return _candidates(audition_id, Booking.person_id == person_id)


def jurors(audition_id: int) -> list[Facts]:
    """Who marks, by name: whether they are finished, and how many they have marked."""
    marked = (
        select(func.count())
        .select_from(Sheet)
        .join(Booking, Booking.id == Sheet.booking_id)
        .join(AuditionTime, AuditionTime.slot_id == Booking.slot_id)
        .where(Sheet.juror_id == Juror.person_id, AuditionTime.audition_id == Juror.audition_id)
        .correlate(Juror)
        .scalar_subquery()
    )
    return list(
        db.session.execute(
            select(Juror.person_id, Juror.finished_at, Person.name, Person.phone, marked.label("marked"))
            .join(Person, Person.id == Juror.person_id)
            .where(Juror.audition_id == audition_id)
            .order_by(Juror.chosen_at, Person.id)
        )
    )


def for_juror(audition_id: int, juror_id: int) -> list[Candidate]:
    """Whom a juror marks, in the order of the times, themself left out: with their own sheet, and, once they are
    finished, with the sheets of the others who are finished."""
    people = _candidates(audition_id, Booking.person_id != juror_id)
    chairs = {one.person_id: one.finished_at for one in jurors(audition_id)}
    readable = {juror_id}
    if chairs.get(juror_id) is not None:
        readable |= {person_id for person_id, finished_at in chairs.items() if finished_at is not None}
    return _with_sheets(people, readable)


def for_organizer(audition_id: int, organizer_id: int) -> list[Candidate]:
    """Everybody who auditions with all sheets, in the order of the times; of themself an organizer reads none."""
    people = _candidates(audition_id)
    made = _with_sheets(people, None)
    return [Candidate(one.facts, {}) if one.facts.person_id == organizer_id else one for one in made]


def judged_by(person_id: int) -> list[Facts]:
    """The auditions somebody marks whose results are not out yet, with the time of the first (`starts_at`)."""
    mine = _AUDITION.join(Juror, Juror.audition_id == Audition.id)
    begins = (
        select(func.min(Slot.starts_at)).where(Slot.activity_id == Audition.activity_id).correlate(Audition)
    )
    return list(
        db.session.execute(
            mine.add_columns(Juror.finished_at, begins.scalar_subquery().label("starts_at"))
            .where(Juror.person_id == person_id, Audition.sent_at.is_(None))
            .order_by(Audition.id)
        )
    )


def lately_told(person_id: int) -> list[Facts]:
    """The newest results that somebody was told, three at the most: audition, section, outcome."""
    rows = _candidates(None, Booking.person_id == person_id, Audition.sent_at.is_not(None))
    return list(reversed(rows))[:3]


def _with_sheets(people: list[Facts], readable: Collection[int] | None) -> list[Candidate]:
    """`readable`: the jurors whose sheets may be read; None is all."""
    query = (
        select(Sheet.booking_id, Sheet.juror_id, Sheet.points, Sheet.remark, Person.name)
        .join(Person, Person.id == Sheet.juror_id)
        .where(Sheet.booking_id.in_([one.id for one in people]))
        .order_by(Sheet.juror_id)
    )
    if readable is not None:
        query = query.where(Sheet.juror_id.in_(list(readable)))
    sheets: dict[int, dict[int, Facts]] = defaultdict(dict)
    for row in db.session.execute(query):
        sheets[row.booking_id][row.juror_id] = row
    return [Candidate(one, sheets[one.id]) for one in people]


def _candidates(audition_id: int | None, *where: ColumnElement[bool]) -> list[Facts]:
    query = (
        select(
            Booking.id,
            Booking.ref,
            Booking.slot_id,
            Booking.person_id,
            Person.name,
            Slot.starts_at,
            Slot.ends_at,
            Audition.id.label("audition_id"),
            Audition.sent_at,
            Section.id.label("section_id"),
            _slot_of_section.c.label,
            _slot_of_section.c.label_en,
            Verdict.outcome,
            Verdict.seated_ref,
        )
        .join(Slot, Slot.id == Booking.slot_id)
        .join(AuditionTime, AuditionTime.slot_id == Slot.id)
        .join(Audition, Audition.id == AuditionTime.audition_id)
        .join(Section, Section.id == AuditionTime.section_id)
        .join(_slot_of_section, _slot_of_section.c.id == Section.slot_id)
        .join(Person, Person.id == Booking.person_id)
        .outerjoin(Verdict, Verdict.booking_id == Booking.id)
        .where(Booking.state == State.CONFIRMED, *where)
        .order_by(Slot.starts_at, Booking.id)
    )
    if audition_id is not None:
        query = query.where(Audition.id == audition_id)
    return list(db.session.execute(query))


def told(booking_id: int) -> Facts | None:
    """The result of one who auditioned, once results are out: outcome, section, and the audition's title."""
    return db.session.execute(
        select(
            Verdict.outcome,
            Activity.title,
            Activity.title_en,
            _slot_of_section.c.label,
            _slot_of_section.c.label_en,
        )
        .join(Booking, Booking.id == Verdict.booking_id)
        .join(AuditionTime, AuditionTime.slot_id == Booking.slot_id)
        .join(Audition, Audition.id == AuditionTime.audition_id)
        .join(Activity, Activity.id == Audition.activity_id)
        .join(Section, Section.id == AuditionTime.section_id)
        .join(_slot_of_section, _slot_of_section.c.id == Section.slot_id)
        .where(Verdict.booking_id == booking_id, Audition.sent_at.is_not(None))
    ).one_or_none()


def auditions_for(section_id: int) -> set[int]:
    """The auditions that a section has a time in."""
    times_of_it = select(AuditionTime.audition_id).where(AuditionTime.section_id == section_id)
    return set(db.session.scalars(times_of_it))
