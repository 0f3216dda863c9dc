"""Reads of what is on: the occurrences of some days with the slots that cover them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select

from yiqi import clock
from yiqi.activities import series
from yiqi.activities.models import (
    Activity,
    Occurrence,
    Programme,
    Series,
    Slot,
    Status,
    Topic,
    slot_occurrence,
)
from yiqi.activities.rules.recurrence import LeftOut
from yiqi.db import Facts, db

MANY = 2000
PUBLIC: ColumnElement[bool] = Activity.union_only.is_(False)
"""What everybody may know of."""


@dataclass(frozen=True)
class Showing:
    """One occurrence as a list shows it: `facts` is the row (title, sub, venue, times …), `slots` cover it."""

    facts: Facts
    slots: tuple[Facts, ...]

    @property
    def day(self) -> date:
        """The Beijing day it starts on."""
        return clock.beijing(self.facts.starts_at).date()

    @property
    def seal(self) -> str:
        """The topic where it has one, else the programme."""
        return str(self.facts.topic or self.facts.programme)

    @property
    def capacity(self) -> int | None:
        """Seats of all its slots together; None when one is without limit."""
        seats = [slot.capacity for slot in self.slots]
        return None if None in seats else sum(seats)

    @property
    def held(self) -> int:
        return sum(slot.held for slot in self.slots)

    @property
    def free(self) -> int:
        """Seats that a newcomer could take now: those of slots in which nobody waits. Only where there is a limit."""
        return sum(
            max(0, slot.capacity - slot.held) for slot in self.slots if slot.capacity and not slot.waiting
        )

    @property
    def waiting(self) -> int:
        return sum(slot.waiting for slot in self.slots)

    @property
    def has_free_place(self) -> bool:
        """Whether somebody could take a seat in one of its slots without waiting."""
        return any(
            slot.capacity is None or (slot.held < slot.capacity and not slot.waiting) for slot in self.slots
        )

    def can_be_joined(self, at: datetime) -> bool:
        """Whether sign-up is open at an instant."""
        is_open: bool = self.facts.opens_at <= at < self.facts.closes_at
        return is_open and self.facts.status == Status.PUBLISHED and not self.is_off

    @property
    def is_off(self) -> bool:
        """Whether this occurrence, or all of its activity, is called off."""
        return self.facts.called_off_at is not None or self.facts.status == Status.CALLED_OFF

    @property
    def was_moved(self) -> bool:
        """Whether it starts at another time than it was published with."""
        return self.facts.planned_at is not None


_FACTS = (
    Occurrence.id.label("occurrence_id"),
    Occurrence.starts_at,
    Occurrence.ends_at,
    Occurrence.venue,
    Occurrence.venue_en,
    Occurrence.planned_at,
    Occurrence.called_off_at,
    Activity.id.label("activity_id"),
    Activity.programme,
    Activity.topic,
    Activity.status,
    Activity.allocation,
    Activity.title,
    Activity.title_en,
    Activity.sub,
    Activity.sub_en,
    Activity.opens_at,
    Activity.closes_at,
)
_SLOTS = (
    Slot.id.label("slot_id"),
    Slot.capacity,
    Slot.held,
    Slot.waiting,
    Slot.version,
    Slot.starts_at.label("slot_starts_at"),
    Slot.ends_at.label("slot_ends_at"),
    Activity.cancel_minutes,
    Activity.promotion_minutes,
    Activity.auto_minutes,
    Slot.due_at,
)
_SHOWN = (
    select(*_FACTS, *_SLOTS)
    .join(Activity, Activity.id == Occurrence.activity_id)
    .join(slot_occurrence, slot_occurrence.c.occurrence_id == Occurrence.id)
    .join(Slot, Slot.id == slot_occurrence.c.slot_id)
    .where(Activity.status != Status.DRAFT)
    .order_by(Occurrence.starts_at, Occurrence.id, Slot.position, Slot.id)
    .limit(MANY)
)


def between(first: date, last: date, seen: ColumnElement[bool] = PUBLIC) -> list[Showing]:
    """What starts from the first to the last day, both included, in Beijing, of what may be `seen`; drafts left out.
    One query."""
    return _shown(
        _SHOWN.where(
            Occurrence.starts_at >= clock.at(first),
            Occurrence.starts_at < clock.at(last + timedelta(days=1)),
            seen,
        )
    )


def of_activities(ids: Sequence[int], slot_ids: Sequence[int]) -> list[Showing]:
    """The occurrences of some activities that have one of these slots, all of them known to be seen by whoever asks."""
    return _shown(_SHOWN.where(Activity.id.in_(ids))) if slot_ids else []


def left_out(series_id: int) -> tuple[LeftOut, ...]:
    """The days on which a series would meet by its rule and does not, for a holiday; empty when there is no such one."""
    row = db.session.get(Series, series_id)
    return series.comes_to(row).left_out if row is not None else ()


def is_about(showing: Showing, wanted: str) -> bool:
    """Whether it belongs under a chip: a programme, or a topic."""
    return wanted in (str(showing.facts.programme), str(showing.facts.topic or ""))


def chips() -> list[str]:
    """Programmes, then topics: the order of the chips."""
    return [*map(str, Programme), *map(str, Topic)]


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def _shown(query: Any) -> list[Showing]:
    slots: dict[int, list[Facts]] = defaultdict(list)
    facts: dict[int, Facts] = {}
    for row in db.session.execute(query):
        facts.setdefault(row.occurrence_id, row)
        slots[row.occurrence_id].append(row)
    return [Showing(row, tuple(slots[occurrence_id])) for occurrence_id, row in facts.items()]
