"""The numbers of a roster: how many are in each of its groups, and of its seats."""

from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct, field
from sqlalchemy import func, select

from yiqi.activities.models import Slot
from yiqi.booking import roster
from yiqi.booking.models import Booking
from yiqi.booking.roster import Tab
from yiqi.booking.rules.states import State
from yiqi.db import db


class Tally(Struct, frozen=True):
    """The numbers of a roster. Bookings by group, and `people`, companions included, as doors count them; seats: `held` (`offered` of
    them held out), `capacity` (None: without limit), `over`; by slot the bookings of each group."""

    tabs: Mapping[Tab, int]
    people: Mapping[Tab, int]
    held: int
    offered: int
    capacity: int | None
    over: int
    by_slot: Mapping[int, Mapping[Tab, int]] = field(default_factory=dict)

    @property
    def free(self) -> int | None:
        return None if self.capacity is None else max(0, self.capacity - self.held)


def of(slots: Sequence[Slot], occurrence_ids: Collection[int]) -> Tally:
    """The numbers of these slots: two statements."""
    ids = [slot.id for slot in slots]
    grouped = (
        select(
            Booking.slot_id, Booking.state, func.count().label("many"), func.sum(Booking.party).label("seats")
        )
        .where(Booking.slot_id.in_(ids))
        .group_by(Booking.slot_id, Booking.state)
    )
    by_slot: dict[int, dict[Tab, int]] = {slot_id: dict.fromkeys(Tab, 0) for slot_id in ids}
    people = dict.fromkeys(Tab, 0)
    offered = 0
    for one in db.session.execute(grouped):
        by_slot[one.slot_id][_tab_of(one.state)] += one.many
        people[_tab_of(one.state)] += one.seats
        offered += one.seats if one.state is State.OFFERED else 0
    came = (
        select(
            Booking.slot_id,
            func.count(Booking.recheck_since).label("again"),
            roster.people(Booking.recheck_since.is_not(None)).label("again_people"),
            func.count().filter(roster.came(occurrence_ids)).label("came"),
            roster.people(roster.came(occurrence_ids)).label("came_people"),
        )
        .where(Booking.slot_id.in_(ids), Booking.state == State.CONFIRMED)
        .group_by(Booking.slot_id)
    )
    for row in db.session.execute(came):
        by_slot[row.slot_id][Tab.PENDING] += row.again
        by_slot[row.slot_id][Tab.CAME] += row.came
        people[Tab.PENDING] += row.again_people
        people[Tab.CAME] += row.came_people
    return Tally(
        tabs={tab: sum(numbers[tab] for numbers in by_slot.values()) for tab in Tab},
        people=people,
        held=sum(slot.held for slot in slots),
        offered=offered,
        capacity=_sum([slot.capacity for slot in slots]),
        over=sum(slot.over for slot in slots),
        by_slot=by_slot,
    )


def _sum(capacities: Sequence[int | None]) -> int | None:
    known = [capacity for capacity in capacities if capacity is not None]
    return sum(known) if len(known) == len(capacities) else None


def _tab_of(state: State) -> Tab:
    match state:
        case State.CONFIRMED:
            return Tab.CONFIRMED
        case State.WAITING | State.OFFERED:
            return Tab.WAITING
        case State.PENDING:
            return Tab.PENDING
        case State.ENTERED:
            return Tab.ENTERED
        case _:
            return Tab.CANCELLED
