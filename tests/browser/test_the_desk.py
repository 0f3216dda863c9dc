"""The organizer's main job, in real browsers: publish, watch it fill, move its time, let one more in."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk_walk import opens_proven
from tests.browser.stage import DESKTOP, PHONE, Stage, Visitor, visiting
from yiqi import clock

pytestmark = pytest.mark.browser
ADMIN = "13800000001"
ORGANIZER = {
    "on a laptop": (DESKTOP, True),
    "on a phone": (PHONE, True),
    "on a phone without JavaScript": (PHONE, False),
}


@contextmanager
def organizing(browser: Browser, stage: Stage, how: str) -> Iterator[Visitor]:
    size, scripts = ORGANIZER[how]
    cookie = stage.session(ADMIN)
    with visiting(browser, stage, cookie=cookie, size=size, java_script_enabled=scripts) as organizer:
        yield organizer


def writes(organizer: Visitor, *, ends: str = "20:00") -> Page:
    """Begin an activity for two in nine days that has no name yet."""
    organizer.opens("/desk/drafts/new")
    page = organizer.page
    page.locator("#programme").select_option("training")
    page.locator("#union").select_option(index=1)
    page.locator("#begin").click()
    page.locator("#date-0-day").fill(str(clock.today() + timedelta(days=9)))
    page.locator("#date-0-starts").fill("18:30")
    page.locator("#date-0-ends").fill(ends)
    page.locator("#slot-0-capacity").fill("2")
    return page


def publish(organizer: Visitor) -> int:
    """Write an activity for two in nine days, with one mistake on the way; answers its id."""
    page = writes(organizer)
    page.locator("#publish").click()
    expect(page.locator("#errsum")).to_contain_text("名称")
    expect(page.locator("#date-0-starts")).to_have_value("18:30")
    page.locator("#title").fill("班前拉伸")
    page.locator("#publish").click()
    path = page.locator("#see").get_attribute("href") or ""
    return int(path.rsplit("/", 1)[1])


def told(page: Page) -> str:
    return page.locator("#counts").inner_text().replace("\n", " ")


@pytest.mark.parametrize("how", ORGANIZER)
def test_an_activity_is_published_fills_and_is_changed_with_those_concerned_seen_first(
    browser: Browser, demo_stage: Stage, how: str
) -> None:
    people = demo_stage.people(3)
    with organizing(browser, demo_stage, how) as organizer, ExitStack() as stack:
        activity = publish(organizer)
        workers = [stack.enter_context(visiting(browser, demo_stage, cookie=one)) for one in people]
        for worker, state in zip(workers, ("confirmed", "confirmed", "waiting"), strict=True):
            worker.opens(f"/activities/{activity}")
            worker.page.locator("[id^=sign-up-]").first.click()
            expect(worker.page.locator("[id^=booking-]")).to_have_attribute("data-state", state)

        page = organizer.page
        organizer.opens(f"/desk/activities/{activity}")
        assert re.match(r"已确认 2 / 2，余 0 .*候补 1 ", told(page))

        organizer.opens(f"/desk/activities/{activity}/edit")
        page.locator("#dates ~ details summary").first.click()
        page.locator("#dates ~ details [name$=starts]").fill("18:00")
        page.locator("[id^=save-occurrence-]").first.click()
        expect(page.locator("#confirm")).to_contain_text("3 人")
        workers[0].page.reload()
        expect(workers[0].page.locator("main")).to_contain_text("18:30")
        page.locator("#confirm").click()
        page.wait_for_url(re.compile(r"/edit"))
        workers[0].page.reload()
        expect(workers[0].page.locator("main")).to_contain_text("18:00")

        page.locator("[name$=capacity]").fill("3")
        page.locator("[id^=save-capacity-]").click()
        expect(page.locator("#confirm")).to_contain_text("1 人")
        page.locator("#confirm").click()
        page.wait_for_url(re.compile(r"/edit"))
        workers[2].page.reload()
        expect(workers[2].page.locator("[id^=booking-]")).to_have_attribute("data-state", "confirmed")

        organizer.opens(f"/desk/activities/{activity}")
        assert re.match(r"已确认 3 / 3，余 0 .*候补 0 ", told(page))
        assert organizer.complaints == []


def test_back_from_what_was_saved_leads_to_the_form_and_not_to_an_error_of_the_browser(
    browser: Browser, demo_stage: Stage
) -> None:
    """Pages that answer a form are kept nowhere: going back to one, the browser had nothing to show."""
    with organizing(browser, demo_stage, "on a laptop") as organizer:
        activity = publish(organizer)
        page, edit = organizer.page, f"/desk/activities/{activity}/edit"
        organizer.opens(edit)
        part = page.locator(f"#part-call-off-{activity}")
        page.locator("details", has=part).locator("summary").last.click()
        part.locator("[name$=because]").fill("停电")
        part.locator("button").click()
        expect(page.locator("#confirm")).to_be_visible()
        page.locator("#back").click()
        expect(part.locator("[name$=because]")).to_have_value("停电")
        part.locator("button").click()
        page.locator("#confirm").click()
        expect(page.locator("#saved")).to_be_visible()

        for _step in range(3):
            page.go_back()
            assert page.url.startswith(demo_stage.base + edit)
            expect(page.locator("h1")).to_be_visible()


def test_one_file_after_the_other_is_taken_away_without_waiting(browser: Browser, demo_stage: Stage) -> None:
    """Pressed twice it comes once; in another format it comes as soon as somebody has chosen that."""
    activity, _slot = demo_stage.publish(capacity=5)
    with organizing(browser, demo_stage, "on a laptop") as organizer:
        page = organizer.page
        opens_proven(organizer, f"/desk/activities/{activity}/export")
        came: list[str] = []
        page.on("download", lambda file: came.append(file.suggested_filename[-4:]))
        page.locator("[name=kind][value=xlsx]").check()
        with page.expect_download():
            page.locator("#take").dblclick()
        form = page.locator("form[data-download]")
        expect(form).not_to_have_attribute("aria-busy", "true", timeout=3_000)
        page.locator("[name=kind][value=csv]").check()
        with page.expect_download():
            page.locator("#take").click()
        expect(form).not_to_have_attribute("aria-busy", "true", timeout=3_000)
        assert came == ["xlsx", ".csv"]


@pytest.mark.parametrize("letters", ["l", "xl"])
def test_the_troupe_in_english_and_large_letters_fits_a_phone(
    browser: Browser, demo_stage: Stage, letters: str
) -> None:
    cookie, choices = demo_stage.session(ADMIN), {"lang": "en", "text": letters}
    with visiting(browser, demo_stage, cookie=cookie, size=PHONE, choices=choices) as organizer:
        organizer.opens("/desk/troupe/")
        page = organizer.page
        expect(page.locator(".tag--long")).to_contain_text("stepping in")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        page.evaluate("document.querySelector('.tag--long').style.whiteSpace = 'nowrap'")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0, "the control"


def test_what_was_wrong_with_a_draft_is_red_until_it_is_mended_and_a_preview_can_be_loaded_again(
    browser: Browser, demo_stage: Stage
) -> None:
    with organizing(browser, demo_stage, "on a phone") as organizer:
        page = writes(organizer, ends="18:00")
        page.locator("#publish").click()
        expect(page.locator("#errsum-h")).to_have_text("有 2 处要改一下")

        page.locator("#title").fill("很长的名称" * 20)
        page.locator("#title").blur()
        expect(page.locator("#title-err")).to_contain_text("现在有 100 个")
        expect(page.locator("#errsum")).to_contain_text("现在有 100 个")
        page.locator("#title").fill("班前拉伸")
        page.locator("#title").blur()
        expect(page.locator("#title-err")).to_have_count(0)
        expect(page.locator("#title")).not_to_have_attribute("aria-invalid", "true")
        expect(page.locator("#errsum-h")).to_have_text("有 1 处要改一下")
        page.locator("#date-0-starts").fill("17:00")
        page.locator("#date-0-starts").blur()
        expect(page.locator("#errsum")).to_have_count(0)
        expect(page.locator(".field--bad")).to_have_count(0)

        page.locator("#look").click()
        page.wait_for_url(re.compile(r"/desk/drafts/\d+#preview$"))
        expect(page.locator("#title")).to_have_value("班前拉伸")
        page.reload()
        expect(page.locator("#preview")).to_be_visible()
        assert organizer.complaints == []
