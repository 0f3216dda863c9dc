"""What was signed at the posts goes into the ledger, for an organizer to confirm."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace
from sqlalchemy import Connection, false, func, or_, select, tuple_
from sqlalchemy.sql import ColumnElement

from yiqi.activities.models import Activity, Occurrence, Programme, Slot
from yiqi.booking.models import Attendance, Booking
from yiqi.booking.rules.states import State
from yiqi.db import Facts, db, retried, table, writing
from yiqi.hours import ledger
from yiqi.hours.rules import standing
from yiqi.hours.rules.credit import GRACE, Shift
from yiqi.hours.signing import Presence, is_news, may_be_news
from yiqi.notices import outbox
from yiqi.people.models import Person
from yiqi.programmes.volunteering import proving
from yiqi.programmes.volunteering.models import LEFT_ANEW, NOT_LEFT, NOT_SIGNED, Post

WITHIN = timedelta(days=60)
"""How long after a shift its signatures are still looked for."""
BATCH = 50
READ_AT_ONCE = 1000

_attendance, _booking, _slot, _person = table(Attendance), table(Booking), table(Slot), table(Person)
_occurrence, _activity, _post = table(Occurrence), table(Activity), table(Post)

_SAID = ("service_id", "entry_id", "deed", "by_id", "minutes", "proposed", "starts_at", "ends_at")
_DISPUTED_NONE = (standing.State.DISPUTED, 0)
BREAKS = func.coalesce(_post.c.break_minutes, 0)


def serves() -> ColumnElement[bool]:
    """Whether an activity is served at: one of this programme, and none that people come to for themselves, such as
    legal advice."""
    return (_activity.c.programme == Programme.VOLUNTEERING) & _activity.c.topic.is_(None)


def sweep(at: datetime) -> int:
    """Put into the ledger what was signed at shifts that are over, and take out what was undone; answers how many rows
    were written. Any number of processes may run it, any number of times."""
    seen = _news(at)
    gone = _gone()
    db.session.commit()
    written = 0
    for start in range(0, len(seen), BATCH):
        written += _count(seen[start : start + BATCH], at)
    for service_id in gone:
        written += _take_back(service_id, at)
    return written


@retried
def _count(seen: Sequence[Presence], at: datetime) -> int:
    """Write some of it down, as it is signed now: a check-out that was away when it was looked up may be there again, and
    hours that rest on it stay. What is another record's by now, or is not signed any more, is left for the next time."""
    with writing() as session:
        here = session.connection()
        people = sorted({one.person_id for one in seen})
        mine = _person.c.id.in_(people)
        here.execute(select(_person.c.id).where(mine).order_by(_person.c.id).with_for_update())
        signatures = _signatures(here, [one.booking_id for one in seen], people)
        now = [fresh for one in seen if (fresh := _as_signed(one, signatures)) is not None]
        made = [ledger.count(here, one, at, _why(one)) for one in now]
        written = [one for one in made if one is not None]
        for one in written:
            if one.was is not None:
                _no_longer(here, one.was, one.entry_id, at)
        return len(written)


def _signatures(
    here: Connection, booking_ids: list[int], people: list[int]
) -> dict[tuple[int, int, int], Facts]:
    """What some bookings of some people are signed with, by person, booking and occurrence."""
    rows = here.execute(
        select(_booking.c.person_id, *_attendance.c)
        .join(_attendance, _attendance.c.booking_id == _booking.c.id)
        .where(_booking.c.id.in_(booking_ids), _booking.c.person_id.in_(people))
    )
    return {(row.person_id, row.booking_id, row.occurrence_id): row for row in rows}


def _as_signed(one: Presence, signatures: dict[tuple[int, int, int], Facts]) -> Presence | None:
    row = signatures.get((one.person_id, one.booking_id, one.occurrence_id))
    return replace(one, in_at=row.in_at, out_at=row.out_at) if row is not None else None


@retried
def _take_back(service_id: int, at: datetime) -> int:
    """Nothing counts any more of who is not signed in."""
    with writing() as session:
        here = session.connection()
        line = ledger.hold(here, [service_id])[service_id]
        signed = (_attendance.c.booking_id == line.booking_id) & (
            _attendance.c.occurrence_id == line.occurrence_id
        )
        is_there = here.execute(select(_attendance.c.booking_id).where(signed)).first() is not None
        if is_there or line.state == standing.State.REVERSED or (line.state, line.minutes) == _DISPUTED_NONE:
            return 0
        _no_longer(here, line, ledger.take_back(here, line, NOT_SIGNED, at), at)
        return 1


