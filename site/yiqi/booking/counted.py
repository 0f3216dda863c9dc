"""How many of a slot are expected at a date, came, and left, kept beside the slot's date as they were counted last.

Whoever changes a booking or an entry of attendance holds the slot's lock, and that raises its version (decision 1). So what
was counted at the present version is what one would count now, and a check-in that finds it counted at the version before its
own adds itself: at a door where thousands came it costs what it does where nobody did. Everything else that changes
a slot knows nothing of this: what is kept is then of an older version, and is counted anew.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Update,
    case,
    func,
    literal_column,
    select,
    update,
)

from yiqi.activities.models import slot_occurrence
from yiqi.booking.models import Attendance, Booking
from yiqi.booking.rules.states import State
from yiqi.db import inlined, table

_booking, _attendance = table(Booking), table(Attendance)
NOUGHT = literal_column("0", Integer())
"""Not a parameter: there is one plan for all values then (`yiqi.db.sealed`)."""
_party = func.coalesce(func.sum(_booking.c.party), NOUGHT)
_is_expected = (
    _booking.c.slot_id == slot_occurrence.c.slot_id,
    _booking.c.state.in_(inlined(State.CONFIRMED)),
)


def _entered(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    here = (_attendance.c.booking_id == _booking.c.id) & (
        _attendance.c.occurrence_id == slot_occurrence.c.occurrence_id
    )
    return (
        select(_party)
        .select_from(_booking.join(_attendance, here))
        .where(*_is_expected, *conditions)
        .correlate(slot_occurrence)
        .scalar_subquery()
    )


RECOUNTED: dict[str, ScalarSelect[int]] = {
    "expected": select(_party).where(*_is_expected).correlate(slot_occurrence).scalar_subquery(),
    "came": _entered(),
    "gone": _entered(_attendance.c.out_at.is_not(None)),
}
"""People, companions included, of the slot at the date of a row of `slot_occurrence`: counted from the rows."""


def as_of(version: ColumnElement[int]) -> dict[str, ColumnElement[int]]:
    """The same as it is kept where it was counted at this version of the slot, else counted from the rows."""
    is_kept = slot_occurrence.c.counted_version == version
    return {
        name: case((is_kept, slot_occurrence.c[name]), else_=recounted)
        for name, recounted in RECOUNTED.items()
    }


def one_more(
    slot_id: ColumnElement[int],
    occurrence_id: ColumnElement[int],
    version: ColumnElement[int],
    party: ColumnElement[int],
) -> Update:
    """Count somebody who comes, in the statement that enters them or before it: under the lock that made this the slot's
    version."""
    became: dict[str, Any] = as_of(version - 1)
    return (
        update(slot_occurrence)
        .where(slot_occurrence.c.slot_id == slot_id, slot_occurrence.c.occurrence_id == occurrence_id)
        .values(became | {"came": became["came"] + party, "counted_version": version})
    )
