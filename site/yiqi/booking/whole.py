"""An activity as a whole, as its organizers see it: all its slots and dates, and what happened in it last."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from yiqi.activities.models import Activity, Occurrence, Slot
from yiqi.booking import offers
from yiqi.booking.history import newest_of_a_few
from yiqi.booking.models import Booking, BookingChange
from yiqi.booking.rules.attendance import Doors
from yiqi.db import Facts, db
from yiqi.people import persons
from yiqi.people.models import Person

LATELY = 8
"""Changes shown as the last ones."""


class Whole(Struct, frozen=True):
    """An activity with its occurrences and slots, each in their order, at an instant."""

    activity: Activity
    at: datetime

    @property
    def occurrences(self) -> list[Occurrence]:
        """Those that take place."""
        return [one for one in self.activity.occurrences if one.called_off_at is None]

    @property
    def slots(self) -> list[Slot]:
        return self.activity.slots

    def slot(self, slot_id: int) -> Slot | None:
        """One of its slots."""
        return next((slot for slot in self.slots if slot.id == slot_id), None)

    def nearest(self, slot: Slot) -> Occurrence | None:
        """Of a slot's dates that take place the one that is on or next, else the last."""
        return nearest([one for one in slot.occurrences if one.called_off_at is None], self.at)

    @property
    def current(self) -> Occurrence | None:
        """The same of all dates."""
        return nearest(self.occurrences, self.at)

    def attended_at(self, chosen: Occurrence | None) -> list[int]:
        """The ids of the dates at which who came is counted: the chosen one, else the nearest of each slot."""
        if chosen is not None:
            return [chosen.id]
        return sorted({one.id for slot in self.slots if (one := self.nearest(slot)) is not None})


def of(activity_id: int, at: datetime) -> Whole | None:
    """An activity with nothing due in it; None when there is none. Four statements."""
    found = _read(activity_id)
    if found is None:
        return None
    due = [slot.id for slot in found.slots if slot.due_at is not None and slot.due_at <= at]
    for slot_id in due:
        offers.settled(slot_id, at)
    return Whole(_read(activity_id) or found if due else found, at)


def lately(slot_ids: Sequence[int]) -> list[Facts]:
    """The last changes in some slots, newest first: was, became, at, by_id, why, and whose (ref, person_id, name)."""
    return list(
        db.session.execute(
            select(
                BookingChange.was,
                BookingChange.became,
                BookingChange.at,
                persons.whose(BookingChange.by_id).label("by_id"),
                BookingChange.why,
                Booking.ref,
                Booking.slot_id,
                Booking.person_id,
                Person.name,
            )
            .join(Booking, Booking.id == BookingChange.booking_id)
            .join(Person, Person.id == Booking.person_id)
            .where(Booking.slot_id.in_(list(slot_ids)))
            .order_by(newest_of_a_few())
            .limit(LATELY)
        )
    )


def history(booking_id: int) -> list[Facts]:
    """All changes of a booking, the first one first: was, became, at, why, and by whom (by_id, name)."""
    return list(
        db.session.execute(
            select(
                BookingChange.was,
                BookingChange.became,
                BookingChange.at,
                BookingChange.why,
                persons.whose(BookingChange.by_id).label("by_id"),
                persons.name_behind(BookingChange.by_id).label("name"),
            )
            .where(BookingChange.booking_id == booking_id)
            .order_by(BookingChange.id)
        )
    )


def _read(activity_id: int) -> Activity | None:
    return db.session.scalar(
        select(Activity)
        .where(Activity.id == activity_id)
        .options(
            joinedload(Activity.owner),
            selectinload(Activity.occurrences),
            selectinload(Activity.slots).selectinload(Slot.occurrences),
        )
        .execution_options(populate_existing=True)
    )


def nearest(occurrences: Sequence[Occurrence], at: datetime) -> Occurrence | None:
    """Of some dates in their order the one that is on or next, else the last."""
    if not occurrences:
        return None
    return next((one for one in occurrences if at < one.ends_at), occurrences[-1])


def doors(occurrence: Occurrence) -> Doors:
    """When people are checked in and out at a date."""
    return Doors(occurrence.starts_at, occurrence.ends_at)
