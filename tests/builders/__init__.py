"""Short sentences that make real rows: a worker, a union, an activity. Nothing here goes round the site's own verbs
where it has one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from yiqi import clock
from yiqi.activities.models import Allocation, Programme, Status, Topic
from yiqi.activities.planning import Meeting, Plan, Pool, Share, publish
from yiqi.activities.rules.questions import Asked
from yiqi.db import db, writing
from yiqi.people.models import Person
from yiqi.roles import granting
from yiqi.roles.rules.permissions import EVERYWHERE, Role
from yiqi.unions.models import Membership, Union

CAST = {
    "李姐": "+8613900000001",
    "小王": "+8613900000002",
    "小赵": "+8613900000003",
    "老陈": "+8613900000004",
}
_numbers = count(1)


@dataclass(frozen=True)
class Made:
    """An activity that was published. `slot_id` is its only or first slot."""

    activity_id: int
    slot_ids: tuple[int, ...]
    opens_at: datetime
    closes_at: datetime
    starts_at: datetime
    ends_at: datetime

    @property
    def slot_id(self) -> int:
        return self.slot_ids[0]


def a_worker(
    name: str = "工友", *, phone: str = "", lang: str = "zh-CN", at: datetime | None = None
) -> Person:
    """A person on the books; without a phone given they get one nobody else has."""
    number = next(_numbers)
    person = Person(
        phone=phone or f"+86137{number:08d}",
        name=name,
        lang=lang,
        created_at=at or clock.now(),
        turn=0,
    )
    with writing() as session:
        session.add(person)
    return person


def workers(many: int, *, at: datetime | None = None) -> list[Person]:
    """Several people, 工友1 …, in one transaction."""
    made = [
        Person(
            phone=f"+86137{next(_numbers):08d}",
            name=f"工友{number}",
            created_at=at or clock.now(),
            turn=0,
        )
        for number in range(1, many + 1)
    ]
    with writing() as session:
        session.add_all(made)
    return made


def a_union(name: str = "亦庄工会", *, parent: Union | None = None, members: Sequence[Person] = ()) -> Union:
    """A union by its name, with members since the first of the year; the same name again is the same union."""
    with writing() as session:
        union = session.scalar(select(Union).where(Union.name == name))
        if union is None:
            union = Union(name=name, parent_id=parent.id if parent else None)
            session.add(union)
            session.flush()
        for person in members:
            session.add(Membership(person_id=person.id, union_id=union.id, since=date(2026, 1, 1)))
    return union


def an_organizer(
    union: Union,
    *,
    role: Role = Role.UNION_ORGANIZER,
    programme: Programme | None = None,
    name: str = "李姐",
) -> Person:
    """Somebody with a role on a union (in one programme), or everywhere for a role of the federation."""
    person = a_worker(name=name)
    on = None if role in EVERYWHERE else union.id
    granting.grant(
        person_id=person.id, role=role, union_id=on, programme=programme, at=clock.now(), by_id=None
    )
    return person


def an_activity(
    *,
    places: int | None = 1,
    waitlist: int | None = None,
    starts_in: timedelta = timedelta(hours=72),
    lasts: timedelta = timedelta(hours=2),
    max_party: int = 1,
    title: str = "职工书屋读书会",
    programme: Programme = Programme.READING,
    topic: Topic | None = None,
    opens_in: timedelta = timedelta(hours=-1),
    closes_in: timedelta | None = None,
    cancel_minutes: int = 120,
    promotion_minutes: int = 60,
    auto_minutes: int = 1440,
    offer_minutes: int = 120,
    offer_least_minutes: int = 15,
    allocation: Allocation = Allocation.FIRST_COME,
    draw_at: datetime | None = None,
    most_open: int | None = None,
    penalties: bool = True,
    conditions: Sequence[dict[str, Any]] = (),
    questions: Sequence[Asked] = (),
    quotas: Sequence[Share] = (),
    status: Status = Status.PUBLISHED,
    now: datetime | None = None,
    owner: Union | None = None,
    union_only: bool = False,
    pools: Sequence[Pool] = (),
    meetings: Sequence[Meeting] = (),
    venue: str = "荣华中路 10 号",
    **words: str,
) -> Made:
    """An activity with one slot of `places` (None: no limit) and one meeting, unless `pools` or `meetings` say more.

    Times count from `now` (the clock's). Sign-up has been open for an hour and closes at the start; a draw is held
    when it closes.
    """
    now = now or clock.now()
    if not meetings:
        start = now + starts_in
        meetings = [Meeting(start, start + lasts, venue)]
    starts_at = min(meeting.starts_at for meeting in meetings)
    closes_at = starts_at if closes_in is None else now + closes_in
    plan = Plan(
        programme=programme,
        topic=topic,
        title=title,
        owner_id=(owner or a_union()).id,
        meetings=meetings,
        pools=pools or [Pool(places, waitlist_limit=waitlist)],
        opens_at=now + opens_in,
        closes_at=closes_at,
        max_party=max_party,
        cancel_minutes=cancel_minutes,
        promotion_minutes=promotion_minutes,
        auto_minutes=auto_minutes,
        offer_minutes=offer_minutes,
        offer_least_minutes=offer_least_minutes,
        allocation=allocation,
        draw_at=draw_at or (closes_at if allocation is Allocation.DRAW else None),
        most_open=most_open,
        penalties=penalties,
        conditions=conditions,
        questions=questions,
        quotas=quotas,
        status=status,
        union_only=union_only,
        words=words,
    )
    made = publish(plan)
    db.session.rollback()
    return Made(
        made.activity_id,
        made.slot_ids,
        plan.opens_at,
        plan.closes_at,
        starts_at,
        max(meeting.ends_at for meeting in meetings),
    )
