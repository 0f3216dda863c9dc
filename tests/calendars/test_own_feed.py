"""Somebody's calendar: what stands in it, that it follows, and that only its present address opens it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.browsing import Client, at_time
from tests.builders import Made, a_worker, an_activity
from tests.calendars.steps import address, events
from yiqi.activities.models import Allocation, Occurrence
from yiqi.booking import changes, places
from yiqi.booking.rules.changes import MoveOccurrence
from yiqi.calendars import feeds
from yiqi.calendars.rules import tokens
from yiqi.db import db, writing
from yiqi.people.merging import no_phone
from yiqi.people.models import Person

NOON = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def books(person: Person, made: Made, at: datetime = NOON) -> str:
    return places.sign_up(
        slot_id=made.slot_id, person_id=person.id, party=1, nonce=f"{person.id}-{made.slot_id}-{at}", at=at
    ).ref


def test_a_place_stands_in_it_in_beijing_time_without_a_session(
    site: Flask, client: Client, 小王: Person
) -> None:
    made = an_activity(now=NOON, title="电工课；第一讲, 上", venue="荣华中路 10 号", sub="带上\\工具")
    books(小王, made)

    with at_time(NOON):
        answer = client.get(address(site, 小王))

    (event,) = events(answer)
    assert str(event["SUMMARY"]) == "电工课；第一讲, 上"
    assert str(event["LOCATION"]) == "荣华中路 10 号"
    assert str(event["STATUS"]) == "CONFIRMED"
    assert str(event["URL"]) == f"http://localhost/activities/{made.activity_id}"
    assert event.start == made.starts_at
    assert "DTSTART;TZID=Asia/Shanghai:20260704T120000" in answer.text
    assert "BEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai\r\n" in answer.text
    lines = answer.data.split(b"\r\n")
    assert b"\n" not in answer.data.replace(b"\r\n", b"")
    assert max(len(line) for line in lines) <= 75
    for line in lines:
        line.decode()  # no character is cut by a fold
    assert "Set-Cookie" not in answer.headers


def test_who_waits_does_not_stand_there_as_registered(site: Flask, client: Client, 小王: Person) -> None:
    full = an_activity(now=NOON, title="羽毛球")
    books(a_worker(), full)
    drawn = an_activity(now=NOON, title="决赛", starts_in=9 * DAY, allocation=Allocation.DRAW)
    books(小王, full)
    books(小王, drawn)

    with at_time(NOON):
        assert events(client.get(address(site, 小王))) == []
        feeds.show_waiting(person_id=小王.id, with_waiting=True, at=NOON)
        waiting, entered = events(client.get(address(site, 小王)))

    for event, word in ((waiting, "候补"), (entered, "待摇号")):
        assert str(event["STATUS"]) == "TENTATIVE"
        assert str(event["TRANSP"]) == "TRANSPARENT"
        assert str(event["SUMMARY"]).startswith(f"（{word}，还没有名额）")


def test_what_is_moved_and_cancelled_is_the_same_entry_with_a_higher_sequence(
    site: Flask, client: Client, 小王: Person
) -> None:
    made = an_activity(now=NOON)
    ref = books(小王, made)
    occurrence_id = db.session.scalars(
        select(Occurrence.id).where(Occurrence.activity_id == made.activity_id)
    ).one()
    with at_time(NOON):
        (first,) = events(client.get(address(site, 小王)))

        later = MoveOccurrence(occurrence_id, made.starts_at + DAY, made.ends_at + DAY)
        changes.apply(later, seen=changes.preview(later, at=NOON).version, at=NOON)
        (moved,) = events(client.get(address(site, 小王)))
        places.cancel(ref=ref, person_id=小王.id, at=NOON)
        (cancelled,) = events(client.get(address(site, 小王)))

    assert len({str(one["UID"]) for one in (first, moved, cancelled)}) == 1
    sequences = [int(str(one["SEQUENCE"])) for one in (first, moved, cancelled)]
    assert sequences == sorted(set(sequences))
    assert moved.start == first.start + DAY
    assert [str(one["STATUS"]) for one in (first, moved, cancelled)] == ["CONFIRMED"] * 2 + ["CANCELLED"]
    assert str(cancelled["SUMMARY"]).startswith("（取消）")


def test_what_was_never_shown_is_not_said_to_be_cancelled(site: Flask, client: Client, 小王: Person) -> None:
    full = an_activity(now=NOON)
    books(a_worker(), full)
    ref = books(小王, full)
    places.cancel(ref=ref, person_id=小王.id, at=NOON)

    with at_time(NOON):
        assert events(client.get(address(site, 小王))) == []


def test_a_phone_that_has_it_already_is_told_so_until_something_changes(
    site: Flask, client: Client, 小王: Person
) -> None:
    ref = books(小王, an_activity(now=NOON))
    path = address(site, 小王)
    with at_time(NOON):
        first = client.get(path)
        later = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (later.status_code, later.data) == (304, b"")
        assert first.headers["Cache-Control"] == "private, no-cache"

        books(a_worker(), an_activity(now=NOON))
        assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
        places.cancel(ref=ref, person_id=小王.id, at=NOON)
        assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_renewed_address_opens_and_the_old_one_is_missing(
    site: Flask, client: Client, 小王: Person
) -> None:
    books(小王, an_activity(now=NOON))
    old = address(site, 小王)
    client.sign_in(小王)
    page = client.get("/me/calendar")
    assert f'value="http://localhost{old}"' in page.text
    assert f'href="webcal://localhost{old}"' in page.text

    assert client.press(page, "/me/calendar/renew").status_code == 303
    assert client.press(page, "/me/calendar/renew").status_code == 303

    new = address(site, 小王)
    feed = feeds.of_person(小王.id)
    assert feed is not None
    assert feed.generation == 1, "the same form twice renews once"
    stranger = Client(site)
    with at_time(NOON):
        assert stranger.get(old).status_code == 404
        assert len(events(stranger.get(new))) == 1


def test_a_closed_calendar_opens_nothing_and_comes_back_under_another_address(
    site: Flask, client: Client, 小王: Person
) -> None:
    old = address(site, 小王)
    client.sign_in(小王)

    client.press(client.get("/me/calendar"), "/me/calendar/switch")
    assert client.get(old).status_code == 404
    page = client.get("/me/calendar")
    assert old not in page.text

    client.press(page, "/me/calendar/switch")
    assert client.get(old).status_code == 404
    assert client.get(address(site, 小王)).status_code == 200


def test_nobody_opens_anothers_calendar_with_their_own_signature(
    site: Flask, client: Client, 小王: Person, 小赵: Person
) -> None:
    key = site.config["SECRET_KEY"]
    own = tokens.token(key, 小王.id, 0)
    forged = own.replace(f"{小王.id}-", f"{小赵.id}-", 1)
    nobody = tokens.token(key, 987654, 0)
    for bad in (forged, nobody, tokens.token("another key", 小王.id, 0), own[:-1] + "_"):
        assert client.get(f"/me/calendar/{bad}.ics").status_code == 404

    assert client.get(f"/me/calendar/{own}.ics").status_code == 200, "the control: their own opens"


def test_a_record_that_went_over_to_another_opens_nothing(site: Flask, client: Client, 小王: Person) -> None:
    path = address(site, 小王)
    assert client.get(path).status_code == 200

    kept = a_worker()
    with writing() as session:
        person = session.get_one(Person, 小王.id)
        person.merged_into_id, person.phone = kept.id, no_phone(小王.id)

    assert client.get(path).status_code == 404


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_it_speaks_its_persons_language_whoever_fetches_it(site: Flask, client: Client) -> None:
    person = a_worker(lang="en")
    books(person, an_activity(now=NOON, title_en="Badminton"))

    with at_time(NOON):
        (event,) = events(client.get(address(site, person)))

    assert str(event["SUMMARY"]) == "Badminton"


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_no_phone_and_no_code_at_the_door_stands_in_it(site: Flask, client: Client, 小王: Person) -> None:
    ref = books(小王, an_activity(now=NOON))

    with at_time(NOON):
        answer = client.get(address(site, 小王))

    assert ref not in answer.text
    assert not re.search(r"1[3-9]\d{9}", answer.text)
