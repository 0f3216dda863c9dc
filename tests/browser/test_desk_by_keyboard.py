"""The organizer's main job without a mouse: publish, look through the list, let somebody in, write to everybody."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.by_keyboard import choose, go_round, press, tab_to, type_into
from tests.browser.stage import DESKTOP, Stage, Visitor, visiting
from yiqi import clock

pytestmark = pytest.mark.browser
ADMIN = "13800000001"
NAMELESS = re.compile(r"^\s*- (button|link|textbox|combobox|checkbox|searchbox)(:|$)", re.MULTILINE)


def types_a_date(page: Page, name: str, on: date) -> None:
    """A day as the browser's own field takes it: in the order that the machine's language has."""
    year, month, day = f"{on:%Y}", f"{on:%m}", f"{on:%d}"
    _types(page, name, str(on), [*month, *day, *year], [*year, "ArrowRight", *month, *day])


def types_a_time(page: Page, name: str, at: str) -> None:
    """A time of the afternoon, with twenty-four hours or with twelve."""
    hour, minute = at.split(":")
    _types(page, name, at, [*hour, *minute], [*f"{int(hour) - 12:02}", *minute, "p"])


def _types(page: Page, name: str, value: str, *ways: list[str]) -> None:
    tab_to(page, name)
    for way in ways:
        for key in (*["ArrowRight"] * 3, *["Backspace", "ArrowLeft"] * 4, *way):
            page.keyboard.press(key)
        if page.locator(f"#{name}").input_value() == value:
            return
    raise AssertionError(f"{name} does not take {value} from the keyboard")


def is_whole(visitor: Visitor) -> None:
    """Nothing keeps the focus, and everything one can use has a name."""
    assert go_round(visitor.page) > 5
    tree = visitor.page.locator("body").aria_snapshot()
    assert not NAMELESS.search(tree), NAMELESS.findall(tree)


def publishes(organizer: Visitor) -> None:
    page = organizer.page
    organizer.opens("/desk/drafts/new")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.classList.contains('skip')")
    choose(page, "programme", "training")
    tab_to(page, "union")
    page.keyboard.press("ArrowDown")
    press(page, "begin")
    page.wait_for_selector("#title")
    type_into(page, "title", "班前拉伸")
    types_a_date(page, "date-0-day", clock.today() + timedelta(days=9))
    types_a_time(page, "date-0-starts", "18:30")
    types_a_time(page, "date-0-ends", "20:00")
    type_into(page, "slot-0-capacity", "2")
    press(page, "publish")
    page.wait_for_selector("#see")


def looks_through(organizer: Visitor, activity: int, ref: str) -> None:
    page = organizer.page
    organizer.opens(f"/desk/activities/{activity}")
    is_whole(organizer)
    type_into(page, "q", ref)
    expect(page).to_have_url(re.compile(ref))
    expect(page.locator("#rows")).not_to_contain_text("没找到")
    press(page, "tab-waiting")
    expect(page.locator("#tab-waiting")).to_have_attribute("aria-current", "true")


def lets_in(organizer: Visitor, activity: int, ref: str) -> None:
    page = organizer.page
    organizer.opens(f"/desk/activities/{activity}/check-in")
    is_whole(organizer)
    type_into(page, "code", ref.lower())
    page.keyboard.press("Enter")
    expect(page.locator("[data-result=in]")).to_be_visible()
    expect(page.locator("#code")).to_be_focused()
    press(page, f"undo-{ref}")
    expect(page.locator("[data-result=undone]")).to_be_visible()
    expect(page.locator("#code")).to_be_focused()


def writes(organizer: Visitor, activity: int) -> None:
    page = organizer.page
    organizer.opens(f"/desk/activities/{activity}/messages")
    is_whole(organizer)
    type_into(page, "body", "今天从北门进。")
    expect(page.locator("#message-cost")).to_be_visible()
    press(page, "send")
    expect(page.locator("#message-sent")).to_be_focused()


def test_who_has_no_mouse_publishes_looks_through_the_list_lets_somebody_in_and_writes(
    browser: Browser, demo_stage: Stage
) -> None:
    activity, slot = demo_stage.publish(capacity=5, starts_in=0.5)
    (worker,) = demo_stage.people(1)
    with visiting(browser, demo_stage, cookie=worker) as phone:
        phone.opens(f"/activities/{activity}")
        phone.page.locator(f"#sign-up-{slot}").click()
        phone.page.wait_for_selector(f"#booking-{slot}[data-state=confirmed]")
        ref = phone.page.locator(f"#booking-{slot}").get_attribute("data-ref") or ""
    cookie = demo_stage.session(ADMIN)
    with visiting(browser, demo_stage, cookie=cookie, size=DESKTOP) as organizer:
        publishes(organizer)
        looks_through(organizer, activity, ref)
        lets_in(organizer, activity, ref)
        writes(organizer, activity)
        assert organizer.complaints == []


def test_a_page_that_keeps_the_focus_is_noticed(browser: Browser, demo_stage: Stage) -> None:
    """The control: Tab is eaten, and a button has no name."""
    cookie = demo_stage.session(ADMIN)
    with visiting(browser, demo_stage, cookie=cookie, size=DESKTOP) as organizer:
        organizer.opens("/desk/drafts/new")
        page = organizer.page
        page.evaluate("document.getElementById('begin').textContent = ''")
        with pytest.raises(AssertionError, match="button"):
            is_whole(organizer)
        page.evaluate(
            """document.addEventListener('keydown', (event) => {
              if (event.key === 'Tab' && document.activeElement.id === 'union') {
                event.preventDefault(); document.getElementById('programme').focus(); } })"""
        )
        with pytest.raises(AssertionError, match="does not come to the end"):
            go_round(page, most=80)
