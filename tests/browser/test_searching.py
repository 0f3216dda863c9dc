"""A field that is searched with tells the truth about the list under it, also when the network went away in between."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.stage import Stage, Visitor, visiting
from yiqi import clock

pytestmark = pytest.mark.browser
ADMIN = "13800000001"


def test_what_was_searched_for_without_a_network_is_searched_for_when_it_is_back(
    browser: Browser, demo_stage: Stage
) -> None:
    activity = demo_stage.found(
        "SELECT slot.activity_id FROM booking JOIN slot ON slot.id = booking.slot_id"
        " WHERE booking.state = 'confirmed' GROUP BY slot.activity_id ORDER BY count(*) DESC LIMIT 1"
    )
    with visiting(browser, demo_stage, cookie=demo_stage.session(ADMIN)) as desk:
        desk.searches = True
        for path, rows in (
            (f"/desk/activities/{activity}", "#rows tbody tr"),
            ("/desk/?tab=later", "#acts tbody tr"),
            ("/", "#list .ticket"),
        ):
            desk.opens(path)
            assert desk.page.locator(rows).count() > 0, path
            desk.page.context.set_offline(True)
            desk.page.locator("#q").fill("没有这个人")
            expect(desk.page.locator("#offline")).to_be_visible()
            desk.page.wait_for_timeout(500)
            assert desk.page.locator(rows).count() > 0, path

            desk.page.context.set_offline(False)
            expect(desk.page.locator(rows)).to_have_count(0)
            expect(desk.page.locator("#q")).to_have_value("没有这个人")
            expect(desk.page).to_have_url(re.compile("[?&]q="))


def days_of(worker: Visitor) -> list[str]:
    """The days of the calendar, and which of them is marked: none while all of them are searched."""
    marked = worker.page.locator("#calendar .week__d")
    return [
        (one.get_attribute("id") or "") + (" here" if one.get_attribute("aria-current") else "")
        for one in marked.all()
    ]


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_calendar_is_that_of_the_list_while_one_searches_and_the_chosen_week_comes_back(
    browser: Browser, demo_stage: Stage, scripts: bool, language: str
) -> None:
    chosen = clock.today() + timedelta(days=7)
    with visiting(browser, demo_stage, choices={"lang": language}, java_script_enabled=scripts) as worker:
        worker.searches = True
        worker.opens("/")
        these_days = days_of(worker)
        worker.opens(f"/?week={chosen}")
        of_that_week, listed = days_of(worker), worker.page.locator("#list h3").all_inner_texts()
        assert f"day-{chosen}" in of_that_week
        assert listed

        worker.page.locator("#q").fill("a")
        if not scripts:
            worker.page.keyboard.press("Enter")
        expect(worker.page.locator("#found")).to_be_visible()
        assert days_of(worker) == [day.removesuffix(" here") for day in these_days]
        if scripts:
            expect(worker.page.locator("#q")).to_be_focused()

        worker.page.locator("#q").fill("")
        if not scripts:
            worker.page.keyboard.press("Enter")
        expect(worker.page.locator("#found")).to_have_count(0)
        assert (days_of(worker), worker.page.locator("#list h3").all_inner_texts()) == (of_that_week, listed)

        worker.page.locator("#q").fill("a")
        worker.page.keyboard.press("Enter")
        worker.page.locator("#found a").click()
        expect(worker.page.locator("#found")).to_have_count(0)
        assert (days_of(worker), worker.page.locator("#list h3").all_inner_texts()) == (of_that_week, listed)
        assert worker.complaints == []
