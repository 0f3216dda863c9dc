"""Who may do what, address by address: one table, and whatever is not in it is denied."""

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.browsing import Client, form_of
from tests.builders import an_activity
from tests.databases import ROOT, ScratchSettings
from tests.nightly import in_turns
from tests.promises.route import Route
from tests.promises.routes import EVERYBODY, POSTS, ROUTES
from tests.promises.scene import WHO, Scene, scene, whole_scene
from tests.web.asking import HTMX, a_token
from yiqi.activities.models import Status
from yiqi.app import create_app
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.db import db
from yiqi.people.models import Person

CHANGING = [
    (r'(name="csrf_token" value=)"[^"]*"', r'\1""'),
    (r'(name="nonce" value=)"[^"]*"', r'\1""'),
    (r"\"X-CSRF-Token\": \"[^\"]*\"", '"X-CSRF-Token": ""'),
    (r"(back=)[^\"&]*", r"\1"),
]
"""What differs between two answers without telling anything: tokens, and the address one came from."""
FRESH = {"X-Request-Id", "X-Request-ID", "Content-Length", "Date"}


def same(body: str) -> str:
    """A body with everything that is fresh each time taken out."""
    for changing, fixed in CHANGING:
        body = re.sub(changing, fixed, body)
    return body


def ask(client: Client, route: Route, stage: Scene, **headers: str) -> TestResponse:
    url = route.url(stage.samples)
    if route.method != "POST":
        return client.open(url, method=route.method, headers=headers, buffered=True)
    fields = {**route.fields(stage.samples), "csrf_token": a_token(client)}
    return client.post(url, data=fields, headers=headers)


METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND")
ALLOWED = [(route, who) for route, who in EVERYBODY if route.method == "POST" and route.status(who) < 400]
"""Whoever may change something: each needs a scene of their own."""


@pytest.mark.parametrize("who", WHO)
def test_everybody_meets_what_the_table_says(client: Client, who: str) -> None:
    """Pages, and forms that are refused: they change nothing, so that one scene is enough for all."""
    stage = whole_scene()
    stage.enter(client, who)
    met, said = {}, {}

    for route, somebody in EVERYBODY:
        if somebody == who and (route, who) not in ALLOWED:
            met[route.name], said[route.name] = ask(client, route, stage).status_code, route.status(who)

    assert met == said
    assert met


@pytest.mark.parametrize(("route", "who"), ALLOWED, ids=[f"{route.name}-{who}" for route, who in ALLOWED])
@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_who_may_change_something_does(site: Flask, client: Client, route: Route, who: str) -> None:
    stage = whole_scene()
    stage.enter(client, who)

    answer = ask(client, route, stage)

    assert answer.status_code == route.status(who)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_an_address_with_another_method_is_denied_to_everybody(site: Flask, client: Client, who: str) -> None:
    stage = whole_scene()
    stage.enter(client, who)
    by_rule: dict[str, set[str]] = {}
    for route in ROUTES:
        by_rule.setdefault(route.rule, set()).add(route.method)

    for turn, route in enumerate(ROUTES, WHO.index(who)):
        allowed = by_rule[route.rule]
        for method in in_turns([one for one in METHODS if one not in allowed], turn, 1):
            answer = client.open(route.url(stage.samples), method=method)
            assert answer.status_code == 405, f"{method} {route.rule}"
            listed = set(answer.headers["Allow"].replace(" ", "").split(","))
            assert listed == allowed | {"OPTIONS"} | ({"HEAD"} if "GET" in allowed else set())


def test_a_post_without_a_session_is_sent_to_sign_in(client: Client) -> None:
    stage = whole_scene()
    before = db.session.scalar(select(func.count()).select_from(Booking))

    for route in (one for one in POSTS if not one.is_open):
        url = route.url(stage.samples)
        plain = client.post(url, data=route.fields(stage.samples))
        assert plain.status_code == 401, route.name
        assert form_of(plain, "/sign-in")["next"] == "/"

        came = f"http://localhost/activities/{stage.samples.activity_id}?from=list"
        by_htmx = client.post(url, headers=HTMX | {"HX-Current-URL": came})
        assert by_htmx.status_code == 401, route.name
        assert by_htmx.text == ""
        assert by_htmx.headers["HX-Redirect"] == (
            f"/sign-in?next=/activities/{stage.samples.activity_id}?from%3Dlist"
        )
    assert db.session.scalar(select(func.count()).select_from(Booking)) == before


def test_a_page_of_ones_own_offers_the_sign_in_form_in_its_place_and_comes_back(client: Client) -> None:
    stage = whole_scene()

    for route in (one for one in ROUTES if one.method == "GET" and not one.is_open):
        address = route.url(stage.samples) + "?tab=past"
        answer = client.get(address)
        assert answer.status_code == 401, route.name
        assert form_of(answer, "/sign-in")["next"] == address


