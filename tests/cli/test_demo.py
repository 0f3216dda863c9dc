"""The demo as it is loaded: enough of everything for somebody who looks round, and true to the site's own rules."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from tests.databases import in_use
from tests.promises.test_typesetting import breaches
from yiqi import clock
from yiqi.activities.models import Activity, Occurrence, Programme, Slot, Status, Topic
from yiqi.booking import mine
from yiqi.booking.models import Booking, BookingChange
from yiqi.booking.rules.states import HOLDING, State
from yiqi.cli.demo_content.names import ACCOUNTS
from yiqi.cli.demo_load import OFFERS, meetings
from yiqi.db import db
from yiqi.notices import outbox
from yiqi.people import persons
from yiqi.people.models import Person

TEXTS = ("title", "sub", "who", "fee", "contact", "about")


def run(site: Flask, *arguments: str) -> Result:
    return site.test_cli_runner().invoke(args=["demo", *arguments])


def worker(number: int) -> Person:
    person = persons.person_by_phone(f"+86138000000{number:02d}")
    assert person is not None
    return person


def counted(slot_id: int) -> tuple[int, int]:
    """Seats held and bookings waiting, from the rows."""
    mine = select(Booking).where(Booking.slot_id == slot_id)
    bookings = db.session.scalars(mine).all()
    held = sum(one.party for one in bookings if one.state in HOLDING)
    return held, sum(one.state is State.WAITING for one in bookings)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def loaded(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The site with the demo, loaded once for this module."""
    site: Flask = request.getfixturevalue(f"{request.param}_site")
    with in_use(site) as app:
        result = run(app, "load")
        assert result.exit_code == 0, result.output
        assert result.output.startswith("Demo loaded: 300 people")
        yield app


def test_loading_again_changes_nothing(loaded: Flask) -> None:
    before = [db.session.scalar(select(func.max(model.id))) for model in (Person, Activity, BookingChange)]

    again = run(loaded, "load")

    assert again.output.startswith("Demo is loaded already: 300 people")
    after = [db.session.scalar(select(func.max(model.id))) for model in (Person, Activity, BookingChange)]
    assert after == before


def test_every_programme_and_topic_is_there(loaded: Flask) -> None:
    activities = db.session.scalars(select(Activity)).all()

    assert len(activities) >= 40
    assert {one.programme for one in activities} == set(Programme)
    assert {one.topic for one in activities} == {None, *Topic}


def test_the_counters_of_every_slot_equal_a_recount(loaded: Flask) -> None:
    slots = db.session.execute(select(Slot.id, Slot.held, Slot.waiting)).all()

    assert {slot.id: (slot.held, slot.waiting) for slot in slots} == {
        slot.id: counted(slot.id) for slot in slots
    }


def test_slots_come_in_every_look(loaded: Flask) -> None:
    now = clock.now()
    ahead = db.session.scalars(select(Slot).join(Activity).where(Slot.starts_at > now)).all()
    limited = [slot for slot in ahead if slot.capacity is not None]
    left = [slot.capacity - slot.held for slot in limited if slot.capacity is not None and not slot.waiting]

    assert any(slot.capacity is None for slot in db.session.scalars(select(Slot)))
    assert {8, 3000} <= {slot.capacity for slot in limited}
    assert 1 in left
    assert any(slot.held == slot.capacity and slot.waitlist_limit == 0 for slot in limited)
    assert any(slot.waitlist_limit and slot.waiting == slot.waitlist_limit for slot in limited)
    assert any(slot.held == slot.capacity and slot.waiting >= 3 for slot in limited)
    assert any(slot.activity.opens_at > now for slot in ahead)
    assert any(slot.activity.closes_at < now for slot in ahead)
    (gone,) = (slot.activity for slot in ahead if slot.activity.status == Status.CALLED_OFF)
    assert gone.called_off_because


def test_bookings_are_in_every_state_that_there_is_a_way_to(loaded: Flask) -> None:
    states = set(db.session.scalars(select(Booking.state).distinct()))

    assert states == set(State) - {State.OFFERED}


def test_nothing_is_left_to_send_and_nothing_is_dated_in_the_future(loaded: Flask) -> None:
    now = clock.now()

    assert outbox.due(now) == []
    assert max(db.session.scalars(select(BookingChange.at))) < now


def test_each_demo_worker_finds_something_else(loaded: Flask) -> None:
    now = clock.now()
    captain = mine.coming(worker(10).id, now)
    assert len(captain) >= 2

    (waiting,) = mine.queued(worker(11).id, now)
    assert waiting.standing.place == 3
    assert mine.counts(worker(12).id, now) == (0, 0)
    assert {one.booking.state for one in mine.past(worker(13).id, now)} == {State.CANCELLED, State.LEFT}
    assert State.CALLED_OFF in {one.booking.state for one in mine.past(worker(14).id, now)}
    assert State.CANCELLED_LATE in {one.booking.state for one in mine.past(worker(15).id, now)}
    assert len(mine.queued(worker(17).id, now)) >= 2
    assert mine.counts(worker(18).id, now) == (0, 0)
    assert worker(19).lang == "en"


@pytest.mark.parametrize("hour", [0, 7, 13, 19, 22, 23])
@pytest.mark.parametrize("day", [date(2027, 3, 1) + timedelta(days=number) for number in range(7)])
def test_there_is_something_on_whatever_the_day_and_hour(day: date, hour: int) -> None:
    now = clock.at(day, hour, 40)
    starts = [starts_at for offer in OFFERS for starts_at, _ends_at in meetings(offer.times, now)]
    per_day = Counter(clock.beijing(instant).date() for instant in starts)
    monday = day - timedelta(days=day.weekday())

    assert all(per_day[monday + timedelta(days=number)] >= 2 for number in range(14))
    later = [instant for instant in starts if now < instant and clock.beijing(instant).date() == day]
    assert len(later) >= 2 or hour == 23
    assert per_day[day + timedelta(days=1)] >= 2


def test_every_text_is_said_twice_and_set_as_chinese_is_set() -> None:
    pairs = [(offer.title[0], pair) for offer in OFFERS for pair in (getattr(offer, name) for name in TEXTS)]
    pairs += [("", pair) for offer in OFFERS for pair in (offer.place.venue, offer.place.directions)]
    pairs += [("", pair) for offer in OFFERS for room in offer.rooms for pair in (room.label, room.detail)]

    assert [title for title, (zh, en) in pairs if bool(zh) != bool(en)] == []
    assert {zh: found for _title, (zh, _en) in pairs if (found := breaches(zh))} == {}
    assert all(len(offer.title[0]) <= 14 for offer in OFFERS)


def test_every_text_fits_its_column() -> None:
    columns = Activity.__table__.columns
    for offer in OFFERS:
        for name in TEXTS[:-1]:
            zh, en = getattr(offer, name)
            assert len(zh) <= columns[name].type.length  # type: ignore[attr-defined]
            assert len(en) <= columns[f"{name}_en"].type.length  # type: ignore[attr-defined]
        places = Occurrence.__table__.columns
        for name in ("venue", "directions"):
            zh, en = getattr(offer.place, name)
            assert len(zh) <= places[name].type.length  # type: ignore[attr-defined]
            assert len(en) <= places[f"{name}_en"].type.length  # type: ignore[attr-defined]


def test_nobody_bears_two_demo_phones() -> None:
    assert [account.phone[-2:] for account in ACCOUNTS] == [
        *(f"{number:02d}" for number in range(1, 6)),
        *(f"{number:02d}" for number in range(10, 20)),
    ]
