"""The main way, for who has no mouse, sees little, hears the page read out, or cannot bear things that move."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.by_keyboard import tab_to
from tests.browser.looking import faults
from tests.browser.stage import DESKTOP, Stage, Visitor, visiting

pytestmark = pytest.mark.browser

ZOOMED = (320, 256)
"""What 1280 × 1024 is at 400 %."""
WIDE_TEXT = "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important} p{margin-bottom:2em!important}"
"""What WCAG 1.4.12 lets people set."""
MOVES = """() => document.getAnimations().filter((one) => one.effect.getComputedTiming().duration > 20).length
  + [...document.querySelectorAll('*')].filter((one) => parseFloat(getComputedStyle(one).transitionDuration) > .02).length"""
CLIPPED = """() => [...document.querySelectorAll('main h1,main h2,main p,main a,main button,main label,main dd,main dt')]
  .filter((one) => one.offsetParent && !one.closest('.vh,[hidden]') && getComputedStyle(one).overflowX === 'hidden'
      && one.scrollWidth > one.clientWidth + 2).map((one) => one.textContent.trim().slice(0, 30))"""


def test_who_has_no_mouse_signs_in_signs_up_and_cancels(browser: Browser, demo_stage: Stage) -> None:
    activity, slot = demo_stage.publish(capacity=3)
    phone = f"1376{slot:07d}"
    with visiting(browser, demo_stage, size=DESKTOP) as worker:
        page = worker.page
        worker.opens(f"/activities/{activity}")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.classList.contains('skip')"), (
            "first of all the way past the head"
        )
        tab_to(page, f"sign-in-{slot}")
        page.keyboard.press("Enter")
        page.wait_for_selector("#phone")
        for field, typed, go in (
            ("phone", phone, "send"),
            ("code", "", "sign-in"),
            ("name", "韩梅梅", "save"),
        ):
            page.wait_for_selector(f"#{field}")
            if page.evaluate("document.activeElement.id") != field:
                tab_to(page, field)
            page.keyboard.type(typed or demo_stage.newest_code(phone))
            tab_to(page, go)
            page.keyboard.press("Enter")
            page.wait_for_selector(f"#{field}", state="detached")
        tab_to(page, f"sign-up-{slot}")
        page.keyboard.press("Enter")
        expect(page.locator(f"#booking-{slot}")).to_have_attribute("data-state", "confirmed")
        expect(page.locator(f"#booking-{slot}")).to_be_focused()
        expect(page.locator("#say")).to_have_text("报名成功")
        tab_to(page, f"cancel-{slot}")
        page.keyboard.press("Enter")
        expect(page.locator(f"#booking-{slot}")).to_have_attribute("data-state", "cancelled")
        assert worker.complaints == []


def test_without_a_ring_round_it_the_focus_is_missed(browser: Browser, demo_stage: Stage) -> None:
    """The control: a style that takes the ring away, and a bar that lies on everything."""
    with visiting(browser, demo_stage, size=DESKTOP, bypass_csp=True) as worker:
        worker.opens("/sign-in")
        worker.page.add_style_tag(
            content="*,*:focus,*:focus-visible{outline:none!important;box-shadow:none!important}"
        )
        with pytest.raises(AssertionError, match="does not show it"):
            tab_to(worker.page, "send")
        worker.opens("/sign-in")
        worker.page.add_style_tag(content="body::after{content:'';position:fixed;inset:0;z-index:99}")
        with pytest.raises(AssertionError, match="under something else"):
            tab_to(worker.page, "send")


@pytest.fixture(scope="module")
def stops(browser: Browser, demo_stage: Stage) -> tuple[tuple[str, str], list[str]]:
    """A worker's cookie, and the pages of the main way: the week, an activity, its form, one's own things, the ticket."""
    activity, slot = demo_stage.publish(capacity=3)
    (cookie,) = demo_stage.people(1)
    with visiting(browser, demo_stage, cookie=cookie) as worker:
        worker.opens(f"/activities/{activity}")
        worker.page.locator(f"#sign-up-{slot}").click()
        worker.page.wait_for_selector(f"#booking-{slot}[data-state=confirmed]")
        ref = worker.page.locator(f"#booking-{slot}").get_attribute("data-ref")
    other, free = demo_stage.publish(capacity=3, starts_in=90)
    return cookie, ["/", f"/activities/{other}", f"/slots/{free}/sign-up", "/me", f"/t/{ref}"]


def moves(page: Page) -> int:
    """How much moves on a page while it waits for an answer."""
    page.evaluate("document.querySelectorAll('.spin').forEach((one) => { one.style.display = 'block'; })")
    return int(page.evaluate(MOVES))


def walk(visitor: Visitor, pages: list[str]) -> Iterator[str]:
    for path in pages:
        visitor.opens(path)
        yield path


def test_at_four_hundred_per_cent_and_with_text_set_wide_nothing_is_lost(
    browser: Browser, demo_stage: Stage, stops: tuple[tuple[str, str], list[str]]
) -> None:
    cookie, pages = stops
    wrong = {}
    with visiting(browser, demo_stage, cookie=cookie, size=ZOOMED, bypass_csp=True) as worker:
        for path in walk(worker, pages):
            worker.page.add_style_tag(content=WIDE_TEXT)
            wide = worker.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            bars = worker.page.evaluate(
                """() => [...document.querySelectorAll('body *')].filter((one) => ['fixed', 'sticky'].includes(getComputedStyle(one).position)
                  && one.offsetParent !== null || getComputedStyle(one).position === 'fixed')
                  .filter((one) => getComputedStyle(one).visibility !== 'hidden' && !one.closest('[hidden],.vh,.skip'))
                  .reduce((sum, one) => sum + Math.max(0, Math.min(innerHeight, one.getBoundingClientRect().bottom)
                    - Math.max(0, one.getBoundingClientRect().top)), 0) / innerHeight"""
            )
            clipped = worker.page.evaluate(CLIPPED)
            if wide > 0 or bars > 0.5 or clipped:
                wrong[path] = (wide, bars, clipped)
    assert wrong == {}


def test_in_forced_colours_every_button_has_an_edge_and_nothing_is_told_by_colour_alone(
    browser: Browser, demo_stage: Stage, stops: tuple[tuple[str, str], list[str]]
) -> None:
    cookie, pages = stops
    wrong = {}
    with visiting(browser, demo_stage, cookie=cookie, forced_colors="active") as worker:
        for path in walk(worker, pages):
            bare = worker.page.evaluate(
                """() => [...document.querySelectorAll('main button,main .btn,main input:not([type=hidden]),main textarea,main select')]
                  .filter((one) => one.offsetParent && !one.closest('.vh,[hidden]') && getComputedStyle(one).opacity !== '0')
                  .filter((one) => { const s = getComputedStyle(one); const b = one.getBoundingClientRect();
                    const round = getComputedStyle(one.parentElement);
                    return b.width > 2 && parseFloat(s.borderTopWidth) === 0 && parseFloat(round.borderTopWidth) === 0 && s.textDecorationLine === 'none'
                      && s.outlineStyle === 'none'; }).map((one) => one.id || one.className)"""
            )
            if bare or worker.complaints:
                wrong[path] = bare + worker.complaints
    assert wrong == {}


def test_who_cannot_bear_movement_sees_none(
    browser: Browser, demo_stage: Stage, stops: tuple[tuple[str, str], list[str]]
) -> None:
    cookie, pages = stops
    moving: dict[str, dict[str, int]] = {}
    for wish in ("reduce", "no-preference"):
        with visiting(browser, demo_stage, cookie=cookie, reduced_motion=wish) as worker:
            moving[wish] = {path: moves(worker.page) for path in walk(worker, pages)}
    assert set(moving["reduce"].values()) == {0}
    assert any(moving["no-preference"].values()), "the control: without the wish something does move"


READ_OUT = {
    "open": [
        r'heading "报名演练" \[level=1\]',
        r'group "名额"',
        "[0-9] 个名额可报，共 3 个",
        'button "我要报名"',
    ],
    "confirmed": [
        "text: 已确认",
        'img "[0-9A-Z]{4}-[0-9A-Z]{4}"',
        "前可以取消，不记爽约",
        'button "取消报名"',
    ],
    "cancelled": ["取消", "3 个名额可报", 'button ".*报名"'],
}
"""What a screen reader has to say at each step, as patterns in the order of the page's tree."""


