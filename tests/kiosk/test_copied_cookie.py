"""Whoever copied a screen's cookie, or plays with its keys: what they do not see, and how seldom they may try."""

import json
from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.browsing import Client, at_time, by_id
from tests.builders import a_union, a_worker, an_activity, an_organizer
from tests.kiosk.screens import Screen, at_screen
from tests.kiosk.steps import a_ticket, newest_code, said, sends, steps_up
from tests.web.asking import a_token
from yiqi import clock
from yiqi.db import db
from yiqi.kiosk import devices, screen
from yiqi.kiosk.devices import Try
from yiqi.kiosk.models import Scan
from yiqi.kiosk.rules import enrolment
from yiqi.people import codes
from yiqi.people.models import BrowserSession, SignInCode
from yiqi.roles.rules.permissions import Role

SQLITE = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
PHONE = "+8613666660001"
SOON = timedelta(minutes=30)


@pytest.fixture
def thief(site: Flask, screen: Screen) -> Client:
    """Another browser with the same cookie."""
    return at_screen(Client(site), screen)


@pytest.fixture
def whole_minute() -> Iterator[None]:
    """All of a test's tries are in one minute."""
    with at_time(clock.now().replace(second=0, microsecond=0)):
        yield


def test_a_copy_of_the_cookie_sees_nothing_of_whoever_stands_there(kiosk: Client, thief: Client) -> None:
    made = an_activity(places=5)
    a_worker(name="王小明", phone=PHONE)
    sends(kiosk, f"/kiosk/slots/{made.slot_id}/walk-in")
    sends(kiosk, "/kiosk/visit", typed=PHONE[3:])

    assert thief.get("/kiosk/visit").location == "/kiosk/"
    assert sends(thief, "/kiosk/visit", typed=newest_code(kiosk, PHONE)).location == "/kiosk/"

    sends(kiosk, "/kiosk/visit", typed=newest_code(kiosk, PHONE))
    assert thief.get("/kiosk/visit").location == "/kiosk/", "the ticket is shown to who signed up"
    assert by_id(kiosk.get("/kiosk/visit"), "ticket").get("data-state") == "confirmed"


