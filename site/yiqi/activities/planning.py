"""The verbs of publishing: what an organizer decides becomes an activity with occurrences and slots."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert

from yiqi.activities.models import (
    Activity,
    Occurrence,
    Programme,
    Slot,
    Status,
    Topic,
    slot_occurrence,
)
from yiqi.db import writing


@dataclass(frozen=True)
class Meeting:
    """One dated time and venue: instants are aware."""

    starts_at: datetime
    ends_at: datetime
    venue: str = ""
    venue_en: str = ""
    directions: str = ""
    directions_en: str = ""


@dataclass(frozen=True)
class Pool:
    """One slot to be made. `meetings` are indexes into the plan's meetings; empty means all of them."""

    capacity: int | None
    label: str = ""
    label_en: str = ""
    detail: str = ""
    detail_en: str = ""
    waitlist_limit: int | None = None
    meetings: tuple[int, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Everything an activity is published with. `words` are its other texts by column name (who, fee, about, …_en)."""

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
    status: Status = Status.PUBLISHED
    words: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Published:
    """The ids a plan became."""

    activity_id: int
    slot_ids: tuple[int, ...]


def publish(plan: Plan) -> Published:
    """Publish an activity. Raises `ValueError` for a plan without meetings or slots."""
    if not plan.meetings or not plan.pools:
        raise ValueError("an activity needs a meeting and a slot")
    with writing() as session:
        activity_id = session.execute(
            insert(Activity).returning(Activity.id),
            {
                "programme": plan.programme,
                "topic": plan.topic,
                "owner_id": plan.owner_id,
                "status": plan.status,
                "title": plan.title,
                "opens_at": plan.opens_at,
                "closes_at": plan.closes_at,
                "max_party": plan.max_party,
                "cancel_minutes": plan.cancel_minutes,
                "promotion_minutes": plan.promotion_minutes,
                **plan.words,
            },
        ).scalar_one()
        occurrence_ids = [
            session.execute(
                insert(Occurrence).returning(Occurrence.id),
                {"activity_id": activity_id, **vars(meeting)},
            ).scalar_one()
            for meeting in plan.meetings
        ]
        slot_ids = []
        for position, pool in enumerate(plan.pools):
            covered = pool.meetings or tuple(range(len(plan.meetings)))
            slot_id = session.execute(
                insert(Slot).returning(Slot.id),
                {
                    "activity_id": activity_id,
                    "position": position,
                    "label": pool.label,
                    "label_en": pool.label_en,
                    "detail": pool.detail,
                    "detail_en": pool.detail_en,
                    "capacity": pool.capacity,
                    "waitlist_limit": pool.waitlist_limit,
                    "starts_at": min(plan.meetings[index].starts_at for index in covered),
                    "ends_at": max(plan.meetings[index].ends_at for index in covered),
                },
            ).scalar_one()
            session.execute(
                insert(slot_occurrence),
                [{"slot_id": slot_id, "occurrence_id": occurrence_ids[index]} for index in covered],
            )
            slot_ids.append(slot_id)
        return Published(activity_id, tuple(slot_ids))
