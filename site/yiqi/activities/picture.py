"""What is on, as this process last read it: read anew only when something in it is another.

Whatever changes what a list shows raises the version of a slot, in the same transaction (`Slot.version`), or what a quota
counts. So sums over the slots and quotas of some days tell whether the rows that were read before still hold; nothing
here is ever out of date.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import FromClause, exists, func, select

from yiqi.activities import calendar
from yiqi.activities.calendar import Showing
from yiqi.activities.models import Activity, Occurrence, Quota, Slot, Status, quota_slot, slot_occurrence
from yiqi.connections import Remembered
from yiqi.db import Facts, Instant, db, inlined, sealed

MOST_KEPT = 32
"""Spans of days that a process keeps: some weeks, and the days that are asked for."""

_SINCE, _UNTIL = sealed("since", Instant()), sealed("until", Instant())
_USED = (
    select(func.coalesce(func.sum(Quota.used * Quota.id), 0))
    .where(
        exists()
        .where(
            quota_slot.c.quota_id == Quota.id,
            quota_slot.c.slot_id == slot_occurrence.c.slot_id,
            slot_occurrence.c.occurrence_id == Occurrence.id,
            Occurrence.starts_at >= _SINCE,
            Occurrence.starts_at < _UNTIL,
        )
        .correlate(Quota)
    )
    .scalar_subquery()
)
"""Seats that quotas count: a sign-up for one slot leaves less of a quota that it shares with another."""
STAMP: FromClause = (
    select(
        func.count().label("shown"),
        func.coalesce(func.sum(Slot.version), 0).label("versions"),
        func.coalesce(func.sum(Slot.id), 0).label("ids"),
        func.coalesce(func.sum(Slot.id * Slot.version), 0).label("both"),
        _USED.label("used"),
    )
    .select_from(Occurrence)
    .join(Activity, Activity.id == Occurrence.activity_id)
    .join(slot_occurrence, slot_occurrence.c.occurrence_id == Occurrence.id)
    .join(Slot, Slot.id == slot_occurrence.c.slot_id)
    .where(
        Activity.status.not_in(inlined(Status.DRAFT)),
        Occurrence.starts_at >= _SINCE,
        Occurrence.starts_at < _UNTIL,
    )
    .subquery("stamp")
)
"""One row that is another as soon as anything is that a list of these days shows. It takes the values of `calendar.span`; what else a
page needs may be asked beside it."""
_STAMP = select(STAMP)


class _Read(Struct, frozen=True):
    """Rows that were read at an instant and hold until the clock changes them."""

    stamp: tuple[Any, ...]
    at: datetime
    until: datetime | None
    showings: Sequence[Showing]
    """As they are at an instant: `at`, or a later one."""

    def holds(self, stamp: tuple[Any, ...], at: datetime) -> bool:
        return self.stamp == stamp and self.at <= at and (self.until is None or at < self.until)

    def later(self, at: datetime) -> "_Read":
        """The same at another instant."""
        return replace(self, showings=[Showing(one.facts, one.slots, at) for one in self.showings])


class Picture:
    """What this process has read of one database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[date, date], _Read] = OrderedDict()

    def between(self, first: date, last: date, stamp: tuple[Any, ...], at: datetime) -> list[Showing]:
        """The showings of some days, by the stamp that was just read of them."""
        with self._lock:
            known = self._kept.get((first, last))
        if known is None or not known.holds(stamp, at):
            found = calendar.between(first, last, at=at)
            ends = [slot.releases_at for one in found for slot in one.slots if slot.releases_at is not None]
            known = _Read(stamp, at, min(ends, default=None), found)
        elif known.showings and known.showings[0].at != at:
            known = known.later(at)
        with self._lock:
            self._kept[first, last] = known
            self._kept.move_to_end((first, last))
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return list(known.showings)


_pictures = Remembered(Picture)


def stamp_of(row: Facts) -> tuple[Any, ...]:
    """The stamp, from a row that has its columns among others."""
    return tuple(getattr(row, name) for name in STAMP.c.keys())  # noqa: SIM118


def between(first: date, last: date, at: datetime, stamp: tuple[Any, ...] | None = None) -> list[Showing]:
    """What starts from the first to the last day in Beijing, both included, as it is `at` an instant; drafts left out,
    what is for members only included (`facts.union_only`). `stamp`: that of these days where the caller has
    just read it. One query, two when something has changed."""
    if stamp is None:
        stamp = stamp_of(db.session.execute(_STAMP, calendar.span(first, last)).one())
    return _pictures.of(db.engine).between(first, last, stamp, at)
