"""What a person sees of slots: the places, their own booking, and the one state that decides the buttons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from yiqi.activities.models import Activity, Slot, Status
from yiqi.booking.models import Booking
from yiqi.booking.rules.asking import Refusal, Window
from yiqi.booking.rules.capacity import free
from yiqi.booking.rules.deadlines import Deadlines
from yiqi.booking.rules.states import LIVE, State
from yiqi.db import db
from yiqi.live.snapshot import shown_version

WINDOW_STATES = {
    Refusal.CALLED_OFF: "called_off",
    Refusal.NOT_OPEN_YET: "not_open",
    Refusal.CLOSED: "closed",
}


@dataclass(frozen=True)
class Standing:
    """One slot as one person sees it at an instant. `place` is 1-based and only there while waiting."""

    slot: Slot
    booking: Booking | None
    place: int | None
    signed_in: bool
    at: datetime

    @property
    def activity(self) -> Activity:
        return self.slot.activity

    @property
    def free(self) -> int | None:
        """Free seats a newcomer could take now: none while others wait; None without limit."""
        return (
            0
            if self.slot.waiting and self.slot.capacity is not None
            else free(self.slot.capacity, self.slot.held)
        )

    @property
    def deadlines(self) -> Deadlines:
        return Deadlines.of(self.activity, self.slot)

    @property
    def version(self) -> int:
        """Rises with every change a page would show, those that the clock alone makes included."""
        return shown_version(self.slot.version, self.deadlines.instants, self.at)

    @property
    def state(self) -> str:
        """The booking's own state, else what a newcomer meets here (the `data-state` of the fragment)."""
        if self.booking is not None and self.booking.state in LIVE | {State.CALLED_OFF}:
            return str(self.booking.state)
        window = Window(
            self.activity.opens_at,
            self.activity.closes_at,
            self.activity.status == Status.CALLED_OFF,
        )
        shut = window.refusal(self.at)
        if shut is not None:
            return WINDOW_STATES[shut]
        if not self.signed_in:
            return "signed_out"
        if self.booking is not None:
            return str(self.booking.state)
        return "full" if self.is_full else "open"

    @property
    def is_full(self) -> bool:
        return self.free == 0

    @property
    def can_wait(self) -> bool:
        """Whether the queue takes one more."""
        return self.slot.waitlist_limit is None or self.slot.waiting < self.slot.waitlist_limit

    @property
    def can_cancel(self) -> bool:
        """A live booking can be given back until the start."""
        return self.booking is not None and self.booking.state in LIVE and self.at < self.slot.starts_at

    @property
    def can_move_up(self) -> bool:
        """Whether the queue still moves."""
        return self.at < self.deadlines.promote_until

    @property
    def cancels_late(self) -> bool:
        """Whether giving it back now would be late."""
        return self.at >= self.deadlines.cancel_until

    @property
    def is_over(self) -> bool:
        return self.at >= self.slot.ends_at


def of_slots(slot_ids: Sequence[int], person_id: int | None, at: datetime) -> list[Standing]:
    """The standing of a person (None: a visitor) in some slots, in the given order; unknown and draft ones left out."""
    slots = _slots(Slot.id.in_(slot_ids))
    order = {slot_id: index for index, slot_id in enumerate(slot_ids)}
    return _stand(sorted(slots, key=lambda slot: order[slot.id]), person_id, at)


def of_activity(activity_id: int, person_id: int | None, at: datetime) -> list[Standing]:
    """The standing in every slot of an activity, in their order; empty when there is no such activity to see."""
    return _stand(_slots(Slot.activity_id == activity_id), person_id, at)


_before = aliased(Booking)
PLACE = case(
    (
        Booking.state == State.WAITING,
        select(func.count() + 1)
        .where(
            _before.slot_id == Booking.slot_id,
            _before.state == State.WAITING,
            _before.seq < Booking.seq,
        )
        .correlate(Booking)
        .scalar_subquery(),
    )
)
"""Beside a selected booking: the 1-based place of a waiting one, one more than the waiting tickets before it."""


def place_of(booking: Booking) -> int | None:
    """The 1-based place of a booking while it waits."""
    return db.session.scalar(select(PLACE).where(Booking.id == booking.id))


def newest(person_id: int, slot_ids: Sequence[int]) -> dict[int, tuple[Booking, int | None]]:
    """Per slot the person's newest booking and, while it waits, its place, as it stands now even when it was read before a verb changed it."""
    mine = (
        select(Booking, PLACE)
        .where(Booking.person_id == person_id, Booking.slot_id.in_(slot_ids))
        .order_by(Booking.id)
        .execution_options(populate_existing=True)
    )
    return {booking.slot_id: (booking, place) for booking, place in db.session.execute(mine)}


def _slots(which: object) -> list[Slot]:
    query = (
        select(Slot)
        .join(Slot.activity)
        .where(which, Activity.status != Status.DRAFT)  # type: ignore[arg-type]
        .options(
            joinedload(Slot.activity).joinedload(Activity.owner),
            selectinload(Slot.occurrences),
        )
        .order_by(Slot.position, Slot.id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query).unique())


def _stand(slots: Sequence[Slot], person_id: int | None, at: datetime) -> list[Standing]:
    mine = newest(person_id, [slot.id for slot in slots]) if person_id is not None and slots else {}
    standings = []
    for slot in slots:
        booking, place = mine.get(slot.id, (None, None))
        standings.append(Standing(slot, booking, place, person_id is not None, at))
    return standings
