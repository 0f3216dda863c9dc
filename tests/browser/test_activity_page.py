"""How the page of an activity is laid out, and where somebody is led who pressed something on it."""

from collections.abc import Mapping

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import faults
from tests.browser.stage import DESKTOP, PHONE, Stage, Visitor, visiting

pytestmark = pytest.mark.browser

RINGED = "one => getComputedStyle(one).outlineStyle !== 'none'"
LONG = "\n".join("每周三晚上，服务中心三层。" * 6 for _ in range(12))


def box(page: Page, selector: str) -> Mapping[str, float]:
    found = page.locator(selector).first.bounding_box()
    assert found is not None, selector
    x, y, width, height = (float(found[side]) for side in ("x", "y", "width", "height"))
    return {"x": x, "y": y, "right": x + width, "bottom": y + height}


def is_in_view(page: Page, selector: str) -> bool:
    size = page.viewport_size
    assert size is not None
    found = box(page, selector)
    return found["y"] >= 0 and found["bottom"] <= size["height"]


def with_much_to_read(stage: Stage, **options: object) -> tuple[int, int]:
    activity, slot = stage.publish(capacity=5, **options)
    stage.change("UPDATE activity SET about = :about WHERE id = :id", about=LONG, id=activity)
    return activity, slot


@pytest.mark.parametrize("signed_in", [True, False])
def test_the_way_in_that_stands_at_the_screens_edge_takes_no_room_in_the_text(
    browser: Browser, demo_stage: Stage, signed_in: bool
) -> None:
    activity, slot = demo_stage.publish(capacity=5)
    (cookie,) = demo_stage.people(1)

    with visiting(browser, demo_stage, cookie=cookie if signed_in else None) as visitor:
        visitor.opens(f"/activities/{activity}")

        assert visitor.state(slot) == ("open" if signed_in else "signed_out")
        assert box(visitor.page, ".facts")["y"] - box(visitor.page, ".live")["bottom"] == pytest.approx(
            16, abs=1
        )


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
@pytest.mark.parametrize("scripts", [True, False])
def test_who_signed_up_down_the_page_sees_the_page_from_its_head_and_that_of_their_ticket(
    browser: Browser, demo_stage: Stage, size: tuple[int, int], scripts: bool
) -> None:
    activity, slot = with_much_to_read(demo_stage)
    (cookie,) = demo_stage.people(1)

    with visiting(browser, demo_stage, cookie=cookie, size=size, java_script_enabled=scripts) as worker:
        worker.opens(f"/activities/{activity}")
        worker.page.mouse.move(200, 300)
        worker.page.mouse.wheel(0, 150)
        worker.page.wait_for_timeout(200)
        worker.page.locator(f"#sign-up-{slot}").click()
        expect(worker.page.locator(f"#booking-{slot}")).to_have_attribute("data-state", "confirmed")
        worker.page.wait_for_timeout(300)

        assert is_in_view(worker.page, ".top__back")
        assert is_in_view(worker.page, ".pass__head")
        expect(worker.page.locator(f"#booking-{slot}")).to_be_focused()
        assert not worker.page.locator(f"#booking-{slot}").evaluate(RINGED)
        assert not worker.page.locator(f"#h-booking-{slot}").evaluate(RINGED)
        if scripts:
            assert faults(worker) == []


def test_who_cancels_and_signs_up_again_a_little_down_the_page_is_at_its_top(
    browser: Browser, demo_stage: Stage
) -> None:
    activity, slot = demo_stage.publish(capacity=5)
    (cookie,) = demo_stage.people(1)

    with visiting(browser, demo_stage, cookie=cookie) as worker:
        worker.opens(f"/activities/{activity}")
        for button, state in (("sign-up", "confirmed"), ("cancel", "cancelled"), ("sign-up", "confirmed")):
            worker.page.evaluate("scrollTo(0, 15)")
            worker.page.locator(f"#{button}-{slot}").click()
            expect(worker.page.locator(f"#booking-{slot}")).to_have_attribute("data-state", state)
            worker.page.wait_for_timeout(200)
            assert worker.page.evaluate("scrollY") == 0, (button, state)
            assert is_in_view(worker.page, ".top__back")


