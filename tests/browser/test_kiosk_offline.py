"""Screens without a network: what they show is of when it was true, scans are kept and settled, and nobody has to touch
anything for it to go on."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.kiosk_stage import LANDSCAPE, PORTRAIT, scans, standing_at
from tests.browser.stage import Stage, Visitor
from tests.browser.test_kiosk_screens import CUT

pytestmark = pytest.mark.browser
Cookie = tuple[str, str]


def kept(visitor: Visitor) -> int:
    """How many scans the browser keeps."""
    many: int = visitor.page.evaluate(
        """() => new Promise((done) => { const o = indexedDB.open('yiqi-kiosk', 1);
          o.onupgradeneeded = () => o.result.createObjectStore('scans', { keyPath: 'nonce' });
          o.onsuccess = () => { const a = o.result.transaction('scans').objectStore('scans').count();
            a.onsuccess = () => { o.result.close(); done(a.result); }; }; })"""
    )
    return many


def came(stage: Stage, ref: str) -> int:
    """How often somebody was checked in."""
    return int(
        stage.found(
            "SELECT count(*) FROM attendance a JOIN booking b ON b.id = a.booking_id WHERE b.ref = :ref",
            ref=ref,
        )
    )


def assert_soon(is_so: Callable[[], bool], page: Page) -> None:
    """It is so within a few seconds, while the page goes on; the screen looks for what it keeps as it does every four."""
    for _look in range(75):
        if is_so():
            return
        page.evaluate("document.dispatchEvent(new Event('yiqi:online'))")
        page.wait_for_timeout(200)
    assert is_so()


def is_ready(visitor: Visitor) -> None:
    """The screen's worker stands before the network and has put the two pages on its shelf."""
    visitor.opens("/kiosk/")
    visitor.page.wait_for_function(
        """async () => navigator.serviceWorker.controller && (await (await caches.open('yiqi-kiosk-1')).keys())
          .filter((one) => /kiosk.(check-in)?$/.test(one.url)).length === 2"""
    )
    visitor.opens("/kiosk/check-in")
    visitor.opens("/kiosk/")


def test_a_scan_without_a_network_is_kept_and_counts_once_when_it_is_back(
    browser: Browser, demo_stage: Stage, screen: Cookie, tickets: tuple[int, list[str]]
) -> None:
    ref = tickets[1].pop()
    with standing_at(browser, demo_stage, screen) as visitor:
        page = visitor.page
        is_ready(visitor)
        page.context.set_offline(True)
        expect(page.locator("#offline")).to_be_visible(timeout=10_000)
        expect(page.locator("#walk-in")).to_have_attribute("aria-disabled", "true")
        grey = page.locator("#walk-in").evaluate("it => getComputedStyle(it).color")
        expect(page.locator("#help")).to_have_css("color", grey)
        expect(page.locator("#offline")).to_contain_text("名额是")
        page.locator("#walk-in").click(force=True)
        assert page.url.endswith("/kiosk/")

        page.locator("#check-in").click()
        page.wait_for_selector("#code:focus")
        scans(visitor, ref)
        expect(page.locator("[data-result=kept]")).to_be_visible(timeout=10_000)
        assert kept(visitor) == 1
        assert came(demo_stage, ref) == 0

        page.context.set_offline(False)
        assert_soon(lambda: kept(visitor) == 0, page)
        assert came(demo_stage, ref) == 1


def test_a_network_that_dies_after_the_scan_went_out_and_a_delivery_that_comes_twice(
    browser: Browser, demo_stage: Stage, screen: Cookie, tickets: tuple[int, list[str]]
) -> None:
    """The site gets the scan and its answer is lost; then the delivery arrives, its answer is lost, and it comes again."""
    ref = tickets[1].pop()
    with standing_at(browser, demo_stage, screen, service_workers="block") as visitor:
        page = visitor.page
        visitor.opens("/kiosk/check-in")
        lost = {"scan": 0, "delivery": 0}

        def swallowed(what: str, times: int) -> object:
            def handle(route: object) -> None:
                if route.request.method == "POST" and lost[what] < times:  # type: ignore[attr-defined]
                    lost[what] += 1
                    route.fetch()  # type: ignore[attr-defined]
                    route.abort("connectionreset")  # type: ignore[attr-defined]
                else:
                    route.continue_()  # type: ignore[attr-defined]

            return handle

        page.route("**/kiosk/check-in", swallowed("scan", 1))  # type: ignore[arg-type]
        page.route("**/kiosk/scans", swallowed("delivery", 1))  # type: ignore[arg-type]
        page.wait_for_selector("#code:focus")
        scans(visitor, ref)
        expect(page.locator("[data-result=kept]")).to_be_visible(timeout=10_000)
        assert_soon(lambda: lost == {"scan": 1, "delivery": 1}, page)
        assert_soon(lambda: kept(visitor) == 0, page)
        assert kept(visitor) == 0
        assert came(demo_stage, ref) == 1
        assert demo_stage.found("SELECT count(*) FROM kiosk_scan WHERE ref = :ref", ref=ref) == 1
        assert demo_stage.found("SELECT outcome FROM kiosk_scan WHERE ref = :ref", ref=ref) == "in"


