"""A gallery: one activity for each face that an activity's page can have for a worker, all made by the site's verbs."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count

from msgspec.structs import replace
from sqlalchemy import select

from yiqi import clock
from yiqi.activities.models import Allocation, Occurrence, Programme
from yiqi.activities.planning import Meeting, Plan, Pool, Share, publish
from yiqi.activities.rules.questions import Asked, Choice, QuestionKind
from yiqi.activities.rules.recurrence import Weekly
from yiqi.activities.series import publish_series
from yiqi.booking import approval, attendance, changes, no_shows, offers, places
from yiqi.booking.asking import Ticket
from yiqi.booking.rules.changes import MoveOccurrence
from yiqi.db import db
from yiqi.draws import lottery

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class Gallery:
    """What is hung: by the name of a face the activity's id. `me` is whose faces they are, `others` stand by."""

    me: int
    others: list[int]
    owner_id: int
    at: datetime
    hung: dict[str, int] = field(default_factory=dict)
    _forms: "count[int]" = field(default_factory=count)
    _days: "count[int]" = field(default_factory=lambda: count(10))

    def plan(self, **more: object) -> Plan:
        """An activity on a day of its own, so that nothing clashes by chance; sign-up has been open for ten days."""
        starts_at = clock.at(clock.beijing(self.at).date() + next(self._days) * DAY, 18, 30)
        plan = Plan(
            programme=Programme.TRAINING,
            title="报名状态一览",
            owner_id=self.owner_id,
            meetings=[_meeting(starts_at, starts_at + 2 * HOUR)],
            pools=[Pool(2)],
            opens_at=self.at - 10 * DAY,
            closes_at=starts_at,
            max_party=3,
            words={
                "title_en": "Every state of a booking",
                "sub": "看每种情况长什么样",
                "sub_en": "What each one looks like",
            },
        )
        return replace(plan, **more)

    def soon(self, hours: float, **more: object) -> Plan:
        """One that starts in some hours."""
        starts_at = self.at + hours * HOUR
        return self.plan(meetings=[_meeting(starts_at, starts_at + 2 * HOUR)], closes_at=starts_at, **more)

    def hang(self, name: str, plan: Plan) -> int:
        """Publish it under a name; answers its slot."""
        made = publish(plan)
        self.hung[name] = made.activity_id
        return made.slot_ids[0]

    def asks(
        self, slot_id: int, person_id: int | None = None, *, ago: timedelta = timedelta(), party: int = 1
    ) -> Ticket:
        """Somebody signs up, me if nobody is named."""
        return places.sign_up(
            slot_id=slot_id,
            person_id=person_id or self.me,
            party=party,
            nonce=f"gallery-{slot_id}-{next(self._forms)}",
            at=self.at - ago,
        )

    def fill(self, slot_id: int, *, ago: timedelta = timedelta(), waiting: int = 0) -> list[Ticket]:
        """Two others take the places of a slot, and some wait."""
        return [self.asks(slot_id, person, ago=ago) for person in self.others[: 2 + waiting]]

    def gives_back(
        self, ticket: Ticket, person_id: int | None = None, *, ago: timedelta = timedelta()
    ) -> None:
        places.cancel(ref=ticket.ref, person_id=person_id or self.me, at=self.at - ago)


def hang(me: int, others: list[int], owner_id: int, at: datetime) -> dict[str, int]:
    """Every face, by its name the id of the activity that wears it for `me`. `others` are ten people at least."""
    gallery = Gallery(me, others, owner_id, at)
    for face in (_offers, _before, _asking, _waiting, _held, _after, _series):
        face(gallery)
    db.session.rollback()
    return gallery.hung


def _before(one: Gallery) -> None:
    one.hang("not_open", one.plan(opens_at=one.at + DAY))
    one.hang("open", one.plan())
    one.hang("open_approval", one.plan(allocation=Allocation.APPROVAL))
    asked = Asked(
        "tee",
        QuestionKind.CHOICE,
        "尺码",
        "Size",
        required=True,
        choices=(Choice("m", "M"), Choice("l", "L")),
    )
    one.hang("open_questions", one.plan(questions=[asked]))
    drawn = one.plan(allocation=Allocation.DRAW)
    drawn = replace(
        drawn, closes_at=drawn.meetings[0].starts_at - 3 * DAY, draw_at=drawn.meetings[0].starts_at - 2 * DAY
    )
    slot = one.hang("entered", drawn)
    one.hang("open_draw", replace(drawn, title="报名状态一览：摇号"))
    for name in ("entered", "open_draw"):
        lottery.announce(
            activity_id=one.hung[name],
            source="双色球当期红球",
            source_en="The red balls of that day",
            at=one.at,
        )
    one.asks(slot)
    one.hang("ineligible", one.plan(conditions=[{"kind": "tag", "tag": "班组长"}]))
    one.hang("closed", one.plan(closes_at=one.at - HOUR))


def _asking(one: Gallery) -> None:
    one.asks(one.hang("pending", one.plan(allocation=Allocation.APPROVAL)))
    ticket = one.asks(one.hang("rejected", one.plan(allocation=Allocation.APPROVAL)))
    approval.reject(ref=ticket.ref, by_id=one.others[0], because="这一期只收电工班组", at=one.at)
    one.fill(one.hang("full", one.plan()), waiting=1)
    one.fill(one.hang("full_no_waiting", one.plan(pools=[Pool(2, waitlist_limit=0)])))
    quota = one.plan(pools=[Pool(9)])
    limited = Share("其他单位", "Other unions", most=2, releases_at=quota.meetings[0].starts_at - DAY)
    one.fill(one.hang("quota_full", replace(quota, quotas=[limited])))


