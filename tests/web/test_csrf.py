"""Forms are accepted from our own pages only, with the token of the sender's session; a stale one loses nothing."""

from collections.abc import Mapping

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.browsing import Client, by_id, form_of, parsed
from tests.nightly import in_turns
from tests.promises.route import Route
from tests.promises.routes import POSTS
from tests.promises.scene import Scene, scene, whole_scene
from tests.web.asking import HTMX, a_token, press_by_htmx, token_on
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.db import db
from yiqi.people.models import BrowserSession, Person, SignInCode
from yiqi.web import guards

pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
every_post = pytest.mark.parametrize("route", POSTS, ids=lambda route: route.name)
each_insider = pytest.mark.parametrize("who", sorted({route.insider for route in POSTS}))
"""A form that is refused changes nothing, so that one scene is enough for all forms of one person."""

ELSEWHERE: dict[str, Mapping[str, str]] = {
    "another site": {"Origin": "https://evil.example"},
    "another site, as a subdomain": {"Origin": "http://localhost.evil.example"},
    "another site, with our name as its user": {"Origin": "http://localhost@evil.example"},
    "another port": {"Origin": "http://localhost:8080"},
    "a file or a sandbox": {"Origin": "null"},
    "an empty origin": {"Origin": ""},
    "no address": {"Origin": "http://["},
    "no address at all": {"Origin": "evil"},
    "cross-site": {"Sec-Fetch-Site": "cross-site"},
    "a sister site": {"Sec-Fetch-Site": "same-site"},
    "an unknown word": {"Sec-Fetch-Site": "whatever"},
    "cross-site, with our origin": {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    "same-origin, with their origin": {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
}
NO_TOKENS = ("", "x", "AAAA", "a" * 5_000, "%00", "你好", "=" * 8, "-_-_", "null")
NO_FORMS = ("text/plain", "application/json", "text/xml", "application/octet-stream", "")
OURS: dict[str, Mapping[str, str]] = {
    "an old browser": {},
    "our origin": {"Origin": "http://localhost"},
    "a new browser": {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
    "typed by the person": {"Sec-Fetch-Site": "none"},
}


def counted() -> tuple[int, ...]:
    """What a forged form could have changed: bookings, live ones, sessions of people, codes, names."""
    db.session.rollback()
    live = select(func.count()).select_from(Booking).where(Booking.state == State.CONFIRMED)
    people = select(func.count()).select_from(BrowserSession).where(BrowserSession.person_id.isnot(None))
    named = select(func.count()).select_from(Person).where(Person.name == "王小明")
    kinds = (select(func.count()).select_from(Booking), live, people, named)
    return tuple(
        db.session.scalar(kind) or 0 for kind in (*kinds, select(func.count()).select_from(SignInCode))
    )


def posts_of(who: str) -> list[Route]:
    return [route for route in POSTS if route.insider == who]


def forge(client: Client, route: Route, stage: Scene, token: str, **headers: str) -> TestResponse:
    fields = {**route.fields(stage.samples), "name": "骗子"} if route.rule == "/me/name" else None
    fields = dict(fields or route.fields(stage.samples))
    if token:
        fields["csrf_token"] = token
    return client.post(route.url(stage.samples), data=fields, headers=headers)


@each_insider
def test_a_form_from_elsewhere_is_refused_even_with_a_good_token(client: Client, who: str) -> None:
    stage = whole_scene()
    stage.enter(client, who)
    token, before = a_token(client), counted()

    for turn, route in enumerate(posts_of(who)):
        for how, headers in in_turns(ELSEWHERE.items(), turn, 3):
            answer = forge(client, route, stage, token, **headers)
            assert answer.status_code == 403, (route.name, how)
            assert "resubmit" not in answer.text
        assert counted() == before, route.name


@pytest.mark.parametrize("how", OURS)
def test_a_form_from_our_own_page_goes_through(client: Client, how: str) -> None:
    stage = scene()
    stage.enter(client, "other")

    answer = client.post(
        f"/slots/{stage.elsewhere.slot_id}/bookings",
        data={"csrf_token": a_token(client), "nonce": "once"},
        headers=dict(OURS[how]),
    )

    assert answer.status_code == 303


@each_insider
def test_a_form_without_the_sessions_token_is_refused(client: Client, who: str) -> None:
    stage = whole_scene()
    stage.enter(client, who)
    before = counted()

    for turn, route in enumerate(posts_of(who)):
        for token in in_turns(NO_TOKENS, turn, 2):
            for headers in ({}, HTMX):
                answer = forge(client, route, stage, token, **headers)
                assert answer.status_code == 403, (route.name, token)
        assert counted() == before, route.name


@each_insider
def test_the_token_of_another_session_is_refused(site: Flask, client: Client, who: str) -> None:
    stage = whole_scene()
    theirs = a_token(stage.enter(Client(site), "other"))
    strangers = a_token(Client(site))
    stage.enter(client, who)
    own, before = a_token(client), counted()

    for turn, route in enumerate(posts_of(who)):
        for token in in_turns([theirs, strangers, own[:-8] + theirs[-8:], own[:-4]], turn, 2):
            assert forge(client, route, stage, token).status_code == 403, route.name
        assert counted() == before, route.name


@each_insider
def test_a_form_sent_as_text_cannot_smuggle_the_token(client: Client, who: str) -> None:
    stage = whole_scene()
    stage.enter(client, who)
    token, before = a_token(client), counted()

    for turn, route in enumerate(posts_of(who)):
        for kind in in_turns(NO_FORMS, turn, 2):
            answer = client.post(route.url(stage.samples), data=f"csrf_token={token}&x=1", content_type=kind)
            assert answer.status_code == 403, (route.name, kind)
        assert counted() == before, route.name


@every_post
def test_htmx_may_send_the_token_as_a_header(client: Client, route: Route) -> None:
    stage = whole_scene()
    stage.enter(client, route.insider)

    good = client.post(
        route.url(stage.samples),
        data=dict(route.fields(stage.samples)),
        headers=HTMX | {"X-CSRF-Token": a_token(client)},
    )

    assert good.status_code in (200, 303, route.status(route.insider))


def test_the_page_gives_htmx_its_header_and_each_token_is_masked_afresh(client: Client) -> None:
    stage = scene()
    stage.enter(client, "owner")
    pages = [client.get("/me") for _time in range(2)]

    sent = [parsed(page).find("body") for page in pages]
    assert all(body is not None and '"X-CSRF-Token": "' in body.get("hx-headers", "") for body in sent)
    tokens = {token_on(page) for page in pages}
    assert len(tokens) == 2


def test_a_visitor_cannot_be_signed_in_to_somebody_elses_account(site: Flask) -> None:
    attacker, victim = Client(site), Client(site)
    token = a_token(attacker)
    assert attacker.post("/sign-in", data={"phone": "13800138000", "csrf_token": token}).status_code == 303

    for forged in ({"code": "123456"}, {"code": "123456", "csrf_token": token}):
        answer = victim.post("/sign-in/code", data=forged)
        assert answer.status_code == 403
        answer = victim.post("/sign-in", data={"phone": "13800138001", **forged})
        assert answer.status_code == 403


NOTE = "第一行\n第二行 <b>粗</b> “引号” 👨‍👩‍👧\u3000全角"


def test_a_page_that_was_open_too_long_offers_the_form_again_with_everything_in_it(client: Client) -> None:
    stage = scene()
    stage.enter(client, "other")
    action = f"/slots/{stage.elsewhere.slot_id}/bookings"
    page = client.get(f"/slots/{stage.elsewhere.slot_id}/sign-up")
    stage.enter(client, "other")

    before = counted()[0]
    stale = client.press(page, action, note=NOTE)
    assert stale.status_code == 403
    assert "".join(by_id(stale, "resubmit").itertext()).strip() == "再提交一次"
    kept, first = form_of(stale, action), form_of(page, action)
    assert {**kept, "csrf_token": ""} == {**first, "note": NOTE, "csrf_token": ""}
    assert counted()[0] == before

    again = client.press(stale, action)
    assert client.follow(again).status_code == 200
    booking = db.session.scalars(select(Booking).where(Booking.person_id == stage.other.id)).one()
    assert booking.note == NOTE.replace("\u3000", " ")
    assert booking.nonce == first["nonce"]


def test_the_same_on_a_page_with_htmx(client: Client) -> None:
    stage = scene()
    stage.enter(client, "other")
    action = f"/slots/{stage.elsewhere.slot_id}/bookings"
    page = client.get(f"/activities/{stage.elsewhere.activity_id}")
    stage.enter(client, "other")

    before = counted()[0]
    stale = press_by_htmx(client, page, action)
    assert stale.status_code == 403
    assert stale.text.startswith('<div class="problem"')

    again = client.press(stale, action)
    assert again.status_code == 303
    assert counted()[0] == before + 1


def test_a_sign_in_form_whose_cookie_was_lost_can_be_sent_again(client: Client) -> None:
    page = client.get("/sign-in?next=/me")
    client.delete_cookie("yiqi")

    lost = client.press(page, "/sign-in", phone="138 0013 8000")
    assert lost.status_code == 403
    assert form_of(lost, "/sign-in")["phone"] == "138 0013 8000"

    again = client.press(lost, "/sign-in")
    assert (again.status_code, again.location) == (303, "/sign-in/code?next=/me")


def test_signing_in_makes_the_old_token_and_cookie_useless(site: Flask, client: Client) -> None:
    page = client.get("/sign-in")
    before = client.get_cookie("yiqi")
    client.follow(client.press(page, "/sign-in", phone="13800138000"))
    said = client.get("/demo/messages?phone=13800138000")
    code = next(one.get("data-code") for one in parsed(said).iter("li"))
    form = client.get("/sign-in/code")

    assert client.press(form, "/sign-in/code", code=code).status_code == 303

    after = client.get_cookie("yiqi")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    stale = client.post("/sign-out", data={"csrf_token": token_on(form)})
    assert stale.status_code == 403
    planted = Client(site)
    planted.set_cookie("yiqi", before.value)
    assert planted.get("/me").status_code == 401


def test_without_the_check_a_forged_form_goes_through(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = scene()
    stage.enter(client, "owner")
    forged = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    url = f"/bookings/{stage.samples.ref}/cancel"
    live = counted()[1]
    assert client.post(url, headers=forged).status_code == 403

    monkeypatch.setattr(guards, "from_our_pages", lambda: True)
    assert client.post(url, headers=forged).status_code == 403
    monkeypatch.setattr(guards, "_belongs", lambda _token, _secret: True)
    assert client.post(url, headers=forged).status_code == 303
    assert counted()[1] == live - 1
