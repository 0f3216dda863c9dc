"""Who did not come hears of it a day later; who was not missed hears nothing."""

import threading

import pytest
from flask import Flask
from sqlalchemy import select

from tests.booking.marking import DAY, came, noted, notices
from tests.booking.steps import HOUR, MINUTE, NOON, SECOND, asks, gives_back, row, slot
from tests.builders import an_activity, workers
from yiqi.activities.models import Occurrence
from yiqi.activities.planning import Meeting
from yiqi.booking import attendance, no_shows, places
from yiqi.booking.models import Booking, MarkKind
from yiqi.db import db, writing
from yiqi.people.models import Person


@pytest.mark.parametrize(("seconds", "shown"), [(-1, False), (0, True), (1, True)])
def test_who_was_missed_hears_of_it_a_day_after_the_end(
    site: Flask, 小王: Person, 小赵: Person, seconds: int, shown: bool
) -> None:
    activity = an_activity(places=2, now=NOON)
    missed, here = asks(小王, activity), asks(小赵, activity)
    came(here, activity)
    when = activity.ends_at + DAY + seconds * SECOND

    assert no_shows.sweep(when) == int(shown)

    assert [(mark.person_id, mark.kind, mark.at, mark.booking_id) for mark in noted()] == (
        [(小王.id, MarkKind.NO_SHOW, when, row(missed).id)] if shown else []
    )
    assert [notice.person_id for notice in notices()] == ([小王.id] if shown else [])


def test_the_sweep_writes_each_mark_once_however_often_it_runs(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(no_shows, "BATCH", 2)
    people = workers(6)
    activity = an_activity(places=6, now=NOON)
    tickets = [asks(person, activity) for person in people]
    came(tickets[0], activity)
    when = activity.ends_at + DAY

    assert [no_shows.sweep(when + minute * MINUTE) for minute in range(3)] == [5, 0, 0]

    assert [mark.person_id for mark in noted()] == [person.id for person in people[1:]]
    assert len(notices()) == 5


def test_two_sweeps_at_once_write_each_mark_once(site: Flask) -> None:
    activity = an_activity(places=9, now=NOON)
    people = workers(9)
    tickets = [asks(person, activity) for person in people]
    came(tickets[0], activity)
    written: list[int] = []
    together = threading.Barrier(3)

    def run() -> None:
        with site.app_context():
            together.wait()
            written.append(no_shows.sweep(activity.ends_at + DAY))
            db.session.remove()

    threads = [threading.Thread(target=run) for _n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(written) == 8
    assert len(noted()) == len(notices()) == 8


def test_where_nobody_was_checked_in_nobody_was_missed(site: Flask, 小王: Person) -> None:
    activity = an_activity(now=NOON)
    asks(小王, activity)

    assert no_shows.sweep(activity.ends_at + DAY) == 0


def test_a_week_after_it_was_due_no_mark_is_written_any_more(site: Flask, 小王: Person, 小赵: Person) -> None:
    activity = an_activity(places=2, now=NOON)
    asks(小王, activity)
    came(asks(小赵, activity), activity)

    assert no_shows.sweep(activity.starts_at + 8 * DAY) == 0
    assert no_shows.sweep(activity.starts_at + 8 * DAY - SECOND) == 1


def test_who_cancelled_waited_or_was_called_off_is_not_a_no_show(site: Flask) -> None:
    one, two, three, four = workers(4)
    activity = an_activity(places=2, now=NOON)
    came(asks(one, activity), activity)
    gone = asks(two, activity)
    gives_back(two, gone)
    asks(three, activity)
    asks(four, activity)
    off = an_activity(places=2, now=NOON, starts_in=100 * HOUR)
    asks(two, off)
    came(asks(one, off), off)
    places.call_off(activity_id=off.activity_id, at=off.starts_at + MINUTE)

    no_shows.sweep(off.ends_at + DAY)

    assert [mark.person_id for mark in noted()] == [three.id]


def test_each_missed_evening_of_a_course_counts_but_not_one_called_off_or_before_joining(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    meetings = [Meeting(NOON + days * DAY, NOON + days * DAY + HOUR) for days in (1, 2, 3, 4)]
    course = an_activity(places=2, now=NOON, meetings=meetings, closes_in=5 * DAY)
    always = asks(小赵, course)
    evenings = list(slot(course).occurrences)
    for evening in evenings:
        attendance.check_in(ref=always.ref, occurrence_id=evening.id, at=evening.starts_at, by_id=None)
    joined = asks(小王, course, at=evenings[0].starts_at + MINUTE)
    with writing() as session:
        session.get_one(Occurrence, evenings[2].id).called_off_at = evenings[1].ends_at
    attendance.check_in(ref=joined.ref, occurrence_id=evenings[3].id, at=evenings[3].starts_at, by_id=None)

    no_shows.sweep(evenings[3].ends_at + DAY)

    assert [mark.occurrence_id for mark in noted()] == [evenings[1].id]


def test_who_never_answered_to_a_moved_time_is_not_a_no_show(site: Flask, 小王: Person, 小赵: Person) -> None:
    activity = an_activity(places=2, now=NOON)
    asked = asks(小王, activity)
    came(asks(小赵, activity), activity)
    with writing() as session:
        session.scalars(select(Booking).where(Booking.ref == asked.ref)).one().moved_at = NOON

    assert no_shows.sweep(activity.ends_at + DAY) == 0
