"""What a person sees of slots: the places, their own booking, and the one state that decides the buttons."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from yiqi.activities.models import Activity, Allocation, Occurrence, Slot, Status
from yiqi.booking import personal, slot_rows
from yiqi.booking.models import Booking
from yiqi.booking.personal import Own
from yiqi.booking.rules.asking import Refusal, Window
from yiqi.booking.rules.attendance import Doors
from yiqi.booking.rules.capacity import free
from yiqi.booking.rules.deadlines import Deadlines
from yiqi.booking.rules.quotas import Share
from yiqi.booking.rules.states import LIVE, State
from yiqi.db import Facts
from yiqi.live.snapshot import shown_version

GIVEN_UP = frozenset(
    {State.CANCELLED, State.CANCELLED_LATE, State.LEFT, State.DECLINED, State.EXPIRED, State.REJECTED}
)
"""Ends of a booking after which its worker may ask again."""
WINDOW_STATES = {
    Refusal.CALLED_OFF: "called_off",
    Refusal.NOT_OPEN_YET: "not_open",
    Refusal.CLOSED: "closed",
}


class Standing(Struct, frozen=True):
    """One slot as one person sees it at an instant. `place` is 1-based and only there while waiting; `own` only where
    the slot looks at who somebody is, and of a visitor where it has quotas. `asks`, `came`, `held_out`, `has_beside`, `busy`: whether there may be questions of
    the activity, a check-in of the booking, a link to it, something of its programme, shifts or close places of theirs;
    what is surely not there is not asked for. `queues_until`: until when it is remembered how queues of its programme went."""

    slot: Slot
    booking: Booking | None
    place: int | None
    signed_in: bool
    at: datetime
    own: Own | None = None
    asks: bool = True
    came: bool = True
    held_out: bool = True
    has_beside: bool = True
    busy: bool = True
    queues_until: datetime | None = None

    @property
    def activity(self) -> Activity:
        return self.slot.activity

    @property
    def free(self) -> int | None:
        """Free seats a newcomer could take now: none while others wait; None without limit. Who is not known yet may be
        one of those for whom places are kept."""
        if self.signed_in and self.own is not None and self.own.has_quotas:
            return self.own.room
        if self.slot.waiting and self.slot.capacity is not None and self.can_move_up:
            return 0
        return free(self.slot.capacity, self.slot.held)

    @property
    def left_to_them(self) -> int | None:
        """Free seats that are not kept for others, nor beyond their own quotas, whoever waits. None without limit."""
        if self.own is not None and self.own.has_quotas:
            return self.own.room
        return free(self.slot.capacity, self.slot.held)

    @property
    def shares_quotas(self) -> bool:
        """Whether what happens in another slot of the activity may leave less here, or more."""
        return self.own is not None and self.own.has_quotas and len(self.activity.slots) > 1

    @property
    def kept_for(self) -> Sequence[Share]:
        """The quotas that keep free seats for others."""
        return self.own.kept if self.own is not None else ()

    @property
    def deadlines(self) -> Deadlines:
        return Deadlines.of(self.activity, self.slot)

    @property
    def version(self) -> int:
        """Rises with every change a page would show, those that the clock alone makes included."""
        return shown_version(self.slot.version, self.deadlines.instants, self.at)

    @property
    def state(self) -> str:
        """The booking's own state, else what a newcomer meets here (the `data-state` of the fragment).

        An offer that has run out and could not be settled is none any more.
        """
        if self.booking is not None and self.booking.state is State.OFFERED and self.left <= timedelta():
            return str(State.WAITING)
        if self.booking is not None and self.booking.state in LIVE | {State.CALLED_OFF}:
            return str(self.booking.state)
        window = Window(
            self.activity.opens_at,
            self.closes_at,
            self.is_called_off,
        )
        shut = window.refusal(self.at)
        if shut is not None:
            return WINDOW_STATES[shut]
        if not self.signed_in:
            return "signed_out"
        if self.booking is not None:
            return str(self.booking.state)
        if self.own is not None and self.own.lacking is not None:
            return "ineligible"
        return "full" if self.is_full else "open"

    @property
    def is_called_off(self) -> bool:
        """Whether the activity, or all that its slot covers, is called off."""
        return self.activity.status == Status.CALLED_OFF or self.slot.called_off_at is not None

    @property
    def is_drawn(self) -> bool:
        """Whether places are drawn by lot."""
        return self.activity.allocation is Allocation.DRAW

    @property
    def is_checked(self) -> bool:
        """Whether the organizer looks at each sign-up."""
        return self.activity.allocation is Allocation.APPROVAL

    @property
    def is_full(self) -> bool:
        return self.free == 0 and not self.is_drawn

    @property
    def own_quota_full(self) -> Share | None:
        """The person's quota that is full while there are seats for others."""
        if not self.signed_in or self.own is None:
            return None
        if self.own.quota is None or self.own.room != 0 or self.own.common == 0:
            return None
        return self.own.quota

    @property
    def can_wait(self) -> bool:
        """Whether the queue takes one more: while it moves."""
        return self.can_move_up and self.has_room_to_wait

    @property
    def has_room_to_wait(self) -> bool:
        return self.slot.waitlist_limit is None or self.slot.waiting < self.slot.waitlist_limit

    @property
    def can_cancel(self) -> bool:
        """A live booking can be given back until its last date has begun."""
        return self.booking is not None and self.booking.state in LIVE and self.next_start is not None

    @property
    def closes_at(self) -> datetime:
        """When sign-up closes: with the last date at the latest, whatever the activity says of other slots."""
        if self.next_start is not None:
            return self.activity.closes_at
        return min(self.activity.closes_at, self.slot.starts_at)

    @property
    def date(self) -> Occurrence:
        """The date that a ticket is good for next: the first that takes place and is not over, else the last one."""
        dates = [one for one in self.slot.occurrences if one.called_off_at is None] or self.slot.occurrences
        return next((one for one in dates if one.ends_at > self.at), dates[-1])

    @property
    def goes_on(self) -> bool:
        """Whether more dates take place once that one is over."""
        return any(
            one.called_off_at is None and one.starts_at >= self.date.ends_at for one in self.slot.occurrences
        )

    @property
    def doors(self) -> Doors:
        """When one can check in at that date."""
        return Doors(self.date.starts_at, self.date.ends_at)

    @property
    def next_start(self) -> datetime | None:
        """When the next date starts that takes place and has not begun."""
        coming = (one for one in self.slot.occurrences if one.called_off_at is None)
        return next((one.starts_at for one in coming if one.starts_at > self.at), None)

    @property
    def moved_dates(self) -> list[Occurrence]:
        """The dates to come that are not when they were planned: what somebody is asked about whose time was moved."""
        coming = (
            one for one in self.slot.occurrences if one.called_off_at is None and one.starts_at > self.at
        )
        return [one for one in coming if one.planned_at is not None and one.planned_at != one.starts_at]

    @property
    def cancel_until(self) -> datetime | None:
        """Giving it back is free before this instant: the deadline of the next date."""
        if self.next_start is None:
            return None
        return self.next_start - timedelta(minutes=self.activity.cancel_minutes)

    @property
    def can_move_up(self) -> bool:
        """Whether the queue still moves."""
        return self.at < self.deadlines.promote_until

    @property
    def cancels_late(self) -> bool:
        """Whether giving it back now would be late. Whose time was moved is never late."""
        is_moved = self.booking is not None and self.booking.moved_at is not None
        return self.cancel_until is not None and self.at >= self.cancel_until and not is_moved

    @property
    def can_take_what_is_left(self) -> bool:
        """Whether a waiting one may take seats that are free once the queue moves no more."""
        if self.booking is None or self.booking.state is not State.WAITING or self.can_move_up:
            return False
        shut = self.at >= self.closes_at
        return not shut and (self.free is None or self.free >= self.booking.party)

    @property
    def can_hand_on(self) -> bool:
        """Whether the place may go to a colleague: not one that was drawn or approved for this person."""
        return self.can_cancel and self.activity.allocation is Allocation.FIRST_COME

    @property
    def left(self) -> timedelta:
        """How long an offer still runs."""
        until = self.booking.offer_until if self.booking is not None else None
        return max(until - self.at, timedelta()) if until is not None else timedelta()

    @property
    def offered_for(self) -> timedelta:
        """How long an offer runs in all."""
        if self.booking is None or self.booking.offer_until is None:
            return timedelta()
        return self.booking.offer_until - self.booking.changed_at

    @property
    def is_over(self) -> bool:
        return self.at >= self.slot.ends_at


