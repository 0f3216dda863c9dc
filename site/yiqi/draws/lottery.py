"""The verbs of a draw: name the public number, freeze the list, draw. Each is one transaction on the activity's slots.

The order of the steps is what makes it fair: source and secret are bound before anybody knows the number, the list
before the number comes out. Each step twice equals once.
"""

from datetime import datetime

import structlog
from sqlalchemy import Connection, bindparam, insert, select, update

from yiqi.activities.models import Activity, Allocation, Slot, Status
from yiqi.booking import change_deeds, locking, looking
from yiqi.booking.models import Booking
from yiqi.booking.offers import timely
from yiqi.booking.rules.states import State
from yiqi.db import Again, Facts, db, retried, table, writing
from yiqi.draws import dealing, history
from yiqi.draws.models import Draw, DrawEntry
from yiqi.draws.rules import lottery
from yiqi.draws.rules.lottery import Entry
from yiqi.draws.rules.steps import Hindered, Hindrance
from yiqi.web.texts import plain

log = structlog.get_logger()

_activity, _slot, _booking = table(Activity), table(Slot), table(Booking)
_draw, _entry = table(Draw), table(DrawEntry)

_SLOTS = select(_slot.c.id).where(_slot.c.activity_id == bindparam("activity"))
_PLAN = select(
    _activity.c.id,
    _activity.c.programme,
    _activity.c.status,
    _activity.c.allocation,
    _activity.c.closes_at,
    _activity.c.draw_at,
).where(_activity.c.id == bindparam("activity"))
_DRAW = select(_draw).where(_draw.c.activity_id == bindparam("activity"))
_ENTERED = (
    select(*looking.BOOKING, _entry.c.code)
    .outerjoin(_entry, _entry.c.booking_id == _booking.c.id)
    .where(
        _booking.c.slot_id.in_(bindparam("slots", expanding=True)),
        _booking.c.state == State.ENTERED,
    )
    .order_by(_booking.c.seq, _booking.c.id)
)
_SET = update(_draw).where(_draw.c.id == bindparam("draw"))
_NAMED = _SET.values(source=bindparam("said"), source_en=bindparam("said_en"))
_FROZEN = _SET.values(frozen_at=bindparam("at"), listing=bindparam("text"), digest=bindparam("sum"))
_DRAWN = _SET.values(drawn_at=bindparam("at"), number=bindparam("public"), result=bindparam("published"))


@timely
@retried
def announce(
    *, activity_id: int, source: str, source_en: str = "", at: datetime, by_id: int | None = None
) -> None:
    """Name the public number that will be used, where and when it is read, and promise a secret.

    It can be named better until the list is frozen; the promise stays. Raises `Hindered`, `LookupError` when there is
    no such activity to see, `ValueError` for an empty source or a too long one.
    """
    source, source_en = plain(source), plain(source_en)
    if not source or len(source) > 120 or len(source_en) > 200:
        raise ValueError("a source has 1 to 120 characters, its English up to 200")
    with writing() as session:
        here = session.connection()
        locking.lock(here, _slots(here, activity_id), [], at)
        plan, known = _plan(here, activity_id), _found(here, activity_id)
        if known is not None and (known.source, known.source_en) == (source, source_en):
            session.rollback()
            return
        if known is not None and known.frozen_at is not None:
            raise Hindered(Hindrance.FROZEN)
        if at >= plan.draw_at:
            raise Hindered(Hindrance.TOO_LATE)
        was = {"source": known.source} if known is not None else {}
        change_deeds.keep(here, activity_id, was, {"source": source}, at=at, by_id=by_id)
        if known is not None:
            here.execute(_NAMED, {"draw": known.id, "said": source, "said_en": source_en})
            return
        row = {"activity_id": activity_id, "source": source, "source_en": source_en}
        here.execute(
            insert(_draw), row | {"secret": lottery.new_secret(), "listing": "", "digest": "", "number": ""}
        )


