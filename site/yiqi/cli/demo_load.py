"""Loads the demo: publishes every offer and plays the crowd's steps through the verbs of the site, in order of time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import func, select, update

from yiqi import clock
from yiqi.activities.models import Activity
from yiqi.activities.planning import Meeting, Plan, Pool, publish
from yiqi.booking import places
from yiqi.booking.models import Booking
from yiqi.booking.rules.clash import Span
from yiqi.cli import demo_people
from yiqi.cli.demo_content import league, reading, training, troupe, volunteering
from yiqi.cli.demo_content.offer import Offer, Time
from yiqi.cli.demo_crowd import Diary, Step, Window, steps
from yiqi.cli.demo_people import Cast
from yiqi.db import db, writing
from yiqi.notices.models import Notice
from yiqi.people.models import Person

OFFERS: tuple[Offer, ...] = (
    *league.OFFERS,
    *troupe.OFFERS,
    *reading.OFFERS,
    *training.OFFERS,
    *volunteering.OFFERS,
)
PEOPLE = 300
CLOSES_BEFORE = timedelta(minutes=30)
TELL_EVERY = 50
DAY = timedelta(days=1)


class BrokenOff(Exception):
    """An earlier load did not come to its end."""


@dataclass(frozen=True)
class Size:
    """How much there is."""

    people: int
    activities: int
    bookings: int


@dataclass(frozen=True)
class _Published:
    offer: Offer
    activity_id: int
    steps: list[Step]


def load(at: datetime) -> bool:
    """Load the default demo; False, changing nothing, when it is loaded. Raises `BrokenOff` after half a load.

    The same for everybody on one day, except for the codes on the tickets and what depends on the hour.
    """
    if demo_people.is_settled():
        return False
    if demo_people.is_settling():
        raise BrokenOff
    rng = Random(clock.beijing(at).date().toordinal())  # noqa: S311
    cast = demo_people.settle(rng, PEOPLE, at)
    diary = Diary(cast.crowd)
    published = [_publish(offer, cast, diary, rng, at) for offer in OFFERS]
    told = db.session.scalar(select(func.max(Notice.id))) or 0
    _play(sorted((step for one in published for step in one.steps), key=lambda step: step.at), told)
    for one in published:
        if one.offer.called_off:
            places.call_off(
                activity_id=one.activity_id,
                at=at - timedelta(hours=3),
                because=one.offer.called_off,
                because_en=one.offer.called_off_en,
            )
    _tell(told)
    demo_people.finish(cast, at)
    return True


def size() -> Size:
    """What the database holds now."""
    people, activities, bookings = (
        db.session.scalar(select(func.count()).select_from(model)) or 0
        for model in (Person, Activity, Booking)
    )
    return Size(people, activities, bookings)


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


def _publish(offer: Offer, cast: Cast, diary: Diary, rng: Random, at: datetime) -> _Published:
    whens = meetings(offer.times, at)
    first = whens[0][0]
    opens_at, closes_at = _sign_up_window(offer, first, rng, at)
    done = publish(
        Plan(
            programme=offer.programme,
            title=offer.title[0],
            owner_id=cast.unions[offer.owner],
            meetings=[
                Meeting(starts_at, ends_at, *offer.place.venue, *offer.place.directions)
                for starts_at, ends_at in whens
            ],
            pools=[
                Pool(room.capacity, *room.label, *room.detail, room.waitlist_limit, room.meetings)
                for room in offer.rooms
            ],
            opens_at=opens_at,
            closes_at=closes_at,
            topic=offer.topic,
            max_party=offer.max_party,
            cancel_minutes=offer.cancel_minutes,
            words=words(offer),
        )
    )
    if opens_at >= at:
        return _Published(offer, done.activity_id, [])
    made = []
    for slot_id, room in zip(done.slot_ids, offer.rooms, strict=True):
        spans = [Span(*whens[index]) for index in room.meetings or range(len(whens))]
        starts_at = min(span.starts_at for span in spans)
        late_from = starts_at - timedelta(minutes=offer.cancel_minutes)
        quiet = at - timedelta(hours=4) if offer.called_off else at - timedelta(minutes=2)
        until = min(quiet, closes_at, late_from) - timedelta(minutes=1)
        window = Window(opens_at, until, late_from, starts_at, over=starts_at < at)
        crowd = diary.crowd(rng, spans, women=offer.women)
        made += steps(rng, room, slot_id, window, crowd, cast.accounts, offer.max_party)
    return _Published(offer, done.activity_id, made)


def _sign_up_window(offer: Offer, first: datetime, rng: Random, at: datetime) -> tuple[datetime, datetime]:
    today = clock.beijing(at).date()
    if offer.opens_in is not None:
        opens_at = (at + timedelta(hours=offer.opens_in, minutes=59, seconds=59)).replace(minute=0, second=0)
    else:
        day = min(clock.beijing(first).date() - 5 * DAY, today - 3 * DAY) - rng.randint(0, 3) * DAY
        opens_at = clock.at(day, 12)
    if offer.closed:
        return opens_at, clock.at(today - DAY, 18)
    return opens_at, first if offer.times[0].from_today else first - CLOSES_BEFORE


def _instants(time: Time, today: date, at: datetime) -> tuple[datetime, datetime]:
    anchor = today if time.from_today else today - today.weekday() * DAY
    day = anchor + time.day * DAY
    starts_at, ends_at = (clock.at(day, part.hour, part.minute) for part in (time.start, time.end))
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


def _play(ordered: Sequence[Step], told: int) -> None:
    refs: dict[tuple[int, int], str] = {}
    for number, step in enumerate(ordered):
        key = step.slot_id, step.person_id
        if step.party:
            ticket = places.sign_up(
                slot_id=step.slot_id,
                person_id=step.person_id,
                party=step.party,
                nonce=f"demo-{number}",
                at=step.at,
            )
            refs[key] = ticket.ref
        else:
            places.cancel(ref=refs[key], person_id=step.person_id, at=step.at)
        if number % TELL_EVERY == TELL_EVERY - 1:
            _tell(told)


def _tell(told: int) -> None:
    """What the crowd was told in the past counts as sent in the past: background work must not send it again."""
    with writing() as session:
        session.execute(
            update(Notice)
            .where(Notice.kind == "booking", Notice.sent_at.is_(None), Notice.id > told)
            .values(sent_at=Notice.created_at, tries=1)
        )
