"""What notices are about, so that they can be named and looked at also when what they said is no longer so."""

from collections.abc import Sequence

from sqlalchemy import null, select

from yiqi.activities.models import Activity, Slot
from yiqi.booking.models import Booking, Mark
from yiqi.db import Facts, db
from yiqi.notices.models import Notice

_ACTIVITY = (Activity.id, Activity.title, Activity.title_en)


def of(notices: Sequence[Notice]) -> dict[int, Facts]:
    """The activity of each notice that is about one, by the id of the notice: id, title, title_en, and the slot_id where it
    is about a booking, else None. One query for each way in which notices name it."""
    bookings = dict[int, Facts]()
    named = {one.facts["booking"] for one in notices if isinstance(one.facts.get("booking"), int)}
    marks = {one.facts["mark"] for one in notices if isinstance(one.facts.get("mark"), int)}
    ids = {one.facts["activity"] for one in notices if isinstance(one.facts.get("activity"), int)}
    booked = select(*_ACTIVITY, Slot.id.label("slot_id")).join(Slot.activity)
    if named:
        rows = booked.add_columns(Booking.id.label("of_id")).join(Booking, Booking.slot_id == Slot.id)
        bookings = {row.of_id: row for row in db.session.execute(rows.where(Booking.id.in_(named)))}
    marked = dict[int, Facts]()
    if marks:
        rows = booked.add_columns(Mark.id.label("of_id")).join(Booking, Booking.slot_id == Slot.id)
        rows = rows.join(Mark, Mark.booking_id == Booking.id).where(Mark.id.in_(marks))
        marked = {row.of_id: row for row in db.session.execute(rows)}
    activities = dict[int, Facts]()
    if ids:
        plain = select(*_ACTIVITY, null().label("slot_id")).where(Activity.id.in_(ids))
        activities = {row.id: row for row in db.session.execute(plain)}
    found = {
        one.id: bookings.get(one.facts.get("booking", 0))
        or marked.get(one.facts.get("mark", 0))
        or activities.get(one.facts.get("activity", 0))
        for one in notices
    }
    return {notice_id: row for notice_id, row in found.items() if row is not None}
