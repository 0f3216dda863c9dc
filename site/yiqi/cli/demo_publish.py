"""Publishes the offers of the demo: an offer becomes the plan of an activity, and its times become instants."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import select

from yiqi import clock
from yiqi.activities.holidays import public_day
from yiqi.activities.models import Question
from yiqi.activities.planning import Meeting, Plan, Pool, Share, Venue, publish
from yiqi.activities.rules import recurrence
from yiqi.activities.rules.conditions import Condition, parse
from yiqi.activities.series import publish_series
from yiqi.booking.rules.clash import Span
from yiqi.cli.demo_content.offer import Drawing, Moved, Offer, Quota, Room, Time
from yiqi.cli.demo_content.offer import Weekly as Regular
from yiqi.cli.demo_crowd import Window
from yiqi.db import db

CLOSES_BEFORE = timedelta(minutes=30)
DAY = timedelta(days=1)
LEFT_AT_LEAST = timedelta(hours=6)
"""What comes next within a day leaves this long until it starts."""

Meets = Sequence[tuple[datetime, datetime]]


class Slotted(Struct, frozen=True):
    """One slot of a published offer: its room, and when it meets (the times of moved meetings included)."""

    id: int
    room: Room
    spans: tuple[Span, ...]

    @property
    def starts_at(self) -> datetime:
        return min(span.starts_at for span in self.spans)


class Published(Struct, frozen=True):
    """An offer and what it became."""

    offer: Offer
    activity_id: int
    slots: tuple[Slotted, ...]
    opens_at: datetime
    closes_at: datetime
    draw_at: datetime | None
    conditions: tuple[Condition, ...]
    questions: Mapping[str, int]

    def window(self, slot: Slotted, at: datetime) -> Window:
        """When the crowd of a slot asks for places, seen from `at`: before somebody gives one back."""
        late_from = slot.starts_at - timedelta(minutes=self.offer.cancel_minutes)
        quiet = at - timedelta(hours=4) if self.offer.called_off else at - timedelta(minutes=2)
        opens_at = self.opens_at
        if self.offer.weekly is not None:
            opens_at = max(opens_at, min(slot.starts_at - 7 * DAY, at - 4 * DAY))
        first_back = timedelta(hours=max(slot.room.gives_back, default=0))
        until = min(quiet, self.closes_at, late_from, slot.starts_at - first_back) - timedelta(minutes=1)
        return Window(opens_at, until, late_from, slot.starts_at, over=slot.starts_at < at)


def put_on(
    offer: Offer, unions: Mapping[str, int], courses: Mapping[str, int], rng: Random, at: datetime
) -> Published:
    """Publish an offer. `courses` are the ids of activities that lead to certificates, by the keys of their offers."""
    whens: Meets = _dates(offer.weekly, at) if offer.weekly else meetings(offer.times, at)
    opens_at, closes_at, draw_at = _sign_up_window(offer, whens, rng, at)
    conditions = [
        {**one, "activity": courses[offer.course]} if one["kind"] == "holds" and offer.course else one
        for one in offer.conditions
    ]
    plan = Plan(
        programme=offer.programme,
        title=offer.title[0],
        owner_id=unions[offer.owner],
        meetings=[Meeting(*when, *offer.place.venue, *offer.place.directions) for when in whens],
        pools=[
            Pool(room.capacity, *room.label, *room.detail, room.waitlist_limit, room.meetings)
            for room in offer.rooms
        ],
        opens_at=opens_at,
        closes_at=closes_at,
        topic=offer.topic,
        max_party=offer.max_party,
        cancel_minutes=offer.cancel_minutes,
        allocation=offer.allocation,
        draw_at=draw_at,
        conditions=conditions,
        questions=offer.questions,
        quotas=[_share(quota, unions, at) for quota in offer.quotas],
        words=words(offer),
    )
    if offer.weekly is None:
        made = publish(plan)
        activity_id, slot_ids = made.activity_id, made.slot_ids
    else:
        venue = Venue(*offer.place.venue, *offer.place.directions)
        series = publish_series(
            replace(plan, meetings=[]), _rule(offer.weekly, at), drop_in=True, venue=venue
        )
        activity_id, slot_ids = series.activity_id, series.slot_ids
    rooms = _rooms(offer.weekly, offer.rooms[0], whens, at) if offer.weekly else offer.rooms
    return Published(
        offer,
        activity_id,
        tuple(
            Slotted(one, room, _spans(offer, (index,) if offer.weekly else room.meetings, whens, at))
            for index, (one, room) in enumerate(zip(slot_ids, rooms, strict=True))
        ),
        opens_at,
        closes_at,
        draw_at,
        parse(conditions),
        _question_ids(activity_id),
    )


def meetings(times: Iterable[Time], at: datetime) -> list[tuple[datetime, datetime]]:
    """The instants of an offer's times, seen from `at`."""
    today = clock.beijing(at).date()
    return [_instants(time, today, at) for time in times]


