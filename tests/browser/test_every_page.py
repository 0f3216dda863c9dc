"""Every page that workers see: no accessibility violation, no console or policy complaint, nothing cut off."""

import pytest
from playwright.sync_api import Browser

from tests.browser.looking import LOOKS, faults
from tests.browser.stage import Stage, visiting
from tests.promises.route import Kind, Samples
from tests.promises.routes import ROUTES

pytestmark = pytest.mark.browser

PAGES = [
    route
    for route in ROUTES
    if route.kind is Kind.PAGE and route.method == "GET" and not route.rule.startswith("/desk/")
]


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_of_the_route_list(
    browser: Browser, demo_stage: Stage, samples: tuple[Samples, tuple[str, str]], look: str
) -> None:
    things, cookie = samples
    wrong: dict[str, list[str]] = {}

    for who, held in (("visitor", None), ("owner", cookie)):
        with visiting(browser, demo_stage, cookie=held, **LOOKS[look]) as visitor:  # type: ignore[arg-type]
            for route in PAGES:
                visitor.opens(route.url(things))
                said = faults(visitor) + visitor.complaints
                visitor.complaints.clear()
                if said:
                    wrong[f"{who} {route.name}"] = said

    assert wrong == {}


def test_the_crawl_would_notice_a_fault(browser: Browser, demo_stage: Stage) -> None:
    with visiting(browser, demo_stage) as visitor:
        visitor.opens("/")
        visitor.page.evaluate("document.querySelector('#q').labels[0].remove()")

        assert any(fault.startswith("label") for fault in faults(visitor))
