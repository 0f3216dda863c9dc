"""The verbs of series: a weekly rule becomes the occurrences of an activity, and can be lengthened.

A course is one slot (or a few) over all of them: whoever signs up comes to each. A drop-in series has slots of its own for
each of them.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace
from sqlalchemy import Connection, func, insert, select, update

from yiqi.activities import planning
from yiqi.activities.holidays import public_day
from yiqi.activities.models import (
    Activity,
    Occurrence,
    Quota,
    Series,
    Slot,
    quota_slot,
    quota_union,
    slot_occurrence,
)
from yiqi.activities.planning import Meeting, Plan, Published, Share, Venue
from yiqi.activities.rules.recurrence import Times, Weekly, times
from yiqi.db import Facts, table, writing

_series, _occurrence, _slot = table(Series), table(Occurrence), table(Slot)
_activity, _quota = table(Activity), table(Quota)

_COPIED = ("label", "label_en", "detail", "detail_en", "capacity", "waitlist_limit")
_SHARED = ("name", "name_en", "most", "least", "tag", "choice")


class PublishedSeries(Struct, frozen=True):
    """The ids a plan with a rule became, and what the rule comes to: the days left out, the years not announced."""

    activity_id: int
    series_id: int
    slot_ids: tuple[int, ...]
    times: Times


def publish_series(plan: Plan, rule: Weekly, *, drop_in: bool, venue: Venue | None = None) -> PublishedSeries:
    """Publish an activity whose occurrences a rule makes; the plan brings no meetings of its own.

    A course takes the plan's pools as they are. A drop-in series repeats pools and quotas for each occurrence; kept
    places that are released before the first one are released as long before each other.
    Raises `ValueError` for a plan or rule that cannot be kept.
    """
    with writing() as session:
        return write_series(session.connection(), plan, rule, drop_in=drop_in, venue=venue or Venue())


def write_series(
    here: Connection, plan: Plan, rule: Weekly, *, drop_in: bool, venue: Venue
) -> PublishedSeries:
    """Write what a plan with a rule becomes, in the caller's transaction. Raises `ValueError` as `publish_series` does."""
    if plan.meetings:
        raise ValueError("the rule makes the meetings of a series")
    found = times(rule, public_day)
    meetings = [_meeting(starts_at, ends_at, venue) for starts_at, ends_at in found.meets]
    pools, quotas = list(plan.pools), list(plan.quotas)
    if drop_in:
        pools = [replace(pool, meetings=(index,)) for index in range(len(meetings)) for pool in plan.pools]
        quotas = [share for index in range(len(meetings)) for share in _for_one(plan, index, meetings)]
    made: Published = planning.write(here, replace(plan, meetings=meetings, pools=pools, quotas=quotas))
    series_id: int = here.execute(
        insert(_series).returning(_series.c.id), _row(rule) | {"activity_id": made.activity_id}
    ).scalar_one()
    here.execute(
        update(_occurrence).where(_occurrence.c.activity_id == made.activity_id).values(series_id=series_id)
    )
    return PublishedSeries(made.activity_id, series_id, made.slot_ids, found)


def extend(series_id: int, last_on: date) -> Times:
    """Lengthen a drop-in series to a later last day; the same again adds nothing. What was added is answered.

    Raises `LookupError` when there is no such series, `ValueError` for a course: those who signed up for it must be
    told, which is a change of `booking.changes`.
    """
    with writing() as session:
        here = session.connection()
        if not is_drop_in(here, series_id):
            raise ValueError("a course is lengthened by a change with a preview")
        return lengthen(here, series_id, last_on)


def lengthen(here: Connection, series_id: int, last_on: date) -> Times:
    """Add the occurrences of a rule up to a later last day, in the caller's transaction, and say which those are.

    In a drop-in series each gets copies of the slots and quotas of the one before; in a course the slots take it in.
    Sign-up that was open until the last occurrence stays open until the new last one.
    """
    row = locked(here, series_id)
    old, drop_in = rule(row), is_drop_in(here, series_id)
    if last_on <= old.last_on:
        return Times((), (), ())
    longer = replace(old, last_on=last_on)
    added = times(replace(longer, first_on=old.last_on + timedelta(days=1)), public_day)
    here.execute(update(_series).where(_series.c.id == series_id).values(last_on=last_on))
    if not added.meets:
        return added
    last = _last(here, series_id)
    venue = Venue(last.venue, last.venue_en, last.directions, last.directions_en)
    made = [
        (planning.meet(here, row.activity_id, _meeting(*span, venue), series_id), span)
        for span in added.meets
    ]
    if drop_in:
        _open_slots(here, row.activity_id, last, made)
    else:
        _take_in(here, last.id, made)
    here.execute(
        update(_activity)
        .where(_activity.c.id == row.activity_id, _activity.c.closes_at >= last.starts_at)
        .values(closes_at=added.meets[-1][0])
    )
    return added


