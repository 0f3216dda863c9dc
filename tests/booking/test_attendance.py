"""Checking in: confirmed tickets only, from an hour before until the end, and the second time answers the first."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.booking.steps import HOUR, MINUTE, NOON, SECOND, asks, gives_back, slot
from tests.builders import Made, an_activity
from yiqi.activities.models import Occurrence
from yiqi.activities.planning import Meeting
from yiqi.booking import attendance, handing, places
from yiqi.booking.attendance import Sign
from yiqi.booking.models import Attendance
from yiqi.booking.rules.asking import Refused
from yiqi.db import db, writing
from yiqi.people.models import Person
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What


def occurrences(where: Made) -> list[Occurrence]:
    return list(slot(where).occurrences)


def entries() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Attendance)) or 0


def test_who_comes_is_checked_in_once_and_the_second_scan_answers_the_first(
    site: Flask, 小王: Person, 李姐: Person
) -> None:
    activity = an_activity(now=NOON)
    ticket = asks(小王, activity)
    (evening,) = occurrences(activity)
    on_time = activity.starts_at - 9 * MINUTE

    first = attendance.check_in(ref=ticket.ref, occurrence_id=evening.id, at=on_time, by_id=李姐.id)
    second = attendance.check_in(ref=ticket.ref, occurrence_id=evening.id, at=on_time + HOUR, by_id=None)

    assert (first.in_at, first.fresh) == (on_time, True)
    assert (second.in_at, second.fresh) == (on_time, False)
    kept = db.session.scalars(select(Attendance)).one()
    assert (kept.in_at, kept.by_id, kept.out_at) == (on_time, 李姐.id, None)


@pytest.mark.parametrize(
    ("minutes", "why"),
    [(-61, "not_open_yet"), (-60, None), (119, None), (120, "closed")],
)
def test_the_doors_open_an_hour_before_the_start_and_close_at_the_end(
    site: Flask, 小王: Person, minutes: int, why: str | None
) -> None:
    activity = an_activity(now=NOON)
    ticket = asks(小王, activity)
    (evening,) = occurrences(activity)
    when = activity.starts_at + minutes * MINUTE

    if why:
        with pytest.raises(Refused, match=why):
            attendance.check_in(ref=ticket.ref, occurrence_id=evening.id, at=when, by_id=None)
    else:
        attendance.check_in(ref=ticket.ref, occurrence_id=evening.id, at=when, by_id=None)

    assert entries() == (0 if why else 1)


def test_a_waiter_a_cancelled_booking_and_another_evenings_ticket_do_not_open_the_door(
    site: Flask, 小王: Person, 小赵: Person, 老陈: Person
) -> None:
    activity, other = an_activity(places=1, now=NOON), an_activity(now=NOON, starts_in=100 * HOUR)
    gone = gives_back(老陈, asks(老陈, activity))
    held, waits = asks(小王, activity), asks(小赵, activity)
    (evening,), (elsewhere,) = occurrences(activity), occurrences(other)

    said = []
    for ref, occurrence_id in (
        (gone.ref, evening.id),
        (waits.ref, evening.id),
        (held.ref, elsewhere.id),
        ("AAAA2222", evening.id),
    ):
        with pytest.raises(Refused) as refused:
            attendance.check_in(ref=ref, occurrence_id=occurrence_id, at=activity.starts_at, by_id=None)
        said.append((refused.value.why, str(refused.value.facts.get("state", ""))))

    assert said == [
        ("not_yours", "cancelled"),
        ("not_yours", "waiting"),
        ("not_yours", ""),
        ("not_yours", ""),
    ]
    assert entries() == 0


def test_validity_comes_before_what_was_answered_once(site: Flask, 小王: Person, 李姐: Person) -> None:
    activity = an_activity(now=NOON)
    ticket = asks(小王, activity)
    (evening,) = occurrences(activity)
    attendance.check_in(ref=ticket.ref, occurrence_id=evening.id, at=activity.starts_at, by_id=None)

    places.call_off(activity_id=activity.activity_id, at=activity.starts_at + MINUTE, by_id=李姐.id)

    with pytest.raises(Refused, match="called_off"):
        attendance.check_in(
            ref=ticket.ref, occurrence_id=evening.id, at=activity.starts_at + 2 * MINUTE, by_id=None
        )


def test_an_evening_that_was_called_off_takes_nobody_in(site: Flask, 小王: Person) -> None:
    meetings = [Meeting(NOON + days * 24 * HOUR, NOON + days * 24 * HOUR + HOUR) for days in (2, 3)]
    course = an_activity(now=NOON, meetings=meetings)
    ticket = asks(小王, course)
    first, second = occurrences(course)
    with writing() as session:
        session.get_one(Occurrence, first.id).called_off_at = NOON

    with pytest.raises(Refused, match="called_off"):
        attendance.check_in(ref=ticket.ref, occurrence_id=first.id, at=first.starts_at, by_id=None)
    assert attendance.check_in(ref=ticket.ref, occurrence_id=second.id, at=second.starts_at, by_id=None).fresh


def test_leaving_is_noted_once_and_only_of_who_came(site: Flask, 小王: Person) -> None:
    activity = an_activity(now=NOON)
    ticket = asks(小王, activity)
    (evening,) = occurrences(activity)

    with pytest.raises(Refused, match="not_yours"):
        attendance.check_out(ref=ticket.ref, occurrence_id=evening.id, at=activity.starts_at, by_id=None)
    attendance.check_in(ref=ticket.ref, occurrence_id=evening.id, at=activity.starts_at, by_id=None)
    left = attendance.check_out(ref=ticket.ref, occurrence_id=evening.id, at=activity.ends_at, by_id=None)
    again = attendance.check_out(
        ref=ticket.ref, occurrence_id=evening.id, at=activity.ends_at + MINUTE, by_id=None
    )

    assert (left.out_at, left.fresh) == (activity.ends_at, True)
    assert (again.out_at, again.fresh) == (activity.ends_at, False)


@pytest.mark.parametrize(("seconds", "fine"), [(-1, True), (0, False)])
def test_a_wrong_entry_is_taken_back_until_a_day_after_the_end(
    site: Flask, 小王: Person, seconds: int, fine: bool
) -> None:
    activity = an_activity(now=NOON)
    ticket = asks(小王, activity)
    (evening,) = occurrences(activity)
    attendance.check_in(ref=ticket.ref, occurrence_id=evening.id, at=activity.starts_at, by_id=None)
    when = activity.ends_at + 24 * HOUR + seconds * SECOND

    if fine:
        assert attendance.undo(ref=ticket.ref, occurrence_id=evening.id, at=when, by_id=None)
        assert not attendance.undo(ref=ticket.ref, occurrence_id=evening.id, at=when, by_id=None)
    else:
        with pytest.raises(Refused, match="closed"):
            attendance.undo(ref=ticket.ref, occurrence_id=evening.id, at=when, by_id=None)

    assert entries() == (0 if fine else 1)


def test_what_was_done_last_is_taken_back_first_and_the_same_button_twice_takes_one_thing(
    site: Flask, 小王: Person, 李姐: Person
) -> None:
    activity = an_activity(now=NOON)
    ticket = asks(小王, activity)
    (evening,) = occurrences(activity)
    here: dict[str, Any] = {"ref": ticket.ref, "occurrence_id": evening.id, "by_id": 李姐.id}
    came, left = activity.starts_at, activity.ends_at
    attendance.check_in(**here, at=came)
    attendance.check_out(**here, at=left)

    with pytest.raises(Refused, match="stale_form"):
        attendance.undo(**here, at=left)
    pressed = [attendance.undo(**here, at=left, leaving=True) for _desk in range(2)]

    kept = db.session.scalars(select(Attendance)).one()
    assert (pressed, kept.in_at, kept.out_at) == ([True, False], came, None)
    assert attendance.check_out(**here, at=left + MINUTE).fresh
    assert attendance.undo(**here, at=left + MINUTE, leaving=True)
    assert attendance.undo(**here, at=left + MINUTE)
    assert not attendance.undo(**here, at=left + MINUTE, leaving=True)
    assert entries() == 0
    deeds = db.session.scalars(select(Deed.what).order_by(Deed.id)).all()
    assert deeds == [What.CHECK_OUT_UNDONE, What.CHECK_OUT_UNDONE, What.CHECK_IN_UNDONE]


def test_a_ticket_says_what_is_on_and_who_came_is_read_in_one_go(site: Flask, 小王: Person) -> None:
    meetings = [Meeting(NOON + days * 24 * HOUR, NOON + days * 24 * HOUR + HOUR) for days in (2, 3)]
    course = an_activity(now=NOON, meetings=meetings)
    ticket = asks(小王, course)
    first, second = evenings = occurrences(course)
    attendance.check_in(ref=ticket.ref, occurrence_id=first.id, at=first.starts_at, by_id=None)

    (came,) = attendance.of([1, 2, 3]).values()

    assert attendance.of([]) == {}
    assert [one.in_at for one in came] == [first.starts_at]
    assert attendance.sign(evenings, [], first.starts_at - 61 * MINUTE) is None
    assert attendance.sign(evenings, [], first.starts_at - 60 * MINUTE) == Sign()
    assert attendance.sign(evenings, came, first.starts_at) == Sign(first.starts_at)
    assert attendance.sign(evenings, came, first.ends_at) is None
    assert attendance.sign(evenings, came, second.starts_at) == Sign()
    assert attendance.sign(evenings, came, second.ends_at) is None
    assert attendance.sign([], came, first.starts_at) is None


def test_who_is_in_can_neither_cancel_nor_hand_the_place_on(site: Flask, 小王: Person, 小赵: Person) -> None:
    activity = an_activity(now=NOON)
    ticket = asks(小王, activity)
    (evening,) = occurrences(activity)
    on_time = activity.starts_at - 9 * MINUTE
    link = handing.hold_out(ref=ticket.ref, person_id=小王.id, at=on_time - HOUR)
    attendance.check_in(ref=ticket.ref, occurrence_id=evening.id, at=on_time, by_id=None)

    with pytest.raises(Refused):
        gives_back(小王, ticket, at=on_time)
    with pytest.raises(Refused):
        handing.hold_out(ref=ticket.ref, person_id=小王.id, at=on_time)
    with pytest.raises(Refused):
        handing.take_over(token=link.token, person_id=小赵.id, at=on_time)

    attendance.undo(ref=ticket.ref, occurrence_id=evening.id, at=on_time, by_id=None)
    assert gives_back(小王, ticket, at=on_time).state == "cancelled_late"
