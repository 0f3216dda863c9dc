"""How a page follows: it asks rarely, not at all while hidden, and never takes the focus away."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.stage import LateAnswer, Stage, visiting
from yiqi import clock

pytestmark = pytest.mark.browser

ASK_NOW = "document.dispatchEvent(new Event('yiqi:stale'))"
HIDE = "Object.defineProperty(document, 'hidden', {get: () => window.away, configurable: true})"


def polls(page: Page) -> list[int]:
    """Counts answers of /live from now on."""
    seen: list[int] = []
    page.on("response", lambda response: seen.append(response.status) if "/live?" in response.url else None)
    return seen


def test_an_unchanged_page_gets_204_and_a_changed_one_only_what_changed(
    browser: Browser, demo_stage: Stage
) -> None:
    activity, slot = demo_stage.publish(capacity=5)
    (cookie,) = demo_stage.people(1)

    with visiting(browser, demo_stage) as onlooker, visiting(browser, demo_stage, cookie=cookie) as worker:
        onlooker.opens(f"/activities/{activity}")
        seen = polls(onlooker.page)
        onlooker.page.evaluate(ASK_NOW)
        onlooker.page.wait_for_timeout(1500)
        assert set(seen) == {204}

        worker.opens(f"/activities/{activity}")
        worker.page.locator(f"#sign-up-{slot}").click()
        expect(worker.page.locator(f"#booking-{slot}")).to_have_attribute("data-state", "confirmed")
        onlooker.page.wait_for_timeout(1100)
        onlooker.page.evaluate(ASK_NOW)
        expect(onlooker.page.locator(f"#places-{slot}")).to_have_attribute("data-held", "1")
        assert seen.count(200) == 1


def test_a_list_follows_its_counts(browser: Browser, demo_stage: Stage) -> None:
    activity, slot = demo_stage.publish(capacity=7, starts_in=30)
    (cookie,) = demo_stage.people(1)
    day = clock.beijing(clock.now() + timedelta(hours=30)).date()

    with visiting(browser, demo_stage) as onlooker, visiting(browser, demo_stage, cookie=cookie) as worker:
        onlooker.opens(f"/?day={day}")
        expect(onlooker.page.locator(f"#places-{slot}")).to_have_attribute("data-held", "0")
        worker.opens(f"/activities/{activity}")
        worker.page.locator(f"#sign-up-{slot}").click()
        expect(worker.page.locator(f"#booking-{slot}")).to_have_attribute("data-state", "confirmed")

        onlooker.page.wait_for_timeout(1100)
        onlooker.page.evaluate(ASK_NOW)

        expect(onlooker.page.locator(f"#places-{slot}")).to_have_attribute("data-held", "1")
        assert not onlooker.complaints


def test_a_hidden_page_does_not_ask_and_asks_once_when_it_returns(
    browser: Browser, demo_stage: Stage
) -> None:
    activity, _slot = demo_stage.publish(capacity=5)

    with visiting(browser, demo_stage) as onlooker:
        onlooker.opens(f"/activities/{activity}")
        onlooker.page.evaluate(f"window.away = true; {HIDE}")
        seen = polls(onlooker.page)
        onlooker.page.evaluate(ASK_NOW)
        onlooker.page.wait_for_timeout(1200)
        assert seen == []

        onlooker.page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
        onlooker.page.wait_for_timeout(1500)
        assert set(seen) == {204}


def test_a_poll_keeps_the_focus_where_it_is(browser: Browser, demo_stage: Stage) -> None:
    activity, slot = demo_stage.publish(capacity=1)
    first, second, third = demo_stage.people(3)

    with (
        visiting(browser, demo_stage, cookie=first) as one,
        visiting(browser, demo_stage, cookie=second) as two,
    ):
        one.opens(f"/activities/{activity}")
        one.page.locator(f"#sign-up-{slot}").click()
        expect(one.page.locator(f"#booking-{slot}")).to_have_attribute("data-state", "confirmed")
        two.opens(f"/activities/{activity}")
        two.page.locator(f"#sign-up-{slot}").focus()
        with visiting(browser, demo_stage, cookie=third) as three:
            three.opens(f"/activities/{activity}")
            three.page.locator(f"#sign-up-{slot}").click()
            expect(three.page.locator(f"#booking-{slot}")).to_have_attribute("data-state", "waiting")

        two.page.wait_for_timeout(1100)
        two.page.evaluate(ASK_NOW)
        expect(two.page.locator(f"#places-{slot}")).to_have_attribute("data-waiting", "1")

        assert two.page.evaluate("document.activeElement.id") == f"sign-up-{slot}"


def test_a_lost_network_is_said_and_mends_itself(browser: Browser, demo_stage: Stage) -> None:
    activity, _slot = demo_stage.publish(capacity=5)

    with visiting(browser, demo_stage) as worker:
        worker.opens(f"/activities/{activity}")
        worker.page.context.set_offline(True)
        worker.page.evaluate(ASK_NOW)
        expect(worker.page.locator("#offline")).to_be_visible()

        worker.page.context.set_offline(False)
        worker.page.wait_for_timeout(1100)
        worker.page.evaluate(ASK_NOW)
        expect(worker.page.locator("#offline")).to_be_hidden()


def test_a_poll_during_ones_own_sign_up_does_not_undo_it(browser: Browser, demo_stage: Stage) -> None:
    activity, slot = demo_stage.publish(capacity=5)
    mine, theirs = demo_stage.people(2)
    held: list[Route] = []

    with (
        visiting(browser, demo_stage, cookie=mine) as me,
        visiting(browser, demo_stage, cookie=theirs) as other,
    ):
        me.opens(f"/activities/{activity}")
        other.opens(f"/activities/{activity}")
        me.page.route("**/bookings", lambda route: held.append(route))
        me.page.locator(f"#sign-up-{slot}").click()
        me.page.wait_for_timeout(300)
        other.page.locator(f"#sign-up-{slot}").click()
        expect(other.page.locator(f"#booking-{slot}")).to_have_attribute("data-state", "confirmed")
        me.page.wait_for_timeout(1100)
        me.page.evaluate(ASK_NOW)
        me.page.wait_for_timeout(800)
        held[0].continue_()

        expect(me.page.locator(f"#booking-{slot}")).to_have_attribute("data-state", "confirmed")
        expect(me.page.locator(f"#places-{slot}")).to_have_attribute("data-held", "2")


def test_a_late_answer_to_a_poll_does_not_undo_ones_own_sign_up(browser: Browser, demo_stage: Stage) -> None:
    activity, slot = demo_stage.publish(capacity=5)
    mine, theirs = demo_stage.people(2)

    with (
        visiting(browser, demo_stage, cookie=mine) as me,
        visiting(browser, demo_stage, cookie=theirs) as other,
    ):
        me.opens(f"/activities/{activity}")
        other.opens(f"/activities/{activity}")
        other.page.locator(f"#sign-up-{slot}").click()
        expect(other.page.locator(f"#booking-{slot}")).to_have_attribute("data-state", "confirmed")
        me.page.wait_for_timeout(1100)
        late = LateAnswer(me.page, "**/live?**")
        me.page.evaluate(ASK_NOW)
        late.is_made()
        me.page.locator(f"#sign-up-{slot}").click()
        expect(me.page.locator(f"#booking-{slot}")).to_have_attribute("data-state", "confirmed")
        with me.page.expect_response("**/live?**") as asked_anew:
            me.page.wait_for_timeout(500)
        assert asked_anew.value.ok
        late.arrives()
        me.page.wait_for_timeout(500)

        expect(me.page.locator(f"#booking-{slot}")).to_have_attribute("data-state", "confirmed")
        expect(me.page.locator(f"#places-{slot}")).to_have_attribute("data-held", "2")
        assert me.complaints == []


def test_who_presses_without_a_network_is_told_that_there_was_no_answer_and_who_only_looks_is_not(
    browser: Browser, demo_stage: Stage
) -> None:
    activity, slot = demo_stage.publish(capacity=5)
    with visiting(browser, demo_stage, cookie=demo_stage.people(1)[0]) as worker:
        worker.opens(f"/activities/{activity}")
        lost = worker.page.locator("#offline [data-lost]")
        worker.page.context.set_offline(True)
        expect(worker.page.locator("#offline")).to_be_visible()
        worker.page.evaluate(ASK_NOW)
        worker.page.wait_for_timeout(500)
        expect(lost).to_be_hidden()

        worker.page.locator(f"#sign-up-{slot}").click()
        expect(lost).to_be_visible()

        worker.page.context.set_offline(False)
        worker.page.locator(f"#sign-up-{slot}").click()
        expect(worker.page.locator(f"#booking-{slot}")).to_have_attribute("data-state", "confirmed")
        expect(lost).to_be_hidden()
