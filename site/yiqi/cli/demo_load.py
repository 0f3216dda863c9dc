"""Loads the demo: publishes every offer, and writes down who does what when for `demo_play` to play through the verbs."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from random import Random

import structlog
from msgspec import Struct
from sqlalchemy import func, select, update

from yiqi import clock
from yiqi.activities.models import Activity, Programme
from yiqi.booking import chance, enrolling, no_shows, places
from yiqi.booking.models import Booking
from yiqi.booking.rules.changes import CallOffOccurrence, MoveOccurrence
from yiqi.cli import demo_desk, demo_people, demo_years
from yiqi.cli.demo_content import league, reading, regulars, trades, training, troupe, volunteering
from yiqi.cli.demo_content.offer import How, Moved, Offer
from yiqi.cli.demo_crowd import Asks, Diary, Replies, steps
from yiqi.cli.demo_people import Cast
from yiqi.cli.demo_play import Play, occurrences
from yiqi.cli.demo_programmes import league as league_season
from yiqi.cli.demo_programmes import reading as reading_year
from yiqi.cli.demo_programmes import training as training_year
from yiqi.cli.demo_programmes import troupe as troupe_season
from yiqi.cli.demo_programmes import volunteering as volunteering_years
from yiqi.cli.demo_publish import DAY, Published, Slotted, meetings, put_on, source
from yiqi.db import db, writing
from yiqi.draws import lottery
from yiqi.notices.models import Notice
from yiqi.people.models import Person

OFFERS: tuple[Offer, ...] = (
    *regulars.OFFERS,
    *training.OFFERS,
    *trades.OFFERS,
    *league.OFFERS,
    *troupe.OFFERS,
    *reading.OFFERS,
    *volunteering.OFFERS,
)
PEOPLE = 300
ADMIN, DOORS = 1, 4
"""The accounts that hold draws, and that stand at the door."""
TELL_EVERY = 50
LISTED = 14 * DAY
"""There are attendance lists of what was later than this ago."""
REMEMBERED = timedelta(days=7)
UNREAD = timedelta(days=2)
"""What people were told later than that may still be new to them."""


class BrokenOff(Exception):
    """An earlier load did not come to its end."""


class Size(Struct, frozen=True):
    """How much there is."""

    people: int
    activities: int
    bookings: int


def load(at: datetime) -> bool:
    """Load the default demo; False, changing nothing, when it is loaded. Raises `BrokenOff` after half a load.

    The same for everybody on one day, except for the codes on the tickets, who is drawn by lot, and what depends on
    the hour.
    """
    if demo_people.is_settled():
        return False
    if demo_people.is_settling():
        raise BrokenOff
    with _unlogged(), _unsynced():
        _load(at)
    return True


def _load(at: datetime) -> None:
    rng = Random(clock.beijing(at).date().toordinal())  # noqa: S311
    cast = demo_people.settle(rng, PEOPLE, at)
    script = _Script(cast, rng, at)
    courses: dict[str, int] = {}
    for offer in OFFERS:
        one = put_on(offer, cast.unions, courses, rng, at)
        courses[offer.key] = one.activity_id
        script.write(one)
    told = db.session.scalar(select(func.max(Notice.id))) or 0
    script.play(told)
    no_shows.sweep(at)
    chance.remember(at)
    demo_desk.furnish(cast, at)
    league_season.furnish(cast, at)
    troupe_season.furnish(cast, at)
    reading_year.furnish(cast, at)
    training_year.furnish(cast, at)
    volunteering_years.furnish(cast, at)
    demo_years.furnish(cast, at)
    _tell(told, at)
    demo_people.finish(cast, at)


def size() -> Size:
    """What the database holds now."""
    people, activities, bookings = (
        db.session.scalar(select(func.count()).select_from(model)) or 0
        for model in (Person, Activity, Booking)
    )
    return Size(people, activities, bookings)


class _Script:
    """What is going to happen in the demo's past."""

    def __init__(self, cast: Cast, rng: Random, at: datetime) -> None:
        self._cast, self._rng, self._at = cast, rng, at
        self._diary = Diary(cast.crowd)
        self._play = Play(self._diary, cast.accounts.values(), cast.accounts[DOORS], at)
        self._first = at

    def write(self, one: Published) -> None:
        """Everything about one offer."""
        if one.opens_at >= self._at:
            return
        self._first = min(self._first, one.opens_at)
        self._enrol(one)
        self._draw(one)
        asks = Asks(
            one.offer.allocation,
            one.offer.max_party,
            Replies.of(self._rng, {one.questions[key]: bag for key, bag in one.offer.replies.items()}),
        )
        for slot in one.slots:
            self._fill(one, slot, asks)
            self._listed(one, slot)
        self._change(one)
        if one.offer.called_off:
            self._play.at(
                self._at - timedelta(hours=3),
                partial(self._call_off, one),
            )

    def play(self, told: int) -> None:
        """Let it happen. Notices after `told` count as sent, a while after they were written."""
        weeks = (self._at - self._first) // REMEMBERED
        for week in range(1, weeks + 1):
            self._play.at(self._first + week * REMEMBERED, chance.remember)
        turn = 0

        def after_each(_at: datetime) -> None:
            nonlocal turn
            turn += 1
            if turn % TELL_EVERY == 0:
                _tell(told, self._at)

        self._play.run(after_each)

    def _fill(self, one: Published, slot: Slotted, asks: Asks) -> None:
        window = one.window(slot, self._at)
        apart = {name for quota in one.offer.quotas if quota.unions for name in quota.unions}
        crowd = self._diary.crowd(
            self._rng,
            slot.spans,
            one.conditions,
            clock.beijing(slot.starts_at).date(),
            apart=apart,
            circle=one.offer.circle,
        )
        for step in steps(self._rng, slot.room, slot.id, window, crowd, self._cast.accounts, asks):
            self._play.step(step, one.offer.rejects)
        self._play.answering(slot.id, slot.room.answers)
        for hours in slot.room.gives_back:
            self._play.at(slot.starts_at - timedelta(hours=hours), partial(self._play.gives_back, slot.id))
        if slot.room.just_freed:
            self._play.at(self._at - timedelta(minutes=1), partial(self._play.gives_back, slot.id))

    def _listed(self, one: Published, slot: Slotted) -> None:
        """Attendance lists, and a day later who is missed."""
        absent = {self._cast.accounts[part.worker]: part for part in slot.room.cast if part.how is How.MISSES}
        for occurrence in occurrences([slot.id])[slot.id]:
            if not self._at - LISTED < occurrence.starts_at < self._at - timedelta(minutes=30):
                continue
            began = occurrence.starts_at + timedelta(minutes=20)
            missed_at = occurrence.ends_at + DAY
            self._play.at(began, partial(self._play.doors, slot.id, occurrence.id, absent, slot.room.missing))
            if one.offer.programme is Programme.VOLUNTEERING:
                self._play.at(occurrence.ends_at, partial(self._play.sign_out, slot.id, occurrence.id))
            self._play.at(missed_at, no_shows.sweep)
            for person_id, part in absent.items():
                if part.objects:
                    said_at = missed_at + timedelta(minutes=1)
                    self._play.at(said_at, partial(self._play.objects, person_id, part.objects))

    def _enrol(self, one: Published) -> None:
        """Who takes all dates of a series with one tap, two evenings ago."""
        tapped_at = clock.at(clock.beijing(self._at).date() - 2 * DAY, 20)
        for number in one.offer.weekly.enrols if one.offer.weekly else ():
            person_id = self._cast.accounts[number]
            coming = [span for slot in one.slots for span in slot.spans if span.starts_at > tapped_at]
            self._diary.note(person_id, coming)
            self._play.at(tapped_at, partial(self._tap, one.activity_id, person_id))

    def _tap(self, activity_id: int, person_id: int, at: datetime) -> None:
        enrolling.enrol(activity_id=activity_id, person_id=person_id, nonce="demo", at=at)

    def _draw(self, one: Published) -> None:
        drawing = one.offer.drawing
        if drawing is None or one.draw_at is None:
            return
        public = source(drawing, self._at)
        number = "".join(str(self._rng.randint(1, 6)) for _ in range(5))
        self._play.at(one.opens_at, partial(self._announce, one.activity_id, *public))
        self._play.at(one.closes_at, partial(self._freeze, one.activity_id))
        self._play.at(one.draw_at, partial(self._hold, one.activity_id, number))

    def _announce(self, activity_id: int, zh: str, en: str, at: datetime) -> None:
        lottery.announce(activity_id=activity_id, source=zh, source_en=en, at=at)

    def _freeze(self, activity_id: int, at: datetime) -> None:
        lottery.freeze(activity_id=activity_id, at=at)

    def _hold(self, activity_id: int, number: str, at: datetime) -> None:
        lottery.draw(activity_id=activity_id, number=number, at=at, by_id=self._cast.accounts[ADMIN])

    def _change(self, one: Published) -> None:
        """Yesterday's changes of single meetings."""
        told_at = clock.at(clock.beijing(self._at).date() - DAY, 17)
        slot_ids = [slot.id for slot in one.slots]
        for change in one.offer.changes:
            occurrence_id = occurrences(slot_ids)[slot_ids[0]][change.meeting].id
            made: MoveOccurrence | CallOffOccurrence
            if isinstance(change, Moved):
                made = MoveOccurrence(occurrence_id, *meetings([change.to], self._at)[0])
            else:
                made = CallOffOccurrence(occurrence_id, *change.because)
            self._play.at(told_at, partial(self._play.change, made, slot_ids))

    def _call_off(self, one: Published, at: datetime) -> None:
        places.call_off(
            activity_id=one.activity_id,
            at=at,
            because=one.offer.called_off,
            because_en=one.offer.called_off_en,
        )


@contextmanager
def _unlogged() -> Iterator[None]:
    """What the verbs log of a made-up past is nobody's business."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    try:
        yield
    finally:
        structlog.configure(**before)


@contextmanager
def _unsynced() -> Iterator[None]:
    """SQLite need not reach the disk at each of some thousand commits: a load that breaks off is begun anew."""
    if db.engine.dialect.name != "sqlite":
        yield
        return
    _reconnect()
    connection = db.engine.raw_connection()
    connection.cursor().execute("PRAGMA synchronous=NORMAL")
    connection.close()
    try:
        yield
    finally:
        _reconnect()


def _reconnect() -> None:
    """Connections as `db.prepare` sets them up."""
    db.session.remove()
    db.engine.dispose()


def _tell(told: int, at: datetime) -> None:
    """What people were told in the past counts as sent in the past: background work must not send it again."""
    with writing() as session:
        session.execute(
            update(Notice)
            .where(Notice.sent_at.is_(None), Notice.id > told)
            .values(sent_at=Notice.created_at, tries=1)
        )
        session.execute(
            update(Notice)
            .where(Notice.id > told, Notice.sent_at < at - UNREAD, Notice.read_at.is_(None))
            .values(read_at=Notice.sent_at)
        )
