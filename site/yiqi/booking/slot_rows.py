"""The rows that a standing is made of: slots with their activity, their dates, and what one person has in them, in one
statement, or two for many slots."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from yiqi.activities.calendar import PUBLIC
from yiqi.activities.models import Activity, Question, Slot, Status, quota_slot
from yiqi.booking import offers, programme, sight
from yiqi.booking.models import Attendance, Booking, Handover, QueueHistory
from yiqi.booking.place import PLACE
from yiqi.booking.rules.states import HOLDING
from yiqi.booking.rules.travel import TRAVEL
from yiqi.db import Facts, Moved, db, inlined, sealed
from yiqi.rota.models import Rota

_viewer = sealed("viewer", Integer())
_earlier = aliased(Booking)
_NEWEST = (
    select(func.max(_earlier.id))
    .where(_earlier.slot_id == Slot.id, _earlier.person_id == _viewer)
    .correlate(Slot)
    .scalar_subquery()
)
"""The viewer's newest booking in a slot."""
_elsewhere, _there = aliased(Booking), aliased(Slot)
_ON_THE_WAY = int(TRAVEL.total_seconds()) // 60
_BUSY = or_(
    exists().where(Rota.person_id == _viewer),
    exists().where(
        _elsewhere.person_id == _viewer,
        _elsewhere.state.in_(inlined(*HOLDING)),
        _elsewhere.slot_id != Slot.id,
        _there.id == _elsewhere.slot_id,
        _there.starts_at < Moved(Slot.ends_at, _ON_THE_WAY),
        _there.ends_at > Moved(Slot.starts_at, -_ON_THE_WAY),
    ),
)
"""Whether the viewer keeps shifts, or holds a place elsewhere between the first start and the last end of the slot or on
the way to or from it: else nothing of theirs is close to it."""
_QUEUES_UNTIL = (
    select(func.max(QueueHistory.ended_at))
    .where(QueueHistory.programme == Activity.programme)
    .scalar_subquery()
)
"""Until when it is remembered how the queues of its programme went."""
_WHICH = {
    "slots": Slot.id.in_(bindparam("slots", expanding=True)),
    "activity": Slot.activity_id == sealed("activity", Integer()),
}


@cache
def statement(which: str, who: str) -> Select[*tuple[Any, ...]]:
    """Some slots as `nobody`, a `viewer`, or a `person` with their own booking meets them. The dates of many slots are read
    in a statement of their own, those of one activity with it."""
    dates = joinedload(Slot.occurrences) if which == "activity" else selectinload(Slot.occurrences)
    rows = (
        select(
            Slot,
            exists().where(quota_slot.c.slot_id == Slot.id).label("has_quotas"),
            exists()
            .where(Question.activity_id == Slot.activity_id, Question.retired_at.is_(None))
            .label("asks"),
            programme.has_beside().label("has_beside"),
            _QUEUES_UNTIL.label("queues_until"),
        )
        .join(Slot.activity)
        .where(Activity.status.not_in(inlined(Status.DRAFT)), _WHICH[which])
        .where(PUBLIC if who == "nobody" else sight.SEEN_BY_VIEWER)
        .options(contains_eager(Slot.activity).joinedload(Activity.owner), dates)
        .order_by(Slot.position, Slot.id)
        .execution_options(populate_existing=True)
    )
    if who != "person":
        return rows
    return rows.outerjoin(Booking, Booking.id == _NEWEST).add_columns(
        Booking,
        PLACE.label("place"),
        exists().where(Attendance.booking_id == Booking.id).label("came"),
        exists().where(Handover.booking_id == Booking.id).label("held_out"),
        _BUSY.label("busy"),
    )


def read(
    which: str, chosen: int | list[int], at: datetime, viewer: int | None, *, with_own: bool = False
) -> list[Facts]:
    """Slots (`"slots"`: some ids, `"activity"`: the id of one) that somebody may see, and `with_own` the newest booking they
    have in each, with nothing due in them: a dead offer is never seen."""
    values = {which: chosen, **(sight.values(viewer, at) if viewer is not None else {})}
    who = "nobody" if viewer is None else "person" if with_own else "viewer"
    rows = _rows(which, who, values)
    due = [row.Slot.id for row in rows if row.Slot.due_at is not None and row.Slot.due_at <= at]
    if not due:
        return rows
    for slot_id in due:
        offers.settled(slot_id, at)
    return _rows(which, who, values)


def _rows(which: str, who: str, values: Mapping[str, Any]) -> list[Facts]:
    return list(db.session.execute(statement(which, who), values).unique())