def test_a_screen_that_starts_without_a_network_shows_the_board_as_it_was(
    browser: Browser, demo_stage: Stage, screen: Cookie
) -> None:
    with standing_at(browser, demo_stage, screen) as visitor:
        page = visitor.page
        is_ready(visitor)
        page.context.set_offline(True)
        page.reload()
        expect(page.locator("#poller[data-at]")).to_be_visible()
        expect(page.locator("#offline")).to_be_visible(timeout=10_000)
        page.goto(f"{demo_stage.base}/kiosk/walk-in")
        expect(page.locator("#poller[data-at]")).to_be_visible()
        page.context.set_offline(False)
        expect(page.locator("#offline")).to_be_hidden(timeout=10_000)
        expect(page.locator("#walk-in")).not_to_have_attribute("aria-disabled", "true")


ONE_COLUMN = """() => getComputedStyle(document.body).gridTemplateColumns.split(' ').length === 1"""


@pytest.mark.parametrize("path", ["/kiosk/check-in", "/kiosk/visit", "/kiosk/walk-in"])
def test_an_upright_screen_keeps_its_shape_without_a_network(
    browser: Browser, demo_stage: Stage, screen: Cookie, walk_in: tuple[int, int], path: str
) -> None:
    """The line about the network and the time that is left stood in two columns, and the head had one letter a line."""
    activity, slot = walk_in
    with standing_at(browser, demo_stage, screen) as visitor:
        page = visitor.page
        if path == "/kiosk/visit":
            visitor.opens(f"/kiosk/activities/{activity}")
            page.locator(f"#slot-{slot}").click()
            page.wait_for_selector("[data-stage=phone]")
        else:
            visitor.opens(path)
        page.context.set_offline(True)
        expect(page.locator("#offline")).to_be_visible(timeout=10_000)
        expect(page.locator("#idle")).to_be_attached()

        assert page.evaluate(ONE_COLUMN)
        assert page.evaluate(CUT) == []
        page.evaluate(
            "document.querySelectorAll('.koff,.kidle').forEach((it) => { it.style.gridColumn = 'auto'; })"
        )
        assert not page.evaluate(ONE_COLUMN), "the control: without the rule there are two"
        page.context.set_offline(False)


@pytest.mark.parametrize(
    ("lang", "asks", "says"),
    [
        ("zh-CN", "签到：扫码，或输手机尾号", "签到：没有网络，扫码就行"),
        ("en", "Check in: scan, or enter the last digits", "No network: just scan"),
    ],
)
@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_without_a_network_the_keys_are_grey_and_the_screen_says_that_scanning_goes_on(
    browser: Browser,
    demo_stage: Stage,
    screen: Cookie,
    size: tuple[int, int],
    lang: str,
    asks: str,
    says: str,
) -> None:
    with standing_at(browser, demo_stage, screen, size) as visitor:
        page = visitor.page
        page.context.add_cookies(
            [{"name": "yiqi-kiosk-lang", "value": lang, "url": f"{demo_stage.base}/kiosk/"}]
        )
        is_ready(visitor)
        visitor.opens("/kiosk/check-in")
        key, heading = page.locator(".kpad [value='1']"), page.locator("main h1")
        alive = key.evaluate("it => getComputedStyle(it).backgroundColor")
        expect(heading).to_have_text(asks, use_inner_text=True)
        page.context.set_offline(True)
        expect(page.locator("#offline")).to_be_visible(timeout=10_000)

        expect(key).to_have_attribute("aria-disabled", "true")
        assert key.evaluate("it => getComputedStyle(it).backgroundColor") != alive
        expect(heading).to_have_text(says, use_inner_text=True)
        assert page.evaluate(CUT) == []
        page.context.set_offline(False)
        expect(page.locator("#offline")).to_be_hidden(timeout=10_000)
        expect(key).not_to_have_attribute("aria-disabled", "true")
        expect(heading).to_have_text(asks, use_inner_text=True)


