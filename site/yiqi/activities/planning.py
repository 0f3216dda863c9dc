"""The verbs of publishing: what an organizer decides becomes an activity with occurrences and slots."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct, field
from msgspec.structs import asdict
from sqlalchemy import Connection, insert, or_, update

from yiqi.activities.models import (
    Activity,
    Allocation,
    Occurrence,
    Programme,
    Question,
    Quota,
    Slot,
    Status,
    Topic,
    quota_slot,
    quota_union,
    slot_occurrence,
)
from yiqi.activities.rules import conditions, questions
from yiqi.activities.rules.questions import Asked
from yiqi.db import table, writing
from yiqi.people.spelling import latin

_activity, _occurrence, _slot, _quota = table(Activity), table(Occurrence), table(Slot), table(Quota)


class Venue(Struct, frozen=True):
    """Where it is, and how to find the room."""

    venue: str = ""
    venue_en: str = ""
    directions: str = ""
    directions_en: str = ""


class Meeting(Struct, frozen=True):
    """One dated time and venue: instants are aware."""

    starts_at: datetime
    ends_at: datetime
    venue: str = ""
    venue_en: str = ""
    directions: str = ""
    directions_en: str = ""


class Pool(Struct, frozen=True):
    """One slot to be made. `meetings` are indexes into the plan's meetings; empty means all of them."""

    capacity: int | None
    label: str = ""
    label_en: str = ""
    detail: str = ""
    detail_en: str = ""
    waitlist_limit: int | None = None
    meetings: tuple[int, ...] = ()


class Share(Struct, frozen=True):
    """One quota to be made: a limit, or places kept until `releases_at`, for those it matches.

    `pools` are indexes into the plan's pools; empty means all of them. `choice` is `<question key>=<choice code>`.
    """

    name: str
    name_en: str = ""
    most: int | None = None
    least: int = 0
    releases_at: datetime | None = None
    unions: tuple[int, ...] = ()
    tag: str = ""
    choice: str = ""
    pools: tuple[int, ...] = ()


class Plan(Struct, frozen=True):
    """Everything an activity is published with; what has no docstring here is the activity's column of that name.

    `words` are its other texts by column name (who, fee, about, …_en), `conditions` as `rules.conditions` reads them.
    """

    programme: Programme
    title: str
    owner_id: int
    meetings: Sequence[Meeting]
    pools: Sequence[Pool]
    opens_at: datetime
    closes_at: datetime
    topic: Topic | None = None
    max_party: int = 1
    cancel_minutes: int = 120
    promotion_minutes: int = 60
    auto_minutes: int = 1440
    offer_minutes: int = 120
    offer_least_minutes: int = 15
    allocation: Allocation = Allocation.FIRST_COME
    draw_at: datetime | None = None
    most_open: int | None = None
    penalties: bool = True
    conditions: Sequence[dict[str, Any]] = ()
    questions: Sequence[Asked] = ()
    quotas: Sequence[Share] = ()
    status: Status = Status.PUBLISHED
    union_only: bool = False
    made_by_id: int | None = None
    words: dict[str, str] = field(default_factory=dict)


class Published(Struct, frozen=True):
    """The ids a plan became."""

    activity_id: int
    slot_ids: tuple[int, ...]


def publish(plan: Plan) -> Published:
    """Publish an activity. Raises `ValueError` for a plan that cannot be kept, in plain words."""
    with writing() as session:
        return write(session.connection(), plan)


