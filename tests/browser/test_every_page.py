"""Every page that workers see: no accessibility violation, no console or policy complaint, nothing cut off."""

import pytest
from playwright.sync_api import Browser

from tests.browser.looking import LOOKS, faults
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
AT_THE_DOOR = "/me"
"""One page that a visitor is asked to sign in for: all the others ask in the same words."""


def looked_at(
    visitor: Visitor, route: Route, things: Samples, look: str, status: int | None = None
) -> list[str]:
    """What is wrong with a page; with `status` also when it answers another one."""
    response = visitor.page.goto(visitor.stage.base + route.url(things))
    said = faults(visitor, look) + visitor.complaints
    if status is not None and (response is None or response.status != status):
        said.append(f"answers {response and response.status}")
    visitor.complaints.clear()
    return said


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_of_the_route_list(
    browser: Browser, demo_stage: Stage, samples: tuple[Samples, tuple[str, str]], look: str
) -> None:
    things, cookie = samples
    wrong: dict[str, list[str]] = {}

    for who, held in (("visitor", None), ("owner", cookie)):
        with visiting(browser, demo_stage, cookie=held, **LOOKS[look]) as visitor:  # type: ignore[arg-type]
            for route in CORE:
                if (held or route.is_open or route.rule == AT_THE_DOOR) and (
                    said := looked_at(visitor, route, things, look)
                ):
                    wrong[f"{who} {route.name}"] = said

    assert wrong == {}


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_of_the_programmes(
    browser: Browser, demo_stage: Stage, samples: tuple[Samples, tuple[str, str]], look: str
) -> None:
    """Each is really there: for a visitor where it is open, else for the account of the demo whom it is about. Screens
    are looked at in `test_kiosk_screens`."""
    things, _cookie = samples
    wrong: dict[str, list[str]] = {}

    for one in (one for one in PROMISED if one is not kiosk):
        for phone in (None, one.PHONE, *one.AS.values()):
            held = demo_stage.session(phone) if phone else None
            with visiting(browser, demo_stage, cookie=held, **LOOKS[look]) as visitor:  # type: ignore[arg-type]
                for route in (route for route in OF_PROGRAMMES if route in one.ROUTES):
                    is_theirs = (
                        phone == one.AS.get(route.endpoint, one.PHONE) if phone else route.visitor == OK
                    )
                    if is_theirs and (said := looked_at(visitor, route, things, look, OK)):
                        wrong[f"{phone or 'visitor'} {route.name}"] = said

    assert wrong == {}


def test_the_crawl_would_notice_a_fault(browser: Browser, demo_stage: Stage) -> None:
    with visiting(browser, demo_stage) as visitor:
        visitor.opens("/")
        visitor.page.evaluate("document.querySelector('#q').labels[0].remove()")

        assert any(fault.startswith("label") for fault in faults(visitor))


@pytest.mark.parametrize(
    ("look", "said"), [("dark", "color-contrast"), ("desktop", "in the dark: color-contrast")]
)
def test_the_crawl_would_notice_what_cannot_be_read_in_the_dark(
    browser: Browser, demo_stage: Stage, look: str, said: str
) -> None:
    with visiting(browser, demo_stage, **LOOKS[look]) as visitor:  # type: ignore[arg-type]
        visitor.opens("/sign-in")
        visitor.page.evaluate("document.querySelector('h1').style.color = '#3f382f'")
        found = faults(visitor, look)

        assert [one for one in found if one.startswith(said)]
        assert not [one for one in found if look == "desktop" and one.startswith("color-contrast")]
