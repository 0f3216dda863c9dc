"""Kept places and limits that are to open: their release comes while places of their slots are given, whatever is changed.

What was published otherwise stays as it is until somebody changes it.
"""

from collections.abc import Iterable
from datetime import datetime

from yiqi.activities.models import Activity, Quota, Slot
from yiqi.booking import quotas
from yiqi.desk.revising.changing import Sheet
from yiqi.desk.rules.timing import given_until


def until(slot: Slot, activity: Activity) -> datetime | None:
    """Until when places of a slot are given; None when it has no date any more."""
    return _until(slot, activity.allocation, activity.closes_at, {})


def of_quota(sheet: Sheet, quota_id: int) -> datetime | None:
    """The same of the slots that a quota is inside, of the last of them."""
    return _last(until(slot, sheet.whole.activity) for slot in _inside(sheet, quota_id))


def left_shut_by_closing(sheet: Sheet, closes_at: datetime) -> Quota | None:
    """The first quota that would never open were sign-up to close at an instant, and opens as it is."""
    return _left_shut(sheet, closes_at, {})


def left_shut_by_moving(sheet: Sheet, occurrence_id: int, starts_at: datetime) -> Quota | None:
    """The same were a date to begin at an instant. Sign-up that closes at its start closes with it, as `rewriting` has it."""
    activity = sheet.whole.activity
    (was,) = (one.starts_at for one in sheet.whole.occurrences if one.id == occurrence_id)
    follows = activity.closes_at == was and activity.draw_at is None
    is_alone = len(activity.occurrences) == 1 and starts_at < activity.closes_at <= was
    return _left_shut(
        sheet, starts_at if follows or is_alone else activity.closes_at, {occurrence_id: starts_at}
    )


def _left_shut(sheet: Sheet, closes_at: datetime, moved: dict[int, datetime]) -> Quota | None:
    activity = sheet.whole.activity
    for quota in sheet.quotas:
        if quota.releases_at is None or quota.releases_at <= sheet.whole.at:
            continue
        slots = _inside(sheet, quota.id)
        stood = _last(until(slot, activity) for slot in slots)
        will = _last(_until(slot, activity.allocation, closes_at, moved) for slot in slots)
        if stood is not None and will is not None and will <= quota.releases_at < stood:
            return quota
    return None


def _inside(sheet: Sheet, quota_id: int) -> list[Slot]:
    inside = set(quotas.slots_of(quota_id))
    return [slot for slot in sheet.whole.slots if slot.id in inside]


def _last(found: Iterable[datetime | None]) -> datetime | None:
    return max((one for one in found if one is not None), default=None)


def _until(slot: Slot, allocation: str, closes_at: datetime, moved: dict[int, datetime]) -> datetime | None:
    starts = [moved.get(one.id, one.starts_at) for one in slot.occurrences if one.called_off_at is None]
    return given_until(allocation, closes_at, max(starts)) if starts else None
