"""Reads of what became of the bookings of an activity: the trail of their states."""

from sqlalchemy import ColumnElement, select

from yiqi.activities.models import Slot
from yiqi.booking.models import Booking, BookingChange
from yiqi.db import Facts, db
from yiqi.people.models import Person
from yiqi.people.persons import called, name_behind, whose

PAGE = 50


def newest_of_a_few() -> ColumnElement[int]:
    """The newest change first, of those of some slots: sorted, never sought from the newest of all on. Of a million changes
    PostgreSQL went through every one to find the last eight of an activity, and each roster took a second."""
    return (BookingChange.id + 0).desc()


def changes(
    activity_id: int, *, who: str = "", whole_names: bool = False, before: int | None = None
) -> tuple[list[Facts], bool]:
    """The changes of an activity's bookings, the newest first, a page of them before the id of one; and whether there
    are more. `who`: part of the name, or with `whole_names` all of it, or the end of the phone number, of whose booking
    it is. One query."""
    found = (
        select(
            BookingChange.id,
            BookingChange.at,
            BookingChange.was,
            BookingChange.became,
            BookingChange.why,
            whose(BookingChange.by_id).label("by_id"),
            name_behind(BookingChange.by_id).label("actor"),
            Booking.ref,
            Booking.person_id,
            Person.name.label("person"),
            Slot.label,
            Slot.label_en,
        )
        .join(Booking, Booking.id == BookingChange.booking_id)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Person, Person.id == Booking.person_id)
        .where(Slot.activity_id == activity_id, called(who, whole_names=whole_names))
        .order_by(newest_of_a_few())
        .limit(PAGE + 1)
    )
    if before is not None:
        found = found.where(BookingChange.id < before)
    rows = list(db.session.execute(found))
    return rows[:PAGE], len(rows) > PAGE