def _why(one: Presence) -> str:
    """Why hours that rested on a check-out wait again: there is none any more, or another one."""
    return NOT_LEFT if one.out_at is None else LEFT_ANEW


def _no_longer(here: Connection, line: Facts, entry_id: int, at: datetime) -> None:
    """Hours that counted until this row do not now: their volunteer hears of it, and no certificate stands for them."""
    if line.minutes:
        proving.revoke(here, person_id=line.person_id, served_at=line.starts_at, at=at)
        key = f"volunteering-hours-{entry_id}"
        outbox.put(here, "volunteering_hours", key=key, person_id=line.person_id, at=at, entry=entry_id)


def _news(at: datetime) -> list[Presence]:
    """What was signed and is not in the ledger as it was signed, by person: who writes locks people in that order.

    This runs every minute over all shifts of two months, so the database leaves out most of what somebody has spoken to:
    what ends in the ledger when it was signed out of. What came before is read only of the few that differ.
    """
    head = ledger.heads().subquery()
    same = (head.c.booking_id == _attendance.c.booking_id) & (
        head.c.occurrence_id == _attendance.c.occurrence_id
    )
    rows = db.session.execute(
        select(
            _booking.c.person_id.label("who"),
            _activity.c.id.label("activity"),
            _attendance.c.booking_id.label("booking"),
            _attendance.c.occurrence_id.label("occurrence"),
            _attendance.c.in_at,
            _attendance.c.out_at,
            _occurrence.c.starts_at.label("shift_starts_at"),
            _occurrence.c.ends_at.label("shift_ends_at"),
            BREAKS.label("breaks"),
            *(head.c[name] for name in _SAID),
        )
        .join(_booking, _booking.c.id == _attendance.c.booking_id)
        .join(_slot, _slot.c.id == _booking.c.slot_id)
        .join(_activity, _activity.c.id == _slot.c.activity_id)
        .join(_occurrence, _occurrence.c.id == _attendance.c.occurrence_id)
        .outerjoin(_post, _post.c.slot_id == _slot.c.id)
        .outerjoin(head, same)
        .where(
            serves(),
            func.coalesce(_post.c.is_briefing, false()).is_(False),
            _booking.c.state == State.CONFIRMED,
            _occurrence.c.called_off_at.is_(None),
            _occurrence.c.ends_at <= at - GRACE,
            _occurrence.c.ends_at > at - WITHIN,
            or_(head.c.by_id.is_(None), head.c.ends_at.is_distinct_from(_attendance.c.out_at)),
        )
        .order_by(_booking.c.person_id, _occurrence.c.starts_at)
    ).all()
    seen = [(_presence(row), row if row.entry_id is not None else None) for row in rows]
    maybe = [(one, was) for one, was in seen if may_be_news(one, was)]
    past = _past([was.service_id for _one, was in maybe if was is not None and was.by_id is not None])
    return [one for one, was in maybe if is_news(one, was, past.get(was.service_id, []) if was else [])]


def _past(service_ids: Sequence[int]) -> dict[int, list[Facts]]:
    here = db.session.connection()
    found: dict[int, list[Facts]] = {}
    for start in range(0, len(service_ids), READ_AT_ONCE):
        found |= ledger.past(here, service_ids[start : start + READ_AT_ONCE])
    return found


def _presence(row: Facts) -> Presence:
    shift = Shift(row.shift_starts_at, row.shift_ends_at, row.breaks)
    return Presence(row.who, row.activity, row.booking, row.occurrence, shift, row.in_at, row.out_at)


def _gone() -> Sequence[int]:
    """The services of which the signature was undone and that wait or count still. A dispute about what was taken back
    already waits for its answer."""
    head = ledger.heads().subquery()
    same = (head.c.booking_id == _attendance.c.booking_id) & (
        head.c.occurrence_id == _attendance.c.occurrence_id
    )
    return db.session.scalars(
        select(head.c.service_id)
        .outerjoin(_attendance, same)
        .where(
            _attendance.c.booking_id.is_(None),
            head.c.state != standing.State.REVERSED,
            tuple_(head.c.state, head.c.minutes) != _DISPUTED_NONE,
        )
        .order_by(head.c.service_id)
    ).all()
