"""Reads of what is on: the occurrences of some days with the slots that cover them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, bindparam, exists, func, select

from yiqi import clock
from yiqi.activities import series
from yiqi.activities.models import (
    Activity,
    Occurrence,
    Programme,
    Quota,
    Series,
    Slot,
    Status,
    Topic,
    quota_slot,
    quota_union,
    slot_occurrence,
)
from yiqi.activities.rules.recurrence import LeftOut
from yiqi.db import Facts, Instant, db

MANY = 2000
PUBLIC: ColumnElement[bool] = Activity.union_only.is_(False)
"""What everybody may know of."""


class Rows(tuple[Facts, ...]):
    """Rows that are looked up by what they hold: it is hashed once."""

    def __hash__(self) -> int:
        known: int | None = self.__dict__.get("hash")
        if known is None:
            known = self.__dict__["hash"] = super().__hash__()
        return known


class Showing(Struct, frozen=True, dict=True):
    """One occurrence as a list shows it at an instant: `facts` is the row (title, sub, venue, times …), `slots` cover it.

    Seats are counted for somebody whom no quota names: what is kept for others is not free.
    """

    facts: Facts
    slots: tuple[Facts, ...]
    at: datetime

    @cached_property
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
        """Seats that a newcomer could take now, in slots that have a limit."""
        return sum(self._room(slot) or 0 for slot in self.slots)

    @property
    def unkept(self) -> int:
        """Seats that are neither taken nor kept for some, whoever waits for them, in slots that have a limit."""
        return sum(self._unkept(slot) or 0 for slot in self.slots)

    @property
    def waiting(self) -> int:
        return sum(slot.waiting for slot in self.slots)

    @property
    def queued(self) -> int:
        """Bookings that seats go to before any newcomer: those that wait where the queue still moves."""
        return sum(slot.waiting for slot in self.slots if self._moves(slot))

    @property
    def has_free_place(self) -> bool:
        """Whether a newcomer could take a seat in one of its slots without waiting."""
        return any(self._room(slot) != 0 for slot in self.slots)

    def _room(self, slot: Facts) -> int | None:
        """Seats of a slot for a newcomer; None without limit. While the queue moves they are for those who wait."""
        if slot.waiting and slot.capacity is not None and self._moves(slot):
            return 0
        return self._unkept(slot)

    def _unkept(self, slot: Facts) -> int | None:
        """Seats of a slot that are neither taken nor kept for some; None without limit."""
        sides = [slot.left] if slot.left is not None else []
        if slot.capacity is not None:
            sides.append(slot.capacity - slot.held - slot.kept)
        return max(0, min(sides)) if sides else None

    def _moves(self, slot: Facts) -> bool:
        until: datetime = slot.slot_starts_at - timedelta(minutes=slot.promotion_minutes)
        return self.at < until

    @property
    def can_be_joined(self) -> bool:
        """Whether sign-up is open now."""
        is_open: bool = self.facts.opens_at <= self.at < self.facts.closes_at
        return is_open and self.facts.status == Status.PUBLISHED and not self.is_off

    @property
    def is_off(self) -> bool:
        """Whether this occurrence, or all of its activity, is called off."""
        return self.facts.called_off_at is not None or self.facts.status == Status.CALLED_OFF

    @property
    def face(self) -> tuple[object, ...]:
        """All that a list shows of it to whoever has no part in it: its rows, and what the clock makes of them."""
        facts, at = self.facts, self.at
        phase = (at >= facts.opens_at, at >= facts.closes_at, at >= facts.ends_at)
        return self.slots, phase, tuple(map(self._moves, self.slots)), clock.beijing(at).year

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
    Activity.spelled,
    Activity.sub,
    Activity.sub_en,
    Activity.opens_at,
    Activity.closes_at,
    Activity.union_only,
)
_names_somebody = (
    (Quota.tag != "") | (Quota.choice != "") | exists().where(quota_union.c.quota_id == Quota.id)
)
_of_slot = (
    select()
    .join(quota_slot, quota_slot.c.quota_id == Quota.id)
    .where(
        quota_slot.c.slot_id == Slot.id,
        Quota.releases_at.is_(None) | (Quota.releases_at > bindparam("at", type_=Instant())),
    )
    .correlate(Slot)
)
_KEPT = (
    _of_slot.add_columns(func.coalesce(func.sum(Quota.least - Quota.used), 0))
    .where(_names_somebody, Quota.least > Quota.used)
    .scalar_subquery()
)
"""Seats of a slot that are kept for those whom its quotas name."""
_LEFT = _of_slot.add_columns(func.min(Quota.most - Quota.used)).where(~_names_somebody).scalar_subquery()
"""What quotas that count everybody leave of a slot; NULL without one."""
_RELEASES = _of_slot.add_columns(func.min(Quota.releases_at)).scalar_subquery()
"""The next instant at which one of its quotas is no more."""
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
    _KEPT.label("kept"),
    _LEFT.label("left"),
    _RELEASES.label("releases_at"),
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


SINCE, UNTIL = bindparam("since", type_=Instant()), bindparam("until", type_=Instant())
"""Between which instants an occurrence begins; `span` gives their values."""
_BETWEEN = _SHOWN.where(Occurrence.starts_at >= SINCE, Occurrence.starts_at < UNTIL)


def span(first: date, last: date) -> dict[str, datetime]:
    """The instants of some days in Beijing, both included."""
    return {"since": clock.at(first), "until": clock.at(last + timedelta(days=1))}


def between(first: date, last: date, *, at: datetime) -> list[Showing]:
    """What starts from the first to the last day, both included, in Beijing, as it is `at` an instant; drafts left out,
    what is for members only included. One query."""
    return _shown(_BETWEEN, at, **span(first, last))


def of_activities(ids: Sequence[int], at: datetime) -> list[Showing]:
    """The occurrences of some activities, all of them known to be seen by whoever asks, as they are `at` an instant."""
    return _shown(_SHOWN.where(Activity.id.in_(ids)), at)


def of_occurrences(ids: Sequence[int], at: datetime) -> list[Showing]:
    """Some occurrences, all of them known to be seen by whoever asks."""
    return _shown(_SHOWN.where(Occurrence.id.in_(ids)), at) if ids else []


def left_out(series_id: int) -> tuple[LeftOut, ...]:
    """The days on which a series would meet by its rule and does not, for a holiday; empty when there is no such one."""
    row = db.session.get(Series, series_id)
    return series.comes_to(row).left_out if row is not None else ()


def is_about(showing: Showing, wanted: str) -> bool:
    """Whether it belongs under a chip: a programme, or a topic."""
    return wanted in chips_of(showing)


def chips_of(showing: Showing) -> tuple[str, ...]:
    """The chips it belongs under."""
    facts = showing.facts
    return (facts.programme.value, facts.topic.value) if facts.topic is not None else (facts.programme.value,)


def chips() -> list[str]:
    """Programmes, then topics: the order of the chips."""
    return [*map(str, Programme), *map(str, Topic)]


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def _shown(query: Select[*tuple[Any, ...]], at: datetime, **values: datetime) -> list[Showing]:
    slots: dict[int, list[Facts]] = defaultdict(list)
    facts: dict[int, Facts] = {}
    for row in db.session.execute(query, {"at": at, **values}):
        facts.setdefault(row.occurrence_id, row)
        slots[row.occurrence_id].append(row)
    return [Showing(row, Rows(slots[occurrence_id]), at) for occurrence_id, row in facts.items()]
