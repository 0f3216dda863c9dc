"""The demo as it is loaded: enough of everything for somebody who looks round, and true to the site's own rules."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock, patch

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from tests.booking import invariants
from tests.databases import in_use
from tests.nightly import in_turns
from yiqi import clock
from yiqi.activities.models import (
    Activity,
    Allocation,
    Occurrence,
    Programme,
    Quota,
    Series,
    Slot,
    Topic,
    quota_slot,
)
from yiqi.activities.models import Status as Published
from yiqi.booking import chance, marks, mine, standing
from yiqi.booking.models import Attendance, Booking, BookingChange, Mark, MarkKind, QueueHistory
from yiqi.booking.rules.chance import Word
from yiqi.booking.rules.marks import Status
from yiqi.booking.rules.states import HOLDING, State
from yiqi.cli.demo_content.offer import WOMEN
from yiqi.db import db
from yiqi.draws.models import Draw, DrawEntry
from yiqi.notices import delivery
from yiqi.people import persons
from yiqi.people.models import Person
from yiqi.people.rules import may_be_recycled
from yiqi.rota import rotas


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


def live_states(number: int) -> set[State]:
    """The states of what a demo worker has before them."""
    theirs = (
        select(Booking.state)
        .join(Slot)
        .where(Booking.person_id == worker(number).id, Slot.ends_at > clock.now())
    )
    return set(db.session.scalars(theirs))


HOURS = (0.1, 1, 13, 25.3, 31.5, 60, 87.2, 103.9, 111.9, 127, 138.5, 152.6, 160.9, 164, 167.9)
"""Hours of this week in Beijing, from Monday's midnight: there was a time when a demo that was loaded then was false or
failed. What is on this week is over by Sunday evening; what is on right now may have begun in another week."""
YEARS = ("2026-12-31 12:00", "2026-12-31 23:58", "2027-01-01 00:05", "2028-02-28 23:58", "2028-02-29 12:00")
"""Instants in Beijing at the ends of months and years."""
NIGHTLY = [("sqlite", str(one)) for one in in_turns((*HOURS, *YEARS), 0, 0)]


def instant(said: str) -> datetime:
    """An hour of this week, or a day with its time, in Beijing."""
    if " " in said:
        return datetime.fromisoformat(said).replace(tzinfo=clock.BEIJING).astimezone(UTC)
    today = clock.today()
    return clock.at(today - timedelta(today.weekday())) + timedelta(seconds=round(float(said) * 3600))


@pytest.fixture(scope="module", params=[("sqlite", ""), ("postgresql", ""), *NIGHTLY], ids=" ".join)
def loaded(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The site with the demo, loaded once for this module; by night at many hours of the week and days of the year."""
    database, said = request.param
    site: Flask = request.getfixturevalue(f"{database}_site")
    with ExitStack() as stack:
        if said:
            stack.enter_context(patch.object(clock, "now", Mock(return_value=instant(said))))
        app = stack.enter_context(in_use(site))
        result = run(app, "load")
        assert result.exit_code == 0, result.output
        assert result.stdout.startswith("Demo loaded: 300 people")
        yield app


def test_nobody_who_tries_the_demo_is_asked_whose_their_number_is(loaded: Flask) -> None:
    now = clock.now()
    people = db.session.scalars(select(Person).where(Person.phone.startswith("+8613800000")))
    asked = [one.name for one in people if may_be_recycled(one.signed_in_at, one.created_at, now)]
    assert asked == []


def test_loading_again_changes_nothing(loaded: Flask) -> None:
    before = [db.session.scalar(select(func.max(model.id))) for model in (Person, Activity, BookingChange)]

    again = run(loaded, "prepare")

    assert again.stdout.startswith("Demo is loaded already: 300 people")
    assert "13800000001  林静" in again.stdout
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
    (gone,) = (slot.activity for slot in ahead if slot.activity.status == Published.CALLED_OFF)
    assert gone.called_off_because


def test_bookings_are_in_every_state_that_there_is_a_way_to(loaded: Flask) -> None:
    states = set(db.session.scalars(select(Booking.state).distinct()))

    assert states == set(State)


def test_nothing_is_left_to_send_and_nothing_is_dated_in_the_future(loaded: Flask) -> None:
    now = clock.now()

    assert delivery.due(now) == []
    assert max(db.session.scalars(select(BookingChange.at))) < now


def test_each_demo_worker_finds_something_else(loaded: Flask) -> None:
    now = clock.now()
    captain = mine.coming(worker(10).id, now)
    assert len(captain) >= 2

    (waiting,) = mine.queued(worker(11).id, now)
    assert waiting.standing.place == 3
    assert live_states(12) == {State.CONFIRMED}
    assert {one.booking.state for one in mine.past(worker(13).id, now)} == {State.CANCELLED, State.LEFT}
    assert State.CALLED_OFF in {one.booking.state for one in mine.past(worker(14).id, now)}
    assert live_states(14) >= {State.CONFIRMED, State.PENDING}
    assert State.CANCELLED_LATE in {one.booking.state for one in mine.past(worker(15).id, now)}
    assert live_states(16) >= {State.CONFIRMED, State.ENTERED}
    assert len(mine.queued(worker(17).id, now)) >= 2
    assert mine.counts(worker(18).id, now) == (0, 0)
    assert worker(19).lang == "en"
    assert live_states(19) >= {State.CONFIRMED, State.ENTERED}
    assert State.OFFERED in live_states(20)


