"""Nobody is in two places at once, unless somebody else put them there, moved the time, or found out, when one of the two
was over, that two records are one person's: what has been stays as it was."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import CTE, ColumnElement, and_, bindparam, func, not_, or_, select

from yiqi.activities.models import Occurrence, slot_occurrence
from yiqi.booking.doctor.findings import Finding
from yiqi.booking.endings import MERGED
from yiqi.booking.models import Booking, BookingChange
from yiqi.booking.rules.states import HOLDING, State
from yiqi.db import Instant, db, table
from yiqi.people.persons import whose

_booking, _change, _occurrence = table(Booking), table(BookingChange), table(Occurrence)

_by_hand = (
    select(_change.c.id)
    .where(
        _change.c.booking_id == _booking.c.id,
        _change.c.became.in_(HOLDING),
        whose(_change.c.by_id) != _booking.c.person_id,
        _change.c.why.not_in(["", MERGED]),
    )
    .exists()
)
_merged_at = (
    select(func.max(_change.c.at, type_=Instant()))
    .where(_change.c.booking_id == _booking.c.id, _change.c.why == MERGED)
    .scalar_subquery()
)
_spans = (
    select(
        _booking.c.id,
        _booking.c.person_id,
        _booking.c.slot_id,
        _occurrence.c.starts_at,
        _occurrence.c.ends_at,
        or_(_booking.c.moved_at.is_not(None), _occurrence.c.planned_at.is_not(None), _by_hand).label("known"),
        _merged_at.label("merged_at"),
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


def _was_over(merged: CTE, ended: CTE) -> ColumnElement[bool]:
    """Whether a place was of the past when a booking went over to another record of its person."""
    return and_(merged.c.merged_at.is_not(None), merged.c.merged_at >= ended.c.ends_at)


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
    .where(*(not_(_was_over(merged, ended)) for merged in (_one, _other) for ended in (_one, _other)))
)
"""Persons with any overlap are found in one pass over everything; only theirs is compared pair by pair."""


def two_places(at: datetime) -> Iterator[Finding]:
    """Nobody holds places, or an offer that runs, in two slots at one time."""
    for row in db.session.execute(_TWO_PLACES, {"at": at}).all():
        yield Finding("booking", row.id, f"its person is in booking {row.first} at the same time")
