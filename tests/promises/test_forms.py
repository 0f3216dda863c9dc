"""Every form and link on every page, as everybody sees it, leads to a known address and carries what it must."""

import re
from collections import deque
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.browsing import Client, parsed
from tests.promises.route import Route
from tests.promises.routes import PAGES_FOR_ALL, POSTS
from tests.promises.scene import WHO, scene, whole_scene

A_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
MOST_VISITED = 60
"""The week's links go on for ever."""

pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)


def known(site: Flask, address: str, method: str) -> str | None:
    """The endpoint that an address on a page leads to, or None."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    try:
        endpoint, _arguments = site.url_map.bind("localhost").match(parts.path, method)
    except HTTPException:
        return None
    return str(endpoint)


@pytest.mark.parametrize(
    ("route", "who"), PAGES_FOR_ALL, ids=[f"{route.name}-{who}" for route, who in PAGES_FOR_ALL]
)
def test_a_page_is_whole(site: Flask, client: Client, route: Route, who: str) -> None:
    """Its forms are complete, and it has one live region, one place for problems and at most one poller."""
    stage = whole_scene()
    stage.enter(client, who)
    tree = parsed(client.get(route.url(stage.samples)))

    _holds_its_places(tree)
    for form in tree.iter("form"):
        method, action = form.get("method", "get").upper(), form.get("action", "")
        endpoint = known(site, action, method)
        assert endpoint, action
        if method != "POST":
            continue
        (listed,) = [post for post in POSTS if post.endpoint == endpoint]
        names = [control.get("name") for control in form.iter("input")]
        assert names.count("csrf_token") == 1
        assert names.count("nonce") == int(listed.books)
        assert form.get("hx-post", action) == action


def _holds_its_places(tree: Element) -> None:
    ids = [element.get("id") for element in tree.iter()]
    asking = [element for element in tree.iter() if "every" in element.get("hx-trigger", "")]
    if ids != [None] * len(ids):
        assert ids.count("say") == ids.count("problem") == ids.count("main") == 1
    assert len(asking) <= 1
    assert all(element.get("id") == "poller" for element in asking)


@pytest.mark.parametrize("who", WHO)
def test_every_link_leads_somewhere(site: Flask, client: Client, who: str) -> None:
    stage = scene()
    stage.enter(client, who)
    ahead = deque(["/", "/me", "/me/codes", "/sign-in", "/desk/", f"/activities/{stage.samples.activity_id}"])
    seen = set(ahead)

    for _visited in range(MOST_VISITED):
        if not ahead:
            break
        page = client.get(ahead.popleft())
        assert page.status_code in (200, 204, 303, 401) or page.request.path == "/desk/", (
            page.request.full_path
        )
        if page.status_code in (204, 303):
            continue
        for element in parsed(page).iter():
            link = element.get("href") or element.get("hx-get") or element.get("src")
            if not link or link.startswith("#"):
                continue
            link = link.removeprefix(
                "webcal://localhost"
            )  # a calendar of ours, for the phone's own application
            assert known(site, link, "GET"), link
            assert not A_PHONE.search(link), link
            plain = link.partition("#")[0]
            if plain not in seen and not re.match(r"/(display|static)\b", plain):
                seen.add(plain)
                ahead.append(plain)
    assert len(seen) >= 12