def test_all_of_it_is_true_by_the_sites_own_rules(loaded: Flask) -> None:
    assert invariants.broken(clock.now()) == []


def test_an_offer_waits_for_somebody_who_has_time_to_look_at_it(loaded: Flask) -> None:
    now = clock.now()
    offered = [one for one in mine.queued(worker(20).id, now) if one.booking.state is State.OFFERED]

    (until,) = (one.booking.offer_until for one in offered)
    assert until is not None
    assert until > now + timedelta(minutes=10)


def test_a_union_has_used_up_its_places_while_others_are_left(loaded: Flask) -> None:
    now = clock.now()
    derby = db.session.scalars(select(Slot).join(quota_slot).join(Quota).where(Quota.name == "京东方")).one()

    (seen,) = standing.of_slots([derby.id], worker(17).id, now)

    assert seen.own_quota_full is not None
    assert (seen.own_quota_full.used, seen.own_quota_full.most) == (5, 5)
    assert seen.own is not None
    assert seen.own.common == 12
    assert db.session.scalar(select(Quota.least).where(Quota.name == "小微企业")) == 6


def test_nearly_all_large_vests_are_taken(loaded: Flask) -> None:
    vests = db.session.scalars(select(Quota).where(Quota.choice == "tee=l")).one()

    assert (vests.used, vests.most) == (29, 30)


def test_draws_stand_at_every_step(loaded: Flask) -> None:
    draws = db.session.scalars(select(Draw)).all()
    heavier = select(DrawEntry.booking_id).where(DrawEntry.weight > 1)

    assert {(one.frozen_at is None, one.drawn_at is None) for one in draws} == {
        (True, True),
        (False, True),
        (False, False),
    }
    assert db.session.scalars(heavier).first() is not None
    assert all(one.number for one in draws if one.drawn_at is not None)


def test_queues_of_past_weeks_tell_the_chance(loaded: Flask) -> None:
    now = clock.now()
    words = {
        number: {
            one.word for one in chance.of([e.standing for e in mine.queued(worker(number).id, now)]).values()
        }
        for number in (11, 15, 17)
    }
    remembered = db.session.execute(
        select(QueueHistory.programme, func.count()).group_by(QueueHistory.programme)
    ).all()

    assert words[11] == {Word.FAIR}
    assert words[15] == {Word.GOOD}
    assert Word.SLIM in words[17]
    assert sum(count >= 5 for _programme, count in remembered) >= 4


def test_one_worker_has_two_marks_and_objects_to_one(loaded: Flask) -> None:
    entries = marks.of(worker(15).id, clock.now())

    assert {(one.mark.kind, one.status) for one in entries} == {
        (MarkKind.NO_SHOW, Status.SUSPENDED),
        (MarkKind.LATE_CANCEL, Status.COUNTS),
    }


def test_who_was_there_is_on_the_list(loaded: Flask) -> None:
    past = mine.past(worker(18).id, clock.now())
    came = select(Attendance.booking_id).where(Attendance.booking_id.in_([one.booking.id for one in past]))

    assert set(db.session.scalars(came)) == {one.booking.id for one in past}


def test_nobody_of_the_crowd_has_two_marks(loaded: Flask) -> None:
    twice = select(Mark.person_id).group_by(Mark.person_id).having(func.count() > 1)

    assert list(db.session.scalars(twice)) == [worker(15).id]


def test_a_course_leads_to_the_next_and_women_are_known_to_be_women(loaded: Flask) -> None:
    approved = (Activity.allocation == Allocation.APPROVAL, Activity.programme == Programme.TRAINING)
    checked = db.session.scalars(select(Activity).where(*approved)).one()
    women = db.session.scalars(select(Activity).where(Activity.topic == Topic.WOMEN)).all()

    (held,) = checked.conditions
    course = db.session.get_one(Activity, held["activity"])
    assert (held["code"], held["years"], course.title) == ("electrician-5", 1, "电工初级技能培训")
    assert all(one.conditions == [WOMEN] for one in women)
    assert all(rotas.of_person(worker(number).id) is not None for number in (12, 16))


def test_one_evening_was_moved_and_one_called_off(loaded: Flask) -> None:
    now = clock.now()
    dates = db.session.scalars(select(Occurrence).where(Occurrence.starts_at > now)).all()
    alone = [one for one in dates if one.activity.status == Published.PUBLISHED]

    assert sum(one.planned_at is not None for one in alone) == 1
    assert sum(one.called_off_at is not None for one in alone) == 1
    assert db.session.scalar(select(func.count()).select_from(Series)) == 4
