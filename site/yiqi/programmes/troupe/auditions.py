"""The verbs of auditions: announcing one as many short times, and choosing who marks.

Who comes when is a booking in the core. A decision and its letters are in `results`, marks in `marking`.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct, field
from msgspec.structs import asdict
from sqlalchemy import Connection, delete, insert, select, update

from yiqi import once
from yiqi.activities import planning
from yiqi.activities.models import Activity, Programme, Slot
from yiqi.activities.planning import Meeting, Plan, Pool
from yiqi.booking.models import Booking
from yiqi.db import Facts, retried, table, writing
from yiqi.programmes.troupe.models import Audition, AuditionTime, Juror, Season, Section, Sheet
from yiqi.programmes.troupe.refusals import Refused, Why
from yiqi.programmes.troupe.rules import times
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing
from yiqi.web.formats import hhmm

_audition, _time, _juror, _sheet = table(Audition), table(AuditionTime), table(Juror), table(Sheet)
_season, _section, _slot, _activity = table(Season), table(Section), table(Slot), table(Activity)


class Criterion(Struct, frozen=True):
    """What jurors mark, by a code that never changes."""

    code: str
    name: str
    name_en: str = ""


class Day(Struct, frozen=True):
    """An audition to be: from when to when, minutes for each person, where, and until when a time can be booked."""

    title: str
    starts_at: datetime
    ends_at: datetime
    minutes: int
    section_ids: Sequence[int]
    criteria: Sequence[Criterion]
    most: int = 10
    venue: str = ""
    venue_en: str = ""
    texts: dict[str, str] = field(default_factory=dict)


@retried
def announce(*, season_id: int, day: Day, by_id: int, nonce: str, at: datetime) -> int:
    """Announce an audition with a slot for each time, the times dealt to its sections in blocks; answers its id.

    The same nonce again answers the same one. Raises `Refused` NOT_THERE for a season or section that is none,
    `ValueError` for times that cannot be cut.
    """
    with writing() as session:
        here = session.connection()
        season = _season_of(here, season_id)
        known = once.before(here, _audition, nonce=nonce, made_by_id=by_id)
        if known is not None:
            return known
        labels = _labels(here, season_id, day.section_ids)
        blocks = times.dealt(times.cut(day.starts_at, day.ends_at, day.minutes), len(labels))
        spans = [
            (section_id, span) for section_id, block in zip(labels, blocks, strict=True) for span in block
        ]
        if len(spans) > times.MOST_TIMES:
            raise ValueError("many")
        made = planning.write(here, _plan(season, day, spans, labels, by_id, at))
        audition_id = _written(here, season_id, made.activity_id, day, by_id, nonce)
        here.execute(
            insert(_time),
            [
                {"slot_id": slot_id, "audition_id": audition_id, "section_id": section_id}
                for slot_id, (section_id, _span) in zip(made.slot_ids, spans, strict=True)
            ],
        )
        thing = Thing(season.owner_id, made.activity_id, Programme.TROUPE)
        trail.note(here, What.PUBLISHED, at=at, by_id=by_id, thing=thing, title=day.title)
        return audition_id


@retried
def choose_juror(*, audition_id: int, person_id: int, by_id: int, at: datetime) -> None:
    """Let somebody mark; once more changes nothing. Raises `Refused`: NOT_THERE, SENT."""
    with writing() as session:
        here = session.connection()
        audition = locked(here, audition_id)
        if audition.sent_at is not None:
            raise Refused(Why.SENT)
        theirs = (_juror.c.audition_id == audition_id, _juror.c.person_id == person_id)
        if here.execute(select(_juror.c.person_id).where(*theirs)).first() is not None:
            session.rollback()
            return
        here.execute(insert(_juror), {"audition_id": audition_id, "person_id": person_id, "chosen_at": at})
        _note(here, audition, by_id, person_id, at)


@retried
def dismiss_juror(*, audition_id: int, person_id: int, by_id: int, at: datetime) -> None:
    """Let somebody mark no longer. Raises `Refused`: NOT_THERE for who is no juror, SENT, IN_USE once they marked:
    marks that were given are not made to disappear."""
    with writing() as session:
        here = session.connection()
        audition = locked(here, audition_id)
        if audition.sent_at is not None:
            raise Refused(Why.SENT)
        theirs = (_juror.c.audition_id == audition_id, _juror.c.person_id == person_id)
        if here.execute(select(_juror.c.person_id).where(*theirs)).first() is None:
            raise Refused(Why.NOT_THERE)
        if has_marked(here, audition.activity_id, person_id):
            raise Refused(Why.IN_USE)
        here.execute(delete(_juror).where(*theirs))
        _note(here, audition, by_id, person_id, at)


def locked(here: Connection, audition_id: int) -> Facts:
    """An audition's row with its activity's owner, locked until the commit. Raises `Refused`."""
    mine = update(_audition).where(_audition.c.id == audition_id).values(most=_audition.c.most)
    row = here.execute(mine.returning(*_audition.c)).one_or_none()
    if row is None:
        raise Refused(Why.NOT_THERE)
    return row


def thing_of(here: Connection, activity_id: int) -> Thing:
    """An activity of the troupe as what roles reach."""
    owner_id = here.execute(select(_activity.c.owner_id).where(_activity.c.id == activity_id)).scalar_one()
    return Thing(owner_id, activity_id, Programme.TROUPE)


def has_marked(here: Connection, activity_id: int, person_id: int) -> bool:
    """Whether a juror has given a sheet at an audition."""
    booking = table(Booking)
    given = (
        select(_sheet.c.booking_id)
        .join(booking, booking.c.id == _sheet.c.booking_id)
        .join(_slot, _slot.c.id == booking.c.slot_id)
        .where(_sheet.c.juror_id == person_id, _slot.c.activity_id == activity_id)
    )
    return here.execute(given).first() is not None


def _note(here: Connection, audition: Facts, by_id: int, person_id: int, at: datetime) -> None:
    thing = thing_of(here, audition.activity_id)
    trail.note(here, What.TROUPE_JURY, at=at, by_id=by_id, thing=thing, person_id=person_id)


def _season_of(here: Connection, season_id: int) -> Facts:
    here.execute(update(_season).where(_season.c.id == season_id).values(nonce=_season.c.nonce))
    found = here.execute(
        select(_season.c.id, _activity.c.owner_id)
        .join(_activity, _activity.c.id == _season.c.activity_id)
        .where(_season.c.id == season_id)
    ).one_or_none()
    if found is None:
        raise Refused(Why.NOT_THERE)
    return found


def _labels(here: Connection, season_id: int, section_ids: Sequence[int]) -> dict[int, Facts]:
    """The names of the sections, in the order of the season."""
    found = here.execute(
        select(_section.c.id, _slot.c.label, _slot.c.label_en)
        .join(_slot, _slot.c.id == _section.c.slot_id)
        .where(_section.c.season_id == season_id, _section.c.id.in_(list(section_ids)))
        .order_by(_slot.c.position, _section.c.id)
    ).all()
    if not found or len(found) != len(set(section_ids)):
        raise Refused(Why.NOT_THERE)
    return {one.id: one for one in found}


def _plan(
    season: Facts,
    day: Day,
    spans: Sequence[tuple[int, times.Span]],
    labels: dict[int, Facts],
    by_id: int,
    at: datetime,
) -> Plan:
    meetings = [Meeting(start, end, day.venue, day.venue_en) for _section_id, (start, end) in spans]
    pools = []
    for n, (section_id, (start, _end)) in enumerate(spans):
        label, label_en = labels[section_id].label, labels[section_id].label_en
        shown = hhmm(start)
        pools.append(
            Pool(
                1,
                f"{shown} {label}"[:40],
                f"{shown} {label_en}"[:80] if label_en else "",
                waitlist_limit=0,
                meetings=(n,),
            )
        )
    return Plan(
        programme=Programme.TROUPE,
        title=day.title,
        owner_id=season.owner_id,
        meetings=meetings,
        pools=pools,
        opens_at=at,
        closes_at=day.starts_at,
        penalties=False,
        made_by_id=by_id,
        words=dict(day.texts),
    )


def _written(here: Connection, season_id: int, activity_id: int, day: Day, by_id: int, nonce: str) -> int:
    row = {
        "season_id": season_id,
        "activity_id": activity_id,
        "criteria": [asdict(one) for one in day.criteria],
        "most": day.most,
        "made_by_id": by_id,
        "nonce": nonce,
    }
    return once.make(here, _audition, row)
