"""Somebody else's thing is answered like one that is not there: the same status, body and headers, and after the same
questions to the database, so that the time it takes tells nothing either. Of the desk's addresses this is in
`tests/desk/test_matrix.py`; what it took by the clock stands in docs/reliability.md."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from flask import Flask, Response, abort, request
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.browsing import Client
from tests.databases import built, in_use
from tests.promises.measured import counted
from tests.promises.route import GO, MISSING, OK, Route
from tests.promises.routes import ROUTES
from tests.promises.scene import Scene, plant, whole_scene
from tests.web.asking import HTMX, a_token
from tests.web.test_permissions import headers_of, same
from yiqi.booking.models import Booking
from yiqi.db import db
from yiqi.people.models import Person

NOBODYS = {"id": "987654", "ref": "ZZZZZZZ2", "token": "Z" * 22, "number": "PX-2026-999999-ZZZZ"}
OWNED = [
    route for route in ROUTES if route.owner in (OK, GO) and route.other == MISSING and "<" in route.rule
]
OF_ALL = {
    "team_id": "/league/teams/<id:team_id>",
    "call_id": "/reading/essays/<id:call_id>",
    "copy_id": "/reading/drift/<id:copy_id>",
    "group_id": "/reading/groups/<id:group_id>",
    "audition_id": "/troupe/auditions/<id:audition_id>",
    "section_id": "/troupe/sections/<id:section_id>",
    "number": "/verify/<number>",
    "union_id": "/me/union",
}
"""Parts of addresses that name what everybody may know of, and the page on which they read it. That there is such a thing is
told anyway: only what else is somebody's has to cost the same."""
PRIVATE = [route for route in OWNED if set(re.findall(r"(\w+)>", route.rule)) - OF_ALL.keys()]


def missing(route: Route, own: Mapping[str, str] = MappingProxyType({})) -> str:
    """The address of something of that kind that is not there; `own` are parts of what is there."""
    return re.sub(r"<(?:(\w+):)?(\w+)>", lambda one: own.get(one[2]) or NOBODYS[one[1] or one[2]], route.rule)


def beside(route: Route, stage: Scene) -> str:
    """The address of what is not there beside a thing that everybody may know of."""
    pattern = re.sub(r"<(?:\w+:)?(\w+)>", r"(?P<\1>[^/]+)", route.rule)
    found = re.fullmatch(pattern, route.url(stage.samples))
    assert found is not None, route.name
    return missing(route, {name: part for name, part in found.groupdict().items() if name in OF_ALL})


def sent(client: Client, route: Route, stage: Scene, url: str, headers: Mapping[str, str]) -> TestResponse:
    token = {"csrf_token": a_token(client)}
    fields = {**route.fields(stage.samples), **token} if route.method == "POST" else None
    return client.open(url, method=route.method, data=fields, headers=dict(headers))


def told_apart(client: Client, stage: Scene, headers: dict[str, str]) -> list[str]:
    """The addresses at which somebody else's thing is not answered as a missing one: 404, the same body, the same headers."""
    stage.enter(client, "other")
    found = []
    for route in OWNED:
        theirs, nobodys = (
            sent(client, route, stage, url, headers) for url in (route.url(stage.samples), missing(route))
        )
        told = [(one.status_code, same(one.text), headers_of(one)) for one in (theirs, nobodys)]
        if told[0] != told[1] or theirs.status_code != 404:
            found.append(route.name)
    return found


def asked_apart(client: Client, stage: Scene, routes: Iterable[Route]) -> list[str]:
    """The addresses at which the database is asked other questions for somebody else's thing than for a missing one."""
    stage.enter(client, "other")
    client.get("/")
    found = []
    for route in routes:
        asked = []
        for url in (route.url(stage.samples), beside(route, stage)):
            with counted() as said:
                sent(client, route, stage, url, {})
            asked.append(said)
        if asked[0] != asked[1]:
            found.append(route.name)
    return found


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_what_is_somebody_elses_is_not_told_from_what_is_not_there(
    client: Client, headers: dict[str, str]
) -> None:
    assert len(OWNED) > 20
    assert told_apart(client, whole_scene(), headers) == []


def test_what_is_somebody_elses_costs_the_same_as_what_is_not_there(client: Client) -> None:
    assert len(PRIVATE) > 15
    assert asked_apart(client, whole_scene(), PRIVATE) == []


def test_what_everybody_may_know_of_is_on_a_page_for_everybody() -> None:
    open_to = {route.rule: route.other for route in ROUTES if route.method == "GET"}
    assert {name: open_to[rule] for name, rule in OF_ALL.items()} == dict.fromkeys(OF_ALL, OK)


def test_a_page_that_asks_more_for_a_foreign_thing_is_noticed(tmp_path: Path) -> None:
    """The control: it looks whose ticket it is only where there is one."""
    with built(f"sqlite:///{tmp_path / 'yiqi.db'}", tmp_path) as app:

        def careless(ref: str) -> str:
            found = db.session.execute(
                select(Booking.id, Booking.person_id).where(Booking.ref == ref)
            ).first()
            if found is None or db.session.get_one(Person, found.person_id).name != "":
                abort(404)
            return "ok"

        app.add_url_rule("/careless/<ref:ref>", "booking.careless", careless)
        tickets = [route for route in PRIVATE if route.rule == "/t/<ref:ref>"]
        page = replace(tickets[0], rule="/careless/<ref:ref>", url=lambda one: f"/careless/{one.ref}")
        with in_use(app):
            client = Client(app)
            assert asked_apart(client, plant().scene(), [page, *tickets]) == [page.name]


def test_a_header_that_tells_of_what_is_there_is_noticed(
    site: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what exists may be kept a minute, what does not may not."""
    stage = whole_scene()
    ticket = f"/t/{stage.samples.ref}"

    def keeps(response: Response) -> Response:
        if request.path == ticket:
            response.headers["Cache-Control"] = "private, max-age=60"
        return response

    monkeypatch.setitem(site.after_request_funcs, None, [keeps, *site.after_request_funcs[None]])

    assert (
        told_apart(client, stage, {}) == [route.name for route in OWNED if route.rule == "/t/<ref:ref>"] != []
    )