@timely
@retried
def freeze(*, activity_id: int, at: datetime) -> str:
    """Close the list: every entry gets a public code and its weight; answers the digest to publish.

    A list that is frozen stays as it is. Raises `Hindered` before sign-up closes and before a source is named,
    `LookupError` when there is no such activity to see.
    """
    with writing() as session:
        here = session.connection()
        slot_ids = _slots(here, activity_id)
        locking.lock(here, slot_ids, [], at)
        plan, known = _plan(here, activity_id), _found(here, activity_id)
        if known is not None and known.frozen_at is not None:
            session.rollback()
            return str(known.digest)
        if at < plan.closes_at:
            raise Hindered(Hindrance.STILL_OPEN)
        if known is None:
            raise Hindered(Hindrance.NOT_ANNOUNCED)
        before = history.of_entered(here, slot_ids, plan.programme)
        bookings = here.execute(_ENTERED, {"slots": slot_ids}).all()
        listed = [
            Entry(code, booking.slot_id, booking.party, lottery.weight(before.get(booking.person_id, [])))
            for code, booking in zip(lottery.new_codes(len(bookings)), bookings, strict=True)
        ]
        text = lottery.listing(activity_id, known.source, lottery.digest(known.secret), listed)
        rows = [
            {"booking_id": booking.id, "draw_id": known.id, "code": one.code, "weight": one.weight}
            for booking, one in zip(bookings, listed, strict=True)
        ]
        if rows:
            here.execute(insert(_entry), rows)
        digest = lottery.digest(text)
        here.execute(_FROZEN, {"draw": known.id, "at": at, "text": text, "sum": digest})
        return digest


@timely
@retried
def draw(*, activity_id: int, number: str, at: datetime, by_id: int | None = None) -> None:
    """Hold the draw with the public number: who fits is confirmed in the order of the draw, the others queue in it.

    Whoever withdrew keeps their line and is passed over. The same number again changes nothing. Raises `Hindered`
    before its time, before the list is frozen, and for another number than it was held with; `LookupError` when there
    is no such activity to see; `ValueError` for what is no number.
    """
    public = lottery.number(number)
    with writing() as session:
        here = session.connection()
        slot_ids = _slots(here, activity_id)
        people = {booking.person_id for booking in here.execute(_ENTERED, {"slots": slot_ids})}
        slots = locking.lock(here, slot_ids, people, at)
        plan, known = _plan(here, activity_id), _found(here, activity_id)
        if known is not None and known.drawn_at is not None:
            if known.number != public:
                raise Hindered(Hindrance.DRAWN)
            session.rollback()
            return
        if known is None:
            raise Hindered(Hindrance.NOT_ANNOUNCED)
        if known.frozen_at is None:
            raise Hindered(Hindrance.NOT_FROZEN)
        if at < plan.draw_at:
            raise Hindered(Hindrance.TOO_EARLY)
        entered = here.execute(_ENTERED, {"slots": slot_ids}).all()
        if not {booking.person_id for booking in entered} <= people:
            raise Again
        order = lottery.ranked(lottery.entries(known.listing), known.secret, public)
        published = dealing.deal(here, slots, known, order, entered, at, by_id)
        here.execute(_DRAWN, {"draw": known.id, "at": at, "public": public, "published": published})
        change_deeds.keep(here, activity_id, {}, {"number": public}, at=at, by_id=by_id)


def freeze_due(at: datetime) -> int:
    """Freeze every announced list whose sign-up has closed, one after the other; answers how many there were."""
    due = (
        select(Draw.activity_id)
        .join(Activity, Activity.id == Draw.activity_id)
        .where(
            Draw.frozen_at.is_(None),
            Activity.closes_at <= at,
            Activity.status == Status.PUBLISHED,
            Activity.allocation == Allocation.DRAW,
            Activity.draw_at.is_not(None),
        )
        .order_by(Draw.activity_id)
    )
    activity_ids = list(db.session.scalars(due))
    db.session.commit()
    return sum(_frozen(activity_id, at) for activity_id in activity_ids)


def _frozen(activity_id: int, at: datetime) -> bool:
    """Freeze one list; one that cannot be frozen is logged and does not stop the others."""
    try:
        freeze(activity_id=activity_id, at=at)
    except Exception:
        db.session.rollback()
        log.exception("not_frozen", activity=activity_id)
        return False
    return True


def _slots(here: Connection, activity_id: int) -> list[int]:
    return list(here.execute(_SLOTS, {"activity": activity_id}).scalars())


def _plan(here: Connection, activity_id: int) -> Facts:
    """The activity as its draw needs it. Raises `LookupError`, `Hindered` where places are not drawn."""
    plan = here.execute(_PLAN, {"activity": activity_id}).one_or_none()
    if plan is None or plan.status == Status.DRAFT:
        raise LookupError(activity_id)
    if plan.status == Status.CALLED_OFF:
        raise Hindered(Hindrance.CALLED_OFF)
    if plan.allocation != Allocation.DRAW or plan.draw_at is None:
        raise Hindered(Hindrance.NOT_BY_LOT)
    return plan


def _found(here: Connection, activity_id: int) -> Facts | None:
    return here.execute(_DRAW, {"activity": activity_id}).one_or_none()