def test_who_signed_up_by_keyboard_sees_the_focus_at_the_head_of_their_ticket_and_goes_on_from_there(
    browser: Browser, demo_stage: Stage
) -> None:
    activity, slot = demo_stage.publish(capacity=5)
    (cookie,) = demo_stage.people(1)

    with visiting(browser, demo_stage, cookie=cookie, size=DESKTOP) as worker:
        worker.opens(f"/activities/{activity}")
        while worker.page.evaluate("document.activeElement.id") != f"sign-up-{slot}":
            worker.page.keyboard.press("Tab")
        worker.page.keyboard.press("Enter")
        expect(worker.page.locator(f"#booking-{slot}")).to_be_focused()

        assert not worker.page.locator(f"#booking-{slot}").evaluate(RINGED)
        assert worker.page.locator(f"#h-booking-{slot}").evaluate(RINGED)
        worker.page.keyboard.press("Tab")
        assert worker.page.evaluate(
            f"document.getElementById('booking-{slot}').contains(document.activeElement)"
        )


def test_who_takes_all_dates_and_gives_one_back_sees_the_page_from_its_head_and_what_became_of_it(
    browser: Browser, demo_stage: Stage
) -> None:
    series = demo_stage.found("SELECT id FROM activity WHERE title = '周三瑜伽' LIMIT 1")
    (cookie,) = demo_stage.people(1)

    with visiting(browser, demo_stage, cookie=cookie) as worker:
        worker.opens(f"/activities/{series}")
        for button in ("enrol-", "leave-"):
            worker.page.locator(f"[id^={button}]").first.click()
            expect(worker.page.locator(f"#series-{series} .note--ok")).to_be_visible()
            worker.page.wait_for_timeout(200)
            assert is_in_view(worker.page, ".top__back")
            assert is_in_view(worker.page, f"#series-{series} .note--ok")


def test_an_answer_among_several_slots_is_led_to_with_the_name_of_its_slot(
    browser: Browser, demo_stage: Stage
) -> None:
    activity = demo_stage.found(
        "SELECT activity.id FROM activity JOIN slot ON slot.activity_id = activity.id"
        " WHERE title LIKE '%合唱声部招募' GROUP BY activity.id HAVING count(*) > 2 LIMIT 1"
    )
    (cookie,) = demo_stage.people(1)

    with visiting(browser, demo_stage, cookie=cookie, java_script_enabled=False) as worker:
        worker.opens(f"/activities/{activity}")
        last = worker.page.locator("[id^=sign-up-]").last
        slot = (last.get_attribute("id") or "").removeprefix("sign-up-")
        last.click()
        expect(worker.page.locator(f"#booking-{slot}")).to_have_attribute("data-state", "confirmed")

        assert is_in_view(worker.page, f"#h-slot-{slot}")
        assert is_in_view(worker.page, f"#booking-{slot} .pass__head")


@pytest.mark.parametrize("much", [True, False])
def test_on_a_wide_screen_the_way_in_stands_right_under_the_facts_and_the_ticket_in_the_text(
    browser: Browser, demo_stage: Stage, much: bool
) -> None:
    activity, slot = with_much_to_read(demo_stage) if much else demo_stage.publish(capacity=5)
    (cookie,) = demo_stage.people(1)

    with visiting(browser, demo_stage, cookie=cookie, size=DESKTOP) as worker:
        worker.opens(f"/activities/{activity}")
        facts, way_in, count = (box(worker.page, one) for one in (".facts", ".dock", ".live"))
        assert way_in["y"] - facts["bottom"] == pytest.approx(16, abs=1)
        assert way_in["x"] == facts["x"] > count["right"]
        if much:
            assert box(worker.page, ".prose")["y"] - count["bottom"] == pytest.approx(16, abs=1)

        worker.page.locator(f"#sign-up-{slot}").click()
        expect(worker.page.locator(f"#booking-{slot}")).to_have_attribute("data-state", "confirmed")
        ticket, head = box(worker.page, ".pass"), box(worker.page, "h1")
        assert ticket["x"] == head["x"]
        assert 0 < ticket["y"] - head["bottom"] < 40
        assert box(worker.page, ".facts")["x"] > ticket["right"]


def drawn(visitor: Visitor, hung: Mapping[str, int], state: str) -> tuple[float, float | None]:
    """How far down the state and the count stand; no count where none is said."""
    visitor.opens(f"/activities/{hung[state]}")
    count = visitor.page.locator(".live")
    return box(visitor.page, ".booking")["y"], box(visitor.page, ".live")["y"] if count.is_visible() else None


def test_the_count_stands_before_what_one_lacks_and_not_at_all_where_signing_up_is_over(
    browser: Browser, demo_stage: Stage
) -> None:
    cookie, hung = demo_stage.gallery()

    with visiting(browser, demo_stage, cookie=cookie) as worker:
        lacking, count = drawn(worker, hung, "ineligible")
        assert count is not None
        assert count < lacking
        assert drawn(worker, hung, "closed")[1] is None
        waiting, count = drawn(worker, hung, "waiting")
        assert count is not None
        assert waiting < count
