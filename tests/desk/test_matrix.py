"""Every address of the desk, held against the rule book: nine kinds of people, things of their own and of others."""

import pytest
from flask import Flask

from tests.browsing import Client
from tests.databases import empty
from tests.desk.proving import proves_anew
from tests.desk.rounds import (
    DESK,
    PLACES,
    POSTS,
    Stage,
    ask,
    cell,
    denies_what_is_foreign,
    denies_what_is_not_allowed,
    holder,
    holder_of_one,
    is_a_things,
    is_allowed,
    missing,
    parts,
    somebody,
    told_apart,
)
from tests.desk.rulebook import ACTION_OF, CELLS, ROLES, VISITORS, WORKERS
from tests.nightly import in_turns
from tests.promises.route import Kind, Route
from tests.promises.scene import whole_scene
from yiqi.desk import gate
from yiqi.desk.permits import On
from yiqi.desk.views.blueprint import Desk
from yiqi.roles.rules.permissions import EVERYWHERE, Action, Allowed, Held, Thing, may

SQLITE = pytest.mark.parametrize("site", ["sqlite"], indirect=True)


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_every_address_of_the_desk_is_in_every_list(site: Flask) -> None:
    parts = {name: one for name, one in site.blueprints.items() if isinstance(one, Desk)}
    served = {rule.endpoint for rule in site.url_map.iter_rules() if rule.endpoint.split(".")[0] in parts}
    by_path = {rule.endpoint for rule in site.url_map.iter_rules() if rule.rule.startswith("/desk")}

    assert by_path == served
    assert {endpoint for one in parts.values() for endpoint in one.needs} == served, "the tables of needs"
    assert {route.endpoint for route in DESK} == served, "tests/promises/routes.py"
    assert set(ACTION_OF) == served, "tests/desk/rulebook.py"


@SQLITE
def test_an_address_that_names_a_thing_is_held_against_that_thing(site: Flask) -> None:
    for rule in site.url_map.iter_rules():
        needs = gate.needs_of(rule.endpoint)
        if needs is not None:
            names = {on for on in On if on.value in rule.arguments}
            is_its_own = rule.endpoint.startswith("desk.")
            names_more = any(is_a_things(name) for name in rule.arguments) and not names
            assert (needs.thing is not None) or needs.on in (names or {On.ANYWHERE}), rule.rule
            assert (needs.thing is not None) or is_its_own or not names_more, rule.rule


@SQLITE
def test_an_address_needs_what_the_rule_book_says_of_it(site: Flask) -> None:
    for endpoint, action in ACTION_OF.items():
        needs = gate.needs_of(endpoint)
        assert needs is not None, endpoint
        assert needs.action == action, endpoint


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
        found, by = told_apart(client, site, route, named, missing(named), stage.ours)
        assert (found.status_code, by) == (404, ""), route.name


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
    denies_what_is_not_allowed(client, site, stage, who)


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
    for who in in_turns([one for one in ROLES if cell(one, route)], POSTS.index(route), 2):
        empty(site)
        of = whole_scene()
        client.sign_in(holder(who, of, route))
        answer = ask(client, site, route, parts(site, route, of), of)
        assert is_allowed(answer, route, cell(who, route)), f"{who}: {route.name} is {answer.status_code}"


@SQLITE
@pytest.mark.parametrize("who", ["check-in staff", "activity organizer"])
def test_a_role_on_one_activity_reaches_that_one_and_no_other_of_its_union(
    site: Flask, client: Client, stage: Stage, who: str
) -> None:
    for route in DESK:
        needs = gate.needs_of(route.endpoint)
        if needs is None or needs.on is not On.ACTIVITY or "anew" in cell(who, route):
            continue
        named = parts(site, route, stage.ours)
        client.sign_in(somebody(ROLES[who], stage.union_id, activity_id=stage.ours.samples.drawn_id))
        if named["activity_id"] == stage.ours.samples.drawn_id:
            continue
        foreign, by = told_apart(client, site, route, named, missing(named), stage.ours)
        assert (foreign.status_code, by) == (404, ""), route.name
        if route.kind is not Kind.POST and cell(who, route):
            client.sign_in(holder_of_one(who, stage.ours, route, named["activity_id"]))
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
        needs = gate.needs_of(route.endpoint)
        assert needs is not None
        ours, theirs = parts(site, route, stage.ours), parts(site, route, stage.theirs)
        inside = [name for name in ours if is_a_things(name) and name != needs.on.value]
        if needs.on is On.ANYWHERE or not cell(who, route):
            continue
        for name in inside:
            foreign_one, no_one = ours | {name: theirs[name]}, ours | {name: missing(ours)[name]}
            foreign, by = told_apart(client, site, route, foreign_one, no_one, stage.ours)
            assert foreign.status_code == 404, (
                f"{who}: {route.name} with a foreign {name} is {foreign.status_code}"
            )
            assert not by, f"{who}: {route.name} tells a foreign {name} by its {by}"
