"""The verbs of seasons and sections: beginning a season, naming a leader, noting what somebody sings or plays.

A season is begun as an activity: its sections are slots whose places the organizer confirms, its rehearsals are their
dates. Joining, leaving and coming to rehearsals are the core's verbs; nothing here makes a member.
"""

from collections.abc import Sequence
from datetime import date, datetime, time

from msgspec import Struct, field
from sqlalchemy import Connection, delete, insert, select, update

from yiqi import clock, once
from yiqi.activities import planning
from yiqi.activities.holidays import public_day
from yiqi.activities.models import Activity, Allocation, Programme, Slot
from yiqi.activities.planning import Meeting, Plan, Pool
from yiqi.activities.rules.recurrence import Weekly, times
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.db import Facts, retried, table, touched, writing
from yiqi.programmes.troupe.models import Season, Section, SectionKind, Voice
from yiqi.programmes.troupe.refusals import Refused, Why
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing

_season, _section, _voice = table(Season), table(Section), table(Voice)
_activity, _slot, _booking = table(Activity), table(Slot), table(Booking)


class Group(Struct, frozen=True):
    """A section to be: its name, its places (None: no limit), and when it rehearses each week (0 is Monday), on the
    wall clock of Beijing."""

    kind: SectionKind
    label: str
    capacity: int | None
    weekday: int
    starts: time
    minutes: int
    venue: str = ""
    label_en: str = ""
    venue_en: str = ""


class Outline(Struct, frozen=True):
    """A season to be, from its first to its last day, both included. `texts` are the activity's other columns."""

    owner_id: int
    title: str
    first_on: date
    last_on: date
    groups: Sequence[Group]
    texts: dict[str, str] = field(default_factory=dict)


@retried
def begin(*, outline: Outline, by_id: int, nonce: str, at: datetime) -> int:
    """Begin a season and open its sections to applications; answers its id. The same nonce again answers the same one.

    Public holidays have no rehearsals. Raises `ValueError` for a season without a section or a single rehearsal.
    """
    with writing() as session:
        here = session.connection()
        known = once.before(here, _season, nonce=nonce, made_by_id=by_id)
        if known is not None:
            return known
        made = planning.write(here, _plan(outline, by_id, at))
        row = {"activity_id": made.activity_id, "made_by_id": by_id, "nonce": nonce}
        season_id = once.make(here, _season, row)
        here.execute(
            insert(_section),
            [
                {"season_id": season_id, "slot_id": slot_id, "kind": group.kind}
                for slot_id, group in zip(made.slot_ids, outline.groups, strict=True)
            ],
        )
        thing = Thing(outline.owner_id, made.activity_id, Programme.TROUPE)
        trail.note(here, What.PUBLISHED, at=at, by_id=by_id, thing=thing, title=outline.title)
        return season_id


@retried
def name_leader(*, section_id: int, person_id: int | None, by_id: int, at: datetime) -> None:
    """Let a member lead their section, or nobody. Raises `Refused`: NOT_THERE, NOT_MEMBER for who is not in it."""
    with writing() as session:
        here = session.connection()
        section = _locked(here, section_id)
        if person_id is not None and not is_member(here, section.slot_id, person_id):
            raise Refused(Why.NOT_MEMBER)
        if section.leader_id == person_id:
            session.rollback()
            return
        here.execute(update(_section).where(_section.c.id == section_id).values(leader_id=person_id))
        trail.note(
            here,
            What.TROUPE_LED,
            at=at,
            by_id=by_id,
            thing=_thing(here, section.slot_id),
            person_id=person_id,
            title=section.label,
        )


@retried
def note_voice(*, section_id: int, person_id: int, plays: str) -> None:
    """Note what a member sings, plays or does; empty forgets it. Raises `Refused`: NOT_THERE, NOT_MEMBER."""
    with writing() as session:
        here = session.connection()
        section = _locked(here, section_id)
        if not is_member(here, section.slot_id, person_id):
            raise Refused(Why.NOT_MEMBER)
        theirs = (_voice.c.section_id == section_id, _voice.c.person_id == person_id)
        here.execute(delete(_voice).where(*theirs))
        if plays:
            row = {"section_id": section_id, "person_id": person_id, "plays": plays}
            here.execute(insert(_voice), row)


def is_member(here: Connection, slot_id: int, person_id: int) -> bool:
    """Whether somebody has a confirmed place in a section's slot: that, and nothing else, is membership."""
    place = select(_booking.c.id).where(
        _booking.c.slot_id == slot_id,
        _booking.c.person_id == person_id,
        _booking.c.state == State.CONFIRMED,
    )
    return here.execute(place).first() is not None


def _plan(outline: Outline, by_id: int, at: datetime) -> Plan:
    """The activity of a season. Sections that rehearse together share their dates, as choirs do."""
    known: dict[Meeting, int] = {}
    pools = []
    for group in outline.groups:
        rule = Weekly(
            frozenset({group.weekday}), group.starts, group.minutes, outline.first_on, outline.last_on
        )
        spans = times(rule, public_day).meets
        if not spans:
            raise ValueError(f"{group.label} never rehearses")
        meetings = [Meeting(start, end, group.venue, group.venue_en) for start, end in spans]
        covered = tuple(known.setdefault(one, len(known)) for one in meetings)
        pools.append(Pool(group.capacity, group.label, group.label_en, meetings=covered))
    return Plan(
        programme=Programme.TROUPE,
        title=outline.title,
        owner_id=outline.owner_id,
        meetings=list(known),
        pools=pools,
        opens_at=min(at, clock.at(outline.first_on)),
        closes_at=max(one.ends_at for one in known) if known else at,
        allocation=Allocation.APPROVAL,
        penalties=False,
        made_by_id=by_id,
        words=dict(outline.texts),
    )


def _locked(here: Connection, section_id: int) -> Facts:
    """A section with its slot's name, locked until the commit. Raises `Refused`."""
    mine = update(_section).where(_section.c.id == section_id).values(slot_id=_section.c.slot_id)
    if not touched(here.execute(mine)):
        raise Refused(Why.NOT_THERE)
    found = (
        select(_section.c.slot_id, _section.c.leader_id, _slot.c.label)
        .join(_slot, _slot.c.id == _section.c.slot_id)
        .where(_section.c.id == section_id)
    )
    return here.execute(found).one()


def _thing(here: Connection, slot_id: int) -> Thing:
    found = here.execute(
        select(_activity.c.id, _activity.c.owner_id)
        .join(_slot, _slot.c.activity_id == _activity.c.id)
        .where(_slot.c.id == slot_id)
    ).one()
    return Thing(found.owner_id, found.id, Programme.TROUPE)
