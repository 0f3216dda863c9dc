"""Every page that workers see: no accessibility violation, no console or policy complaint, nothing cut off."""

import pytest
from playwright.sync_api import Browser

from tests.browser.looking import LANGUAGES, LOOKS, faults, faults_in_every_look
from tests.browser.stage import Stage, Visitor, visiting
from tests.kiosk import promised as kiosk
from tests.promises.programmes import PROMISED
from tests.promises.route import OK, Kind, Route, Samples
from tests.promises.routes import ROUTES

pytestmark = pytest.mark.browser

PAGES = [
    route
    for route in ROUTES
    if route.kind is Kind.PAGE and route.method == "GET" and not route.rule.startswith("/desk/")
]
OF_PROGRAMMES = [route for one in PROMISED for route in one.ROUTES if route in PAGES]
CORE = [route for route in PAGES if route not in OF_PROGRAMMES]
SHOWN = """() => Array.from(document.querySelectorAll('main *'), (one) => {
  const style = getComputedStyle(one);
  return [one.tagName, style.color, style.backgroundColor, style.fontSize, style.display, one.getBoundingClientRect().width]; })"""
AT_THE_DOOR = "/me"
"""One page that a visitor is asked to sign in for: all the others ask in the same words."""


def looked_at(
    visitor: Visitor, route: Route, things: Samples, lang: str, status: int | None = None
) -> list[str]:
    """What is wrong with a page; with `status` also when it answers another one."""
    response = visitor.page.goto(visitor.stage.base + route.url(things))
    said = faults_in_every_look(visitor, lang, PAGES.index(route)) + visitor.complaints
    if status is not None and (response is None or response.status != status):
        said.append(f"answers {response and response.status}")
    visitor.complaints.clear()
    return said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_of_the_route_list(
    browser: Browser, demo_stage: Stage, samples: tuple[Samples, tuple[str, str]], lang: str
) -> None:
    things, cookie = samples
    wrong: dict[str, list[str]] = {}

    for who, held in (("visitor", None), ("owner", cookie)):
        with visiting(browser, demo_stage, cookie=held, choices=LANGUAGES[lang]) as visitor:
            for route in CORE:
                if (held or route.is_open or route.rule == AT_THE_DOOR) and (
                    said := looked_at(visitor, route, things, lang)
                ):
                    wrong[f"{who} {route.name}"] = said

    assert wrong == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_of_the_programmes(
    browser: Browser, demo_stage: Stage, samples: tuple[Samples, tuple[str, str]], lang: str
) -> None:
    """Each is really there: for a visitor where it is open, else for the account of the demo whom it is about. Screens
    are looked at in `test_kiosk_screens`."""
    things, _cookie = samples
    wrong: dict[str, list[str]] = {}

    for one in (one for one in PROMISED if one is not kiosk):
        for phone in (None, one.PHONE, *one.AS.values()):
            held = demo_stage.session(phone) if phone else None
            with visiting(browser, demo_stage, cookie=held, choices=LANGUAGES[lang]) as visitor:
                for route in (route for route in OF_PROGRAMMES if route in one.ROUTES):
                    is_theirs = (
                        phone == one.AS.get(route.endpoint, one.PHONE) if phone else route.visitor == OK
                    )
                    if is_theirs and (said := looked_at(visitor, route, things, lang, OK)):
                        wrong[f"{phone or 'visitor'} {route.name}"] = said

    assert wrong == {}


def test_the_crawl_would_notice_a_fault(browser: Browser, demo_stage: Stage) -> None:
    with visiting(browser, demo_stage) as visitor:
        visitor.opens("/sign-in")
        visitor.page.evaluate("document.querySelector('#phone').labels[0].remove()")

        assert any(fault.startswith("label") for fault in faults(visitor))


@pytest.mark.parametrize("turn", [0, 1])
def test_the_crawl_would_notice_what_cannot_be_read_in_the_dark(
    browser: Browser, demo_stage: Stage, turn: int
) -> None:
    with visiting(browser, demo_stage) as visitor:
        visitor.opens("/sign-in")
        visitor.page.evaluate("document.querySelector('h1').style.color = '#3f382f'")
        found = [one for one in faults_in_every_look(visitor, "zh", turn) if "color-contrast" in one]

        assert [one.partition(":")[0] for one in found] == ["dark desktop" if turn == 0 else "dark"]


@pytest.mark.parametrize("look", ["dark", "large"])
def test_a_look_put_on_an_open_page_is_the_one_that_the_server_gives(
    browser: Browser, demo_stage: Stage, look: str
) -> None:
    """Of every element: how large, in which colours."""
    put_on = LOOKS[look]
    chosen = {"theme": put_on.theme} if put_on.theme else {"text": put_on.text}
    for path in ("/", "/sign-in"):
        with visiting(browser, demo_stage) as visitor:
            visitor.opens(path)
            plain = visitor.page.evaluate(SHOWN)
            put_on.put_on(visitor)
            drawn = visitor.page.evaluate(SHOWN)
        with visiting(browser, demo_stage, size=put_on.size, choices=chosen) as visitor:
            visitor.opens(path)

            assert visitor.page.evaluate(SHOWN) == drawn != plain
