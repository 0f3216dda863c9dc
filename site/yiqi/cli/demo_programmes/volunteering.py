"""Volunteering of the demo: twenty-one events in two years with their hours, posts short of people next week, squads, a
dispute, a forgotten sign-out, people on the honour list. All of it played through the verbs."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

from msgspec import Struct
from sqlalchemy import func, select

from yiqi import clock
from yiqi.activities import planning
from yiqi.activities.models import Activity, Occurrence, Programme, Slot, Status, slot_occurrence
from yiqi.activities.planning import Meeting, Plan, Pool
from yiqi.booking import attendance, places
from yiqi.booking.rules.asking import Refused
from yiqi.cli.demo_content.unions import FEDERATION
from yiqi.cli.demo_content.volunteering import ADULTS, SUN
from yiqi.cli.demo_people import Cast
from yiqi.db import Facts, db, table
from yiqi.hours import ledger
from yiqi.hours.ledger import By
from yiqi.hours.models import Entry, Service
from yiqi.hours.rules.standing import State
from yiqi.programmes.volunteering import confirming, consents, counting, disputing, posts, proving, staffing
from yiqi.programmes.volunteering.models import Purpose
from yiqi.programmes.volunteering.posts import Posted
from yiqi.programmes.volunteering.proving import Period

ADMIN, DOORS, CAPTAIN, LEADER, BOOKS = 1, 4, 10, 11, 15
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
APART, RECENT = 36, 12
"""Days between two of the past events, and since the last one began."""
SHIFT, BREAK, DAYS = 330, 30, 3
"""Minutes of a shift and of its break, and on how many days in a row."""
LIMIT = 8 * 60
PAST: tuple[tuple[str, str, str, str], ...] = (
    (
        "世界机器人大会场馆引导",
        "World Robot Conference guides",
        "亦创国际会展中心",
        "Etrong Exhibition Centre",
    ),
    ("垃圾分类桶前值守", "At the recycling bins", "林肯公园小区", "Lincoln Park estate"),
    ("“爱心送考”护考服务", "Exam days: water and directions", "北京二中亦庄学校", "No. 2 School, Yizhuang"),
    ("社区养老陪伴", "Company for the elderly", "博兴街道养老驿站", "Boxing elderly centre"),
    ("无偿献血车服务", "Blood donation bus", "荣华南路", "Ronghua South Road"),
    ("共享单车摆放整理", "Tidying shared bikes", "万源街站", "Wanyuan Street station"),
    ("骑手驿站值班", "Riders’ rest stop", "经海三路驿站", "Jinghai 3rd Road stop"),
)
POST = ("服务岗", "Service")
BRIEFING = """05:20 荣京东街站 A 口集合，小队长点名、发马甲。
深色长裤、运动鞋，遇雨发雨衣，活动照常。
中途休息 30 分钟，轮流去，岗位上不能没人。"""


class _Shift(Struct, frozen=True):
    """A past event: its activity, slot and occurrences."""

    activity_id: int
    slot_id: int
    occurrences: Sequence[Facts]


def furnish(cast: Cast, at: datetime) -> None:
    """Two years of service, what is ahead, and what waits at the desk."""
    rng = Random(clock.beijing(at).date().toordinal())  # noqa: S311
    regulars = [one.id for one in rng.sample(cast.crowd, 12)]
    for number in range(len(PAST) * 3 - 1, -1, -1):
        _serve(cast, number, regulars, at)
    counting.sweep(at)
    _staff(cast, at)
    _agree(cast, regulars, at)
    _object(cast, regulars, at)
    year = clock.beijing(at).year - 1
    last_year = Period(date(year, 1, 1), date(year, 12, 31))
    proving.prove(person_id=cast.accounts[LEADER], period=last_year, at=at - 5 * DAY)


def _serve(cast: Cast, number: int, regulars: Sequence[int], at: datetime) -> None:
    """One past event, the newest has number 0: who came, until when, and an organizer's word."""
    day = clock.beijing(at).date() - (RECENT + APART * number) * DAY
    event = _publish(cast, number, clock.at(day, 6, 30))
    leader = cast.accounts[LEADER]
    people = [leader, *_who(number, regulars)]
    if number % 3 == 0:
        people.append(cast.accounts[CAPTAIN])
    for person_id in people:
        _come(cast, event, person_id, number, forgets=number == 0 and person_id == regulars[4])
    over = event.occurrences[-1].ends_at
    counting.sweep(over + HOUR)
    by = By(cast.accounts[ADMIN], over + 3 * HOUR, LIMIT)
    confirming.confirm_all(activity_id=event.activity_id, by=by)


