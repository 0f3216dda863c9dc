"""Who did not come: a day after the end it becomes a mark, and the person hears of it first."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, or_, select

from yiqi.activities.models import Activity, Occurrence, Status, slot_occurrence
from yiqi.booking import marks
from yiqi.booking.models import Attendance, Booking, BookingChange, Mark, MarkKind
from yiqi.booking.rules import marks as rules
from yiqi.booking.rules.states import State
from yiqi.db import db, retried, table, writing

BATCH = 100

_mark, _booking, _change = table(Mark), table(Booking), table(BookingChange)
_occurrence, _activity = table(Occurrence), table(Activity)
_attendance = table(Attendance)

_LISTED = (
    select(_occurrence.c.id)
    .join(_activity, _activity.c.id == _occurrence.c.activity_id)
    .where(
        _occurrence.c.starts_at > bindparam("oldest"),
        _occurrence.c.ends_at <= bindparam("ended"),
        _occurrence.c.called_off_at.is_(None),
        _activity.c.status == Status.PUBLISHED,
        _activity.c.penalties,
        or_(_activity.c.topic.is_(None), _activity.c.topic.not_in(rules.NEVER)),
        select(_attendance.c.booking_id).where(_attendance.c.occurrence_id == _occurrence.c.id).exists(),
    )
)
_MISSED = (
    select(_booking.c.id, _booking.c.person_id, slot_occurrence.c.occurrence_id)
    .join(slot_occurrence, slot_occurrence.c.slot_id == _booking.c.slot_id)
    .join(_occurrence, _occurrence.c.id == slot_occurrence.c.occurrence_id)
    .where(
        slot_occurrence.c.occurrence_id.in_(bindparam("occurrences", expanding=True)),
        _booking.c.state == State.CONFIRMED,
        _booking.c.moved_at.is_(None),
        ~select(_attendance.c.booking_id)
        .where(_attendance.c.booking_id == _booking.c.id, _attendance.c.occurrence_id == _occurrence.c.id)
        .exists(),
        ~select(_mark.c.id)
        .where(
            _mark.c.booking_id == _booking.c.id,
            _mark.c.occurrence_id == _occurrence.c.id,
            _mark.c.kind == MarkKind.NO_SHOW,
        )
        .exists(),
        select(_change.c.id)
        .where(
            _change.c.booking_id == _booking.c.id,
            _change.c.became == State.CONFIRMED,
            _change.c.at < _occurrence.c.starts_at,
        )
        .exists(),
    )
    .order_by(slot_occurrence.c.occurrence_id, _booking.c.id)
    .limit(BATCH)
)


def sweep(at: datetime) -> int:
    """Write the marks of those who were missed, from 24 hours after the end, and tell each; answers how many.

    Only where somebody was checked in: without a list nobody was missed. Any number of processes may run it.
    """
    window = {
        "oldest": at - rules.SHOWN_AFTER - rules.WRITTEN_WITHIN,
        "ended": at - rules.SHOWN_AFTER,
    }
    listed = db.session.scalars(_LISTED, window).all()
    written = 0
    while True:
        missed = db.session.execute(_MISSED, {"occurrences": listed}).all() if listed else []
        db.session.commit()
        written += _write(listed, at) if missed else 0
        if len(missed) < BATCH:
            return written


@retried
def _write(occurrence_ids: Sequence[int], at: datetime) -> int:
    """One batch, in one transaction. Raises `Again` when another process was faster."""
    with writing() as session:
        here = session.connection()
        missed = here.execute(_MISSED, {"occurrences": occurrence_ids}).all()
        for row in missed:
            mark_id = marks.write(here, row.id, row.person_id, row.occurrence_id, MarkKind.NO_SHOW, at)
            marks.tell(here, mark_id, row.person_id, "shown", at)
        return len(missed)
