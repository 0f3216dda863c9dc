"""The list of addresses is complete, and an underscore means a fragment everywhere."""

import pytest
from flask import Flask

from tests.browsing import Client, by_id
from tests.promises.route import Route
from tests.promises.routes import FRAGMENTS, POSTS, ROUTES
from tests.promises.scene import WHO, scene, whole_scene
from tests.web.asking import a_token, press_by_htmx, roots

pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
QUIET = {"HEAD", "OPTIONS"}


def is_for_all(route: Route) -> bool:
    return route.organizer is None and route.kiosk is None


def test_the_list_of_addresses_is_the_sites_own(site: Flask) -> None:
    served = {
        (method, rule.rule, rule.endpoint)
        for rule in site.url_map.iter_rules()
        for method in (rule.methods or set()) - QUIET
    }
    listed = [(route.method, route.rule, route.endpoint) for route in ROUTES]

    assert set(listed) == served
    assert len(listed) == len(served)


def test_a_fragments_name_and_address_start_with_an_underscore(site: Flask) -> None:
    for rule in site.url_map.iter_rules():
        by_name = rule.endpoint.split(".")[-1].startswith("_")
        by_address = rule.rule.split("/")[-1].startswith("_")
        assert by_name == by_address, rule.endpoint

    named = {rule.endpoint for rule in site.url_map.iter_rules() if "._" in rule.endpoint}
    posted = {route.endpoint for route in POSTS if "._" in route.endpoint}
    assert named == {route.endpoint for route in FRAGMENTS} | posted


@pytest.mark.parametrize(
    ("route", "who"),
    [(route, who) for route in FRAGMENTS for who in WHO if who == route.insider or is_for_all(route)],
    ids=lambda one: getattr(one, "name", one),
)
def test_a_fragment_is_one_element_never_stored_and_opened_by_hand_leads_to_its_page(
    client: Client, route: Route, who: str
) -> None:
    stage = whole_scene()
    stage.enter(client, who)

    fragment = client.get(route.url(stage.samples), headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    assert fragment.headers["Cache-Control"] == "no-store"
    assert roots(fragment.text) == 1

    by_hand = client.get(route.url(stage.samples))
    assert by_hand.status_code == 303
    if route.leads is not None:
        assert by_hand.location.startswith(route.leads(stage.samples))
        return
    of_series = "<id:activity_id>" in route.rule and route.organizer is None
    page = stage.samples.series_id if of_series else stage.samples.activity_id
    home = f"/activities/{page}" if route.organizer is None else route.rule.split("/_")[0]
    assert by_hand.location.startswith(home.replace("<id:activity_id>", str(page)))
    assert by_hand.headers["Cache-Control"] == "no-store"
    for odd in ({"HX-Boosted": "true"}, {"HX-History-Restore-Request": "true"}):
        assert client.get(route.url(stage.samples), headers={"HX-Request": "true", **odd}).status_code == 303


def test_a_preview_is_one_element_never_stored_and_for_a_plain_browser_a_page(client: Client) -> None:
    (route,) = (one for one in POSTS if one.endpoint == "desk._preview")
    stage = whole_scene()
    stage.enter(client, "organizer")
    fields = {**route.fields(stage.samples), "csrf_token": a_token(client)}

    fragment = client.post(route.url(stage.samples), data=fields, headers={"HX-Request": "true"})
    assert fragment.headers["Cache-Control"] == "no-store"
    assert roots(fragment.text) == 1
    by_hand = client.post(route.url(stage.samples), data=fields)
    assert by_id(by_hand, "preview").tag == "section"
    assert by_id(by_hand, "title").get("value") == fields["title"]


@pytest.mark.parametrize("view", ["page", "list", "mine"])
def test_what_a_poll_brings_is_one_element_and_the_rest_goes_out_of_band(client: Client, view: str) -> None:
    stage = scene()
    stage.enter(client, "owner")

    brought = client.get(
        f"/live?slots={stage.samples.slot_id}.0&view={view}&was=1.open", headers={"HX-Request": "true"}
    )

    assert brought.status_code == 200
    assert brought.headers["Cache-Control"] == "no-store"
    assert roots(brought.text) == 1


def test_what_ones_own_post_brings_is_one_element_and_the_rest_goes_out_of_band(client: Client) -> None:
    stage = scene()
    stage.enter(client, "other")

    page = client.get(f"/activities/{stage.elsewhere.activity_id}")
    answer = press_by_htmx(client, page, f"/slots/{stage.elsewhere.slot_id}/bookings")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert roots(answer.text) == 1
