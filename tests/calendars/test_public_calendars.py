"""Calendars for everybody: an activity's dates as a file, and what a programme has."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from icalendar import Calendar
from ics import Calendar as Read

from tests.browsing import Client, at_time, by_id
from tests.builders import a_union, an_activity
from yiqi.activities.models import Programme, Status
from yiqi.booking import places
from yiqi.people.models import Person

NOON = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)


def names(client: Client, path: str) -> set[str]:
    with at_time(NOON):
        answer = client.get(path)
    assert answer.status_code == 200
    return {str(one.name) for one in Read(answer.text).events}


def test_an_activitys_page_leads_to_its_file(client: Client) -> None:
    made = an_activity(now=NOON, title="读书会")
    with at_time(NOON):
        page = client.get(f"/activities/{made.activity_id}")
        way = by_id(page, "to-calendar").get("href") or ""
        path = by_id(client.get(way), "file").get("href") or ""
        answer = client.get(path)

    assert answer.headers["Content-Disposition"] == f'attachment; filename="yiqi-{made.activity_id}.ics"'
    (event,) = Read(answer.text).events
    assert (event.name, event.begin.datetime, event.status) == ("读书会", made.starts_at, "CONFIRMED")


def test_a_programmes_calendar_has_its_own_and_says_what_is_off(client: Client) -> None:
    an_activity(now=NOON, title="读书会")
    off = an_activity(now=NOON, title="朗诵会")
    an_activity(now=NOON, title="球赛", programme=Programme.LEAGUE)
    an_activity(now=NOON, title="没写完的", status=Status.DRAFT)
    an_activity(now=NOON, title="去年的", starts_in=-timedelta(days=200), closes_in=-timedelta(days=201))
    places.call_off(activity_id=off.activity_id, at=NOON)

    assert names(client, "/calendars/reading.ics") == {"读书会", "（取消）朗诵会"}
    assert names(client, "/calendars/all.ics") == {"读书会", "（取消）朗诵会", "球赛"}
    assert client.get("/calendars/chess.ics").status_code == 404


def test_what_is_for_one_union_stands_in_no_public_calendar(
    site: Flask, client: Client, 小王: Person
) -> None:
    union = a_union("京东方工会", members=[小王])
    made = an_activity(now=NOON, title="厂内球赛", owner=union, union_only=True)

    assert names(client, "/calendars/all.ics") == set()
    assert client.get(f"/activities/{made.activity_id}/calendar.ics").status_code == 404
    assert client.get(f"/activities/{made.activity_id}/calendar").status_code == 404

    member = Client(site)
    member.sign_in(小王)
    assert names(member, f"/activities/{made.activity_id}/calendar.ics") == {"厂内球赛"}


def test_a_shared_calendar_may_be_kept_a_while_and_is_asked_for_with_its_tag(client: Client) -> None:
    an_activity(now=NOON)
    with at_time(NOON):
        first = client.get("/calendars/all.ics")
        again = client.get("/calendars/all.ics", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "public, max-age=900"
    assert again.status_code == 304


def test_text_of_an_organizer_is_text(client: Client) -> None:
    title = "坏\\n;,BEGIN:VEVENT:END:VCALENDAR"
    an_activity(now=NOON, title=title, sub="第一行")

    with at_time(NOON):
        answer = client.get("/calendars/all.ics")

    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert str(event["SUMMARY"]) == title
    assert [line for line in answer.text.split("\r\n") if line == "BEGIN:VEVENT"] == ["BEGIN:VEVENT"]
