"""Every page of the desk, as a federation admin looks at it."""

import pytest
from playwright.sync_api import Browser

from tests.browser.desk_walk import ADMIN, at_hand, opens_proven
from tests.browser.looking import LANGUAGES, faults_in_every_look
from tests.browser.stage import DESKTOP, Stage, visiting
from tests.promises.route import Kind, Samples
from tests.promises.routes import ROUTES

pytestmark = pytest.mark.browser

DESK = [
    route
    for route in ROUTES
    if route.kind is Kind.PAGE and route.method == "GET" and route.rule.startswith("/desk/")
]


@pytest.fixture(scope="module")
def desk(
    browser: Browser, demo_stage: Stage, samples: tuple[Samples, tuple[str, str]]
) -> tuple[Samples, tuple[str, str]]:
    """What a federation admin opens at the desk, and their cookie."""
    cookie = demo_stage.session(ADMIN)
    with visiting(browser, demo_stage, cookie=cookie, size=DESKTOP) as admin:
        return at_hand(admin, samples[0]), cookie


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_of_the_desk(
    browser: Browser, demo_stage: Stage, desk: tuple[Samples, tuple[str, str]], lang: str
) -> None:
    """Each is really there for who may do everything: a page that is missing is not looked at."""
    things, cookie = desk
    wrong: dict[str, list[str]] = {}

    with visiting(browser, demo_stage, cookie=cookie, choices=LANGUAGES[lang]) as admin:
        for turn, route in enumerate(DESK):
            status = opens_proven(admin, route.url(things))
            said = faults_in_every_look(admin, lang, turn) + admin.complaints
            said += [] if status == 200 else [f"answers {status}"]
            admin.complaints.clear()
            if said:
                wrong[route.name] = said

    assert wrong == {}
