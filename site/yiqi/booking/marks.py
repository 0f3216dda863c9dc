"""Marks: written at a late cancel (`no_shows` writes the others), lifted, objected to, settled; what a person has.

What joins somebody else's transaction takes `here`; the others are verbs and reads of their own.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Select, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from yiqi.activities.models import Activity, Occurrence, slot_occurrence
from yiqi.booking import deeds, looking
from yiqi.booking.models import Booking, BookingChange, Mark, MarkKind
from yiqi.booking.rules import marks as rules
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.marks import Record, Seats
from yiqi.booking.rules.states import State
from yiqi.db import Again, Facts, db, retried, table, writing
from yiqi.notices import outbox
from yiqi.roles.rules.deeds import What

_mark, _booking, _change = table(Mark), table(Booking), table(BookingChange)
_occurrence = table(Occurrence)

_WRITE = insert(_mark).returning(_mark.c.id)
_NEXT_OCCURRENCE = (
    select(_occurrence.c.id)
    .join(slot_occurrence, slot_occurrence.c.occurrence_id == _occurrence.c.id)
    .where(
        slot_occurrence.c.slot_id == bindparam("slot"),
        _occurrence.c.called_off_at.is_(None),
        _occurrence.c.ends_at > bindparam("at"),
    )
    .order_by(_occurrence.c.starts_at)
    .limit(1)
)
_LATE_CANCELS = (
    select(_mark.c.id, _mark.c.lifted_at, _booking.c.party, _change.c.id.label("turn"))
    .join(_booking, _booking.c.id == _mark.c.booking_id)
    .join(_change, _change.c.booking_id == _booking.c.id)
    .where(
        _booking.c.slot_id == bindparam("slot"),
        _booking.c.state == State.CANCELLED_LATE,
        _mark.c.kind == MarkKind.LATE_CANCEL,
        _change.c.became == State.CANCELLED_LATE,
    )
    .order_by(_change.c.id)
)
_came_in = _change.alias("came_in")
_MOVED_UP = (
    select(_booking.c.id, _booking.c.party, _change.c.id.label("turn"))
    .join(_change, _change.c.booking_id == _booking.c.id)
    .where(
        _booking.c.slot_id == bindparam("slot"),
        _change.c.was == State.WAITING,
        _change.c.became.in_((State.OFFERED, State.CONFIRMED)),
        _change.c.id > bindparam("after"),
        select(_came_in.c.id)
        .where(
            _came_in.c.booking_id == _booking.c.id,
            _came_in.c.was.in_((State.WAITING, State.OFFERED)),
            _came_in.c.became == State.CONFIRMED,
        )
        .exists(),
    )
    .order_by(_change.c.id)
)
_LIFT = update(_mark).where(_mark.c.id == bindparam("mark")).values(lifted_at=bindparam("at_last"))
_RECORDS = select(_mark.c.at, _mark.c.objected_at, _mark.c.settled_at, _mark.c.lifted_at).where(
    _mark.c.person_id == bindparam("person"),
    _mark.c.at > bindparam("since"),
    _mark.c.lifted_at.is_(None),
)


class Entry(Struct, frozen=True):
    """A mark as its person sees it, with what it is about, at the instant of reading."""

    mark: Mark
    activity: Activity
    occurrence: Occurrence
    record: Record
    status: rules.Status
    can_object: bool


def late(here: Connection, booking: Facts, slot: Facts, activity: Facts, at: datetime) -> None:
    """Write the mark of a late cancel, where the activity leaves marks; call it after the booking has ended, and
    `seat_taken` after the queue has moved.

    Reads `booking.id`, `booking.person_id`, `slot.id`, `activity.penalties`, `activity.topic`.
    """
    if not rules.leaves_marks(activity.penalties, activity.topic):
        return
    occurrence_id = here.execute(_NEXT_OCCURRENCE, {"slot": slot.id, "at": at}).scalar()
    if occurrence_id is not None:
        write(here, booking.id, booking.person_id, occurrence_id, MarkKind.LATE_CANCEL, at)


def seat_taken(here: Connection, slot_id: int, at: datetime) -> None:
    """Lift the marks of late cancels whose seats waiters have taken by now; to be called under the slot's lock, once
    the waiters' changes are recorded. Twice equals once.

    It recounts the slot's trail: seats go to the oldest late cancel before the waiter's turn came, a party's mark is
    lifted when all of its seats are taken, and an offer counts once it is accepted, from the moment it was made.
    """
    freed = here.execute(_LATE_CANCELS, {"slot": slot_id}).all()
    if all(one.lifted_at is not None for one in freed):
        return
    moved = here.execute(_MOVED_UP, {"slot": slot_id, "after": freed[0].turn}).all()
    last = {one.id: Seats(one.turn, one.party) for one in moved}
    whole = rules.taken_again([Seats(one.turn, one.party) for one in freed], last.values())
    for one, is_taken in zip(freed, whole, strict=True):
        if is_taken and one.lifted_at is None:
            here.execute(_LIFT, {"mark": one.id, "at_last": at})


def needs_approval(here: Connection, person_id: int, at: datetime) -> bool:
    """Whether a sign-up for an oversubscribed activity must be approved first: two marks lately. One statement."""
    since = at - rules.LAPSES_AFTER
    records = here.execute(_RECORDS, {"person": person_id, "since": since})
    return rules.approval_until([_record(row) for row in records], at) is not None


def write(
    here: Connection, booking_id: int, person_id: int, occurrence_id: int, kind: MarkKind, at: datetime
) -> int:
    """Write a mark; answers its id. Raises `Again` when another process wrote it meanwhile."""
    row = {
        "person_id": person_id,
        "booking_id": booking_id,
        "occurrence_id": occurrence_id,
        "kind": kind,
        "at": at,
        "objection": "",
        "settled_because": "",
    }
    try:
        mark_id: int = here.execute(_WRITE, row).scalar_one()
    except IntegrityError as error:
        raise Again from error
    return mark_id


def tell(here: Connection, mark_id: int, person_id: int, news: str, at: datetime) -> None:
    """Let the person hear of a mark: `news` is shown or settled."""
    key = f"mark-{mark_id}-{news}"
    outbox.put(here, "mark", key=key, person_id=person_id, at=at, mark=mark_id, news=news)


@retried
def object_to(*, mark_id: int, person_id: int, text: str, at: datetime) -> None:
    """Object to a mark; it does not count until the objection is settled. A second time changes nothing.

    Raises `LookupError` for a mark of somebody else or none, `Refused(CLOSED)` seven days after it was shown or when
    it was lifted already, `ValueError` without a text.
    """
    if not text:
        raise ValueError("an objection says what is wrong")
    with writing() as session:
        mark = session.scalar(
            select(Mark)
            .where(Mark.id == mark_id, Mark.person_id == person_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if mark is None:
            raise LookupError(mark_id)
        if mark.objected_at is not None:
            return
        record = _record(mark)
        if not record.can_be_objected_to(at):
            raise Refused(Refusal.CLOSED, closes_at=record.object_until)
        mark.objection, mark.objected_at = text, at


@retried
def settle(*, mark_id: int, lifted: bool, because: str, at: datetime, by_id: int) -> None:
    """Lift a mark, or let it stand against an objection; the person hears of it. The first answer stays.

    Raises `LookupError` when there is no such mark, or no objection against which it could stand,
    `Refused(NOT_YOURS)` for one's own.
    """
    with writing() as session:
        mark = _locked(session, mark_id)
        if mark is None or (mark.objected_at is None and not lifted):
            raise LookupError(mark_id)
        if mark.person_id == by_id:
            raise Refused(Refusal.NOT_YOURS)
        if mark.settled_at is not None or (mark.objected_at is None and mark.lifted_at is not None):
            return
        mark.settled_at, mark.settled_by_id, mark.settled_because = at, by_id, because
        if lifted and mark.lifted_at is None:
            mark.lifted_at = at
        here = session.connection()
        booking = looking.by_id(here, mark.booking_id)
        activity = looking.policy(here, session.get_one(Occurrence, mark.occurrence_id).activity_id)
        deeds.note(
            here, What.MARK_SETTLED, activity, booking, at=at, by_id=by_id, because=because, lifted=lifted
        )
        tell(here, mark.id, mark.person_id, "settled", at)


def of(person_id: int, at: datetime) -> list[Entry]:
    """A person's marks that have not lapsed, the lifted ones included, newest first."""
    rows = db.session.execute(_shown().where(Mark.person_id == person_id, Mark.at > at - rules.LAPSES_AFTER))
    return [_entry(mark, activity, occurrence, at) for mark, activity, occurrence in rows]