def test_what_is_read_out_on_the_main_way_says_where_one_stands_and_what_one_can_do(
    browser: Browser, demo_stage: Stage
) -> None:
    activity, slot = demo_stage.publish(capacity=3)
    (cookie,) = demo_stage.people(1)
    with visiting(browser, demo_stage, cookie=cookie) as worker:
        page = worker.page
        worker.opens(f"/activities/{activity}")
        for state, press in (
            ("open", f"#sign-up-{slot}"),
            ("confirmed", f"#cancel-{slot}"),
            ("cancelled", ""),
        ):
            expect(page.locator(f"#booking-{slot}")).to_have_attribute("data-state", state)
            tree = page.locator("main").aria_snapshot()
            assert [one for one in READ_OUT[state] if not re.search(one, tree)] == [], (state, tree)
            assert not re.search(r"^\s*- (button|link|textbox)(:|$)", tree, re.MULTILINE), (
                "something without a name"
            )
            assert page.locator("h1").count() == 1
            assert page.locator("[role=status],[aria-live=polite]").count() >= 1
            if press:
                page.locator(press).click()


def test_where_a_screen_is_enrolled_nothing_is_wrong(browser: Browser, demo_stage: Stage) -> None:
    with visiting(browser, demo_stage, size=(1080, 1920)) as admin:
        admin.opens("/kiosk/enrol")
        assert faults(admin) + admin.complaints == []
