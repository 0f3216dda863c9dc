"""A date of several is moved: which one it was, and what can be answered, also once somebody is checked in."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.booking.steps import HOUR, MINUTE, asks, row
from tests.booking.test_changes import does, occurrences
from tests.browsing import Client, at_time, by_id, parsed, words
from tests.builders import Made, an_activity
from tests.builders.series import a_drop_in_series
from tests.web.asking import HTMX, a_token
from yiqi import clock
from yiqi.activities.models import Occurrence
from yiqi.activities.planning import Meeting, Pool
from yiqi.booking import attendance, mine
from yiqi.booking.asking import Ticket
from yiqi.booking.rules.changes import MoveOccurrence
from yiqi.db import db
from yiqi.people.models import Person
from yiqi.web.formats import moment

DAY = timedelta(days=1)


def two_evenings() -> Made:
    """An activity of two dates, three and five days from now, which everybody comes to."""
    start = clock.now().replace(minute=0, second=0, microsecond=0) + 3 * DAY
    meetings = [Meeting(start + days * DAY, start + days * DAY + 2 * HOUR) for days in (0, 2)]
    return an_activity(meetings=meetings, pools=[Pool(20)])


def moves(one: Occurrence, by: timedelta) -> None:
    does(MoveOccurrence(one.id, one.starts_at + by, one.ends_at + by), clock.now())


def said(site: Flask, *dates: Occurrence) -> list[str]:
    """What is to be read of some moved dates."""
    with site.test_request_context("/"):
        return [
            f"从 {moment(one.planned_at)} 改到 {moment(one.starts_at)}"
            for one in dates
            if one.planned_at is not None
        ]


def checks_in(ticket: Ticket, one: Occurrence) -> None:
    attendance.check_in(ref=ticket.ref, occurrence_id=one.id, at=clock.now(), by_id=None)


def text(element: object) -> str:
    return words(element).replace("\u00a0", " ")  # type: ignore[arg-type]


def test_the_note_and_the_page_name_the_date_that_was_moved(
    site: Flask, client: Client, 小王: Person
) -> None:
    activity = two_evenings()
    ticket = asks(小王, activity, at=clock.now())
    first, second = occurrences(activity.activity_id)
    moves(second, DAY)
    client.sign_in(小王)

    note = text(by_id(client.get("/me"), f"moved-{ticket.ref}"))
    page = text(by_id(client.get(f"/activities/{activity.activity_id}"), f"moved-{activity.slot_id}"))

    first, second = occurrences(activity.activity_id)
    (moved,) = said(site, second)
    with site.test_request_context("/"):
        unmoved = moment(first.starts_at)
    assert moved in note
    assert unmoved not in note
    assert moved in page


def test_two_dates_that_were_moved_are_both_named(site: Flask, client: Client, 小王: Person) -> None:
    activity = two_evenings()
    ticket = asks(小王, activity, at=clock.now())
    for one in occurrences(activity.activity_id):
        moves(one, HOUR)
    client.sign_in(小王)

    note = text(by_id(client.get("/me"), f"moved-{ticket.ref}"))
    page = text(by_id(client.get(f"/activities/{activity.activity_id}"), f"moved-{activity.slot_id}"))

    both = said(site, *occurrences(activity.activity_id))
    assert len(both) == 2
    assert all(one in note and one in page for one in both)


def test_a_date_that_is_back_at_its_time_is_not_told_as_moved(
    site: Flask, client: Client, 小王: Person
) -> None:
    activity = two_evenings()
    ticket = asks(小王, activity, at=clock.now())
    moves(occurrences(activity.activity_id)[1], DAY)
    moves(occurrences(activity.activity_id)[1], -DAY)
    client.sign_in(小王)

    assert "改到" not in text(by_id(client.get("/me"), f"moved-{ticket.ref}"))


@pytest.mark.parametrize("has_come", [True, False])
def test_who_is_checked_in_is_not_offered_to_stay_away(
    site: Flask, client: Client, 小王: Person, has_come: bool
) -> None:
    activity = two_evenings()
    ticket = asks(小王, activity, at=clock.now())
    first, second = occurrences(activity.activity_id)
    with at_time(first.starts_at + 5 * MINUTE, tick=True):
        if has_come:
            checks_in(ticket, first)
        moves(second, DAY)
        client.sign_in(小王)
        page = client.get(f"/activities/{activity.activity_id}")
        note = by_id(page, f"moved-{activity.slot_id}")

    buttons = [one.get("action") for one in note.iter("form")]
    with site.test_request_context("/"):
        ends = moment(first.ends_at)
    assert f"/bookings/{ticket.ref}/coming" in buttons
    assert (f"/bookings/{ticket.ref}/cancel" in buttons) is not has_come
    assert (f"等 {ends} 这一次结束再取消" in text(note)) is has_come
    cancels = [one.get("action") for one in parsed(page).iter("form")].count(f"/bookings/{ticket.ref}/cancel")
    assert cancels == (0 if has_come else 2)


@pytest.mark.parametrize("by_htmx", [True, False])
def test_the_old_form_of_who_is_checked_in_is_told_the_truth(
    site: Flask, client: Client, 小王: Person, by_htmx: bool
) -> None:
    activity = two_evenings()
    ticket = asks(小王, activity, at=clock.now())
    first, second = occurrences(activity.activity_id)
    client.sign_in(小王)
    with at_time(first.starts_at + 5 * MINUTE, tick=True):
        checks_in(ticket, first)
        moves(second, DAY)
        client.sign_in(小王)
        sent = {"csrf_token": a_token(client), "seen": "confirmed"}
        answer = client.post(f"/bookings/{ticket.ref}/cancel", data=sent, headers=HTMX if by_htmx else {})

    told = answer.text.replace("\u00a0", " ")
    with site.test_request_context("/"):
        ends = moment(first.ends_at)
    assert answer.status_code == 409
    assert "已签到，现在不能取消" in told
    assert f"{ends} 这一次结束后，可以取消后面的日期" in told
    assert "报名已截止" not in told
    assert row(ticket).state == "confirmed"


def test_once_that_date_is_over_the_rest_is_given_back(site: Flask, client: Client, 小王: Person) -> None:
    activity = two_evenings()
    ticket = asks(小王, activity, at=clock.now())
    first, second = occurrences(activity.activity_id)
    with at_time(first.starts_at, tick=True):
        checks_in(ticket, first)
        moves(second, DAY)
    with at_time(first.ends_at + MINUTE, tick=True):
        client.sign_in(小王)
        page = client.get(f"/activities/{activity.activity_id}")
        offered = [one.get("action") for one in by_id(page, f"moved-{activity.slot_id}").iter("form")]
        client.post(f"/bookings/{ticket.ref}/cancel", data={"csrf_token": a_token(client)})

    assert f"/bookings/{ticket.ref}/cancel" in offered
    assert row(ticket).state == "cancelled"


def test_whose_only_date_was_moved_after_they_checked_in_is_sent_to_the_organizer(
    site: Flask, client: Client, 小王: Person
) -> None:
    activity = an_activity(starts_in=30 * MINUTE)
    ticket = asks(小王, activity, at=clock.now())
    (only,) = occurrences(activity.activity_id)
    checks_in(ticket, only)
    moves(only, DAY)
    client.sign_in(小王)

    note = by_id(client.get(f"/activities/{activity.activity_id}"), f"moved-{activity.slot_id}")
    answer = client.post(f"/bookings/{ticket.ref}/cancel", data={"csrf_token": a_token(client)})

    assert "你已签到，不能取消了。来不了找组织者。" in text(note)
    assert [one.get("action") for one in note.iter("form")] == [f"/bookings/{ticket.ref}/coming"]
    assert answer.status_code == 409
    assert "已签到，不能取消了" in answer.text


def test_a_date_of_a_series_is_not_left_by_who_is_checked_in(client: Client, 小王: Person) -> None:
    made = a_drop_in_series(clock.now(), in_days=1)
    ticket = asks(小王, made.slot_ids[0], at=clock.now())
    first = occurrences(made.activity_id)[0]
    with at_time(first.starts_at - 30 * MINUTE, tick=True):
        client.sign_in(小王)
        before = client.get(f"/activities/{made.activity_id}").text
        checks_in(ticket, first)
        after = client.get(f"/activities/{made.activity_id}").text
    db.session.rollback()

    assert any(f'id="{way}-{made.slot_ids[0]}"' in before for way in ("late", "leave"))
    assert not any(f'id="{way}-{made.slot_ids[0]}"' in after for way in ("late", "leave"))


def test_who_came_late_to_cancel_reads_that_it_has_begun(client: Client, 小王: Person) -> None:
    activity = an_activity()
    ticket = asks(小王, activity, at=clock.now())
    with at_time(activity.starts_at + MINUTE, tick=True):
        client.sign_in(小王)
        answer = client.post(f"/bookings/{ticket.ref}/cancel", data={"csrf_token": a_token(client)})

    assert answer.status_code == 409
    assert "活动已经开始，不能取消了" in answer.text


@pytest.mark.parametrize(("minutes", "asked"), [(-5, True), (5, True), (49 * 60, False)])
def test_the_question_stands_on_the_own_page_as_long_as_a_date_is_to_begin(
    client: Client, 小王: Person, minutes: int, asked: bool
) -> None:
    activity = two_evenings()
    ticket = asks(小王, activity, at=clock.now())
    first, second = occurrences(activity.activity_id)
    moves(second, HOUR)
    with at_time(first.starts_at + minutes * MINUTE, tick=True):
        client.sign_in(小王)
        own, page = client.get("/me"), client.get(f"/activities/{activity.activity_id}")
        home = client.get("/")

    assert (f'id="moved-{ticket.ref}"' in own.text) is asked
    assert (f'id="moved-{activity.slot_id}"' in page.text) is asked
    assert ("bar__dot" in home.text) is asked
    assert mine.to_do(小王.id, first.starts_at + minutes * MINUTE) == int(asked)