def words(offer: Offer) -> dict[str, str]:
    """The texts of an offer by column name."""
    pairs = {
        "title": offer.title,
        "sub": offer.sub,
        "who": offer.who,
        "fee": offer.fee,
        "contact": offer.contact,
        "about": offer.about,
    }
    return {name: zh for name, (zh, _en) in pairs.items() if name != "title"} | {
        f"{name}_en": en for name, (_zh, en) in pairs.items()
    }


def source(drawing: Drawing, at: datetime) -> tuple[str, str]:
    """The public number of a draw as it is named beforehand, in both languages."""
    day = clock.beijing(at).date() + drawing.held * DAY
    zh, en = drawing.source
    return zh.format(day=f"{day.month}月{day.day}日"), en.format(day=f"{day.day} {day:%B}")


def _share(quota: Quota, unions: Mapping[str, int], at: datetime) -> Share:
    release: dict[str, Any] = {}
    if quota.released_in is not None:
        release["releases_at"] = clock.at(clock.beijing(at).date() + quota.released_in * DAY, 12)
    return Share(
        *quota.name,
        most=quota.most,
        least=quota.least,
        unions=tuple(unions[name] for name in quota.unions),
        choice=quota.choice,
        pools=quota.rooms,
        **release,
    )


def _question_ids(activity_id: int) -> dict[str, int]:
    asked = db.session.execute(
        select(Question.key, Question.id).where(Question.activity_id == activity_id)
    ).all()
    db.session.commit()
    return {one.key: one.id for one in asked}


def _sign_up_window(
    offer: Offer, whens: Meets, rng: Random, at: datetime
) -> tuple[datetime, datetime, datetime | None]:
    today, first = clock.beijing(at).date(), whens[0][0]
    if offer.drawing is not None:
        closes_on, held_on = (today + days * DAY for days in (offer.drawing.closes, offer.drawing.held))
        return clock.at(closes_on - 8 * DAY, 12), clock.at(closes_on, 18), clock.at(held_on, 21, 30)
    if offer.weekly is not None:
        return clock.at(clock.beijing(first).date() - 8 * DAY, 12), whens[-1][0], None
    if offer.opens_in is not None:
        opens_at = (at + timedelta(hours=offer.opens_in, minutes=59, seconds=59)).replace(minute=0, second=0)
    else:
        day = min(clock.beijing(first).date() - 5 * DAY, today - 3 * DAY) - rng.randint(0, 3) * DAY
        opens_at = clock.at(day, 12)
    if offer.closed:
        return opens_at, clock.at(today - DAY, 18), None
    return opens_at, first if offer.times[0].from_today else first - CLOSES_BEFORE, None


def _rule(weekly: Regular, at: datetime) -> recurrence.Weekly:
    today = clock.beijing(at).date()
    day = today + (weekly.weekday - today.weekday()) * DAY
    return recurrence.Weekly(
        frozenset({weekly.weekday}),
        weekly.start,
        weekly.minutes,
        day - 7 * weekly.since * DAY,
        day + 7 * weekly.until * DAY,
    )


def _dates(weekly: Regular, at: datetime) -> Meets:
    return recurrence.times(_rule(weekly, at), public_day).meets


def _rooms(weekly: Regular, empty: Room, whens: Meets, at: datetime) -> list[Room]:
    """The room of each date of a series."""
    over = sum(starts_at < at for starts_at, _ends_at in whens)
    past = [weekly.past[back % len(weekly.past)] if weekly.past else empty for back in range(over)]
    coming = [*weekly.coming, *[empty] * len(whens)][: len(whens) - over]
    return [*reversed(past), *coming]


def _spans(offer: Offer, indexes: Sequence[int], whens: Meets, at: datetime) -> tuple[Span, ...]:
    covered = indexes or range(len(whens))
    moved = [one.to for one in offer.changes if isinstance(one, Moved) and one.meeting in covered]
    return tuple(Span(*when) for when in [*(whens[index] for index in covered), *meetings(moved, at)])


def _instants(time: Time, today: date, at: datetime) -> tuple[datetime, datetime]:
    anchor = today if time.from_today or time.soonest else today - today.weekday() * DAY
    day = anchor + time.day * DAY
    starts_at, ends_at = (clock.at(day, part.hour, part.minute) for part in (time.start, time.end))
    if time.soonest:
        days = (today, today + DAY)
        choices = [clock.at(day, one.hour, one.minute) for day in days for one in time.soonest]
        later = next(one for one in choices if one >= at + LEFT_AT_LEAST)
        return later, later + (ends_at - starts_at)
    if not time.from_today or time.day > 0 or starts_at >= at + timedelta(minutes=90):
        return starts_at, ends_at
    later = _rounded_up(at + timedelta(minutes=90), 15)
    latest = clock.at(day, 23, 30)
    if later > latest:
        later = max(latest, _rounded_up(at + timedelta(minutes=10), 5))
    return later, later + (ends_at - starts_at)


def _rounded_up(instant: datetime, minutes: int) -> datetime:
    step = minutes * 60
    return datetime.fromtimestamp(-(-int(instant.timestamp()) // step) * step, tz=instant.tzinfo)