def _who(number: int, regulars: Sequence[int]) -> list[int]:
    """The crowd of an event: one comes to nearly every one, one has come for the seventh time, others now and then."""
    others = [regulars[2 + (number + n) % 8] for n in (0, 3)]
    if number == 0:
        return [regulars[1], regulars[2], regulars[4], regulars[6]]
    return [*others, *([regulars[0]] if number > 1 else []), *([regulars[1]] if 1 < number < 8 else [])]


def _publish(cast: Cast, number: int, starts_at: datetime) -> _Shift:
    title, title_en, venue, venue_en = PAST[number % len(PAST)]
    meetings = [
        Meeting(starts_at + n * DAY, starts_at + n * DAY + SHIFT * MINUTE, venue, venue_en)
        for n in range(DAYS)
    ]
    words = {
        "title_en": title_en,
        "sub": "连续三天，中间休息 30 分钟",
        "sub_en": "Three days, half an hour’s break",
        "who": ADULTS[0],
        "who_en": ADULTS[1],
        "contact": SUN[0],
        "contact_en": SUN[1],
    }
    made = planning.publish(
        Plan(
            programme=Programme.VOLUNTEERING,
            title=title,
            owner_id=cast.unions[FEDERATION[0]],
            meetings=meetings,
            pools=[Pool(12, *POST)],
            opens_at=starts_at - 10 * DAY,
            closes_at=starts_at,
            penalties=False,
            made_by_id=cast.accounts[ADMIN],
            words=words,
        )
    )
    slot_id = made.slot_ids[0]
    posts.keep(
        activity_id=made.activity_id,
        posts={slot_id: Posted(least=3, break_minutes=BREAK)},
        at=starts_at - 9 * DAY,
        by_id=cast.accounts[ADMIN],
    )
    covered = slot_occurrence.c.slot_id == slot_id
    query = select(Occurrence.id, Occurrence.starts_at, Occurrence.ends_at)
    rows = db.session.execute(
        query.join(slot_occurrence, slot_occurrence.c.occurrence_id == Occurrence.id)
        .where(covered)
        .order_by(Occurrence.starts_at)
    ).all()
    return _Shift(made.activity_id, slot_id, rows)


def _come(cast: Cast, event: _Shift, person_id: int, number: int, *, forgets: bool) -> None:
    """Somebody signs up, and in and out on each day; the squad leader leaves early twice in the two years."""
    try:
        ticket = places.sign_up(
            slot_id=event.slot_id,
            person_id=person_id,
            party=1,
            nonce=f"volunteers-{number}",
            at=event.occurrences[0].starts_at - 8 * DAY,
        )
    except Refused:
        return
    staff = cast.accounts[DOORS]
    for n, shift in enumerate(event.occurrences):
        early = 0
        if person_id == cast.accounts[LEADER] and n == DAYS - 1:
            early = {0: 30, len(PAST) * 3 - 1: 150}.get(number, 0)
        came_at, left_at = shift.starts_at - (7 + n) * MINUTE, shift.ends_at - early * MINUTE
        attendance.check_in(ref=ticket.ref, occurrence_id=shift.id, at=came_at, by_id=staff)
        if not (forgets and n == DAYS - 1):
            attendance.check_out(ref=ticket.ref, occurrence_id=shift.id, at=left_at, by_id=staff)


