"""Going through every address of the desk as somebody with a role: in their own union, in another one, and for what is
not there."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.browsing import Client
from tests.builders import a_worker
from tests.desk.rulebook import ACTION_OF, CELLS, ROLES
from tests.promises.measured import counted
from tests.promises.route import Kind, Route
from tests.promises.routes import ROUTES
from tests.promises.scene import Scene
from tests.web.asking import a_token
from tests.web.test_permissions import headers_of, same
from yiqi import clock
from yiqi.db import db
from yiqi.people.models import Person
from yiqi.roles import granting
from yiqi.roles.models import Grant
from yiqi.roles.rules.permissions import EVERYWHERE, Role

DESK = tuple(route for route in ROUTES if route.organizer is not None)
POSTS = tuple(route for route in DESK if route.kind is Kind.POST)
PLACES = tuple(route for route in DESK if route.kind is not Kind.POST)
NO_ID, NO_REF = 987654, "ZZZZZZZ2"


@dataclass(frozen=True)
class Stage:
    """Two unions, each with one of everything that addresses name."""

    ours: Scene
    theirs: Scene

    @property
    def union_id(self) -> int:
        return self.ours.samples.union_id


def somebody(role: Role, union_id: int, *, activity_id: int | None = None) -> Person:
    """A holder of a role: on a union, on one activity of it, or everywhere."""
    person = a_worker(name=f"持有{role}")
    gets(person, role, union_id, activity_id=activity_id)
    return person


def gets(person: Person, role: Role, union_id: int, *, activity_id: int | None = None) -> None:
    granting.grant(
        person_id=person.id,
        role=role,
        union_id=None if role in EVERYWHERE or activity_id is not None else union_id,
        activity_id=activity_id,
        at=clock.now(),
        by_id=None,
    )


def parts(site: Flask, route: Route, of: Scene) -> dict[str, Any]:
    """What the variable parts of an address are in a scene."""
    path = route.url(of.samples).partition("?")[0]
    _endpoint, named = site.url_map.bind("localhost").match(path, route.method)
    return dict(named)


def missing(named: dict[str, Any]) -> dict[str, Any]:
    """The same parts, of things that are not there."""
    nothing = {int: NO_ID, str: NO_REF}
    return {name: nothing[type(value)] if is_a_things(name) else value for name, value in named.items()}


def is_a_things(name: str) -> bool:
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


def told(
    client: Client, site: Flask, route: Route, named: dict[str, Any], of: Scene
) -> tuple[TestResponse, dict[str, object]]:
    """The answer to an address with these parts, and all that it may tell by: its status, its body, where it leads and its
    other headers, and what the database was asked, which is what takes time."""
    with counted() as said:
        answer = ask(client, site, route, named, of)
    by = {"status": answer.status_code, "body": same(answer.text), "headers": headers_of(answer)}
    return answer, {**by, "questions": said}


def told_apart(
    client: Client, site: Flask, route: Route, named: dict[str, Any], nothing: dict[str, Any], of: Scene
) -> tuple[TestResponse, str]:
    """The answer for something that is there, and by what it differs from the one for what is not; "" for by nothing."""
    found, by = told(client, site, route, named, of)
    _missing, by_nothing = told(client, site, route, nothing, of)
    return found, " ".join(what for what in by if by[what] != by_nothing[what])


def cell(who: str, route: Route) -> frozenset[str]:
    return CELLS[ACTION_OF[route.endpoint]][who]


def holder(who: str, of: Scene, route: Route) -> Person:
    """Somebody in a role of the rule book. What somebody uploaded is theirs alone: there it is the scene's organizer,
    who gets the role, too."""
    union_id = of.samples.union_id
    if "<id:list_id>" not in route.rule:
        return somebody(ROLES[who], union_id)
    gets(of.organizer, ROLES[who], union_id)
    return of.organizer


def holder_of_one(who: str, of: Scene, route: Route, activity_id: int) -> Person:
    """Somebody whose only role is on one activity. Of a list it is whoever uploaded it."""
    if "<id:list_id>" not in route.rule:
        return somebody(ROLES[who], of.samples.union_id, activity_id=activity_id)
    for grant in db.session.scalars(select(Grant).where(Grant.person_id == of.organizer.id)).all():
        granting.revoke(grant_id=grant.id, at=clock.now(), by_id=None)
    gets(of.organizer, ROLES[who], of.samples.union_id, activity_id=activity_id)
    return of.organizer


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


def denies_what_is_foreign(client: Client, site: Flask, stage: Stage, who: str) -> None:
    """Somebody with a role in our union asks for everything of theirs, and for what is not there."""
    client.sign_in(somebody(ROLES[who], stage.union_id))
    for route in DESK:
        named = parts(site, route, stage.theirs)
        if not any(is_a_things(name) for name in named):
            continue
        foreign, by = told_apart(client, site, route, named, missing(named), stage.theirs)
        assert foreign.status_code == 404, f"{who}: {route.name} is {foreign.status_code} for a foreign one"
        assert not by, f"{who}: {route.name} tells a foreign one from a missing one by its {by}"


def denies_what_is_not_allowed(client: Client, site: Flask, stage: Stage, who: str) -> None:
    """Somebody with a role in our union asks for everything there that the role is not for."""
    client.sign_in(somebody(ROLES[who], stage.union_id))
    for route in DESK:
        if not cell(who, route):
            named = parts(site, route, stage.ours)
            denied, by = told_apart(client, site, route, named, missing(named), stage.ours)
            assert denied.status_code == 404, f"{who}: {route.name} is {denied.status_code}"
            assert not by, f"{who}: {route.name} by its {by}"
