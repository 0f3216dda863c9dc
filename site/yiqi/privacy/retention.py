"""What is kept for a time only: rosters lose their people a year after the event, marks and old consents go.

Codes, notices, sessions and uploaded lists are forgotten by their own rooms. Nothing here asks the clock.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, exists, insert, or_, select, update

from yiqi.activities.models import Activity, Programme, Slot
from yiqi.booking import seats
from yiqi.booking.models import Answer, Attendance, Booking, BookingChange, Handover, Mark
from yiqi.db import db, retried, table, touched, write_out, writing
from yiqi.people.models import Consent, Person

ROSTERS = timedelta(days=365)
MARKS = timedelta(days=365)
CONSENTS = timedelta(days=3 * 365)
BATCH = 200
NOBODY = "nobody-"
"""With a number behind it: the phone of a record that stands for one of several people whom nobody knows any more."""
NOT_ROSTERS = (Programme.VOLUNTEERING,)
"""Records of volunteering are kept (志愿服务记录办法): what counts there is hours, whose they are."""

_booking, _slot, _activity = table(Booking), table(Slot), table(Activity)
_change, _attendance, _person = table(BookingChange), table(Attendance), table(Person)
_mark = table(Mark)
_ANSWERED = or_(_mark.c.objected_at.is_(None), _mark.c.settled_at.is_not(None))
_HAS_OBJECTED = exists().where(_mark.c.booking_id == _booking.c.id, ~_ANSWERED)
"""Somebody waits for an answer about this booking: who it was is needed until there is one."""


def purge(at: datetime) -> int:
    """All of it, one slot a transaction; answers how many bookings lost their person. Twice equals once."""
    done = sum(forget_roster(slot_id=slot_id, at=at) for slot_id in _old(at))
    forgotten = _forget_rows(at)
    if done or forgotten:
        write_out()
    return done


@retried
def forget_roster(*, slot_id: int, at: datetime) -> int:
    """The people of a slot that is over for a year become nobody: counts, states and attendance stay, what was typed, who
    did what, and whose it was go; but for a booking about which an objection waits. Answers how many bookings it were."""
    with writing() as session:
        here = session.connection()
        seats.lock(here, slot_id)
        known = select(_person.c.id).where(_person.c.phone.not_like(f"{NOBODY}%"))
        mine = (_booking.c.slot_id == slot_id, _booking.c.person_id.in_(known), ~_HAS_OBJECTED)
        found = here.execute(
            select(_booking.c.id, _booking.c.person_id).where(*mine).order_by(_booking.c.id)
        ).all()
        if not found:
            session.rollback()
            return 0
        taken = select(_booking.c.person_id).where(_booking.c.slot_id == slot_id)
        strangers = _nobodies(here, set(here.scalars(taken)), len(found), at)
        for booking, nobody in zip(found, strangers, strict=True):
            _unname(here, booking.id, nobody)
    return len(found)


def _unname(here: Connection, booking_id: int, nobody: int) -> None:
    """One booking without its person. Its trail is one row from here on: changes go with the rosters."""
    for rows in (Answer, Handover):
        this = table(rows)
        if rows is Handover:
            here.execute(update(this).where(this.c.taken_by_id == booking_id).values(taken_by_id=None))
        here.execute(delete(this).where(this.c.booking_id == booking_id))
    here.execute(delete(_mark).where(_mark.c.booking_id == booking_id))
    last = select(_change.c.became, _change.c.at).where(_change.c.booking_id == booking_id)
    row = here.execute(last.order_by(_change.c.id.desc()).limit(1)).one_or_none()
    here.execute(delete(_change).where(_change.c.booking_id == booking_id))
    if row is not None:
        kept = {"booking_id": booking_id, "at": row.at, "was": None, "became": row.became, "by_id": None}
        here.execute(insert(_change), {**kept, "why": ""})
    here.execute(update(_attendance).where(_attendance.c.booking_id == booking_id).values(by_id=None))
    emptied = {"note": "", "desk_note": "", "rejected_because": "", "nonce": f"kept-{booking_id}"}
    here.execute(update(_booking).where(_booking.c.id == booking_id).values(person_id=nobody, **emptied))


def _nobodies(here: Connection, taken: set[int], many: int, at: datetime) -> list[int]:
    """As many records that stand for nobody and are not in the slot yet: the first of them serve every slot."""
    there = select(_person.c.id).where(_person.c.phone.like(f"{NOBODY}%")).order_by(_person.c.id)
    free = [one for one in here.scalars(there) if one not in taken]
    while len(free) < many:
        number = len(free) + len(taken) + 1
        free.append(_make_nobody(here, number, at))
    return free[:many]


def _make_nobody(here: Connection, number: int, at: datetime) -> int:
    phone = f"{NOBODY}{number}"
    while here.scalar(select(_person.c.id).where(_person.c.phone == phone)) is not None:
        number += 1
        phone = f"{NOBODY}{number}"
    row = {"phone": phone, "name": "", "pinyin": "", "lang": "zh-CN", "created_at": at, "turn": 0}
    made: int = here.execute(
        insert(_person).returning(_person.c.id), {**row, "left_at": at, "agreed": 0}
    ).scalar_one()
    here.execute(update(_person).where(_person.c.id == made).values(merged_into_id=made))
    return made


def _old(at: datetime) -> list[int]:
    """The slots whose time is over, at most some of them: the rest comes next time."""
    known = select(_person.c.id).where(_person.c.phone.like(f"{NOBODY}%"))
    query = (
        select(_slot.c.id)
        .join(_activity, _activity.c.id == _slot.c.activity_id)
        .join(_booking, _booking.c.slot_id == _slot.c.id)
        .where(
            _slot.c.ends_at < at - ROSTERS,
            _activity.c.programme.not_in(NOT_ROSTERS),
            _booking.c.person_id.not_in(known),
            ~_HAS_OBJECTED,
        )
        .group_by(_slot.c.id)
        .order_by(_slot.c.id)
        .limit(BATCH)
    )
    found = list(db.session.scalars(query))
    db.session.rollback()
    return found


@retried
def _forget_rows(at: datetime) -> int:
    consent = table(Consent)
    with writing() as session:
        here = session.connection()
        marks = here.execute(delete(_mark).where(_mark.c.at < at - MARKS, _ANSWERED))
        consents = here.execute(delete(consent).where(consent.c.withdrawn_at < at - CONSENTS))
        return touched(marks) + touched(consents)
