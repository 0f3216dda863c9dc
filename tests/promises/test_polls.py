"""What open pages ask by themselves: it is in their language, nobody is looked up for that, and no session lives on by it."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from tests.browsing import Client, a_session, at_time, parsed
from tests.builders import a_worker
from tests.promises.measured import WRITING, counted
from tests.promises.route import Kind
from tests.promises.routes import ROUTES
from tests.promises.scene import WHO, Scene, whole_scene
from yiqi import clock
from yiqi.db import writing
from yiqi.people import browser
from yiqi.people.models import BrowserSession, Person

HTMX = {"HX-Request": "true"}
TEMPLATES = Path(__file__).parents[2] / "templates"
POLLED = {
    "ui/poller.html": {"booking.live"},
    "league/_score.html": {"league._score"},
    "desk/roster.html": {"desk._counts", "desk.counts_stream"},
    "desk/_door_now.html": {"desk._door_now", "desk.door_stream"},
    "desk/_venue_code.html": {"desk._venue_code"},
    "kiosk/desk/_calls.html": {"kiosk_desk._calls", "kiosk_desk.calls_stream"},
    "kiosk/_board.html": {"kiosk._board", "kiosk.board_stream"},
    "kiosk/_venue_code.html": {"kiosk._venue_code"},
}
"""Which template makes a page ask by itself, and what it asks."""
FOR_ANYBODY = {"booking.live", "league._score", "kiosk._board", "kiosk._venue_code", "kiosk.board_stream"}
"""What need not know who asks in order to let them."""
OF_THE_PAGE = {"booking.live", "league._score", "desk._counts", "desk._door_now", "desk._venue_code"} | {
    "kiosk_desk._calls"
}
"""What is told in words, and not on a screen, which has a language of its own."""


@pytest.fixture
def stage(site: Flask) -> Iterator[Scene]:
    """Everybody reads English, and the clock stands: what is asked twice is told twice alike."""
    stage = whole_scene()
    with writing() as session:
        session.execute(update(Person).values(lang="en"))
    with at_time(clock.now()):
        yield stage


def who_is(client: Client, stage: Scene, who: str) -> None:
    """The browser of one of `WHO` alone; that of a screen, in which somebody is signed in beside it."""
    for name in ("yiqi", "lang"):
        client.delete_cookie(name)
    client.delete_cookie("yiqi-kiosk", path="/kiosk")
    if who == "kiosk":
        stage.enter(client, "owner")
    stage.enter(client, who)


def polls(site: Flask, client: Client, stage: Scene, who: str) -> Mapping[str, str]:
    """What the pages of one of `WHO` ask by themselves, by endpoint: an address of each."""
    who_is(client, stage, who)
    adapter = site.url_map.bind("localhost")
    found: dict[str, str] = {}
    for route in ROUTES:
        if route.method != "GET" or route.kind is not Kind.PAGE or not route.is_there_for(who):
            continue
        page = client.get(route.url(stage.samples))
        if page.status_code != 200 or page.mimetype != "text/html":
            continue
        for element in parsed(page).iter():
            asked = element.get("hx-get", "") if "every" in element.get("hx-trigger", "") else ""
            for address in filter(None, (asked, element.get("data-stream", ""))):
                found.setdefault(str(adapter.match(address.partition("?")[0])[0]), address)
    return found


def stale(address: str) -> str:
    """The same, of a page that shows what is no longer so."""
    slots = re.sub(r"(?<=slots=)[^&]*", lambda one: re.sub(r"(\d+)\.\d+", r"\1.9999", one[0]), address)
    return re.sub(r"\b(seen|v)=[^&]*", r"\1=0", slots)


def told(client: Client, address: str, lang: str | None) -> str:
    """What a poll is told on a phone on which a language is the chosen one by now; without what chance is in it."""
    client.delete_cookie("lang")
    if lang:
        client.set_cookie("lang", lang)
    answer = client.get(stale(address), headers=HTMX)
    assert answer.status_code == 200, address
    return re.sub(r'every \d+s|name="csrf_token" value="[^"]*"', "", answer.text)


def cost(client: Client, address: str, lang: str | None) -> tuple[int, list[str]]:
    """How often a poll asks for a session that was last in use three hours ago, and what it writes."""
    client.delete_cookie("lang")
    if lang:
        client.set_cookie("lang", lang)
    with writing() as session:
        session.execute(update(BrowserSession).values(seen_at=clock.now() - timedelta(hours=3)))
    with counted() as said:
        client.get(stale(address), headers=HTMX).close()
    writes = [one for one in said if one.lstrip().upper().startswith(WRITING)]
    return sum("FROM browser_session" in one for one in said), writes


def test_every_template_that_asks_by_itself_is_known_here() -> None:
    asking = {
        str(one.relative_to(TEMPLATES))
        for one in TEMPLATES.rglob("*.html")
        if re.search(r'hx-trigger="[^"]*\bevery\b|data-stream', one.read_text())
    }

    assert asking == set(POLLED)


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_poll_asks_for_nobody_and_writes_nothing_for_the_sake_of_the_language(
    site: Flask, client: Client, stage: Scene
) -> None:
    met = set()
    for who in WHO:
        for endpoint, address in polls(site, client, stage, who).items():
            met.add(endpoint)
            cost(client, address, "en")  # what is kept from one look to the next is there
            without, chosen = (cost(client, address, lang) for lang in (None, "en"))
            assert without == chosen, (who, endpoint)
            if endpoint in FOR_ANYBODY:
                assert not [one for one in without[1] if "browser_session" in one], (who, endpoint)

    assert met == set().union(*POLLED.values())


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_page_that_stands_keeps_its_language_whatever_is_chosen_in_another_tab(
    site: Flask, client: Client, stage: Scene
) -> None:
    met = set()
    for who in ("owner", "organizer"):
        for endpoint, address in polls(site, client, stage, who).items():
            if endpoint not in OF_THE_PAGE:
                continue
            met.add(endpoint)
            chinese = address.replace("lang=en", "lang=zh-CN")
            for one in (address, chinese):
                assert len({told(client, one, lang) for lang in (None, "en", "zh-CN")}) == 1, one
            assert told(client, address, None) != told(client, chinese, None), endpoint
            unsaid = address.replace("lang=en", "")
            control = told(client, unsaid, "en") != told(client, unsaid, "zh-CN")
            assert control, f"unless it says so, {endpoint} follows the other tab"

    assert met == OF_THE_PAGE


@pytest.mark.parametrize(("asks", "lives_on"), [(browser.reads, False), (browser.visit, True)])
def test_a_session_of_which_only_the_language_was_asked_ends_when_it_would_have(
    site: Flask, asks: Callable[[], object], lives_on: bool
) -> None:
    """Whatever the address is: one that does not say its page's language too. The second is the control."""
    daniel = a_session(a_worker(lang="en").id)
    with (
        at_time(clock.now() + timedelta(hours=3)),
        site.test_request_context("/", headers={"Cookie": f"{browser.cookie_name(site)}={daniel.token}"}),
    ):
        assert asks() is not None
        answer = site.process_response(site.make_response(""))

    assert ("Set-Cookie" in answer.headers) is lives_on
