"""What waits for an organizer's word: sign-ups to check, changed answers, objections to marks, draws that are due."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, func, select

from yiqi.activities.models import Activity, Allocation, Slot, Status
from yiqi.booking.models import Booking, Mark
from yiqi.booking.roster import Tab
from yiqi.booking.rules.states import LIVE, State
from yiqi.db import Facts, db
from yiqi.desk import reach
from yiqi.desk.attending import marked
from yiqi.draws.models import Draw
from yiqi.roles.rules.permissions import Action, Held


class Matter(StrEnum):
    """What is to be done."""

    PENDING = "pending"
    CHANGED = "changed"
    OBJECTIONS = "objections"
    DRAW = "draw"


TABS = {Matter.PENDING: Tab.PENDING, Matter.DRAW: Tab.ENTERED}
"""Where on the roster a matter is settled, when not among those who have a place."""


class ToDo(Struct, frozen=True):
    """Something of one activity that waits; `count` people are waiting for it. `facts`: its id, title and title_en."""

    matter: Matter
    facts: Facts
    count: int

    @property
    def tab(self) -> str:
        """The tab of the roster where it is settled."""
        return str(TABS.get(self.matter, ""))


def of(held: Sequence[Held], at: datetime) -> list[ToDo]:
    """All that waits within reach, by matter and activity. Four queries."""
    coming = Slot.ends_at > at
    of_booking = _per_activity(held).join(Slot, Slot.activity_id == Activity.id)
    of_booking = of_booking.join(Booking, Booking.slot_id == Slot.id)
    queries = {
        Matter.PENDING: of_booking.where(Booking.state == State.PENDING, coming),
        Matter.CHANGED: of_booking.where(Booking.recheck_since.is_not(None), Booking.state.in_(LIVE), coming),
        Matter.OBJECTIONS: of_booking.join(Mark, Mark.booking_id == Booking.id).where(marked.OPEN),
        Matter.DRAW: of_booking.outerjoin(Draw, Draw.activity_id == Activity.id).where(
            Activity.allocation == Allocation.DRAW,
            Activity.draw_at <= at,
            Draw.drawn_at.is_(None),
            Booking.state == State.ENTERED,
            coming,
        ),
    }
    return [
        ToDo(matter, row, row.waiting)
        for matter, query in queries.items()
        for row in db.session.execute(query)
    ]


def _per_activity(held: Sequence[Held]) -> Select[*tuple[Any, ...]]:
    return (
        select(Activity.id, Activity.title, Activity.title_en, func.count().label("waiting"))
        .select_from(Activity)
        .where(reach.activities(held, Action.EDIT), Activity.status == Status.PUBLISHED)
        .group_by(Activity.id)
        .order_by(Activity.id)
        .limit(reach.MANY)
    )