def test_a_camera_that_cannot_start_without_a_network_advises_nothing_that_needs_one(
    browser: Browser, demo_stage: Stage, screen: Cookie
) -> None:
    with standing_at(browser, demo_stage, screen, service_workers="block") as visitor:
        page = visitor.page
        page.route("**/qr-scanner*", lambda route: route.abort())
        visitor.opens("/kiosk/check-in")
        page.context.set_offline(True)
        expect(page.locator("#offline")).to_be_visible(timeout=10_000)
        page.locator("#camera").click()

        expect(page.locator("#camera-none")).to_have_text(
            "没有网络，摄像头开不了。用扫码口扫，扫了就记下。", use_inner_text=True
        )
        page.context.set_offline(False)


def test_what_is_no_code_is_not_kept(browser: Browser, demo_stage: Stage, screen: Cookie) -> None:
    with standing_at(browser, demo_stage, screen) as visitor:
        is_ready(visitor)
        visitor.opens("/kiosk/check-in")
        visitor.page.context.set_offline(True)
        visitor.page.wait_for_selector("#code:focus")
        scans(visitor, "6901234567892")
        expect(visitor.page.locator("[data-result=refused]")).to_be_visible(timeout=10_000)
        assert kept(visitor) == 0


def test_a_network_that_dies_under_somebodys_fingers_brings_the_board_back(
    browser: Browser, demo_stage: Stage, screen: Cookie, walk_in: tuple[int, int]
) -> None:
    """What is sent just then used to end on the browser's own page, where nothing can be touched and nothing comes back."""
    activity, slot = walk_in
    with standing_at(browser, demo_stage, screen) as visitor:
        page = visitor.page
        is_ready(visitor)
        visitor.opens(f"/kiosk/activities/{activity}")
        page.context.set_offline(True)
        page.locator(f"#slot-{slot}").click()
        expect(page.locator("#poller[data-at]")).to_be_visible()
        expect(page.locator("#offline")).to_be_visible(timeout=10_000)
        page.context.set_offline(False)
        expect(page.locator("#offline")).to_be_hidden(timeout=10_000)


def test_the_next_one_scans_before_the_answer_to_the_one_before(
    browser: Browser, demo_stage: Stage, screen: Cookie, tickets: tuple[int, list[str]]
) -> None:
    """On a slow network both codes used to stand in the field as one, which is no code."""
    first, second = tickets[1].pop(), tickets[1].pop()
    with standing_at(browser, demo_stage, screen, service_workers="block") as visitor:
        page = visitor.page
        visitor.opens("/kiosk/check-in")
        waiting: list[Route] = []
        page.route("**/kiosk/check-in", lambda route: waiting.append(route))
        page.wait_for_selector("#code:focus")
        scans(visitor, first)
        scans(visitor, second)
        page.wait_for_function("document.querySelector('#code').value === ''")
        assert len(waiting) == 1, "one after the other"
        waiting.pop().continue_()
        expect(page.locator("[data-result=in]")).to_be_visible()
        while not waiting:
            page.wait_for_timeout(50)
        waiting.pop().continue_()
        page.wait_for_function("document.querySelectorAll('[data-result=in]').length === 1")
        expect(page.locator("#code")).to_have_value("")
        assert_soon(lambda: came(demo_stage, second) == 1, page)
        assert came(demo_stage, first) == 1


def test_who_is_in_a_hurry_scans_at_the_board(
    browser: Browser, demo_stage: Stage, screen: Cookie, tickets: tuple[int, list[str]]
) -> None:
    """Also without a network, and after somebody's result. What a hand types is no scan."""
    first, second = tickets[1].pop(), tickets[1].pop()
    with standing_at(browser, demo_stage, screen) as visitor:
        page = visitor.page
        is_ready(visitor)
        page.keyboard.type(first, delay=200)
        page.keyboard.press("Enter")
        assert page.url.endswith("/kiosk/"), "the control: typed by hand it is none"
        scans(visitor, first)
        expect(page.locator("[data-result=in]")).to_be_visible()
        scans(visitor, first)
        expect(page.locator("[data-result=again]")).to_be_visible()
        page.locator("#home").click()
        page.wait_for_selector("#poller[data-at]")
        page.context.set_offline(True)
        scans(visitor, second)
        expect(page.locator("[data-result=kept]")).to_be_visible(timeout=10_000)
        assert kept(visitor) == 1
        page.context.set_offline(False)
        assert_soon(lambda: came(demo_stage, second) == 1, page)