def of_slots(slot_ids: Sequence[int], person_id: int | None, at: datetime) -> list[Standing]:
    """The standing of a person (None: a visitor) in some slots, in the given order; those left out that
    are unknown, drafts, or not for this person to see."""
    rows = slot_rows.read("slots", list(slot_ids), at, person_id, with_own=True)
    order = {slot_id: index for index, slot_id in enumerate(slot_ids)}
    return _stand(sorted(rows, key=lambda row: order[row.Slot.id]), person_id, at)


def counts(slot_ids: Sequence[int], viewer: int | None, at: datetime) -> list[Standing]:
    """Some slots as anybody meets them, of those that `viewer` may see: what a list shows of them."""
    return _stand(slot_rows.read("slots", list(slot_ids), at, viewer), None, at)


def of_activity(activity_id: int, person_id: int | None, at: datetime) -> list[Standing]:
    """The standing in every slot of an activity, in their order; empty when there is no such activity to see."""
    return _stand(slot_rows.read("activity", activity_id, at, person_id, with_own=True), person_id, at)


def _stand(rows: Sequence[Facts], person_id: int | None, at: datetime) -> list[Standing]:
    limited = {row.Slot.id for row in rows if row.has_quotas}
    looks = person_id is not None or bool(limited)
    own = personal.of([row.Slot for row in rows], limited, person_id, at) if looks and rows else {}
    if person_id is None:
        return [
            Standing(
                row.Slot,
                None,
                None,
                False,
                at,
                own=own.get(row.Slot.id),
                asks=row.asks,
                has_beside=row.has_beside,
                queues_until=row.queues_until,
            )
            for row in rows
        ]
    return [
        Standing(
            slot=row.Slot,
            booking=row.Booking,
            place=row.place,
            signed_in=True,
            at=at,
            own=own.get(row.Slot.id),
            asks=row.asks,
            came=row.came,
            held_out=row.held_out,
            has_beside=row.has_beside,
            busy=row.busy,
            queues_until=row.queues_until,
        )
        for row in rows
    ]
