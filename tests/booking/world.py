"""The small world of the machine: eight people, and slots that overlap, keep places, are checked, drawn and repeated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from tests.booking.model import HOUR, MINUTE, Model, Post, Said, Share, Terms
from tests.builders import a_union, an_activity, workers
from yiqi.activities import planning
from yiqi.activities.models import (
    Activity,
    Allocation,
    Occurrence,
    Programme,
    Quota,
    Slot,
    Status,
    Topic,
    quota_slot,
    slot_occurrence,
)
from yiqi.activities.planning import Meeting, Pool
from yiqi.booking.models import Bar, Booking, BookingChange, Consumed, Mark
from yiqi.booking.rules.asking import Refusal
from yiqi.db import db, table, writing
from yiqi.draws import lottery
from yiqi.draws.models import Draw, DrawEntry
from yiqi.notices.models import Notice
from yiqi.people.models import PersonTag

START = datetime.fromisoformat("2026-07-01T04:00:00+00:00")
"""Noon in Beijing: ten hours later the quiet hours begin, nineteen hours later they end."""
DRAWN = 7
"""Which slot is drawn."""
SCENES: dict[str, tuple[int, ...]] = {
    "queues": (0, 1, 2, 3),
    "offers": (0, 1, 3, 6),
    "quotas": (4, 5),
    "checked": (6, 1, 3),
    "draw": (7, 9),
    "series": (8, 9, 10, 0),
    "all": tuple(range(11)),
}
"""Slots, by number, among which much happens at once."""


@dataclass(frozen=True)
class World:
    """What stays the same from example to example: people, slots, and who counts where."""

    people: list[int]
    slots: list[int]
    activities: list[int]
    began: list[dict[str, Any]]
    """Capacity and due instant of each slot, as published."""
    counted: list[frozenset[int]]
    """Whom each quota counts, in the order of their ids."""
    members: frozenset[int]
    barred: tuple[int, datetime]


def a_world() -> World:
    """Made once for many examples. The numbers of the slots are their places in `World.slots`.

    0 a game at ten in the evening; 1 and 2 two posts of one activity, the first overlaps the game; 3 a course of two
    evenings that overlaps both posts; 4 and 5 overlap and share quotas; 6 is checked by the organizer; 7 is drawn;
    8 to 10 a series to drop in, for members, of which nobody may have more than two.
    """
    people = workers(8, at=START)
    ours = a_union("北方华创工会", members=people[:4])
    theirs = a_union("京东方工会")
    a_union("京东方二车间小组", parent=theirs, members=people[4:6])
    with writing() as session:
        session.add_all(
            PersonTag(person_id=one.id, tag="女职工") for one in (people[2], people[4], people[6])
        )
        session.add(Bar(person_id=people[7].id, at=START, until=START + 9 * HOUR, because="三次没来"))
    made = [
        _published([_from(10)], [Pool(3)], opens_in=HOUR),
        _published(
            [_from(11), _from(29)],
            [Pool(1, meetings=(0,)), Pool(3, waitlist_limit=2, meetings=(1,))],
            closes_in=10 * HOUR,
            auto_minutes=18 * 60,
            penalties=False,
        ),
        _published([_from(12), _from(31)], [Pool(8)], closes_in=30 * HOUR, auto_minutes=0, penalties=False),
        _published(
            [_from(34), _from(35)],
            [Pool(4, meetings=(0,)), Pool(3, waitlist_limit=4, meetings=(1,))],
            offer_minutes=90,
            penalties=False,
            quotas=[
                planning.Share("北方华创", most=2, unions=(ours.id,), releases_at=START + 24 * HOUR),
                planning.Share(
                    "京东方", least=2, unions=(theirs.id,), pools=(0,), releases_at=START + 20 * HOUR
                ),
                planning.Share("女职工", most=2, tag="女职工", pools=(1,)),
                planning.Share("女职工", least=1, tag="女职工", pools=(1,)),
            ],
        ),
        _published([_from(13)], [Pool(3)], allocation=Allocation.APPROVAL),
        _published(
            [_from(40)],
            [Pool(3)],
            allocation=Allocation.DRAW,
            closes_in=10 * HOUR,
            draw_at=START + 12 * HOUR,
            penalties=False,
        ),
        _published(
            [_from(20), _from(40), _from(22)],
            [Pool(1, meetings=(0,)), Pool(2, meetings=(1,)), Pool(1, meetings=(2,))],
            programme=Programme.VOLUNTEERING,
            topic=Topic.LECTURE,
            closes_in=41 * HOUR,
            most_open=2,
            auto_minutes=7 * 60,
            offer_minutes=30,
            offer_least_minutes=30,
            promotion_minutes=20,
            max_party=2,
            conditions=[{"kind": "member"}],
        ),
    ]
    ids = [person.id for person in people]
    women = frozenset({ids[2], ids[4], ids[6]})
    return World(
        ids,
        [slot_id for activity in made for slot_id in activity.slot_ids],
        [activity.activity_id for activity in made],
        [
            {"capacity": slot.capacity, "due_at": slot.due_at}
            for slot in db.session.scalars(select(Slot).order_by(Slot.id))
        ],
        [frozenset(ids[:4]), frozenset(ids[4:6]), women, women],
        frozenset(ids[:6]),
        (ids[7], START + 9 * HOUR),
    )


def fresh(world: World) -> Model:
    """The tables as the world began, and the model of them."""
    with writing() as session:
        for kind in (DrawEntry, Draw, Mark, Consumed, BookingChange, Notice, Booking):
            session.execute(table(kind).delete())
        session.execute(update(Activity).values(status=Status.PUBLISHED))
        session.execute(update(Quota).values(used=0))
        for slot_id, began in zip(world.slots, world.began, strict=True):
            nothing = {"held": 0, "waiting": 0, "over": 0, "seq": 0, "called_off_at": None}
            session.execute(update(Slot).where(Slot.id == slot_id).values(**began, **nothing))
    lottery.announce(activity_id=world.activities[-2], source="双色球", at=START)
    with writing() as session:
        session.execute(update(Draw).values(secret="0" * 64))
    model = Model(
        _posts(world), START + HOUR, shares=_shares(world), barred={world.barred[0]: world.barred[1]}
    )
    db.session.rollback()
    return model


def instants(model: Model) -> list[datetime]:
    """When something may change by the clock alone."""
    found = {START + 8 * HOUR, START + 10 * HOUR, START + 19 * HOUR}
    for post in model.posts.values():
        terms = post.terms
        found |= {terms.opens_at, terms.closes_at, post.starts_at, post.ends_at, post.starts_at - 2 * HOUR}
        found |= {post.starts_at - (terms.promotion + more) * MINUTE for more in (0, 5)}
        found |= {post.starts_at - terms.auto * MINUTE}
    found |= {share.releases_at for share in model.shares.values() if share.releases_at}
    found |= {line.until for line in model.lines if line.state == "offered" and line.until}
    return sorted(found)


def _from(hours: float) -> Meeting:
    return Meeting(START + hours * HOUR, START + (hours + 2) * HOUR)


def _published(meetings: Sequence[Meeting], pools: Sequence[Pool], **more: Any) -> Any:
    terms: dict[str, Any] = {"max_party": 3, "opens_in": timedelta(hours=-1), "now": START, **more}
    return an_activity(meetings=meetings, pools=pools, **terms)


def _posts(world: World) -> dict[int, Post]:
    meetings: dict[int, list[tuple[datetime, datetime]]] = {slot_id: [] for slot_id in world.slots}
    for slot_id, starts_at, ends_at in db.session.execute(
        select(slot_occurrence.c.slot_id, Occurrence.starts_at, Occurrence.ends_at).join(Occurrence)
    ):
        meetings[slot_id].append((starts_at, ends_at))
    posts = {}
    for slot, activity in db.session.execute(select(Slot, Activity).join(Activity).order_by(Slot.id)):
        terms = Terms(
            activity.id,
            activity.opens_at,
            activity.closes_at,
            how=str(activity.allocation),
            max_party=activity.max_party,
            most_open=activity.most_open,
            marks=activity.penalties,
            open_to=world.members if activity.conditions else None,
            promotion=activity.promotion_minutes,
            auto=activity.auto_minutes,
            offer=activity.offer_minutes,
            offer_least=activity.offer_least_minutes,
        )
        posts[slot.id] = Post(terms, meetings[slot.id], slot.capacity, slot.waitlist_limit, START)
    return posts


def _shares(world: World) -> dict[int, Share]:
    inside: dict[int, set[int]] = {}
    for quota_id, slot_id in db.session.execute(select(quota_slot)):
        inside.setdefault(quota_id, set()).add(slot_id)
    quotas = db.session.scalars(select(Quota).order_by(Quota.id)).all()
    return {
        quota.id: Share(frozenset(inside[quota.id]), who, quota.most, quota.least, quota.releases_at)
        for quota, who in zip(quotas, world.counted, strict=True)
    }


def answered(act: Any) -> tuple[Said, str]:
    """What a verb said, as the model says it. A broken copy has a `Refused` of its own: known by its reason."""
    try:
        ticket = act()
    except Exception as refused:
        if type(refused).__name__ == "Late":
            return Said(refused="late"), ""
        why = getattr(refused, "why", None)
        if why not in list(Refusal):
            raise
        return Said(refused=str(why)), ""
    return Said(str(ticket.state)), str(ticket.ref)
