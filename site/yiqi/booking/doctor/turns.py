"""Whose turn it is: one live booking each, one ticket each, offers with an end, and what the clock does next."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select, union_all

from yiqi.activities.models import Activity, Quota, Slot, Status, quota_slot
from yiqi.booking import locking, looking, queue
from yiqi.booking.doctor.findings import Finding
from yiqi.booking.locking import Due
from yiqi.booking.models import Booking
from yiqi.booking.queue import Dealing
from yiqi.booking.rules.states import LIVE, State
from yiqi.booking.rules.waitlist import MAX_PASSED_OVER
from yiqi.db import db, table, writing

LATE = timedelta(minutes=5)
"""The sweep comes every few seconds: what is due for longer was forgotten."""

_slot, _booking, _activity, _quota = table(Slot), table(Booking), table(Activity), table(Quota)

_TWICE = (
    select(_booking.c.slot_id, func.max(_booking.c.id).label("id"), func.count().label("many"))
    .where(_booking.c.state.in_(LIVE))
    .group_by(_booking.c.slot_id, _booking.c.person_id)
    .having(func.count() > 1)
)
_SAME_TICKET = (
    select(_booking.c.slot_id, _booking.c.seq, func.max(_booking.c.id).label("id"))
    .group_by(_booking.c.slot_id, _booking.c.seq)
    .having(func.count() > 1)
)
_NOT_DRAWN = (
    select(_booking.c.id, _booking.c.seq, _slot.c.seq.label("last"))
    .join(_slot, _slot.c.id == _booking.c.slot_id)
    .where(or_(_booking.c.seq > _slot.c.seq, _booking.c.seq < 1))
)
_OFFERS = (
    select(_booking.c.id, _booking.c.offer_until, _slot.c.starts_at)
    .join(_slot, _slot.c.id == _booking.c.slot_id)
    .where(_booking.c.state == State.OFFERED)
)
_PASSED_OVER = select(_booking.c.id, _booking.c.passed_over).where(
    _booking.c.state == State.WAITING, _booking.c.passed_over > MAX_PASSED_OVER
)


def live_once(at: datetime) -> Iterator[Finding]:
    """A person has at most one live booking in a slot."""
    for row in db.session.execute(_TWICE).all():
        yield Finding("booking", row.id, f"one of {row.many} live ones of a person in slot {row.slot_id}")


def tickets(at: datetime) -> Iterator[Finding]:
    """No ticket of a slot was handed out twice, and none that was not drawn."""
    for row in db.session.execute(_SAME_TICKET).all():
        yield Finding("booking", row.id, f"another one in slot {row.slot_id} has its ticket {row.seq}")
    for row in db.session.execute(_NOT_DRAWN).all():
        yield Finding("booking", row.id, f"it has ticket {row.seq}, its slot has drawn {row.last}")


def offers(at: datetime) -> Iterator[Finding]:
    """An offer ends, at the start at the latest, and ends when its time has come."""
    wrong = or_(
        _booking.c.offer_until.is_(None),
        _booking.c.offer_until > _slot.c.starts_at,
        _booking.c.offer_until < at - LATE,
    )
    for row in db.session.execute(_OFFERS.where(wrong)).all():
        until = "no end" if row.offer_until is None else f"its end at {row.offer_until.isoformat()}"
        yield Finding("booking", row.id, f"an offer with {until}, it starts at {row.starts_at.isoformat()}")


def due(at: datetime) -> Iterator[Finding]:
    """A slot knows what the clock does next in it, and it is done when its time has come."""
    ends = union_all(
        select(_booking.c.slot_id, _booking.c.offer_until.label("at")).where(
            _booking.c.state == State.OFFERED
        ),
        select(quota_slot.c.slot_id, _quota.c.releases_at)
        .join(_quota, _quota.c.id == quota_slot.c.quota_id)
        .where(_quota.c.releases_at > at),
    ).subquery()
    first = select(ends.c.slot_id, func.min(ends.c.at).label("at")).group_by(ends.c.slot_id).subquery()
    noted, expected = _slot.c.due_at, first.c.at
    unknown = and_(noted.is_distinct_from(expected), or_(noted.is_(None), noted > at))
    found = (
        select(_slot.c.id, noted, expected.label("expected"))
        .join(_activity, _activity.c.id == _slot.c.activity_id)
        .outerjoin(first, first.c.slot_id == _slot.c.id)
        .where(_activity.c.status == Status.PUBLISHED, _slot.c.called_off_at.is_(None))
        .where(or_(unknown, noted < at - LATE))
    )
    for row in db.session.execute(found).all():
        noticed, right = _said(row.due_at), _said(row.expected)
        late = row.due_at is not None and row.due_at < at - LATE
        yield Finding(
            "slot", row.id, f"due since {noticed}" if late else f"due is {noticed}, and should be {right}"
        )


def kept_waiting(at: datetime) -> Iterator[Finding]:
    """Nobody who could take it waits beside a free seat while the queue moves, and nobody is passed over for ever."""
    for row in db.session.execute(_PASSED_OVER).all():
        yield Finding("booking", row.id, f"it was passed over {row.passed_over} times")
    candidates = (
        select(_slot.c.id)
        .join(_activity, _activity.c.id == _slot.c.activity_id)
        .where(
            _slot.c.waiting > 0,
            or_(_slot.c.capacity.is_(None), _slot.c.held < _slot.c.capacity),
            _slot.c.starts_at > at,
            _slot.c.called_off_at.is_(None),
            _activity.c.status == Status.PUBLISHED,
        )
        .order_by(_slot.c.id)
    )
    for slot_id in db.session.scalars(candidates).all():
        for booking_id in _would_move(slot_id, at):
            yield Finding("booking", booking_id, f"it waits beside a free seat in slot {slot_id}")


def _would_move(slot_id: int, at: datetime) -> list[int]:
    """Who would go up if somebody looked at the queue of a slot; it is looked at under its lock, and left as it is."""
    with writing() as session:
        here = session.connection()
        try:
            slot = locking.lock_slot(here, slot_id, at)
        except Due:
            session.rollback()
            return []
        dealing = Dealing(here, slot, looking.policy(here, slot.activity_id), at)
        up = [waiter.id for waiter in queue.look(here, dealing).decided.up] if dealing.moves else []
        session.rollback()
        return up


def _said(instant: datetime | None) -> str:
    return "never" if instant is None else instant.isoformat()