def one(mark_id: int, person_id: int, at: datetime) -> Entry | None:
    """One of a person's own marks; None for anybody else's and for none."""
    row = db.session.execute(_shown().where(Mark.id == mark_id, Mark.person_id == person_id)).one_or_none()
    return _entry(*row, at) if row is not None else None


def approval_until(person_id: int, at: datetime) -> datetime | None:
    """Until when a person's sign-ups for oversubscribed activities need approval; None when they do not."""
    records = db.session.execute(_RECORDS, {"person": person_id, "since": at - rules.LAPSES_AFTER})
    return rules.approval_until([_record(row) for row in records], at)


def of_bookings(booking_ids: Collection[int]) -> dict[int, Mark]:
    """The newest mark of each of some bookings. One query; none for no bookings."""
    if not booking_ids:
        return {}
    rows = select(Mark).where(Mark.booking_id.in_(booking_ids)).order_by(Mark.id)
    return {
        mark.booking_id: mark for mark in db.session.scalars(rows.execution_options(populate_existing=True))
    }


def of_booking(booking_id: int) -> list[Mark]:
    """All marks of a booking, newest first. One query."""
    rows = select(Mark).where(Mark.booking_id == booking_id).order_by(Mark.id.desc())
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def _locked(session: Session, mark_id: int) -> Mark | None:
    this = select(Mark).where(Mark.id == mark_id).with_for_update()
    return session.scalar(this.execution_options(populate_existing=True))


def _shown() -> Select[Mark, Activity, Occurrence]:
    return (
        select(Mark, Activity, Occurrence)
        .join(Occurrence, Occurrence.id == Mark.occurrence_id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .order_by(Mark.at.desc(), Mark.id.desc())
        .execution_options(populate_existing=True)
    )


def _record(row: Any) -> Record:
    return Record(row.at, row.objected_at, row.settled_at, row.lifted_at)


def _entry(mark: Mark, activity: Activity, occurrence: Occurrence, at: datetime) -> Entry:
    record = _record(mark)
    return Entry(mark, activity, occurrence, record, record.status(at), record.can_be_objected_to(at))
