"""Every state of a booking, as its person sees it, in every look."""

import re

import pytest
from playwright.sync_api import Browser

from tests.browser.looking import LANGUAGES, faults_in_every_look
from tests.browser.stage import Stage, Visitor, visiting

pytestmark = pytest.mark.browser

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


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_state_of_a_booking(browser: Browser, demo_stage: Stage, lang: str) -> None:
    activity, slot = demo_stage.publish(capacity=1)
    soon, soon_slot = demo_stage.publish(capacity=1, starts_in=1)
    one, two = demo_stage.people(2)
    wrong: dict[str, list[str]] = {}
    turns: list[str] = []
    choices = LANGUAGES[lang]

    with (
        visiting(browser, demo_stage, cookie=one, choices=choices) as first,
        visiting(browser, demo_stage, cookie=two, choices=choices) as second,
    ):

        def look_at(visitor: Visitor, state: str, at: int = slot) -> None:
            visitor.page.wait_for_selector(f"#booking-{at}[data-state={state}]", state="attached")
            turns.append(state)
            if said := faults_in_every_look(visitor, lang, len(turns)) + visitor.complaints:
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


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_state_of_the_gallery(
    browser: Browser, demo_stage: Stage, gallery: tuple[tuple[str, str], dict[str, int]], lang: str
) -> None:
    """Each is drawn, reads like no other, and nothing is wrong with it."""
    cookie, hung = gallery
    wrong: dict[str, list[str]] = {}
    seen: dict[str, str] = {}

    with visiting(browser, demo_stage, cookie=cookie, choices=LANGUAGES[lang]) as visitor:
        for turn, (name, activity_id) in enumerate(hung.items()):
            visitor.opens(f"/activities/{activity_id}")
            said = faults_in_every_look(visitor, lang, turn) + visitor.complaints
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
