"""When a crowd presses: a phone that was told to wait presses again by itself, and a page asks again by itself."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.stage import Stage, Visitor, visiting
from tests.databases import SECRET, built
from tests.servers import running_site

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("crowd")
    url = f"sqlite:///{folder / 'yiqi.db'}"
    alone = {"YIQI_BACKGROUND": "external", "SECRET_KEY": SECRET}
    with (
        built(url, folder) as app,
        running_site(url, 1, alone, "tests.browser.crowded:app") as base,
    ):
        yield Stage(base, app)


def counts_down(worker: Visitor) -> None:
    """The seconds that are left stand there, and become fewer."""
    left = worker.page.locator("[data-wait] b").first
    expect(left).to_be_visible()
    expect(left).to_have_text("1")


def test_who_presses_is_told_to_wait_and_is_signed_up_without_pressing_again(
    browser: Browser, crowded: Stage
) -> None:
    activity, slot = crowded.publish(capacity=3)
    (cookie,) = crowded.people(1)
    with visiting(browser, crowded, cookie=cookie) as worker:
        worker.opens(f"/activities/{activity}")
        worker.page.get_by_role("button", name="我要报名").click()
        expect(worker.page.locator("#problem")).to_contain_text("人很多，请等一等")
        counts_down(worker)
        expect(worker.page.locator(f"#booking-{slot}")).to_have_attribute(
            "data-state", "confirmed", timeout=8000
        )
        expect(worker.page.locator("#problem")).to_be_empty()


def test_a_plain_form_is_on_the_page_that_asks_to_wait_and_goes_out_again_by_itself(
    browser: Browser, crowded: Stage
) -> None:
    activity, slot = crowded.publish(capacity=3)
    (cookie,) = crowded.people(1)
    with visiting(browser, crowded, cookie=cookie) as worker:
        worker.opens(f"/slots/{slot}/sign-up")
        worker.page.locator("#note").fill("要晚到 10 分钟")
        worker.page.locator("#submit").click()
        expect(worker.page.locator("h1")).to_have_text("人很多，请等一等")
        expect(worker.page).to_have_url(re.compile(f"/activities/{activity}"), timeout=8000)
        expect(worker.page.locator(f"#booking-{slot}")).to_have_attribute("data-state", "confirmed")
    assert crowded.found("SELECT note FROM booking WHERE slot_id = :slot", slot=slot) == "要晚到 10 分钟"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_page_asks_again_by_itself_with_scripts_and_without(
    browser: Browser, crowded: Stage, scripts: bool
) -> None:
    activity, _slot = crowded.publish(capacity=3)
    (cookie,) = crowded.people(1)
    with visiting(browser, crowded, cookie=cookie, java_script_enabled=scripts) as worker:
        worker.opens(f"/activities/{activity}?crowd")
        expect(worker.page.locator("h1")).to_have_text("人很多，请等一等")
        if scripts:
            counts_down(worker)
        else:
            expect(worker.page.locator("[data-wait]")).to_be_hidden()
        expect(worker.page.get_by_role("button", name="我要报名")).to_be_visible(timeout=8000)


def test_a_link_that_has_to_wait_is_followed_by_itself(browser: Browser, crowded: Stage) -> None:
    with visiting(browser, crowded) as worker:
        worker.opens("/")
        worker.page.route("**/?week=*", lambda asked: asked.continue_(url=f"{asked.request.url}&crowd"))
        worker.page.locator("#week-after").click()
        expect(worker.page.locator("#problem")).to_contain_text("人很多，请等一等")
        expect(worker.page.locator("#week-now")).to_be_visible(timeout=8000)


def test_without_scripts_a_form_that_has_to_wait_is_one_press_away(browser: Browser, crowded: Stage) -> None:
    activity, slot = crowded.publish(capacity=3)
    (cookie,) = crowded.people(1)
    with visiting(browser, crowded, cookie=cookie, java_script_enabled=False) as worker:
        worker.opens(f"/activities/{activity}")
        worker.page.get_by_role("button", name="我要报名").click()
        expect(worker.page.locator("main")).to_contain_text("没有动静，再点一次下面的按钮")
        expect(worker.page.locator("main")).not_to_contain_text("不用一直点")
        worker.page.locator("#resubmit").click()
        expect(worker.page.locator(f"#booking-{slot}")).to_have_attribute("data-state", "confirmed")


def test_who_presses_again_by_hand_keeps_their_place_in_line(browser: Browser, crowded: Stage) -> None:
    _activity, slot = crowded.publish(capacity=3)
    (cookie,) = crowded.people(1)
    pressed: list[str] = []

    def stands_in_line(route: Route) -> None:
        pressed.append(route.request.method)

    with visiting(browser, crowded, cookie=cookie) as worker:
        worker.opens(f"/slots/{slot}/sign-up")
        worker.page.locator("#submit").click()
        expect(worker.page.locator("h1")).to_have_text("人很多，请等一等")
        worker.page.route("**/*", stands_in_line)
        worker.page.locator("#resubmit").click(no_wait_after=True)
        worker.page.wait_for_timeout(3500)
        assert pressed == ["POST"]
        worker.page.unroute_all(behavior="ignoreErrors")
