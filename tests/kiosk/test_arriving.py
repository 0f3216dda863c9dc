"""Checking in at a screen: by code, key by key, by the end of a number; what was kept without a network; and the venue's
code."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.browsing import Client, at_time, by_id, words
from tests.builders import a_union, a_worker, an_activity, an_organizer
from tests.kiosk.screens import Screen
from tests.kiosk.steps import a_ticket, newest_code, occurrence_of, presses, said, sends
from yiqi import clock
from yiqi.booking import attendance, places
from yiqi.booking.models import Attendance
from yiqi.db import db
from yiqi.kiosk import scans
from yiqi.kiosk.models import Outcome, Scan
from yiqi.people.models import Person
from yiqi.roles.rules.permissions import Role

SQLITE = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
SOON = timedelta(minutes=30)
HTMX = {"HX-Request": "true"}


def entries() -> int:
    return db.session.scalar(select(func.count()).select_from(Attendance)) or 0


def shows(kiosk: Client, code: str, **fields: str) -> TestResponse:
    """Hold a code before the scanner; the answer goes into the page."""
    token = kiosk.get("/kiosk/check-in")
    csrf = next(one.get("value") for one in by_form(token) if one.get("name") == "csrf_token")
    return kiosk.post("/kiosk/check-in", data={"code": code, "csrf_token": csrf, **fields}, headers=HTMX)


def by_form(page: TestResponse) -> Any:
    return by_id(page, "scan").iter("input")


def delivered(kiosk: Client, *kept: tuple[str, str, datetime]) -> list[dict[str, str]]:
    """What the screen kept arrives: nonce, code, and when it was scanned."""
    listed = [{"nonce": nonce, "code": code, "scanned_at": at.isoformat()} for nonce, code, at in kept]
    answer = sends(kiosk, "/kiosk/scans", scans=json.dumps(listed))
    assert answer.status_code == 200
    found = answer.get_json()
    assert isinstance(found, list)
    return found


def test_a_code_checks_a_worker_in_with_the_party_and_no_name(kiosk: Client) -> None:
    made = an_activity(places=5, max_party=3, starts_in=SOON, title="读书会")
    ref = a_ticket(made.slot_id, a_worker(name="王小明", phone="+8613812342207"), party=3)

    answer = shows(kiosk, ref.lower())

    told = words(by_id(answer, "result"))
    assert by_id(answer, "result").get("data-result") == "in"
    assert "王**" in told
    assert "2207" in told
    assert "3 人" in told
    assert "王小明" not in answer.text
    assert "1381234" not in answer.text
    assert entries() == 1


def test_the_second_time_says_since_when_and_writes_nothing(kiosk: Client) -> None:
    made = an_activity(places=5, starts_in=SOON)
    ref = a_ticket(made.slot_id, a_worker(name="王小明"))
    first = clock.now()
    with at_time(first):
        shows(kiosk, ref)

    with at_time(first + timedelta(minutes=7)):
        again = shows(kiosk, ref)

    since = f"{clock.beijing(first):%H:%M}"
    assert by_id(again, "result").get("data-result") == "again"
    assert f"已于 {since} 签到" in words(by_id(again, "result"))
    assert db.session.scalars(select(Attendance.in_at)).all() == [first]


def test_who_scans_again_when_leaving_hears_where_to_check_out_and_who_left_that_they_have(
    kiosk: Client,
) -> None:
    made = an_activity(places=5, starts_in=SOON)
    ref = a_ticket(made.slot_id, a_worker(name="王小明"))
    came = clock.now()
    began, left = came + SOON, came + SOON + timedelta(minutes=20)
    said = []
    for at in (came, came + timedelta(minutes=7), began):
        with at_time(at):
            said.append(words(by_id(shows(kiosk, ref), "result")))
    attendance.check_out(ref=ref, occurrence_id=occurrence_of(made.activity_id), at=left, by_id=None)
    with at_time(left):
        said.append(words(by_id(shows(kiosk, ref), "result")))

    assert ["大屏不办签退" in one for one in said] == [False, False, True, False]
    since, until = (f"{clock.beijing(at):%H:%M}" for at in (came, left))
    assert f"已于 {since} 签到，{until} 签退" in said[3]


@SQLITE
@pytest.mark.parametrize(
    ("code", "starts_in", "line"),
    [
        ("", SOON, "这不是签到码"),
        ("<script>", SOON, "这不是签到码"),
        ("https://evil.example/t/AAAAAAAA?x", SOON, "这不是签到码"),
        ("ZZZZZZZ2", SOON, "没有这个签到码。对一对 8 位字母和数字"),
        ("the ticket", timedelta(hours=3), "还没到签到时间"),
    ],
)
def test_what_is_not_right_is_said(kiosk: Client, code: str, starts_in: timedelta, line: str) -> None:
    made = an_activity(places=5, starts_in=starts_in)
    ref = a_ticket(made.slot_id, a_worker())
    answer = shows(kiosk, ref if code == "the ticket" else code)
    assert answer.status_code == 409
    assert line in words(by_id(answer, "result"))
    assert entries() == 0


@SQLITE
def test_a_waiter_is_not_checked_in(kiosk: Client) -> None:
    made = an_activity(places=1, starts_in=SOON, promotion_minutes=0)
    a_ticket(made.slot_id, a_worker())
    waits = a_ticket(made.slot_id, a_worker())
    assert "候补" in words(by_id(shows(kiosk, waits), "result"))
    assert entries() == 0


@SQLITE
def test_without_javascript_the_result_is_a_page_that_is_shown_once(kiosk: Client) -> None:
    made = an_activity(places=5, starts_in=SOON)
    ref = a_ticket(made.slot_id, a_worker(name="王小明"))

    sent = sends(kiosk, "/kiosk/check-in", code=ref)
    shown, reloaded = kiosk.follow(sent), kiosk.get(sent.location)

    assert "签到成功" in said(shown)
    assert (reloaded.status_code, reloaded.location) == (303, "/kiosk/")


@SQLITE
def test_a_code_is_typed_on_the_screens_own_keys(kiosk: Client) -> None:
    made = an_activity(places=5, starts_in=SOON)
    ref = a_ticket(made.slot_id, a_worker(name="王小明"))
    sends(kiosk, "/kiosk/code")
    presses(kiosk, "/kiosk/visit", ref)
    assert "签到成功" in said(kiosk.follow(sends(kiosk, "/kiosk/visit")))


@SQLITE
def test_a_typed_code_that_nobody_has_stays_on_the_keys_and_is_put_right(kiosk: Client) -> None:
    made = an_activity(places=5, starts_in=SOON)
    ref = a_ticket(made.slot_id, a_worker(name="王小明"))
    mistyped = ref[:7] + ("2" if ref[7] != "2" else "3")
    sends(kiosk, "/kiosk/code")

    refused = sends(kiosk, "/kiosk/visit", typed=mistyped)
    sends(kiosk, "/kiosk/visit", k="del")
    sends(kiosk, "/kiosk/visit", k=ref[7])
    entered = kiosk.follow(sends(kiosk, "/kiosk/visit"))

    assert refused.status_code == 422
    assert "没有这个签到码" in words(by_id(refused, "wrong"))
    (cells,) = [one for one in by_id(refused, "step").iter("p") if one.get("data-cells") is not None]
    assert "".join(cells.itertext()) == mistyped
    assert (cells.get("aria-describedby"), by_id(refused, "help").tag) == ("wrong", "button")
    assert "签到成功" in said(entered)


def test_the_end_of_a_number_and_a_code_check_a_worker_in(kiosk: Client) -> None:
    made = an_activity(places=5, starts_in=SOON)
    ming = a_worker(name="王小明", phone="+8613812342207")
    a_ticket(made.slot_id, ming)

    assert presses(kiosk, "/kiosk/tail", "2207").location == "/kiosk/visit"
    asked = kiosk.get("/kiosk/visit")
    shown = kiosk.follow(sends(kiosk, "/kiosk/visit", typed=newest_code(kiosk, ming.phone)))

    assert "13812342207" not in asked.text
    assert "签到成功" in said(shown)
    assert entries() == 1


def test_two_with_the_same_end_are_told_apart_by_their_codes(kiosk: Client) -> None:
    made = an_activity(places=5, starts_in=SOON)
    one = a_worker(name="王小明", phone="+8613812342207")
    other = a_worker(name="赵小兰", phone="+8613956782207")
    for person in (one, other):
        a_ticket(made.slot_id, person)

    sends(kiosk, "/kiosk/tail", typed="2207")
    shown = kiosk.follow(sends(kiosk, "/kiosk/visit", typed=newest_code(kiosk, other.phone)))

    assert "赵**" in said(shown)
    assert entries() == 1


@SQLITE
def test_nobody_learns_whose_number_ends_so(kiosk: Client) -> None:
    made = an_activity(places=5, starts_in=SOON)
    a_ticket(made.slot_id, a_worker(phone="+8613812342207"))

    def answered(tail: str) -> tuple[int, str, str]:
        sent = sends(kiosk, "/kiosk/tail", typed=tail)
        page = kiosk.get("/kiosk/visit")
        wrong = sends(kiosk, "/kiosk/visit", typed="000000")
        return sent.status_code, said(page).replace(tail, "…"), said(wrong).replace(tail, "…")

    assert answered("2207") == answered("9999")


@SQLITE
def test_a_screen_scans_no_faster_than_people_come(kiosk: Client) -> None:
    an_activity(places=5, starts_in=SOON)
    token = by_form(kiosk.get("/kiosk/check-in"))
    csrf = next(one.get("value") for one in token if one.get("name") == "csrf_token")
    with at_time(clock.now().replace(second=0)):
        statuses = [
            kiosk.post(
                "/kiosk/check-in", data={"code": "ZZZZZZZ2", "csrf_token": csrf}, headers=HTMX
            ).status_code
            for _scan in range(31)
        ]
    assert statuses == [409] * 30 + [429]


def test_a_scan_that_was_kept_counts_once_as_of_when_it_was_made(kiosk: Client) -> None:
    made = an_activity(places=5, starts_in=SOON)
    ref = a_ticket(made.slot_id, a_worker())
    scanned = clock.now()

    with at_time(scanned + timedelta(minutes=20)):
        first = delivered(kiosk, ("n1", ref, scanned))
        second = delivered(kiosk, ("n1", ref, scanned))

    assert first == second == [{"nonce": "n1", "outcome": "in"}]
    assert db.session.scalars(select(Attendance.in_at)).all() == [scanned]


def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_nonce(kiosk: Client) -> None:
    """The scan went through, its answer did not: the screen keeps it, and delivers what is there already."""
    made = an_activity(places=5, starts_in=SOON)
    ref = a_ticket(made.slot_id, a_worker())
    shows(kiosk, ref, nonce="n1")
    assert delivered(kiosk, ("n1", ref, clock.now())) == [{"nonce": "n1", "outcome": "in"}]
    assert entries() == 1
    assert db.session.scalar(select(func.count()).select_from(Scan)) == 1


@SQLITE
def test_each_is_settled_by_itself_and_what_is_wrong_goes_to_the_desk(
    site: Flask, client: Client, kiosk: Client
) -> None:
    made = an_activity(places=5, starts_in=SOON, title="读书会")
    good = a_ticket(made.slot_id, a_worker(name="王小明"))
    gone_person = a_worker(name="赵小兰", phone="+8613900008888")
    gone = a_ticket(made.slot_id, gone_person)
    places.cancel(ref=gone, person_id=gone_person.id, at=clock.now())
    now = clock.now()

    settled = delivered(kiosk, ("n1", good, now), ("n2", gone, now), ("n3", "no code", now))

    assert [one["outcome"] for one in settled] == ["in", "conflict", "conflict"]
    staff = an_organizer(a_union(), role=Role.CHECK_IN_STAFF)
    client.sign_in(staff)
    page = client.get("/desk/kiosks/matters")
    listed = said(page)
    assert "赵**" in listed
    assert "8888" in listed
    assert "已取消" in listed or "已临时取消" in listed
    assert "不是签到码" in listed
    conflict = db.session.scalars(select(Scan).where(Scan.nonce == "n2")).one()
    assert client.press(page, f"/desk/kiosks/scans/{conflict.id}/settle").status_code == 303
    assert "赵**" not in said(client.get("/desk/kiosks/matters"))


@pytest.mark.parametrize(
    ("scanned_after", "arrives_after", "why"),
    [
        (timedelta(hours=1), timedelta(), "from_the_future"),
        (-timedelta(hours=2), timedelta(), "other_time"),
        (timedelta(minutes=5), timedelta(hours=30), "too_old"),
        (timedelta(minutes=5), timedelta(hours=20), ""),
    ],
)
@SQLITE
def test_when_it_was_scanned_is_believed_only_while_the_door_was_open(
    kiosk: Client, scanned_after: timedelta, arrives_after: timedelta, why: str
) -> None:
    made = an_activity(places=5, starts_in=SOON)
    ref = a_ticket(made.slot_id, a_worker())
    now = clock.now()
    with at_time(now + arrives_after):
        delivered(kiosk, ("n1", ref, now + scanned_after))
    scan = db.session.scalars(select(Scan)).one()
    assert (scan.outcome, scan.why) == (Outcome.CONFLICT if why else Outcome.IN, why)
    assert entries() == (0 if why else 1)


@SQLITE
@pytest.mark.parametrize(
    "body", ["", "x", "{}", '{"nonce": 1}', "[" * 5000, json.dumps([{"nonce": "n"}] * 51), "null"]
)
def test_a_delivery_that_is_none_is_refused(kiosk: Client, body: str) -> None:
    assert sends(kiosk, "/kiosk/scans", scans=body).status_code == 400
    assert entries() == 0


@SQLITE
@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"nonce": "n", "code": "ZZZZZZZ2"},
        {"nonce": "n", "code": "ZZZZZZZ2", "scanned_at": "yesterday"},
        {"nonce": "n", "code": "ZZZZZZZ2", "scanned_at": "2026-01-01T10:00:00"},
        {"nonce": "é" * 9, "code": "ZZZZZZZ2", "scanned_at": "2026-01-01T10:00:00+08:00"},
        {"nonce": "n" * 65, "code": "ZZZZZZZ2", "scanned_at": "2026-01-01T10:00:00+08:00"},
        {"nonce": 7, "code": ["x"], "scanned_at": None},
    ],
)
def test_a_scan_that_says_too_little_is_passed_over_and_stays_with_the_screen(
    kiosk: Client, odd: dict[str, object]
) -> None:
    answer = sends(kiosk, "/kiosk/scans", scans=json.dumps([odd, 5, None]))
    assert (answer.status_code, answer.json) == (200, [])


@SQLITE
def test_the_code_of_a_venue_is_another_one_a_minute_later_and_the_old_one_dies(
    kiosk: Client, client: Client, 小王: Person
) -> None:
    made = an_activity(places=5, starts_in=SOON)
    a_ticket(made.slot_id, 小王)
    path = f"/kiosk/venue/{occurrence_of(made.activity_id)}"
    at = datetime.fromtimestamp(int(clock.now().timestamp()) // 60 * 60, UTC)

    def hangs(minutes: int) -> str:
        with at_time(at + timedelta(minutes=minutes, seconds=1)):
            url = next(one.get("data-url") for one in by_id(kiosk.get(path), "poller"))
        assert url is not None
        return url.removeprefix("http://localhost")

    codes = [hangs(0), hangs(1)]
    assert codes[0] != codes[1]
    client.sign_in(小王)
    with at_time(at + timedelta(minutes=1, seconds=5)):
        client.get(codes[1])
        assert by_id(client.get("/here"), "check-in") is not None
    fresh = Client(client.application)
    fresh.sign_in(小王)
    with at_time(at + timedelta(minutes=5)):
        fresh.get(codes[0])
        assert "这个码过期了" in said(fresh.get("/here"))


def test_the_code_that_hangs_at_a_venue_gives_way_to_the_word_that_it_was_called_off(kiosk: Client) -> None:
    made = an_activity(places=5, starts_in=SOON)
    path = f"/kiosk/venue/{occurrence_of(made.activity_id)}"
    places.call_off(activity_id=made.activity_id, because="停电", at=clock.now())

    page = kiosk.get(path)

    assert words(by_id(page, "called-off")) == "活动取消了。 因为：停电。"
    assert "data-url" not in page.text
    assert kiosk.get(f"{path}/_code", headers={"HX-Request": "true"}).headers["HX-Redirect"] == path


@SQLITE
def test_a_venue_whose_door_is_shut_has_no_code(kiosk: Client) -> None:
    later = an_activity(places=5, starts_in=timedelta(hours=30))
    hidden = an_activity(places=5, starts_in=SOON, union_only=True)
    for one in (later, hidden):
        assert kiosk.get(f"/kiosk/venue/{occurrence_of(one.activity_id)}").status_code == 404
    assert "没有在签到的活动" in said(kiosk.get("/kiosk/venue"))


@SQLITE
def test_what_was_scanned_is_forgotten_after_a_week_and_a_conflict_when_it_was_settled(
    screen: Screen, 小王: Person
) -> None:
    made = an_activity(places=5, starts_in=SOON)
    ref, now = a_ticket(made.slot_id, 小王), clock.now()
    scans.take(device_id=screen.id, nonce="a", typed=ref, at=now)
    lost = scans.take(device_id=screen.id, nonce="b", typed="x", at=now, scanned_at=now)
    later = now + timedelta(days=8)

    scans.purge(later)
    assert db.session.scalars(select(Scan.nonce)).all() == ["b"]
    scans.settle(scan_id=lost.id, by_id=小王.id, at=now)
    scans.purge(later)
    assert db.session.scalars(select(Scan.nonce)).all() == []
