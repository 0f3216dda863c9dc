"""Every page, as people look at it: no accessibility violation, no console or policy complaint, nothing cut off."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.desk_walk import ADMIN, at_hand, opens_proven
from tests.browser.stage import DESKTOP, PHONE, SMALL, Stage, Visitor, visiting
from tests.promises.programmes import PROMISED
from tests.promises.route import Kind, Samples
from tests.promises.routes import ROUTES

pytestmark = pytest.mark.browser

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
LOOKS: dict[str, dict[str, object]] = {
    "phone": {"size": PHONE},
    "dark": {"size": PHONE, "choices": {"theme": "dark"}},
    "large": {"size": SMALL, "choices": {"text": "xl"}},
    "english": {"size": PHONE, "choices": {"lang": "en"}},
    "desktop": {"size": DESKTOP},
    "desktop-dark": {"size": DESKTOP, "color_scheme": "dark"},
}
GALLERY_LOOKS: dict[str, dict[str, object]] = {
    **LOOKS,
    "english-dark": {"size": PHONE, "choices": {"lang": "en", "theme": "dark"}},
}
DRAWN = {
    *(
        "not_open",
        "open",
        "open_approval",
        "open_draw",
        "pending",
        "full",
        "quota_full",
        "waiting",
        "offered",
    ),
    *("offer_ran_out", "expired", "declined", "confirmed", "check_in_open", "checked_in", "cancelled"),
    *("cancelled_late", "no_show", "called_off", "moved", "ineligible", "closed", "rejected", "entered"),
    *("entered_frozen", "left", "queue_over", "series"),
}
"""The states that the copy of the design lists, and more."""
PAGES = [route for route in ROUTES if route.kind is Kind.PAGE and route.method == "GET"]
DESK = [route for route in PAGES if route.rule.startswith("/desk/")]


@pytest.fixture(scope="module")
def samples(browser: Browser, demo_stage: Stage) -> tuple[Samples, tuple[str, str]]:
    """An open activity, a booking in another one, a late cancel in a third, and whose cookie it is."""
    activity, slot = demo_stage.publish(capacity=5, max_party=3)
    _other, free = demo_stage.publish(capacity=5, starts_in=200)
    drawn, _slot = demo_stage.publish(capacity=5, starts_in=300, allocation="draw")
    soon, soon_slot = demo_stage.publish(capacity=5, starts_in=1)
    (cookie,) = demo_stage.people(1)
    with visiting(browser, demo_stage, cookie=cookie) as owner:
        owner.opens(f"/activities/{soon}")
        owner.page.locator(f"#sign-up-{soon_slot}").click()
        owner.page.locator(f"#cancel-{soon_slot}").click()
        owner.page.wait_for_selector(f"#keep-{soon_slot}")
        owner.page.locator(f"#cancel-{soon_slot}").click()
        owner.page.wait_for_selector(f"#booking-{soon_slot}[data-state=cancelled_late]")
        owner.opens("/me/marks")
        mark = owner.page.locator("[data-mark]").get_attribute("id")
        owner.opens(f"/activities/{activity}")
        owner.page.locator(f"#sign-up-{slot}").click()
        owner.page.wait_for_selector(f"#booking-{slot}[data-state=confirmed]")
        ref = owner.page.locator(f"#booking-{slot}").get_attribute("data-ref")
    assert ref is not None
    assert mark is not None
    mark_id = int(mark.removeprefix("mark-"))
    _worker, hung = demo_stage.gallery()
    things = Samples(
        activity_id=activity,
        slot_id=slot,
        ref=ref,
        free_slot_id=free,
        mark_id=mark_id,
        drawn_id=drawn,
        series_id=hung["series"],
        more={"certificate": "PX-2026-000001-AAAA"}
        | {name: demo_stage.found(query) for one in PROMISED for name, query in one.DEMO.items()},
    )
    return things, cookie


def faults(visitor: Visitor) -> list[str]:
    """What axe finds, and what runs out of the window sideways."""
    found = Axe().run(visitor.page, options=RULES).response["violations"]
    said = [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found]
    if visitor.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        said.append("the page is wider than the window")
    return said


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_of_the_route_list(
    browser: Browser, demo_stage: Stage, samples: tuple[Samples, tuple[str, str]], look: str
) -> None:
    things, cookie = samples
    wrong: dict[str, list[str]] = {}

    for who, held in (("visitor", None), ("owner", cookie)):
        with visiting(browser, demo_stage, cookie=held, **LOOKS[look]) as visitor:  # type: ignore[arg-type]
            for route in PAGES:
                if route in DESK:
                    continue
                visitor.opens(route.url(things))
                said = faults(visitor) + visitor.complaints
                visitor.complaints.clear()
                if said:
                    wrong[f"{who} {route.name}"] = said

    assert wrong == {}


@pytest.fixture(scope="module")
def desk(
    browser: Browser, demo_stage: Stage, samples: tuple[Samples, tuple[str, str]]
) -> tuple[Samples, tuple[str, str]]:
    """What a federation admin opens at the desk, and their cookie."""
    cookie = demo_stage.session(ADMIN)
    with visiting(browser, demo_stage, cookie=cookie, size=DESKTOP) as admin:
        return at_hand(admin, samples[0]), cookie


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_of_the_desk(
    browser: Browser, demo_stage: Stage, desk: tuple[Samples, tuple[str, str]], look: str
) -> None:
    """Each is really there for who may do everything: a page that is missing is not looked at."""
    things, cookie = desk
    wrong: dict[str, list[str]] = {}

    with visiting(browser, demo_stage, cookie=cookie, **LOOKS[look]) as admin:  # type: ignore[arg-type]
        for route in DESK:
            status = opens_proven(admin, route.url(things))
            said = faults(admin) + admin.complaints + ([] if status == 200 else [f"answers {status}"])
            admin.complaints.clear()
            if said:
                wrong[route.name] = said

    assert wrong == {}


def test_the_crawl_would_notice_a_fault(browser: Browser, demo_stage: Stage) -> None:
    with visiting(browser, demo_stage) as visitor:
        visitor.opens("/")
        visitor.page.evaluate("document.querySelector('#q').labels[0].remove()")

        assert any(fault.startswith("label") for fault in faults(visitor))


@pytest.mark.parametrize("look", LOOKS)
def test_every_state_of_a_booking(browser: Browser, demo_stage: Stage, look: str) -> None:
    activity, slot = demo_stage.publish(capacity=1)
    soon, soon_slot = demo_stage.publish(capacity=1, starts_in=1)
    one, two = demo_stage.people(2)
    wrong: dict[str, list[str]] = {}
    options = LOOKS[look]

    with (
        visiting(browser, demo_stage, cookie=one, **options) as first,  # type: ignore[arg-type]
        visiting(browser, demo_stage, cookie=two, **options) as second,  # type: ignore[arg-type]
    ):

        def look_at(visitor: Visitor, state: str, at: int = slot) -> None:
            visitor.page.wait_for_selector(f"#booking-{at}[data-state={state}]", state="attached")
            if said := faults(visitor) + visitor.complaints:
                wrong[state] = said

        first.opens(f"/activities/{activity}")
        look_at(first, "open")
        first.page.locator(f"#sign-up-{slot}").click()
        look_at(first, "confirmed")
        second.opens(f"/activities/{activity}")
        look_at(second, "full")
        second.page.locator(f"#sign-up-{slot}").click()
        look_at(second, "waiting")
        second.page.locator(f"#leave-{slot}").click()
        look_at(second, "left")
        first.page.locator(f"#cancel-{slot}").click()
        look_at(first, "cancelled")
        first.opens(f"/activities/{soon}")
        first.page.locator(f"#sign-up-{soon_slot}").click()
        look_at(first, "confirmed", soon_slot)
        first.page.locator(f"#cancel-{soon_slot}").click()
        first.page.wait_for_selector(f"#keep-{soon_slot}")
        look_at(first, "confirmed", soon_slot)
        first.page.locator(f"#cancel-{soon_slot}").click()
        look_at(first, "cancelled_late", soon_slot)

    assert wrong == {}


@pytest.fixture(scope="module")
def gallery(demo_stage: Stage) -> tuple[tuple[str, str], dict[str, int]]:
    return demo_stage.gallery()


@pytest.mark.parametrize("look", ["phone", "large", "english-dark", "desktop"])
def test_every_state_of_the_gallery(
    browser: Browser, demo_stage: Stage, gallery: tuple[tuple[str, str], dict[str, int]], look: str
) -> None:
    """Each is drawn, reads like no other, and nothing is wrong with it."""
    cookie, hung = gallery
    wrong: dict[str, list[str]] = {}
    seen: dict[str, str] = {}

    with visiting(browser, demo_stage, cookie=cookie, **GALLERY_LOOKS[look]) as visitor:  # type: ignore[arg-type]
        for name, activity_id in hung.items():
            visitor.opens(f"/activities/{activity_id}")
            said = faults(visitor) + visitor.complaints
            visitor.complaints.clear()
            drawn = visitor.page.locator("[id^=booking-], [id^=series-]").first
            words = re.sub(r"[0-9]+", "", drawn.inner_text())
            if name in DRAWN and words in seen:
                said.append(f"it reads like {seen[words]}")
            seen[words] = name
            if said:
                wrong[name] = said

    assert wrong == {}
    assert set(hung) >= DRAWN
