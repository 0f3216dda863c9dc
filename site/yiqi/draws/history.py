"""How somebody's earlier draws went: what their weight in the next one follows from."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection, bindparam, case, func, select

from yiqi.activities.models import Activity, Programme
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.db import table
from yiqi.draws.models import Draw, DrawEntry

_activity, _booking, _draw, _entry = table(Activity), table(Booking), table(Draw), table(DrawEntry)

_asking = _booking.alias("asking")
_EARLIER = (
    select(
        _booking.c.person_id,
        func.max(case((_entry.c.outcome == State.CONFIRMED, 1), else_=0)).label("drawn"),
    )
    .join(_entry, _entry.c.booking_id == _booking.c.id)
    .join(_draw, _draw.c.id == _entry.c.draw_id)
    .join(_activity, _activity.c.id == _draw.c.activity_id)
    .where(
        _activity.c.programme == bindparam("programme"),
        _draw.c.drawn_at.is_not(None),
        _entry.c.outcome.in_((State.CONFIRMED, State.WAITING)),
        _booking.c.person_id.in_(
            select(_asking.c.person_id).where(
                _asking.c.slot_id.in_(bindparam("slots", expanding=True)), _asking.c.state == State.ENTERED
            )
        ),
    )
    .group_by(_booking.c.person_id, _draw.c.id, _draw.c.drawn_at)
    .order_by(_draw.c.drawn_at.desc(), _draw.c.id.desc())
)


def of_entered(here: Connection, slot_ids: Collection[int], programme: Programme) -> dict[int, list[bool]]:
    """Of each person entered in some slots: whether they were drawn in each earlier draw of a programme, newest first.

    Several entries in one draw count once, as drawn when one of them was; a draw they withdrew from does not count.
    """
    found: dict[int, list[bool]] = defaultdict(list)
    for row in here.execute(_EARLIER, {"programme": programme, "slots": list(slot_ids)}):
        found[row.person_id].append(bool(row.drawn))
    return found
