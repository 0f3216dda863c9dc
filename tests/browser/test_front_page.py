"""The head of the front page and the labels of an activity: what they say stands on one line each, and there is room to type."""

import pytest
from playwright.sync_api import Browser

from tests.browser.stage import DESKTOP, PHONE, SMALL, Stage, visiting

pytestmark = pytest.mark.browser
ONE_LINE = "e => e.clientHeight < 2 * parseFloat(getComputedStyle(e).lineHeight)"
ROOM = """e => { const s = getComputedStyle(e);
  return e.clientWidth - parseFloat(s.paddingLeft) - parseFloat(s.paddingRight); }"""
STYLED = "document.querySelectorAll('#main [id]').forEach(e => { e.style.top = '0'; e.style.top = ''; })"
SEEN_IN_ITS_ROW = """e => { const own = e.getBoundingClientRect(), row = e.parentNode.getBoundingClientRect();
  return own.left >= row.left && own.right <= row.right; }"""
BROKEN_WORDS = """labels => labels.flatMap(label => {
  const text = label.firstChild, range = document.createRange();
  return [...text.data.matchAll(/[A-Za-z-]+/g)].filter(word => {
    range.setStart(text, word.index); range.setEnd(text, word.index + word[0].length);
    return new Set([...range.getClientRects()].map(box => box.top)).size > 1; }).map(word => word[0]); })"""


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


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_there_is_room_for_what_one_searches_for(browser: Browser, demo_stage: Stage, language: str) -> None:
    with visiting(browser, demo_stage, choices={"lang": language}) as worker:
        worker.opens("/")
        for size, least in ((DESKTOP, 180), (PHONE, 180), (SMALL, 130)):
            worker.page.set_viewport_size({"width": size[0], "height": size[1]})
            assert worker.page.locator("#q").evaluate(ROOM) >= least, size
            box = worker.page.locator(".find").bounding_box()
            assert box is not None
            assert box["height"] < 60, size


def test_in_the_largest_letters_the_days_of_a_week_stand_level(browser: Browser, demo_stage: Stage) -> None:
    with visiting(browser, demo_stage, size=SMALL, choices={"text": "xl"}) as worker:
        worker.opens("/")
        worker.page.locator(".week__d i").evaluate_all("all => all.forEach(e => { e.textContent = '15场'; })")
        assert all(one.evaluate(ONE_LINE) for one in worker.page.locator(".week__d i").all())


@pytest.mark.parametrize("size", [DESKTOP, PHONE, SMALL])
def test_no_label_of_an_activity_is_broken_within_a_word(
    browser: Browser, demo_stage: Stage, size: tuple[int, int]
) -> None:
    activity, _slot = demo_stage.publish(capacity=5)
    with visiting(browser, demo_stage, size=size, choices={"lang": "en"}) as worker:
        worker.opens(f"/activities/{activity}")
        labels = worker.page.locator(".facts dt")
        assert "Calendar" in labels.all_inner_texts()
        assert labels.evaluate_all(BROKEN_WORDS) == []


def test_no_press_of_the_front_page_complains_where_a_browser_has_styled_it_itself(
    browser: Browser, demo_stage: Stage
) -> None:
    """As browsers do to a field that is drawn larger, fillers of forms to one they help with, and whoever takes a picture of
    the page: htmx would take such a style over into the next one, which the content policy forbids."""
    presses = (
        "#week-after",
        "#week-before",
        "#chip-evening",
        "#chip-all",
        "#chip-free",
        ".week__d:last-child",
    )
    by_server = (".find .btn", ".top__act[href*=text]", ".top__act[href*=lang]", ".foot [href*=theme]")
    with visiting(browser, demo_stage) as worker:
        for press in (*presses, *by_server):
            worker.opens("/")
            worker.page.evaluate(STYLED)
            assert worker.page.locator("#q[style]").count() == 1
            worker.page.locator(press).first.click()
            worker.page.wait_for_load_state("networkidle")
            worker.page.wait_for_timeout(100)
            assert worker.complaints == [], press


def test_what_is_chosen_at_the_end_of_a_row_of_chips_is_seen(browser: Browser, demo_stage: Stage) -> None:
    with visiting(browser, demo_stage) as worker:
        worker.opens("/")
        last = worker.page.locator("#chips .chip").last
        name = last.get_attribute("id")
        chosen = worker.page.locator(f"#{name}[aria-current]")
        assert not last.evaluate(SEEN_IN_ITS_ROW)

        last.click()
        chosen.wait_for()
        worker.page.wait_for_load_state("networkidle")
        assert chosen.evaluate(SEEN_IN_ITS_ROW)
        worker.page.reload()
        assert chosen.evaluate(SEEN_IN_ITS_ROW)
        assert worker.complaints == []
