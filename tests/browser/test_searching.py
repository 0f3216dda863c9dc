"""A field that is searched with tells the truth about the list under it, also when the network went away in between."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.stage import Stage, visiting

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
