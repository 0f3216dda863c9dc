"""Enrolling a screen, revoking it, and what its cookie opens: the screen's own addresses and nothing else."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.browsing import Client, at_time, form_of
from tests.builders import a_union, a_worker, an_organizer
from tests.databases import read_only
from tests.desk.proving import proves_anew
from tests.kiosk.screens import Screen, a_screen, at_screen
from tests.kiosk.steps import said, sends
from tests.promises.route import Route
from tests.promises.routes import ROUTES
from tests.promises.scene import scene
from tests.web.asking import RawClient, a_token
from tests.web.test_permissions import same
from yiqi import clock
from yiqi.db import db
from yiqi.kiosk import devices
from yiqi.kiosk.models import Device
from yiqi.kiosk.rules import enrolment
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Role

SQLITE = pytest.mark.parametrize("site", ["sqlite"], indirect=True)


def a_device(site: Flask) -> tuple[int, str]:
    """A device that waits for its code, and the code."""
    made = devices.make(
        union_id=a_union().id,
        name="一楼",
        place="服务中心",
        place_en="",
        nonce="n",
        by_id=a_worker().id,
        at=clock.now(),
    )
    return made, enrolment.code(site.config["SECRET_KEY"], made, 1)


def test_the_code_from_the_desk_makes_a_browser_a_screen_once(site: Flask, client: Client) -> None:
    device_id, code = a_device(site)

    enrolled = client.post("/kiosk/enrol", data={"typed": code, "csrf_token": a_token(client)})

    assert (enrolled.status_code, enrolled.location) == (303, "/kiosk/")
    assert "Path=/kiosk" in enrolled.headers["Set-Cookie"]
    assert "HttpOnly" in enrolled.headers["Set-Cookie"]
    assert client.get("/kiosk/").status_code == 200
    kept = db.session.get_one(Device, device_id)
    token = client.get_cookie("yiqi-kiosk", path="/kiosk")
    assert token is not None
    assert kept.token_hash not in (None, token.value)
    other = Client(site)
    again = other.post("/kiosk/enrol", data={"typed": code, "csrf_token": a_token(other)})
    assert again.status_code == 422


def test_a_code_is_dead_after_a_quarter_of_an_hour_and_so_is_a_wrong_one(site: Flask, client: Client) -> None:
    _device, code = a_device(site)
    wrong = f"{(int(code) + 1) % 10**8:08d}"

    assert (
        client.post("/kiosk/enrol", data={"typed": wrong, "csrf_token": a_token(client)}).status_code == 422
    )
    with at_time(clock.now() + timedelta(minutes=16)):
        late = client.post("/kiosk/enrol", data={"typed": code, "csrf_token": a_token(client)})
    assert late.status_code == 422


def test_who_guesses_codes_has_to_wait(site: Flask, client: Client) -> None:
    _device, code = a_device(site)
    token = a_token(client)

    tries = [client.post("/kiosk/enrol", data={"typed": f"{n:08d}", "csrf_token": token}) for n in range(10)]
    late = client.post("/kiosk/enrol", data={"typed": code, "csrf_token": token})

    assert {one.status_code for one in tries} == {422}
    assert late.status_code == 429
    assert late.headers["Retry-After"]


def test_keys_alone_type_the_code(site: Flask, client: Client) -> None:
    _device, code = a_device(site)
    page = client.get("/kiosk/enrol")
    for key in code:
        page = client.post("/kiosk/enrol", data=form_of(page, "/kiosk/enrol") | {"k": key})
    assert client.post("/kiosk/enrol", data=form_of(page, "/kiosk/enrol")).status_code == 303


def test_a_revoked_screen_is_none_with_its_next_request(kiosk: Client, screen: Screen) -> None:
    assert kiosk.get("/kiosk/check-in").status_code == 200
    token = a_token(kiosk)

    devices.revoke(device_id=screen.id, by_id=screen.made_by, at=clock.now())

    for path in ("/kiosk/", "/kiosk/check-in", "/kiosk/walk-in", "/kiosk/visit"):
        answer = kiosk.get(path)
        assert (answer.status_code, answer.location) == (303, "/kiosk/enrol")
    polled = kiosk.get("/kiosk/_board?v=x", headers={"HX-Request": "true"})
    assert polled.headers["HX-Redirect"] == "/kiosk/enrol"
    for path in ("/kiosk/check-in", "/kiosk/scans", "/kiosk/tail", "/kiosk/help"):
        assert kiosk.post(path, data={"csrf_token": token}).status_code == 403


def test_a_new_code_takes_the_place_of_the_old_browser_only_when_it_is_used(
    site: Flask, kiosk: Client, screen: Screen
) -> None:
    devices.renew_code(device_id=screen.id, by_id=screen.made_by, at=clock.now())
    assert kiosk.get("/kiosk/").status_code == 200
    serial = db.session.get_one(Device, screen.id).serial
    code = enrolment.code(site.config["SECRET_KEY"], screen.id, serial)

    new = Client(site)
    assert new.post("/kiosk/enrol", data={"typed": code, "csrf_token": a_token(new)}).status_code == 303

    assert new.get("/kiosk/").status_code == 200
    assert kiosk.get("/kiosk/").status_code == 303


_EVERY = re.compile(r"every \d+s")


def is_another(one: TestResponse, other: TestResponse) -> bool:
    """But for when a page asks again, which is drawn by lot for each."""
    first, second = (_EVERY.sub("", same(answer.text)) for answer in (one, other))
    return (one.status_code, first) != (other.status_code, second)


@SQLITE
def test_a_stolen_cookie_opens_nothing_but_the_screens_addresses(site: Flask) -> None:
    """Sent to every address of the site by hand, it is answered as a visitor without it is. The control: to the screen's
    own addresses it makes a difference."""
    stage = scene()
    token = stage.samples.more["kiosk_token"]
    differ = set()

    def asked(route: Route, jar: dict[str, str]) -> TestResponse:
        thief = RawClient(site)
        thief.checks = False
        fields = dict(route.fields(stage.samples)) if route.method == "POST" else None
        return thief.open(
            route.url(stage.samples), method=route.method, data=fields, headers=jar, buffered=True
        )

    for route in ROUTES:
        plain, stolen = asked(route, {}), asked(route, {"Cookie": f"yiqi-kiosk={token}"})
        if not route.rule.startswith("/kiosk/"):
            assert stolen.status_code == plain.status_code, route.name
        if is_another(
            plain, stolen
        ):  # in turns: what the clock or a counter changes, it does not change to and fro
            turns = [
                (asked(route, {}), asked(route, {"Cookie": f"yiqi-kiosk={token}"})) for _turn in range(2)
            ]
            if not any(is_another(plain, one) or is_another(stolen, other) for one, other in turns):
                differ.add(route.endpoint)

    assert {endpoint.split(".")[0] for endpoint in differ} == {"kiosk"}
    assert {"kiosk.board", "kiosk.check_in"} <= differ


@SQLITE
def test_no_screen_names_a_person(site: Flask, client: Client) -> None:
    """Names and numbers of everybody in the scene are looked for on every page of the screen. The control finds them at
    the desk."""
    stage = scene()
    stage.enter(client, "kiosk")
    told = [stage.owner.name, stage.other.name, stage.owner.phone[3:], stage.other.phone[3:]]

    for route in ROUTES:
        if route.kiosk is None or route.method != "GET":
            continue
        page = client.get(route.url(stage.samples), headers={"HX-Request": "true"}, buffered=True)
        assert not [one for one in told if one in page.text], route.name
    desk = Client(site)
    desk.sign_in(stage.organizer)
    assert stage.owner.name in desk.get(f"/desk/activities/{stage.samples.activity_id}").text


@SQLITE
def test_somebody_signed_in_in_the_same_browser_is_nobody_at_a_screen(site: Flask, kiosk: Client) -> None:
    kiosk.sign_in(a_worker(name="王小明"))
    for path in ("/kiosk/", "/kiosk/check-in", "/kiosk/walk-in"):
        assert "王小明" not in kiosk.get(path).text


@SQLITE
def test_what_goes_wrong_at_a_screen_leads_back_to_the_board_and_never_out(kiosk: Client) -> None:
    missing = kiosk.get("/kiosk/activities/987654")
    stale = kiosk.post("/kiosk/help", data={"csrf_token": "x"})
    for answer, status in ((missing, 404), (stale, 403)):
        assert answer.status_code == status
        assert 'href="/kiosk/"' in answer.text
        assert 'href="/"' not in answer.text


def test_a_screen_whose_press_cannot_be_kept_comes_back_to_the_board_by_itself(kiosk: Client) -> None:
    board = kiosk.get("/kiosk/")
    with read_only():
        answer = kiosk.press(board, "/kiosk/help")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "url=/kiosk/" in answer.text


@SQLITE
def test_the_admin_makes_and_revokes_a_screen_at_the_desk(site: Flask, client: Client) -> None:
    admin = an_organizer(a_union(), role=Role.FEDERATION_ADMIN)
    client.sign_in(admin)
    assert client.get("/desk/kiosks/").location.startswith("/desk/step-up")
    proves_anew(admin)
    page = client.get("/desk/kiosks/")

    made = client.press(page, "/desk/kiosks/", name="二楼", place="书屋门口")
    twice = client.press(page, "/desk/kiosks/", name="二楼", place="书屋门口")

    assert made.status_code == twice.status_code == 303
    device = db.session.scalars(select(Device)).one()
    code = enrolment.spoken(enrolment.code(site.config["SECRET_KEY"], device.id, device.serial))
    listed = client.get("/desk/kiosks/")
    assert code in listed.text
    assert client.press(listed, f"/desk/kiosks/{device.id}/revoke").status_code == 303
    assert "停用了" in said(client.get("/desk/kiosks/"))
    deeds = set(db.session.scalars(select(Deed.what)))
    assert {What.KIOSK_MADE, What.KIOSK_REVOKED} <= deeds


@SQLITE
def test_a_screen_without_a_name_or_a_place_is_not_made(client: Client) -> None:
    admin = an_organizer(a_union(), role=Role.FEDERATION_ADMIN)
    client.sign_in(admin)
    proves_anew(admin)
    page = client.get("/desk/kiosks/")
    assert client.press(page, "/desk/kiosks/", name="", place="").status_code == 422
    assert db.session.scalar(select(func.count()).select_from(Device)) == 0


def test_a_call_for_help_reaches_the_desk_once_and_is_answered_there(
    site: Flask, client: Client, kiosk: Client
) -> None:
    union = a_union()
    staff = an_organizer(union, role=Role.CHECK_IN_STAFF, name="刘师傅")
    stranger = an_organizer(a_union("北方华创工会"), role=Role.CHECK_IN_STAFF)
    assert sends(kiosk, "/kiosk/help").location == "/kiosk/help"
    sends(kiosk, "/kiosk/help")
    assert "马上过来" in said(kiosk.get("/kiosk/help"))

    client.sign_in(staff)
    page = client.get("/desk/")
    assert said(page).count("有人请人帮忙") == 1
    elsewhere = Client(site)
    elsewhere.sign_in(stranger)
    assert "有人请人帮忙" not in said(elsewhere.get("/desk/"))
    answered = client.press(page, f"/desk/kiosks/{devices.listed()[0].id}/answer")

    assert answered.status_code == 303
    assert "有人请人帮忙" not in said(client.get("/desk/"))
    assert "有人过来了" in said(kiosk.get("/kiosk/help"))


@SQLITE
def test_a_screen_was_seen_when_it_asked(screen: Screen, kiosk: Client) -> None:
    later = clock.now() + timedelta(minutes=30)
    with at_time(later):
        kiosk.get("/kiosk/_board?v=x", headers={"HX-Request": "true"})
    assert db.session.get_one(Device, screen.id).seen_at == later.replace(microsecond=0)


@SQLITE
def test_english_is_for_whoever_stands_there(kiosk: Client) -> None:
    sends(kiosk, "/kiosk/language", lang="en")
    assert 'lang="en"' in kiosk.get("/kiosk/").text[:200]
    sends(kiosk, "/kiosk/leave")
    assert 'lang="zh-CN"' in kiosk.get("/kiosk/").text[:200]


def test_two_screens_have_two_cookies(site: Flask) -> None:
    one, other = a_screen(), a_screen()
    devices.revoke(device_id=one.id, by_id=one.made_by, at=clock.now())
    assert at_screen(Client(site), one).get("/kiosk/").status_code == 303
    assert at_screen(Client(site), other).get("/kiosk/").status_code == 200