@pytest.mark.parametrize("spelled", [str, str.lower, lambda ref: f"{ref[:4]}-{ref[4:]}"])
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_somebody_elses_ticket_is_answered_like_one_that_is_not_there(
    client: Client, spelled: type[str], headers: dict[str, str]
) -> None:
    stage = scene()
    stage.enter(client, "other")
    theirs, nobodys = stage.samples.ref, "ZZZZZZZ2"

    found = client.get(f"/t/{spelled(theirs)}", headers=headers)
    missing = client.get(f"/t/{spelled(nobodys)}", headers=headers)

    assert found.status_code == missing.status_code == 404
    assert same(found.text) == same(missing.text)
    assert headers_of(found) == headers_of(missing)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
@pytest.mark.parametrize("late", [{}, {"late": "1"}])
def test_somebody_elses_booking_cannot_be_cancelled_and_is_not_told_from_a_missing_one(
    client: Client, headers: dict[str, str], late: dict[str, str]
) -> None:
    stage = scene()
    stage.enter(client, "other")
    token = {"csrf_token": a_token(client)}

    theirs = client.post(f"/bookings/{stage.samples.ref}/cancel", data=token | late, headers=headers)
    missing = client.post("/bookings/ZZZZZZZ2/cancel", data=token | late, headers=headers)

    assert theirs.status_code == missing.status_code == 404
    assert same(theirs.text) == same(missing.text)
    assert headers_of(theirs) == headers_of(missing)
    assert db.session.scalar(select(Booking.state)) is State.CONFIRMED


def test_a_draft_is_not_told_from_an_activity_that_is_not_there(client: Client) -> None:
    stage = scene()
    hidden = an_activity(status=Status.DRAFT)
    stage.enter(client, "other")
    token = {"csrf_token": a_token(client)}

    for made, missing in (
        (f"/activities/{hidden.activity_id}", "/activities/987654"),
        (f"/slots/{hidden.slot_id}/sign-up", "/slots/987654/sign-up"),
        (f"/slots/{hidden.slot_id}/_places", "/slots/987654/_places"),
        (f"/slots/{hidden.slot_id}/_booking", "/slots/987654/_booking"),
        (f"/live?slots={hidden.slot_id}.0", "/live?slots=987654.0"),
        (f"/live?slots={hidden.slot_id}.0&view=list", "/live?slots=987654.0&view=list"),
        (f"/live?slots={hidden.slot_id}.0&view=mine", "/live?slots=987654.0&view=mine"),
    ):
        found, lost = client.get(made), client.get(missing)
        assert (found.status_code, same(found.text)) == (lost.status_code, same(lost.text)), made
    for made, missing in ((f"/slots/{hidden.slot_id}/bookings", "/slots/987654/bookings"),):
        found, lost = client.post(made, data=token), client.post(missing, data=token)
        assert found.status_code == lost.status_code == 404


def test_a_worker_cannot_give_themselves_what_the_form_does_not_offer(client: Client) -> None:
    stage = scene()
    stage.enter(client, "other")
    greedy = {
        "state": "confirmed",
        "seq": "0",
        "person_id": str(stage.owner.id),
        "id": str(stage.owner.id),
        "phone": "+8613900000009",
        "turn": "99",
        "ref": "AAAAAAAA",
        "by_id": "1",
        "at": "2000-01-01",
    }
    page = client.get(f"/activities/{stage.elsewhere.activity_id}")
    client.press(page, f"/slots/{stage.elsewhere.slot_id}/bookings", **greedy)
    client.post("/me/name", data={"name": "赵小兰", "csrf_token": a_token(client), **greedy})

    booking = db.session.scalars(select(Booking).where(Booking.slot_id == stage.elsewhere.slot_id)).one()
    assert (booking.person_id, booking.ref != "AAAAAAAA") == (stage.other.id, True)
    me = db.session.get_one(Person, stage.other.id)
    assert (me.phone, me.turn) == (stage.other.phone, 1)


def headers_of(answer: TestResponse) -> list[tuple[str, str]]:
    """The headers without what is fresh each time: the request's id, a cookie's value, the length of an address one came from
    or of a token; and without the numbers of the address that was asked for."""
    found = []
    for name, value in answer.headers:
        if name == "Set-Cookie":
            found.append((name, re.sub(r"^([^=]+)=[^;]*", r"\1=", re.sub(r"(?i)expires=[^;]*", "", value))))
        elif name == "Location":
            found.append((name, re.sub(r"\b([0-9]+|[0-9A-Z]{8})\b", "…", value)))
        elif name not in FRESH:
            found.append((name, value))
    return sorted(found)


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_in_production_nobody_reads_what_was_sent(site: Flask, tmp_path: Path) -> None:
    settings = ScratchSettings(
        root=ROOT,
        env="production",
        database_url=site.config["SQLALCHEMY_DATABASE_URI"],
        secret_key="s" * 40,
        scratch=tmp_path,
    )
    assert Client(create_app(ROOT, settings)).get("/demo/messages?phone=13800138000").status_code == 404
