"""Boards and desks in real browsers: told at once, asking less often meanwhile, and as often as ever where nobody tells."""

import re
import time

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.browser.kiosk_stage import another_screen, some_tickets, standing_at
from tests.browser.stage import DESKTOP, Stage, visiting
from tests.builders import an_activity
from yiqi.activities.planning import Pool

pytestmark = pytest.mark.browser
Cookie = tuple[str, str]
ADMIN = "13800000001"
HIDE = "Object.defineProperty(document, 'hidden', {get: () => window.away, configurable: true})"


def asks(page: Page, part: str) -> list[str]:
    """The addresses with `part` in them that the page asks from now on."""
    seen: list[str] = []

    def note(request: Request) -> None:
        if part in request.url and "/stream" not in request.url:
            seen.append(request.url)

    page.on("request", note)
    return seen


def flows(page: Page, path: str) -> None:
    """Go to a page and wait until its stream has begun."""
    with page.expect_response(lambda answer: "/stream" in answer.url and answer.status == 200):
        page.goto(path)


def signs_up(browser: Browser, stage: Stage, activity: int, slot: int, who: Cookie | None = None) -> None:
    with visiting(browser, stage, cookie=who or stage.people(1)[0]) as worker:
        worker.opens(f"/activities/{activity}")
        worker.page.locator(f"#sign-up-{slot}").click()
        expect(worker.page.locator(f"#booking-{slot}")).to_have_attribute("data-state", "confirmed")


@pytest.fixture
def board(demo_stage: Stage, screen: Cookie) -> Cookie:
    """A screen of this test's own."""
    return another_screen(demo_stage)


@pytest.mark.parametrize("path", ["/kiosk/", "/kiosk/wall"])
def test_a_board_shows_a_sign_up_without_having_asked(
    browser: Browser, demo_stage: Stage, board: Cookie, path: str
) -> None:
    activity, slot = demo_stage.publish(capacity=321, starts_in=4)
    with standing_at(browser, demo_stage, board) as visitor:
        flows(visitor.page, demo_stage.base + path)
        expect(visitor.page.locator("#poller")).to_contain_text("321")
        seen = asks(visitor.page, "_board")
        visitor.page.evaluate("window.same = true")
        signs_up(browser, demo_stage, activity, slot)

        expect(visitor.page.locator("#poller")).to_contain_text("320", timeout=3000)
        visitor.page.wait_for_timeout(5000)
        assert len(seen) <= 1
        assert visitor.page.evaluate("window.same")
        assert visitor.complaints == []


@pytest.mark.parametrize("how", ["refused", "cut off", "none here"])
def test_where_nobody_tells_it_a_board_asks_every_two_seconds(
    browser: Browser, demo_stage: Stage, board: Cookie, how: str
) -> None:
    activity, slot = demo_stage.publish(capacity=432, starts_in=4)

    def refuse(route: Route) -> None:
        if how == "cut off":
            route.abort()
        else:
            route.fulfill(status=429 if how == "refused" else 204)

    with standing_at(browser, demo_stage, board) as visitor:
        visitor.page.route("**/stream*", refuse)
        visitor.opens("/kiosk/")
        seen = asks(visitor.page, "_board")
        signs_up(browser, demo_stage, activity, slot)
        expect(visitor.page.locator("#poller")).to_contain_text("431", timeout=8000)

        seen.clear()
        visitor.page.wait_for_timeout(7000)
        assert len(seen) >= 3


def test_a_screen_that_is_revoked_while_it_is_told_asks_and_is_one_no_more(
    browser: Browser, demo_stage: Stage, board: Cookie
) -> None:
    with standing_at(browser, demo_stage, board) as visitor:
        flows(visitor.page, demo_stage.base + "/kiosk/")
        demo_stage.change(
            "UPDATE kiosk_device SET revoked_at = enrolled_at WHERE nonce = :nonce", nonce=board[1][:8]
        )

        visitor.page.wait_for_url("**/kiosk/enrol", timeout=25_000)


def test_a_page_nobody_looks_at_holds_no_stream(browser: Browser, demo_stage: Stage, board: Cookie) -> None:
    with standing_at(browser, demo_stage, board) as visitor:
        flows(visitor.page, demo_stage.base + "/kiosk/")
        visitor.page.evaluate(f"window.away = true; {HIDE}")
        with visitor.page.expect_event("requestfailed", lambda request: "/stream" in request.url):
            visitor.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

        with visitor.page.expect_response(lambda answer: "/stream" in answer.url and answer.status == 200):
            visitor.page.evaluate(
                "window.away = false; document.dispatchEvent(new Event('visibilitychange'))"
            )