def _staff(cast: Cast, at: datetime) -> None:
    """Posts with a minimum, squads and a briefing for what is ahead; two posts are short of people."""
    admin = cast.accounts[ADMIN]
    said = {"at": at - 2 * DAY, "by_id": admin}
    least = {"文明引导": 30, "补给站": 24, "终点物资": 14, "英语联络": 5}
    for title, minima in (
        ("亦庄马拉松文明引导", least),
        ("地铁站文明引导", {}),
        ("夜归人热汤站", {"盛汤": 4, "送餐": 7}),
    ):
        for activity_id, starts_at in _ahead(title, at):
            staffed = staffing.of_event(activity_id)
            leads = staffing.is_confirmed(activity_id, cast.accounts[LEADER])
            squad_id = None
            if leads:
                name = "补给站小队" if minima else "荣京东街小队"
                squad_id = posts.keep_squad(
                    activity_id=activity_id,
                    squad_id=None,
                    name=name,
                    leader_id=cast.accounts[LEADER],
                    **said,  # type: ignore[arg-type]
                )
            wanted = {
                one.facts.slot_id: Posted(
                    minima.get(one.facts.label, 6),
                    30 if title.startswith("亦庄马拉松") else 0,
                    squad_id=squad_id if one.facts.label in ("补给站", "荣京东街站") else None,
                )
                for one in staffed
            }
            posts.keep(activity_id=activity_id, posts=wanted, **said)  # type: ignore[arg-type]
            if title.startswith("亦庄马拉松"):
                briefing_at = starts_at - 40 * MINUTE
                posts.brief(activity_id=activity_id, text=BRIEFING, briefing_at=briefing_at, **said)  # type: ignore[arg-type]


def _ahead(title: str, at: datetime) -> list[tuple[int, datetime]]:
    """The events of a title that are not over."""
    query = (
        select(Activity.id, func.min(Slot.starts_at))
        .join(Slot, Slot.activity_id == Activity.id)
        .where(Activity.title == title, Activity.status == Status.PUBLISHED, Slot.ends_at > at)
        .group_by(Activity.id)
        .order_by(Activity.id)
    )
    return [(activity_id, starts_at) for activity_id, starts_at in db.session.execute(query)]


def _agree(cast: Cast, regulars: Sequence[int], at: datetime) -> None:
    """Who stands on the honour list, and who is passed on to the city's platform."""
    leader = cast.accounts[LEADER]
    for person_id in (leader, *regulars[:2], *regulars[3:8]):
        consents.give(person_id=person_id, purpose=Purpose.HONOUR, at=at - 40 * DAY)
    for person_id in (leader, regulars[0], regulars[2], regulars[5]):
        consents.give(person_id=person_id, purpose=Purpose.PASSING_ON, at=at - 40 * DAY)
    consents.tell_number(person_id=leader, number="110115202300318")


def _object(cast: Cast, regulars: Sequence[int], at: datetime) -> None:
    """One of the crowd says that the last event's hours are wrong; so did somebody else, who was right."""
    for person_id, words, minutes in (
        (regulars[2], "第三天我 12:15 才走，收了两张桌子", None),
        (regulars[1], "最后一天少记了，我 12:10 才离岗", 310),
    ):
        line = db.session.execute(
            ledger.heads()
            .where(table(Service).c.person_id == person_id, table(Entry).c.state == State.CREDITED)
            .order_by(table(Entry).c.starts_at.desc())
            .limit(1)
        ).one_or_none()
        if line is None or line.at < at - 29 * DAY:
            continue
        said = disputing.dispute(
            service_id=line.service_id, seen=line.entry_id, person_id=person_id, words=words, at=at - 3 * DAY
        )
        if minutes is not None:
            confirming.adjust(
                activity_id=line.activity_id,
                service_id=line.service_id,
                seen=said.entry_id,
                minutes=minutes,
                by=By(cast.accounts[ADMIN], at - 2 * DAY, LIMIT, "核对了签到表，补 10 分钟"),
            )