@SQLITE
def test_without_the_visits_own_cookie_the_thief_would_see_the_ticket(
    kiosk: Client, thief: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: who has the visit's cookie too is whoever stands there."""
    made = an_activity(places=5)
    a_worker(name="王小明", phone=PHONE)
    steps_up(kiosk, made.slot_id, PHONE)
    kept = kiosk.get_cookie(screen.VISIT, path="/kiosk")
    assert kept is not None
    thief.set_cookie(screen.VISIT, kept.value, path="/kiosk")
    assert by_id(thief.get("/kiosk/visit"), "ticket").get("data-state") == "confirmed"


@SQLITE
def test_the_visits_cookie_is_forgotten_with_the_visit(kiosk: Client) -> None:
    made = an_activity(places=5)
    begun = sends(kiosk, f"/kiosk/slots/{made.slot_id}/walk-in")
    (line,) = [one for one in begun.headers.getlist("Set-Cookie") if one.startswith(screen.VISIT)]
    assert "HttpOnly" in line
    assert "Path=/kiosk" in line
    assert "SameSite=Strict" in line
    sends(kiosk, "/kiosk/leave")
    assert kiosk.get_cookie(screen.VISIT, path="/kiosk") is None


def types_code(kiosk: Client) -> TestResponse:
    sends(kiosk, "/kiosk/code")
    return sends(kiosk, "/kiosk/visit", typed="ZZZZZZZ2")


def tells_tail(kiosk: Client) -> TestResponse:
    return sends(kiosk, "/kiosk/tail", typed="9999")


LIMITED = pytest.mark.parametrize(
    ("what", "tried", "answer"),
    [(Try.SCAN, types_code, 422), (Try.TAIL, tells_tail, 303)],
    ids=["typed codes", "ends of numbers"],
)


@SQLITE
@LIMITED
@pytest.mark.usefixtures("whole_minute")
def test_a_screen_tries_no_faster_than_people_come(
    kiosk: Client, what: Try, tried: object, answer: int
) -> None:
    statuses = [tried(kiosk).status_code for _try in range(devices.TRIES[what] + 1)]  # type: ignore[operator]
    assert statuses == [answer] * devices.TRIES[what] + [429]


@SQLITE
@LIMITED
@pytest.mark.usefixtures("whole_minute")
def test_without_the_limit_they_would(kiosk: Client, what: Try, tried: object, answer: int) -> None:
    """The control."""
    with patch.dict(devices.TRIES, {what: 99}):
        statuses = [tried(kiosk).status_code for _try in range(devices.TRIES[what] // 3)]  # type: ignore[operator]
    assert statuses == [answer] * 33


def deliver(kiosk: Client, names: list[str]) -> list[str]:
    """Scans of nothing, delivered; answers the nonces of those that were settled."""
    at = clock.now().isoformat()
    kept = [{"nonce": name, "code": "no code", "scanned_at": at} for name in names]
    answer = sends(kiosk, "/kiosk/scans", scans=json.dumps(kept))
    assert answer.status_code == 200
    return [one["nonce"] for one in answer.get_json() or []]


@SQLITE
@pytest.mark.usefixtures("whole_minute")
def test_the_desks_list_is_not_flooded_and_what_is_beyond_comes_again(kiosk: Client) -> None:
    names = [f"n{number}" for number in range(15)]
    with patch.dict(devices.TRIES, {Try.KEPT: 10}):
        first = deliver(kiosk, names)
        assert first == names[:10]
        assert deliver(kiosk, names[10:]) == []
        with at_time(clock.now() + timedelta(minutes=1)):
            assert deliver(kiosk, names[10:]) == names[10:]
    assert db.session.scalar(select(func.count()).select_from(Scan)) == 15


@pytest.mark.parametrize(
    "odd",
    [
        {"scanned_at": "0001-01-01T00:00:00+14:00"},
        {"scanned_at": "9999-12-31T23:59:59-12:00"},
        {"nonce": "n\x00"},
        {"nonce": "\x7f\x1b"},
        {"code": "\x00\ud800"},
    ],
)
def test_what_no_database_can_keep_is_passed_over(kiosk: Client, odd: dict[str, str]) -> None:
    made = an_activity(places=5, starts_in=SOON)
    good = {
        "nonce": "good",
        "code": a_ticket(made.slot_id, a_worker()),
        "scanned_at": clock.now().isoformat(),
    }
    answer = sends(kiosk, "/kiosk/scans", scans=json.dumps([good | {"nonce": "odd"} | odd, good]))
    assert answer.status_code == 200
    assert answer.get_json()[-1] == {"nonce": "good", "outcome": "in"}


@SQLITE
def test_a_scans_own_nonce_may_be_odd_too(kiosk: Client) -> None:
    made = an_activity(places=5, starts_in=SOON)
    ref = a_ticket(made.slot_id, a_worker())
    assert sends(kiosk, "/kiosk/check-in", code=ref, nonce="n\x00").status_code == 303
    assert db.session.scalars(select(Scan.outcome)).one() == "in"


@SQLITE
def test_nobody_learns_who_is_expected_while_too_many_codes_were_wrong(
    kiosk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who wears the limit out with a number of their own is told the same of every other one."""
    made = an_activity(places=5, starts_in=SOON)
    a_ticket(made.slot_id, a_worker(phone="+8613812342207"))
    monkeypatch.setattr(codes, "WRONG_CODES_AN_ADDRESS", 0)

    def answered(tail: str) -> tuple[int, str]:
        sends(kiosk, "/kiosk/tail", typed=tail)
        wrong = sends(kiosk, "/kiosk/visit", typed="000000")
        return wrong.status_code, said(wrong).replace(tail, "…")

    assert answered("2207") == answered("9999")
    assert db.session.scalar(select(func.count()).select_from(SignInCode)) == 1, "one of them is expected"


def test_whoever_signed_in_on_it_to_read_the_code_is_signed_out_when_it_becomes_a_screen(
    site: Flask, client: Client
) -> None:
    admin = an_organizer(a_union(), role=Role.FEDERATION_ADMIN)
    client.sign_in(admin)
    device_id = devices.make(
        union_id=a_union().id,
        name="一楼",
        place="大厅",
        place_en="",
        nonce="n",
        by_id=admin.id,
        at=clock.now(),
    )
    code = enrolment.code(site.config["SECRET_KEY"], device_id, 1)
    assert client.get("/me").status_code == 200, "the control: signed in before"

    assert client.post("/kiosk/enrol", data={"typed": code, "csrf_token": a_token(client)}).status_code == 303

    assert client.get("/me").status_code == 401
    assert client.get("/kiosk/").status_code == 200
    of_admin = select(func.count()).select_from(BrowserSession).where(BrowserSession.person_id == admin.id)
    assert db.session.scalar(of_admin) == 0, "a copy of the session's cookie opens nothing either"