def write(here: Connection, plan: Plan) -> Published:
    """Write what a plan becomes, in the caller's transaction. Raises `ValueError` as `publish` does."""
    _check(plan)
    activity_id: int = here.execute(
        insert(_activity).returning(_activity.c.id),
        {
            "programme": plan.programme,
            "topic": plan.topic,
            "owner_id": plan.owner_id,
            "status": plan.status,
            "title": plan.title,
            "spelled": latin(plan.title),
            "opens_at": plan.opens_at,
            "closes_at": plan.closes_at,
            "max_party": plan.max_party,
            "cancel_minutes": plan.cancel_minutes,
            "promotion_minutes": plan.promotion_minutes,
            "auto_minutes": plan.auto_minutes,
            "offer_minutes": plan.offer_minutes,
            "offer_least_minutes": plan.offer_least_minutes,
            "allocation": plan.allocation,
            "draw_at": plan.draw_at,
            "most_open": plan.most_open,
            "penalties": plan.penalties,
            "union_only": plan.union_only,
            "made_by_id": plan.made_by_id,
            "conditions": list(plan.conditions),
            **plan.words,
        },
    ).scalar_one()
    occurrence_ids = [meet(here, activity_id, meeting) for meeting in plan.meetings]
    slot_ids = []
    for position, pool in enumerate(plan.pools):
        covered = pool.meetings or tuple(range(len(plan.meetings)))
        row = {name: value for name, value in asdict(pool).items() if name != "meetings"} | {
            "activity_id": activity_id,
            "position": position,
            "starts_at": min(plan.meetings[index].starts_at for index in covered),
            "ends_at": max(plan.meetings[index].ends_at for index in covered),
        }
        slot_ids.append(open_slot(here, row, [occurrence_ids[index] for index in covered]))
    for position, asked in enumerate(plan.questions):
        ask(here, activity_id, asked, position=position)
    for share in plan.quotas:
        row = {name: value for name, value in asdict(share).items() if name not in ("unions", "pools")}
        covered = share.pools or tuple(range(len(slot_ids)))
        set_aside(
            here, {**row, "activity_id": activity_id}, [slot_ids[index] for index in covered], share.unions
        )
    return Published(activity_id, tuple(slot_ids))


def meet(here: Connection, activity_id: int, meeting: Meeting, series_id: int | None = None) -> int:
    """Write one occurrence; answers its id."""
    row = {"activity_id": activity_id, "series_id": series_id, **asdict(meeting)}
    made: int = here.execute(insert(_occurrence).returning(_occurrence.c.id), row).scalar_one()
    return made


def open_slot(here: Connection, row: dict[str, Any], occurrence_ids: Sequence[int]) -> int:
    """Write one slot over some occurrences; answers its id."""
    made: int = here.execute(insert(_slot).returning(_slot.c.id), row).scalar_one()
    here.execute(
        insert(slot_occurrence), [{"slot_id": made, "occurrence_id": each} for each in occurrence_ids]
    )
    return made


def ask(here: Connection, activity_id: int, asked: Asked, *, position: int, version: int = 1) -> int:
    """Write one version of a question; answers its id."""
    row = {
        **asdict(asked),
        "activity_id": activity_id,
        "position": position,
        "version": version,
        "choices": [asdict(choice) for choice in asked.choices],
    }
    made: int = here.execute(insert(table(Question)).returning(table(Question).c.id), row).scalar_one()
    return made


def set_aside(here: Connection, row: dict[str, Any], slot_ids: Sequence[int], unions: Sequence[int]) -> None:
    """Write one quota, nothing of it used, inside some slots and for the members of some unions."""
    quota_id = here.execute(insert(_quota).returning(_quota.c.id), row | {"used": 0}).scalar_one()
    here.execute(insert(quota_slot), [{"quota_id": quota_id, "slot_id": each} for each in slot_ids])
    release = row["releases_at"]
    if release is not None:
        sooner = or_(_slot.c.due_at.is_(None), _slot.c.due_at > release)
        here.execute(update(_slot).where(_slot.c.id.in_(slot_ids), sooner).values(due_at=release))
    if unions:
        here.execute(insert(quota_union), [{"quota_id": quota_id, "union_id": each} for each in unions])


def _check(plan: Plan) -> None:
    if not plan.meetings or not plan.pools:
        raise ValueError("an activity needs a meeting and a slot")
    if (plan.allocation is Allocation.DRAW) != (plan.draw_at is not None):
        raise ValueError("a draw needs the time it is held at, and nothing else has one")
    if plan.draw_at is not None and plan.draw_at < plan.closes_at:
        raise ValueError("a draw is held after sign-up has closed")
    if plan.offer_least_minutes < 1 or plan.offer_minutes < plan.offer_least_minutes:
        raise ValueError("an offer runs for a minute at least")
    conditions.parse(plan.conditions)
    questions.check(plan.questions)
    choices = {f"{asked.key}={choice.code}" for asked in plan.questions for choice in asked.choices}
    for share in plan.quotas:
        covered = share.pools or tuple(range(len(plan.pools)))
        if share.choice and share.choice not in choices:
            raise ValueError(
                f"the quota {share.name} is for the choice {share.choice}, which nobody is asked"
            )
        if not set(covered) <= set(range(len(plan.pools))):
            raise ValueError(f"the quota {share.name} is inside a slot that is not there")
        if share.least < 0 or (share.most is not None and share.most < share.least):
            raise ValueError(f"the quota {share.name} keeps or allows an impossible number")
        if share.least and len(set(covered)) != 1:
            raise ValueError(f"the quota {share.name} keeps places, which needs exactly one slot")