def locked(here: Connection, series_id: int) -> Facts:
    """A series' row, locked until the commit. Raises `LookupError`."""
    row = here.execute(
        update(_series).where(_series.c.id == series_id).values(last_on=_series.c.last_on).returning(_series)
    ).one_or_none()
    if row is None:
        raise LookupError(series_id)
    return row


def is_drop_in(here: Connection, series_id: int) -> bool:
    """Whether each occurrence has slots of its own. A rule that came to a single occurrence counts as one."""
    covered = (
        select(func.count())
        .select_from(slot_occurrence)
        .join(_occurrence, _occurrence.c.id == slot_occurrence.c.occurrence_id)
        .where(_occurrence.c.series_id == series_id)
        .group_by(slot_occurrence.c.slot_id)
    )
    return all(count == 1 for count in here.execute(covered).scalars())


def comes_to(row: Any) -> Times:
    """What the rule of a series' row comes to, as the public calendar is known now: the days left out, and why."""
    return times(rule(row), public_day)


def rule(row: Any) -> Weekly:
    """The rule that a series' row keeps."""
    return Weekly(
        weekdays=frozenset(map(int, row.weekdays)),
        starts=row.starts,
        minutes=row.minutes,
        first_on=row.first_on,
        last_on=row.last_on,
        skips_days_off=row.skips_days_off,
        on_working_weekends=row.on_working_weekends,
    )


def _row(rule: Weekly) -> dict[str, Any]:
    return asdict(rule) | {"weekdays": "".join(map(str, sorted(rule.weekdays)))}


def _meeting(starts_at: datetime, ends_at: datetime, venue: Venue) -> Meeting:
    return Meeting(starts_at, ends_at, **asdict(venue))


def _for_one(plan: Plan, index: int, meetings: Sequence[Meeting]) -> list[Share]:
    """The plan's quotas for the occurrence of this index."""
    later, many = meetings[index].starts_at - meetings[0].starts_at, len(plan.pools)
    return [
        replace(
            share,
            pools=tuple(index * many + pool for pool in share.pools or range(many)),
            releases_at=share.releases_at and share.releases_at + later,
        )
        for share in plan.quotas
    ]


def _last(here: Connection, series_id: int) -> Facts:
    latest = select(_occurrence).where(_occurrence.c.series_id == series_id)
    return here.execute(
        latest.order_by(_occurrence.c.starts_at.desc(), _occurrence.c.id.desc()).limit(1)
    ).one()


Made = tuple[int, tuple[datetime, datetime]]


def _open_slots(here: Connection, activity_id: int, last: Facts, made: Sequence[Made]) -> None:
    """For each new occurrence, slots and quotas like those of the last one."""
    like = here.execute(
        select(_slot)
        .join(slot_occurrence, slot_occurrence.c.slot_id == _slot.c.id)
        .where(slot_occurrence.c.occurrence_id == last.id)
        .order_by(_slot.c.position, _slot.c.id)
    ).all()
    position = here.execute(
        select(func.max(_slot.c.position)).where(_slot.c.activity_id == activity_id)
    ).scalar_one()
    quotas = here.execute(
        select(_quota, quota_slot.c.slot_id)
        .join(quota_slot, quota_slot.c.quota_id == _quota.c.id)
        .where(quota_slot.c.slot_id.in_([slot.id for slot in like]))
        .order_by(_quota.c.id)
    ).all()
    unions = here.execute(
        select(quota_union).where(quota_union.c.quota_id.in_({one.id for one in quotas}))
    ).all()
    for occurrence_id, (starts_at, ends_at) in made:
        became = {}
        for slot in like:
            position += 1
            times_of = {"starts_at": starts_at, "ends_at": ends_at}
            copied = {name: getattr(slot, name) for name in _COPIED}
            became[slot.id] = planning.open_slot(
                here, copied | times_of | {"activity_id": activity_id, "position": position}, [occurrence_id]
            )
        for quota_id in dict.fromkeys(one.id for one in quotas):
            inside = [one for one in quotas if one.id == quota_id]
            released = inside[0].releases_at and inside[0].releases_at + (starts_at - last.starts_at)
            shared = {name: getattr(inside[0], name) for name in _SHARED}
            planning.set_aside(
                here,
                shared | {"activity_id": activity_id, "releases_at": released},
                [became[one.slot_id] for one in inside],
                [one.union_id for one in unions if one.quota_id == quota_id],
            )


def _take_in(here: Connection, last_id: int, made: Sequence[Made]) -> None:
    """Let every slot of the last occurrence cover the new ones as well."""
    covering = select(slot_occurrence.c.slot_id).where(slot_occurrence.c.occurrence_id == last_id)
    slot_ids = list(here.execute(covering).scalars())
    here.execute(
        insert(slot_occurrence),
        [{"slot_id": slot_id, "occurrence_id": each} for slot_id in slot_ids for each, _span in made],
    )
    ends_at = max(ends for _each, (_starts, ends) in made)
    here.execute(
        update(_slot)
        .where(_slot.c.id.in_(slot_ids), _slot.c.ends_at < ends_at)
        .values(ends_at=ends_at, version=_slot.c.version + 1)
    )
