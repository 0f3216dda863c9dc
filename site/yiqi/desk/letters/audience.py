"""Whom a message of an organizer is for: a group of an activity's people, or those who were picked."""

from enum import StrEnum

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, exists, select

from yiqi.activities.models import Occurrence, Slot
from yiqi.booking.models import Attendance, Booking
from yiqi.booking.rules.states import LIVE, State
from yiqi.booking.whole import Whole, nearest
from yiqi.db import Facts
from yiqi.people.models import Person


class To(StrEnum):
    """The groups that can be written to."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    PENDING = "pending"
    ENTERED = "entered"
    ABSENT = "absent"
    CALLED_OFF = "called_off"
    PICKED = "picked"


class Audience(Struct, frozen=True):
    """A group, perhaps of one slot or at one date; `refs` are the tickets of those who were picked."""

    to: To = To.CONFIRMED
    slot_id: int | None = None
    occurrence_id: int | None = None
    refs: tuple[str, ...] = ()

    def slots(self, of: Whole) -> list[Slot]:
        """The slots whose people it is about. Dates that are over count only where they were chosen, or all are."""
        if self.to is To.PICKED:
            return list(of.slots)
        if self.slot_id is not None or self.occurrence_id is not None:
            return [
                slot
                for slot in of.slots
                if self.slot_id in (None, slot.id)
                and (
                    self.occurrence_id is None
                    or any(one.id == self.occurrence_id for one in slot.occurrences)
                )
            ]
        return [slot for slot in of.slots if slot.ends_at > of.at] or list(of.slots)

    def date(self, of: Whole, slot: Slot) -> Occurrence | None:
        """The date that a text to somebody of a slot is about: the chosen one, else the nearest that takes place; to those
        whose booking a calling-off ended, the nearest of all."""
        dates = slot.occurrences if self.to is To.CALLED_OFF else of.occurrences
        if self.occurrence_id is not None:
            return next((one for one in dates if one.id == self.occurrence_id), None)
        return nearest(dates, of.at) if self.to is To.CALLED_OFF else of.nearest(slot)


def people(here: Connection, audience: Audience, of: Whole) -> list[Facts]:
    """Everybody who is in it now, each once, in the order of joining, by the booking whose date comes first: booking_id,
    ref, slot_id, person_id, name, lang. One statement."""
    slots = {slot.id: slot for slot in audience.slots(of)}
    dates = {date.id for slot in slots.values() if (date := audience.date(of, slot)) is not None}
    rows = here.execute(
        select(
            Booking.id.label("booking_id"),
            Booking.ref,
            Booking.slot_id,
            Booking.person_id,
            Person.name,
            Person.lang,
        )
        .join(Person, Person.id == Booking.person_id)
        .where(Booking.slot_id.in_(list(slots)), _within(audience, dates))
        .order_by(Booking.id)
    )
    chosen: dict[int, Facts] = {}
    for row in rows:
        before = chosen.get(row.person_id)
        if before is None or _rank(slots[row.slot_id], of) < _rank(slots[before.slot_id], of):
            chosen[row.person_id] = row
    return list(chosen.values())


def _rank(slot: Slot, of: Whole) -> tuple[bool, float]:
    """Dates to come first, the next one before others; of those that are over the last one."""
    is_over, starts = slot.ends_at <= of.at, slot.starts_at.timestamp()
    return is_over, -starts if is_over else starts


def _within(audience: Audience, dates: set[int]) -> ColumnElement[bool]:
    match audience.to:
        case To.CONFIRMED:
            return Booking.state == State.CONFIRMED
        case To.WAITING:
            return Booking.state.in_((State.WAITING, State.OFFERED))
        case To.PENDING:
            return Booking.state == State.PENDING
        case To.ENTERED:
            return Booking.state == State.ENTERED
        case To.ABSENT:
            came = exists().where(
                Attendance.booking_id == Booking.id, Attendance.occurrence_id.in_(sorted(dates))
            )
            return (Booking.state == State.CONFIRMED) & ~came
        case To.CALLED_OFF:
            return Booking.state == State.CALLED_OFF
        case To.PICKED:
            return Booking.ref.in_(audience.refs) & Booking.state.in_(LIVE)