def _waiting(one: Gallery) -> None:
    slot = one.hang("waiting", one.plan())
    one.fill(slot, waiting=2)
    one.asks(slot, party=2)
    left = one.hang("left", one.plan())
    one.fill(left)
    one.gives_back(one.asks(left))
    over = one.hang("queue_over", one.soon(0.6))
    held = one.fill(over, ago=2 * HOUR)
    one.asks(over, ago=2 * HOUR)
    one.gives_back(held[0], one.others[0])


def _offers(one: Gallery) -> None:
    def offered(name: str, hours: float, *, ago: timedelta = timedelta(), **more: object) -> Ticket:
        slot = one.hang(name, one.soon(hours, **more))
        held, ticket = one.fill(slot, ago=ago + HOUR), one.asks(slot, ago=ago + HOUR)
        one.gives_back(held[0], one.others[0], ago=ago)
        return ticket

    offered("expired", 24, ago=4 * DAY, auto_minutes=14 * 24 * 60, offer_minutes=30)
    for hours in range(90, -1, -1):
        offers.settle_due(one.at - hours * HOUR)
    offered("offered", 9)
    slot = one.hang("offer_ran_out", one.soon(3))
    held = one.fill(slot, ago=20 * HOUR)
    one.asks(slot, ago=20 * HOUR)
    next_one = one.asks(slot, one.others[2], ago=20 * HOUR)
    one.gives_back(held[0], one.others[0], ago=18 * HOUR)
    offers.settle_due(one.at - 5 * HOUR)
    offers.accept(ref=next_one.ref, person_id=one.others[2], at=one.at - 5 * HOUR)
    offers.decline(ref=offered("declined", 12).ref, person_id=one.me, at=one.at)


def _held(one: Gallery) -> None:
    late = one.hang("cancelled_late", one.soon(1.5))
    one.gives_back(one.asks(late, ago=3 * HOUR))
    one.asks(one.hang("confirmed", one.plan()), party=2)
    one.gives_back(one.asks(one.hang("cancelled", one.plan())))
    one.asks(one.hang("moved", one.plan()))
    _move(one.hung["moved"], one.at)
    one.asks(one.hang("called_off", one.plan()))
    places.call_off(
        activity_id=one.hung["called_off"], at=one.at, because="大风预警", because_en="strong wind"
    )
    one.asks(one.hang("check_in_open", one.soon(0.6)))
    now = _meeting(one.at - 45 * MINUTE, one.at + 15 * MINUTE)
    slot = one.hang("checked_in", one.plan(meetings=[now], closes_at=now.starts_at))
    ticket = one.asks(slot, ago=3 * HOUR)
    attendance.check_in(
        ref=ticket.ref, occurrence_id=_first(one.hung["checked_in"]), at=one.at - HOUR / 2, by_id=None
    )


def _after(one: Gallery) -> None:
    then = _meeting(one.at - 2 * DAY - 3 * HOUR, one.at - 2 * DAY)
    slot = one.hang("no_show", one.plan(meetings=[then], closes_at=then.starts_at))
    one.asks(slot, ago=4 * DAY)
    came = one.asks(slot, one.others[0], ago=4 * DAY)
    attendance.check_in(
        ref=came.ref, occurrence_id=_first(one.hung["no_show"]), at=then.starts_at, by_id=None
    )
    no_shows.sweep(one.at)
    drawn = one.plan(allocation=Allocation.DRAW)
    frozen = replace(drawn, closes_at=one.at - HOUR, draw_at=one.at + DAY)
    held = replace(drawn, meetings=one.plan().meetings, closes_at=one.at - 2 * HOUR, draw_at=one.at - HOUR)
    for name, plan in (("entered_frozen", frozen), ("drawn", held)):
        slot = one.hang(name, plan)
        lottery.announce(
            activity_id=one.hung[name], source="当期红球", source_en="The red balls", at=one.at - DAY
        )
        for person_id in (one.me, *one.others):
            one.asks(slot, person_id, ago=3 * HOUR)
        lottery.freeze(activity_id=one.hung[name], at=one.at)
    lottery.draw(activity_id=one.hung["drawn"], number="03 09 16 22 25 31", at=one.at)


def _series(one: Gallery) -> None:
    first = clock.beijing(one.at).date() + 3 * DAY
    rule = Weekly(frozenset({first.weekday()}), time(19), 90, first, first + 35 * DAY)
    plan = one.plan(meetings=[], closes_at=clock.at(first + 35 * DAY, 19))
    made = publish_series(plan, rule, drop_in=True)
    one.hung["series"] = made.activity_id
    one.asks(made.slot_ids[0])
    one.fill(made.slot_ids[1], waiting=1)
    one.asks(made.slot_ids[1])


def _meeting(starts_at: datetime, ends_at: datetime) -> Meeting:
    return Meeting(starts_at, ends_at, "职工服务中心 302", "Service Centre 302")


def _first(activity_id: int) -> int:
    """The first occurrence of an activity."""
    wanted = select(Occurrence.id).where(Occurrence.activity_id == activity_id).order_by(Occurrence.starts_at)
    return db.session.scalars(wanted.limit(1)).one()


def _move(activity_id: int, at: datetime) -> None:
    occurrence = db.session.get_one(Occurrence, _first(activity_id))
    change = MoveOccurrence(occurrence.id, occurrence.starts_at + HOUR, occurrence.ends_at + HOUR)
    db.session.rollback()
    changes.apply(change, seen=changes.preview(change, at=at).version, at=at)
