"""What an organizer's change did, for the preview and for the audit trail: what was, what became, and of what."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from yiqi.activities.models import Occurrence, Quota, Series, Slot
from yiqi.booking import looking, resetting, stands
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
from yiqi.booking.stands import Part
from yiqi.db import Base, table
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing


def facts(here: Connection, change: Change) -> dict[str, Any]:
    """What a change is about as it stands now; of a quota that is not there yet nothing. Raises `LookupError`."""
    match change:
        case AddQuota():
            made = resetting.same_quota(here, change)
            return stands.read(here, Part.QUOTA, made) if made is not None else {}
        case SetCapacity():
            return stands.read(here, Part.CAPACITY, change.slot_id)
        case CallOffSlot():
            return stands.read(here, Part.SLOT_STATUS, change.slot_id)
        case SetWindows():
            return stands.read(here, Part.WINDOWS, change.activity_id)
        case SetConditions():
            return stands.read(here, Part.CONDITIONS, change.activity_id)
        case SetQuota():
            return stands.read(here, Part.QUOTA, change.quota_id)
        case EditSeries():
            return stands.read(here, Part.SERIES, change.series_id)
        case CallOffActivity():
            return stands.read(here, Part.STATUS, change.activity_id)
        case MoveOccurrence() | CallOffOccurrence():
            return stands.read(here, Part.OCCURRENCE, change.occurrence_id)


def note(
    here: Connection,
    change: Change,
    was: dict[str, Any],
    *,
    people: int,
    at: datetime,
    by_id: int | None,
) -> dict[str, Any]:
    """Write what a change did into the trail, in the caller's transaction, and answer what became. One that changed
    nothing leaves no trace."""
    became = facts(here, change)
    before, after = stands.differing(was, became)
    if after:
        activity_id, name = _of(here, change)
        keep(
            here,
            activity_id,
            before,
            after,
            at=at,
            by_id=by_id,
            name=name,
            because=getattr(change, "because", ""),
            people=people,
            is_off=isinstance(change, CallOffActivity | CallOffOccurrence | CallOffSlot),
        )
    return became


def keep(
    here: Connection,
    activity_id: int,
    was: dict[str, Any],
    became: dict[str, Any],
    *,
    at: datetime,
    by_id: int | None,
    name: str = "",
    because: str = "",
    people: int = 0,
    is_off: bool = False,
) -> None:
    """Write that something of an activity was changed, or called off. `name`: of which slot, date or question."""
    activity = looking.policy(here, activity_id)
    trail.note(
        here,
        What.CALLED_OFF if is_off else What.CHANGED,
        at=at,
        by_id=by_id,
        thing=Thing(activity.owner_id, activity.id, activity.programme),
        because=because,
        of=name,
        was=was,
        became=became,
        people=people,
    )


def _of(here: Connection, change: Change) -> tuple[int, str]:
    """The activity that a change belongs to, and what of it is changed where there may be several."""
    match change:
        case CallOffActivity() | SetWindows() | SetConditions():
            return change.activity_id, ""
        case AddQuota():
            return change.activity_id, change.name
        case SetCapacity() | CallOffSlot():
            slot = _row(here, Slot, change.slot_id)
            return slot.activity_id, slot.label
        case SetQuota():
            return _row(here, Quota, change.quota_id).activity_id, change.name
        case EditSeries():
            return _row(here, Series, change.series_id).activity_id, ""
        case MoveOccurrence() | CallOffOccurrence():
            one = _row(here, Occurrence, change.occurrence_id)
            planned = stands.facts(Part.OCCURRENCE, one)["starts_at"]
            return one.activity_id, str(planned)


def _row(here: Connection, model: type[Base], thing_id: int) -> Any:
    of = table(model)
    return here.execute(select(of).where(of.c.id == thing_id)).one()
