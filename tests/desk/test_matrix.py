"""Every address of the desk, held against the rule book: nine kinds of people, things of their own and of others."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.browsing import Client
from tests.builders import a_union, a_worker
from tests.desk.proving import proves_anew
from tests.desk.rulebook import ACTION_OF, CELLS, ROLES, VISITORS, WORKERS
from tests.promises.routes import ROUTES, Kind, Route
from tests.promises.scene import Scene, scene
from tests.web.asking import a_token
from tests.web.test_permissions import same
from yiqi import clock
from yiqi.desk import gate
from yiqi.desk.permits import NEEDS, On
from yiqi.people.models import Person
from yiqi.roles import granting
from yiqi.roles.rules.permissions import EVERYWHERE, Action, Allowed, Held, Role, Thing, may

DESK = tuple(route for route in ROUTES if route.organizer is not None)
POSTS = tuple(route for route in DESK if route.kind is Kind.POST)
PLACES = tuple(route for route in DESK if route.kind is not Kind.POST)
NO_ID, NO_REF = 987654, "ZZZZZZZ2"
SQLITE = pytest.mark.parametrize("site", ["sqlite"], indirect=True)


@dataclass(frozen=True)
class Stage:
    """Two unions, each with one of everything that addresses name."""

    ours: Scene
    theirs: Scene

    @property
    def union_id(self) -> int:
        return self.ours.samples.union_id


@pytest.fixture
def stage(site: Flask, monkeypatch: pytest.MonkeyPatch) -> Stage:
    ours = scene()
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(a_union, "__defaults__", ("中芯国际工会",))
        theirs = scene()
    assert ours.samples.union_id != theirs.samples.union_id
    return Stage(ours, theirs)


def somebody(role: Role, union_id: int, *, activity_id: int | None = None) -> Person:
    """A holder of a role: on a union, on one activity of it, or everywhere."""
    person = a_worker(name=f"持有{role}")
    on: dict[str, int] = {}
    if role not in EVERYWHERE:
        on = {"activity_id": activity_id} if activity_id is not None else {"union_id": union_id}
    granting.grant(person_id=person.id, role=role, at=clock.now(), by_id=None, **on)
    return person


def parts(site: Flask, route: Route, of: Scene) -> dict[str, Any]:
    """What the variable parts of an address are in a scene."""
    path = route.url(of.samples).partition("?")[0]
    _endpoint, named = site.url_map.bind("localhost").match(path, route.method)
    return dict(named)


def missing(named: dict[str, Any]) -> dict[str, Any]:
    """The same parts, of things that are not there."""
    nothing = {int: NO_ID, str: NO_REF}
    return {name: nothing[type(value)] if _is_a_things(name) else value for name, value in named.items()}


def _is_a_things(name: str) -> bool:
    return name.endswith("_id") or name == "ref"


def ask(client: Client, site: Flask, route: Route, named: dict[str, Any], of: Scene) -> TestResponse:
    """Send a request to an address with these parts; a form brings what the list of addresses says."""
    query = route.url(of.samples).partition("?")[2]
    path: str = site.url_map.bind("localhost").build(route.endpoint, named, method=route.method)
    client.checks = False
    if route.kind is not Kind.POST:
        return client.get(f"{path}?{query}")
    fields = {**route.fields(of.samples), "csrf_token": a_token(client)}
    return client.post(path, data=fields, content_type="multipart/form-data")


def told_apart(first: TestResponse, second: TestResponse) -> bool:
    """Whether two answers tell different things: by their status, their body or where they lead."""

    def told(answer: TestResponse) -> tuple[int, str, str]:
        lead = re.sub(r"\b([0-9]+|[0-9A-Z]{8})\b", "…", answer.headers.get("Location", ""))
        return answer.status_code, same(answer.text), lead

    return told(first) != told(second)


def cell(who: str, route: Route) -> frozenset[str]:
    return CELLS[ACTION_OF[route.endpoint]][who]


def denies_what_is_foreign(client: Client, site: Flask, stage: Stage, who: str) -> None:
    """Somebody with a role in our union asks for everything of theirs, and for what is not there."""
    client.sign_in(somebody(ROLES[who], stage.union_id))
    for route in DESK:
        if NEEDS[route.endpoint].on is On.ANYWHERE:
            continue
        named = parts(site, route, stage.theirs)
        foreign = ask(client, site, route, named, stage.theirs)
        nothing = ask(client, site, route, missing(named), stage.theirs)
        assert foreign.status_code == 404, f"{who}: {route.name} is {foreign.status_code} for a foreign one"
        assert not told_apart(foreign, nothing), f"{who}: {route.name} tells a foreign one from a missing one"


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_every_address_of_the_desk_is_in_every_list(site: Flask) -> None:
    served = {rule.endpoint for rule in site.url_map.iter_rules() if rule.endpoint.startswith("desk.")}
    by_path = {rule.endpoint for rule in site.url_map.iter_rules() if rule.rule.startswith("/desk")}

    assert by_path == served
    assert set(NEEDS) == served, "permits.NEEDS"
    assert {route.endpoint for route in DESK} == served, "tests/promises/routes.py"
    assert set(ACTION_OF) == served, "tests/desk/rulebook.py"


@pytest.mark.parametrize("endpoint", sorted(ACTION_OF))
def test_an_address_needs_what_the_rule_book_says_of_it(endpoint: str) -> None:
    assert NEEDS[endpoint].action == ACTION_OF[endpoint]


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("who", ROLES)
def test_the_table_in_the_code_is_the_rule_books(who: str, action: Action) -> None:
    role, words = ROLES[who], CELLS[action][who]
    held = (Held(role, frozenset() if role in EVERYWHERE else frozenset({1})),)
    wanted = Allowed(masked="masked" in words, step_up="anew" in words) if words else None

    assert may(held, action, Thing(1, 5, "league")) == wanted
    assert may(held, action) == wanted
    assert may(held, action, Thing(2, 6, "league")) == (wanted if role in EVERYWHERE else None)
    assert not any(CELLS[action][other] for other in (*VISITORS, *WORKERS))


@SQLITE
@pytest.mark.parametrize("who", VISITORS)
def test_without_a_session_the_desk_asks_to_sign_in_everywhere(
    site: Flask, client: Client, stage: Stage, who: str
) -> None:
    for route in DESK:
        assert ask(client, site, route, parts(site, route, stage.ours), stage.ours).status_code == 401, (
            route.name
        )


@SQLITE
@pytest.mark.parametrize("who", WORKERS)
def test_for_a_worker_there_is_no_desk(site: Flask, client: Client, stage: Stage, who: str) -> None:
    client.sign_in(stage.ours.owner if who == "captain" else stage.ours.other)
    for route in DESK:
        named = parts(site, route, stage.ours)
        found, nothing = (ask(client, site, route, one, stage.ours) for one in (named, missing(named)))
        assert found.status_code == 404, route.name
        assert not told_apart(found, nothing), route.name


@SQLITE
@pytest.mark.parametrize("who", [who for who, role in ROLES.items() if role not in EVERYWHERE])
def test_a_foreign_thing_is_not_told_from_a_missing_one(
    site: Flask, client: Client, stage: Stage, who: str
) -> None:
    denies_what_is_foreign(client, site, stage, who)


@SQLITE
@pytest.mark.parametrize("who", ROLES)
def test_what_the_rule_book_does_not_allow_is_not_there(
    site: Flask, client: Client, stage: Stage, who: str
) -> None:
    client.sign_in(somebody(ROLES[who], stage.union_id))
    for route in DESK:
        if not cell(who, route):
            named = parts(site, route, stage.ours)
            denied, nothing = (ask(client, site, route, one, stage.ours) for one in (named, missing(named)))
            assert denied.status_code == 404, f"{who}: {route.name} is {denied.status_code}"
            assert not told_apart(denied, nothing), f"{who}: {route.name}"


def is_allowed(answer: TestResponse, route: Route, words: frozenset[str]) -> bool:
    """Whether an answer is that of somebody who may. A form may find that what it wants is not so (404 where the list
    of addresses says it of an organizer), never that its person may not."""
    leads = answer.headers.get("Location", "")
    if "anew" in words:
        return answer.status_code == 303 and leads.startswith("/desk/step-up?next=")
    if leads.startswith("/desk/second-factor?"):
        return False
    if leads.startswith("/desk/step-up") and ACTION_OF[route.endpoint] != "enter":
        return False
    return answer.status_code in (200, 303, 409, 422, route.organizer)


def holder(who: str, of: Scene, route: Route) -> Person:
    """Somebody in a role of the rule book. What somebody uploaded is theirs alone: there it is the scene's organizer,
    who gets the role, too."""
    union_id = of.samples.union_id
    if "<id:list_id>" not in route.rule:
        return somebody(ROLES[who], union_id)
    role = ROLES[who]
    on = {} if role in EVERYWHERE else {"union_id": union_id}
    granting.grant(person_id=of.organizer.id, role=role, at=clock.now(), by_id=None, **on)
    return of.organizer


@SQLITE
@pytest.mark.parametrize("who", ROLES)
def test_what_the_rule_book_allows_is_there_to_look_at(
    site: Flask, client: Client, stage: Stage, who: str
) -> None:
    for route in PLACES:
        if cell(who, route):
            client.sign_in(holder(who, stage.ours, route))
            answer = ask(client, site, route, parts(site, route, stage.ours), stage.ours)
            assert is_allowed(answer, route, cell(who, route)), f"{who}: {route.name} is {answer.status_code}"


@SQLITE
@pytest.mark.parametrize("route", POSTS, ids=lambda route: route.name)
def test_what_the_rule_book_allows_can_be_done(site: Flask, client: Client, route: Route) -> None:
    for who in ROLES:
        if cell(who, route):
            of = scene()
            client.sign_in(holder(who, of, route))
            answer = ask(client, site, route, parts(site, route, of), of)
            assert is_allowed(answer, route, cell(who, route)), f"{who}: {route.name} is {answer.status_code}"


@SQLITE
@pytest.mark.parametrize("who", ["check-in staff", "activity organizer"])
def test_a_role_on_one_activity_reaches_that_one_and_no_other_of_its_union(
    site: Flask, client: Client, stage: Stage, who: str
) -> None:
    for route in DESK:
        if NEEDS[route.endpoint].on is not On.ACTIVITY or "anew" in cell(who, route):
            continue
        named = parts(site, route, stage.ours)
        client.sign_in(somebody(ROLES[who], stage.union_id, activity_id=stage.ours.samples.drawn_id))
        if named["activity_id"] == stage.ours.samples.drawn_id:
            continue
        foreign, nothing = (ask(client, site, route, one, stage.ours) for one in (named, missing(named)))
        assert foreign.status_code == 404, route.name
        assert not told_apart(foreign, nothing), route.name
        if route.kind is not Kind.POST and cell(who, route):
            client.sign_in(somebody(ROLES[who], stage.union_id, activity_id=named["activity_id"]))
            assert is_allowed(ask(client, site, route, named, stage.ours), route, cell(who, route)), (
                route.name
            )


@SQLITE
@pytest.mark.parametrize("who", ROLES)
def test_a_foreign_thing_inside_ones_own_is_not_told_from_a_missing_one(
    site: Flask, client: Client, stage: Stage, who: str
) -> None:
    """A booking of another union's activity under the address of one's own, a list of another union's, and so on."""
    holder = somebody(ROLES[who], stage.union_id)
    client.sign_in(holder)
    proves_anew(holder)
    for route in DESK:
        needs = NEEDS[route.endpoint]
        ours, theirs = parts(site, route, stage.ours), parts(site, route, stage.theirs)
        inside = [name for name in ours if _is_a_things(name) and name != needs.on.value]
        if needs.on is On.ANYWHERE or not cell(who, route):
            continue
        for name in inside:
            foreign = ask(client, site, route, ours | {name: theirs[name]}, stage.ours)
            nothing = ask(client, site, route, ours | {name: missing(ours)[name]}, stage.ours)
            assert foreign.status_code == 404, (
                f"{who}: {route.name} with a foreign {name} is {foreign.status_code}"
            )
            assert not told_apart(foreign, nothing), f"{who}: {route.name} tells a foreign {name}"


@SQLITE
@pytest.mark.parametrize("off", ["the table", "the reach"])
def test_without_the_gate_foreign_things_are_found(
    site: Flask, client: Client, stage: Stage, monkeypatch: pytest.MonkeyPatch, off: str
) -> None:
    """The control: a gate that lets everything through, and one that forgets how far a role reaches."""
    if off == "the table":
        monkeypatch.setattr(gate, "may", lambda _held, _action, _thing=None: Allowed())
    else:
        monkeypatch.setattr(Held, "reaches", lambda _self, _thing: True)

    with pytest.raises(AssertionError, match=r"for a foreign one|tells a foreign one"):
        denies_what_is_foreign(client, site, stage, "union organizer")
