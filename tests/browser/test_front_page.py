"""The head of the front page on a phone: what it says stands on one line each."""

import pytest
from playwright.sync_api import Browser

from tests.browser.stage import PHONE, Stage, visiting

pytestmark = pytest.mark.browser
ONE_LINE = "e => e.clientHeight < 2 * parseFloat(getComputedStyle(e).lineHeight)"


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_how_many_are_on_today_and_this_week_stands_on_one_line_of_a_phone(
    browser: Browser, demo_stage: Stage, language: str
) -> None:
    with visiting(browser, demo_stage, choices={"lang": language}) as worker:
        worker.opens("/")
        said = worker.page.locator(".leaf__s")

        assert said.evaluate(ONE_LINE), said.inner_text()
        head = worker.page.locator(".leaf__w")
        assert head.evaluate("e => e.scrollWidth <= e.clientWidth")
        if language == "zh-CN":
            assert head.evaluate(ONE_LINE)


@pytest.mark.parametrize("text", ["l", "xl"])
def test_in_large_letters_it_breaks_after_a_whole_part(
    browser: Browser, demo_stage: Stage, text: str
) -> None:
    with visiting(browser, demo_stage, choices={"text": text}) as worker:
        worker.opens("/")
        assert worker.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        assert worker.page.locator(".leaf__w small").evaluate("e => e.getClientRects().length") == 1
