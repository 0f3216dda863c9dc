"""The change itself, written under the locks: occurrences, activities, series, capacities. What it does to bookings is
seen to in `rearranging`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from yiqi import clock
from yiqi.activities import series
from yiqi.activities.models import Activity, Occurrence, Series, Slot, Status, quota_slot, slot_occurrence
from yiqi.activities.rules.recurrence import Weekly, span
from yiqi.booking import resetting, seats
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.changes import (
    AddQuota,
    CallOffActivity,
    CallOffOccurrence,
    CallOffSlot,
    Change,
    EditSeries,
    MoveOccurrence,
    SetCapacity,
    SetConditions,
    SetQuota,
    SetWindows,
)
from yiqi.booking.rules.deadlines import INSTANTS
from yiqi.db import Facts, table, touched

VENUE = frozenset({"venue", "venue_en", "directions", "directions_en"})

_activity, _occurrence, _series, _slot = table(Activity), table(Occurrence), table(Series), table(Slot)


def slots_of(here: Connection, change: Change, at: datetime) -> set[int]:
    """The slots a change is about. Which occurrences a slot covers is only ever added to, by a change of its series."""
    covering = select(slot_occurrence.c.slot_id).join(
        _occurrence, _occurrence.c.id == slot_occurrence.c.occurrence_id
    )
    match change:
        case SetCapacity() | CallOffSlot():
            return {change.slot_id}
        case AddQuota():
            return set(change.slot_ids)
        case SetQuota():
            own = select(quota_slot.c.slot_id).where(quota_slot.c.quota_id == change.quota_id)
        case CallOffActivity() | SetWindows() | SetConditions():
            own = select(_slot.c.id).where(_slot.c.activity_id == change.activity_id, _slot.c.ends_at > at)
        case EditSeries():
            own = covering.where(_occurrence.c.series_id == change.series_id, _occurrence.c.ends_at > at)
        case _:
            own = covering.where(_occurrence.c.id == change.occurrence_id)
    return set(here.execute(own).scalars())


def shown_anew(here: Connection, change: Change) -> set[int]:
    """All slots of the activity where a change is told on the pages of all of them: when sign-up closes with the date
    that moves, as far as is known before it is locked."""
    match change:
        case CallOffActivity() | SetWindows() | SetConditions():
            whose = _slot.c.activity_id == change.activity_id
        case EditSeries():
            series_of = select(_occurrence.c.activity_id).where(_occurrence.c.series_id == change.series_id)
            whose = _slot.c.activity_id.in_(series_of)
        case MoveOccurrence():
            closed_by = (
                select(_activity.c.id)
                .join(_occurrence, _occurrence.c.activity_id == _activity.c.id)
                .where(
                    _occurrence.c.id == change.occurrence_id,
                    _activity.c.closes_at == _occurrence.c.starts_at,
                    _activity.c.draw_at.is_(None),
                )
            )
            whose = _slot.c.activity_id.in_(closed_by)
        case _:
            return set()
    return set(here.execute(select(_slot.c.id).where(whose)).scalars())


def write(here: Connection, change: Change, at: datetime) -> set[int]:
    """Write the change itself; answers the slots that end by it whatever becomes of their occurrences."""
    match change:
        case SetCapacity():
            if change.capacity is not None and change.capacity < 0:
                raise ValueError("a capacity is 0 or more")
            seats.resize(here, change.slot_id, change.capacity)
        case MoveOccurrence():
            known = _occurrence_to_change(here, change.occurrence_id)
            if at >= known.starts_at:
                raise Refused(Refusal.CLOSED, closes_at=known.starts_at, activity_id=known.activity_id)
            if not change.venue.keys() <= VENUE:
                raise ValueError("a venue has a name and directions, each in two languages")
            _move(here, known, change.starts_at, change.ends_at, at, dict(change.venue))
        case CallOffOccurrence():
            known = _occurrence_to_change(here, change.occurrence_id)
            if at >= known.ends_at:
                raise Refused(Refusal.CLOSED, closes_at=known.ends_at, activity_id=known.activity_id)
            _call_off(here, [known], change, at)
        case CallOffActivity():
            return _call_off_activity(here, change, at)
        case CallOffSlot():
            return _call_off_slot(here, change, at)
        case EditSeries():
            _edit(here, change, at)
        case SetWindows():
            resetting.windows(here, change)
        case SetConditions():
            resetting.conditions(here, change)
        case SetQuota():
            resetting.quota(here, change)
        case AddQuota():
            resetting.add_quota(here, change, at)
    return set()


def _occurrence_to_change(here: Connection, occurrence_id: int) -> Facts:
    known = here.execute(
        select(_occurrence, _activity.c.status)
        .join(_activity, _activity.c.id == _occurrence.c.activity_id)
        .where(_occurrence.c.id == occurrence_id)
    ).one_or_none()
    if known is None:
        raise LookupError(occurrence_id)
    if known.called_off_at is not None or known.status == Status.CALLED_OFF:
        raise Refused(Refusal.CALLED_OFF, activity_id=known.activity_id)
    return known


def _move(
    here: Connection,
    known: Facts,
    starts_at: datetime,
    ends_at: datetime,
    at: datetime,
    words: dict[str, str] | None = None,
) -> None:
    """Write another time. Sign-up that closed at the start goes on closing at the start; that of a single date never
    goes on beyond it because the date came nearer."""
    if not at < starts_at < ends_at:
        raise ValueError("it starts after now, and ends after it starts")
    became: dict[str, Any] = {"starts_at": starts_at, "ends_at": ends_at, **(words or {})}
    if starts_at != known.starts_at and known.planned_at is None:
        became["planned_at"] = known.starts_at
    here.execute(update(_occurrence).where(_occurrence.c.id == known.id).values(**became))
    closing = here.execute(
        update(_activity)
        .where(
            _activity.c.id == known.activity_id,
            _activity.c.closes_at == known.starts_at,
            _activity.c.draw_at.is_(None),
        )
        .values(closes_at=starts_at)
    )
    alone = select(func.count()).where(_occurrence.c.activity_id == known.activity_id).scalar_subquery() == 1
    here.execute(
        update(_activity)
        .where(_activity.c.id == known.activity_id, alone)
        .where(_activity.c.closes_at > starts_at, _activity.c.closes_at <= known.starts_at)
        .values(closes_at=starts_at)
    )
    if touched(closing):
        _show_anew(here, known.activity_id)


def _show_anew(here: Connection, activity_id: int) -> None:
    """Raise the versions of all slots of an activity, those that are over included: a fact of all of them is another."""
    mine = update(_slot).where(_slot.c.activity_id == activity_id)
    here.execute(mine.values(version=_slot.c.version + 1))


def _call_off(
    here: Connection, known: Iterable[Facts], change: CallOffOccurrence | EditSeries, at: datetime
) -> None:
    here.execute(
        update(_occurrence)
        .where(_occurrence.c.id.in_([one.id for one in known]))
        .values(
            called_off_at=at,
            called_off_because=change.because,
            called_off_because_en=change.because_en,
        )
    )


def _call_off_activity(here: Connection, change: CallOffActivity, at: datetime) -> set[int]:
    row = here.execute(
        update(_activity)
        .where(_activity.c.id == change.activity_id)
        .values(
            status=Status.CALLED_OFF,
            called_off_because=change.because,
            called_off_because_en=change.because_en,
        )
        .returning(_activity.c.id)
    ).one_or_none()
    if row is None:
        raise LookupError(change.activity_id)
    _show_anew(here, change.activity_id)
    return slots_of(here, change, at)


def _call_off_slot(here: Connection, change: CallOffSlot, at: datetime) -> set[int]:
    """Give up one slot. The last one that goes on is given up with its activity."""
    known = here.execute(
        select(_slot, _activity.c.status)
        .join(_activity, _activity.c.id == _slot.c.activity_id)
        .where(_slot.c.id == change.slot_id)
    ).one()
    if known.called_off_at is not None or known.status == Status.CALLED_OFF:
        raise Refused(Refusal.CALLED_OFF, activity_id=known.activity_id)
    if at >= known.ends_at:
        raise Refused(Refusal.CLOSED, closes_at=known.ends_at, activity_id=known.activity_id)
    others = here.execute(
        select(func.count()).where(
            _slot.c.activity_id == known.activity_id, _slot.c.id != known.id, _slot.c.called_off_at.is_(None)
        )
    ).scalar_one()
    if not others:
        raise ValueError("the last slot is called off with its activity")
    here.execute(
        update(_slot)
        .where(_slot.c.id == known.id)
        .values(called_off_at=at, version=_slot.c.version + INSTANTS)
    )
    return {known.id}


def _edit(here: Connection, change: EditSeries, at: datetime) -> None:
    """Shift what still stands where the rule put it; what was moved alone keeps its own time. Then cut or lengthen."""
    row = series.locked(here, change.series_id)
    old = series.rule(row)
    starts, minutes = change.starts or old.starts, change.minutes or old.minutes
    new = Weekly(old.weekdays, starts, minutes, old.first_on, change.last_on or old.last_on)
    coming = here.execute(
        select(_occurrence).where(
            _occurrence.c.series_id == change.series_id,
            _occurrence.c.starts_at > at,
            _occurrence.c.called_off_at.is_(None),
        )
    ).all()
    late = [one for one in coming if clock.beijing(one.starts_at).date() > new.last_on]
    _call_off(here, late, change, at)
    for one in coming:
        if one not in late and _stands(one, old):
            starts_at, ends_at = span(clock.beijing(one.starts_at).date(), starts, minutes)
            if (starts_at, ends_at) != (one.starts_at, one.ends_at):
                _move(here, one, starts_at, ends_at, at)
    here.execute(
        update(_series)
        .where(_series.c.id == change.series_id)
        .values(starts=starts, minutes=minutes, last_on=min(old.last_on, new.last_on))
    )
    if new.last_on > old.last_on:
        series.lengthen(here, change.series_id, new.last_on)


def _stands(known: Facts, rule: Weekly) -> bool:
    """Whether an occurrence is on its first day and at the time of the rule."""
    day = clock.beijing(known.starts_at).date()
    on_its_day = known.planned_at is None or clock.beijing(known.planned_at).date() == day
    return on_its_day and (known.starts_at, known.ends_at) == span(day, rule.starts, rule.minutes)
