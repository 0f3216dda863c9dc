"""Reads of reading groups: their meetings, who belongs to them, what stands on their page."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, func, or_, select

from yiqi.activities.models import Activity, Occurrence, Slot, Status
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.booking.sight import seen_by
from yiqi.db import Facts, db
from yiqi.programmes.reading import notes
from yiqi.programmes.reading.models import NoteKind, ReadingGroup, group_activity
from yiqi.programmes.reading.notes import Note


class Meeting(Struct, frozen=True):
    """A date of a group: `facts` has occurrence_id, activity_id, title, sub, venue and times; `notes` the host's."""

    facts: Facts
    is_over: bool
    notes: tuple[Note, ...] = ()


class Group(Struct, frozen=True):
    """A group as somebody sees it at an instant."""

    group: ReadingGroup
    coming: tuple[Meeting, ...]
    past: tuple[Meeting, ...]
    members: int
    lines: tuple[Note, ...]
    is_member: bool
    is_host: bool


_FACTS = (
    Occurrence.id.label("occurrence_id"),
    Occurrence.starts_at,
    Occurrence.ends_at,
    Occurrence.venue,
    Occurrence.venue_en,
    Activity.id.label("activity_id"),
    Activity.title,
    Activity.title_en,
    Activity.sub,
    Activity.sub_en,
    group_activity.c.group_id,
)


def one(group_id: int, person_id: int | None, at: datetime) -> Group | None:
    """A group with its meetings, as far as somebody (None: a visitor) may know of them."""
    group = db.session.get(ReadingGroup, group_id)
    if group is None:
        return None
    rows = db.session.execute(
        _meetings(person_id, at).where(group_activity.c.group_id == group_id).order_by(Occurrence.starts_at)
    ).all()
    written = notes.of_group(group_id)
    told = [one for one in written if one.kind is NoteKind.MEETING]
    meetings = [
        Meeting(
            row,
            row.ends_at <= at,
            tuple(one for one in told if one.occurrence_id == row.occurrence_id),
        )
        for row in rows
    ]
    return Group(
        group,
        tuple(meeting for meeting in meetings if not meeting.is_over),
        tuple(meeting for meeting in reversed(meetings) if meeting.is_over),
        db.session.scalar(select(func.count()).select_from(_members(group_id).subquery())) or 0,
        tuple(one for one in written if one.kind is NoteKind.LINE),
        person_id is not None and is_member(group_id, person_id),
        person_id is not None and group.host_id == person_id,
    )


def is_member(group_id: int, person_id: int) -> bool:
    """Whether somebody has a confirmed place in one of its activities."""
    return db.session.scalar(_members(group_id).where(Booking.person_id == person_id).limit(1)) is not None


def had_met(group_id: int, occurrence_id: int, at: datetime) -> bool:
    """Whether a date is one of the group's, and has begun."""
    return (
        db.session.scalar(
            select(Occurrence.id)
            .join(group_activity, group_activity.c.activity_id == Occurrence.activity_id)
            .where(
                group_activity.c.group_id == group_id,
                Occurrence.id == occurrence_id,
                Occurrence.starts_at <= at,
                Occurrence.called_off_at.is_(None),
            )
        )
        is not None
    )


def next_of_all(
    person_id: int | None, at: datetime, *, limit: int = 6
) -> list[tuple[ReadingGroup, Facts | None]]:
    """The groups that still meet, each with its next meeting, the soonest first."""
    groups = db.session.scalars(
        select(ReadingGroup).where(ReadingGroup.ended_at.is_(None)).order_by(ReadingGroup.name)
    ).all()
    nearest: dict[int, Facts] = {}
    for row in db.session.execute(
        _meetings(person_id, at).where(Occurrence.ends_at > at).order_by(Occurrence.starts_at)
    ):
        nearest.setdefault(row.group_id, row)
    found = [(group, nearest.get(group.id)) for group in groups]
    found.sort(key=lambda one: (one[1] is None, one[1].starts_at if one[1] else at))
    return found[:limit]


def of_activity(activity_id: int) -> ReadingGroup | None:
    """The group whose meetings an activity is."""
    return db.session.scalar(
        select(ReadingGroup)
        .join(group_activity, group_activity.c.group_id == ReadingGroup.id)
        .where(group_activity.c.activity_id == activity_id)
    )


def called(q: str, limit: int) -> list[ReadingGroup]:
    """Groups by part of their name, their book or its author."""
    texts = (
        ReadingGroup.name,
        ReadingGroup.name_en,
        ReadingGroup.book,
        ReadingGroup.book_en,
        ReadingGroup.author,
    )
    wanted = or_(*(one.contains(q, autoescape=True) for one in texts))
    return list(
        db.session.scalars(select(ReadingGroup).where(wanted).order_by(ReadingGroup.name).limit(limit))
    )


def of_unions(within: ColumnElement[bool]) -> Sequence[ReadingGroup]:
    """The groups within reach of somebody at the desk, those that are over last."""
    query = select(ReadingGroup).where(within)
    return db.session.scalars(query.order_by(ReadingGroup.ended_at.is_not(None), ReadingGroup.name)).all()


def free_activities(within: ColumnElement[bool], limit: int = 50) -> list[Facts]:
    """Reading activities within reach that belong to no group: id, title, sub and first date, the newest first."""
    begins = func.min(Occurrence.starts_at)
    return list(
        db.session.execute(
            select(Activity.id, Activity.title, Activity.sub, begins.label("starts_at"))
            .join(Occurrence, Occurrence.activity_id == Activity.id)
            .where(within, Activity.id.not_in(select(group_activity.c.activity_id)))
            .group_by(Activity.id, Activity.title, Activity.sub)
            .order_by(begins.desc())
            .limit(limit)
        )
    )


def _meetings(person_id: int | None, at: datetime) -> Select[*tuple[object, ...]]:
    return (
        select(*_FACTS)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .join(group_activity, group_activity.c.activity_id == Activity.id)
        .where(
            Activity.status == Status.PUBLISHED, Occurrence.called_off_at.is_(None), seen_by(person_id, at)
        )
    )


def _members(group_id: int) -> Select[int]:
    return (
        select(Booking.person_id)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(group_activity, group_activity.c.activity_id == Slot.activity_id)
        .where(group_activity.c.group_id == group_id, Booking.state == State.CONFIRMED)
        .distinct()
    )