def test_the_desk_is_told_and_fetches_what_its_viewer_may_see(browser: Browser, demo_stage: Stage) -> None:
    activity, slot = demo_stage.publish(capacity=9, starts_in=5)
    with visiting(browser, demo_stage, cookie=demo_stage.session(ADMIN), size=DESKTOP) as organizer:
        flows(organizer.page, f"{demo_stage.base}/desk/activities/{activity}")
        organizer.page.wait_for_timeout(1500)
        seen = asks(organizer.page, "_counts")
        began = time.monotonic()
        signs_up(browser, demo_stage, activity, slot)
        expect(organizer.page.locator("#n-confirmed")).to_have_text("1", timeout=3000)

        assert 1 <= len(seen) <= 1 + (time.monotonic() - began) / 10
        assert organizer.complaints == []


def test_who_is_checked_in_elsewhere_is_checked_in_on_an_open_roster_and_no_row_moves(
    browser: Browser, demo_stage: Stage
) -> None:
    activity, tickets = some_tickets(browser, demo_stage, 2)
    cookie = demo_stage.session(ADMIN)
    with (
        visiting(browser, demo_stage, cookie=cookie, size=DESKTOP) as door,
        visiting(browser, demo_stage, cookie=cookie, size=DESKTOP) as organizer,
    ):
        flows(organizer.page, f"{demo_stage.base}/desk/activities/{activity}")
        rows = organizer.page.locator("#rows tbody tr").evaluate_all("rows => rows.map((row) => row.id)")
        door.opens(f"/desk/activities/{activity}")
        for ref in tickets:
            for came in ("true", "false", "true"):
                door.page.locator(f"#tick-{ref}").click()
                there = organizer.page.locator(f"#tick-{ref}")
                expect(there).to_have_attribute("aria-pressed", came, timeout=9000)
        expect(organizer.page.locator("#newer")).to_be_hidden()
        assert (
            organizer.page.locator("#rows tbody tr").evaluate_all("rows => rows.map((row) => row.id)") == rows
        )
        assert organizer.complaints == []


def test_an_open_roster_says_that_others_are_on_the_list_now_and_shows_them_when_asked(
    browser: Browser, demo_stage: Stage
) -> None:
    activity, slot = demo_stage.publish(capacity=9, starts_in=5)
    with visiting(browser, demo_stage, cookie=demo_stage.session(ADMIN), size=DESKTOP) as organizer:
        flows(organizer.page, f"{demo_stage.base}/desk/activities/{activity}")
        expect(organizer.page.locator("#newer")).to_be_hidden()
        signs_up(browser, demo_stage, activity, slot)
        expect(organizer.page.locator("#newer")).to_be_visible(timeout=9000)
        expect(organizer.page.locator("#rows tbody tr")).to_have_count(0)
        organizer.page.locator("#newer").click()
        expect(organizer.page.locator("#rows tbody tr")).to_have_count(1)
        expect(organizer.page.locator("#newer")).to_be_hidden()


def test_an_open_roster_says_how_many_each_post_has_and_what_happened_last(
    browser: Browser, demo_stage: Stage
) -> None:
    with demo_stage.app.app_context():
        made = an_activity(pools=[Pool(9, label="盛汤"), Pool(7, label="送餐")])
    activity, slot = made.activity_id, made.slot_id
    with visiting(browser, demo_stage, cookie=demo_stage.session(ADMIN), size=DESKTOP) as organizer:
        flows(organizer.page, f"{demo_stage.base}/desk/activities/{activity}")
        post = organizer.page.locator(f"#slot option[value='{slot}']")
        expect(post).to_contain_text(re.compile(r" 0$"))
        expect(organizer.page.locator("#feed")).to_contain_text("还没有动静")
        organizer.page.locator("#slot").focus()

        signs_up(browser, demo_stage, activity, slot)

        expect(post).to_contain_text(re.compile(r" 1$"), timeout=9000)
        expect(organizer.page.locator("#feed")).to_contain_text("报名成功")
        expect(organizer.page.locator("#slot")).to_be_focused()
        assert organizer.complaints == []


def test_a_word_that_comes_while_the_organizer_acts_is_followed_when_they_have_done(
    browser: Browser, demo_stage: Stage
) -> None:
    activity, slot = demo_stage.publish(capacity=9, starts_in=0.5)
    first, second = demo_stage.people(2)
    signs_up(browser, demo_stage, activity, slot, first)
    held: list[Route] = []
    with visiting(browser, demo_stage, cookie=demo_stage.session(ADMIN), size=DESKTOP) as organizer:
        flows(organizer.page, f"{demo_stage.base}/desk/activities/{activity}/check-in")
        organizer.page.wait_for_timeout(1500)
        organizer.page.route("**/check-in", lambda route: held.append(route))
        seen = asks(organizer.page, "_door")
        organizer.page.locator("#code").fill("ZZZZ-ZZZ2")
        organizer.page.locator("#code").press("Enter")
        organizer.page.wait_for_timeout(300)
        signs_up(browser, demo_stage, activity, slot, second)
        organizer.page.wait_for_timeout(1000)
        assert seen == []
        with organizer.page.expect_request(lambda one: "_door" in one.url and "/stream" not in one.url):
            held[0].continue_()

        expect(organizer.page.locator("#poller")).to_contain_text("2 人", timeout=5000)
