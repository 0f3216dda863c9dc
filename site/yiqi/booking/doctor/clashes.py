"""Nobody is in two places at once, unless somebody else put them there, or moved the time."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import and_, bindparam, func, or_, select

from yiqi.activities.models import Occurrence, slot_occurrence
from yiqi.booking.doctor.findings import Finding
from yiqi.booking.models import Booking, BookingChange
from yiqi.booking.rules.states import HOLDING, State
from yiqi.db import Instant, db, table

_booking, _change, _occurrence = table(Booking), table(BookingChange), table(Occurrence)

_by_hand = (
    select(_change.c.id)
    .where(
        _change.c.booking_id == _booking.c.id,
        _change.c.became.in_(HOLDING),
        _change.c.by_id != _booking.c.person_id,
        _change.c.why != "",
    )
    .exists()
)
_spans = (
    select(
        _booking.c.id,
        _booking.c.person_id,
        _booking.c.slot_id,
        _occurrence.c.starts_at,
        _occurrence.c.ends_at,
        or_(_booking.c.moved_at.is_not(None), _occurrence.c.planned_at.is_not(None), _by_hand).label("known"),
    )
    .join(slot_occurrence, slot_occurrence.c.slot_id == _booking.c.slot_id)
    .join(_occurrence, _occurrence.c.id == slot_occurrence.c.occurrence_id)
    .where(
        or_(
            _booking.c.state == State.CONFIRMED,
            and_(
                _booking.c.state == State.OFFERED, _booking.c.offer_until > bindparam("at", type_=Instant())
            ),
        ),
        _occurrence.c.called_off_at.is_(None),
    )
    .cte("spans")
)
_before = func.max(_spans.c.ends_at).over(
    partition_by=_spans.c.person_id, order_by=(_spans.c.starts_at, _spans.c.id), rows=(None, -1)
)
_looked = select(_spans.c.person_id, _spans.c.starts_at, _before.label("until")).subquery()
_suspects = (
    select(_looked.c.person_id).distinct().where(_looked.c.until > _looked.c.starts_at).cte("suspects")
)
_one, _other = _spans.alias("one"), _spans.alias("other")
_TWO_PLACES = (
    select(_other.c.id, _one.c.id.label("first"))
    .distinct()
    .select_from(_suspects)
    .join(_one, _one.c.person_id == _suspects.c.person_id)
    .join(
        _other,
        and_(
            _other.c.person_id == _one.c.person_id,
            _other.c.slot_id != _one.c.slot_id,
            _other.c.id > _one.c.id,
            _one.c.starts_at < _other.c.ends_at,
            _other.c.starts_at < _one.c.ends_at,
        ),
    )
    .where(~_one.c.known, ~_other.c.known)
)
"""Persons with any overlap are found in one pass over everything; only theirs is compared pair by pair."""


def two_places(at: datetime) -> Iterator[Finding]:
    """Nobody holds places, or an offer that runs, in two slots at one time."""
    for row in db.session.execute(_TWO_PLACES, {"at": at}).all():
        yield Finding("booking", row.id, f"its person is in booking {row.first} at the same time")
