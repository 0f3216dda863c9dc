"""The main job, in real browsers: take the last place, wait, be promoted while another page looks on."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.stage import Stage, visiting

pytestmark = pytest.mark.browser
POLL = 20_000
"""An activity page asks every 15 s ± 20 %; in milliseconds, with a little to spare."""


def sign_in(visitor, phone: str) -> None:  # type: ignore[no-untyped-def]
    visitor.page.get_by_label("手机号").fill(phone)
    visitor.page.get_by_role("button", name="获取验证码").click()
    visitor.page.get_by_label("6 位验证码").fill(visitor.stage.newest_code(phone))
    visitor.page.get_by_role("button", name="登录", exact=True).click()


def test_the_last_place_goes_to_one_the_next_waits_and_moves_up_when_it_is_given_back(
    browser: Browser, stage: Stage
) -> None:
    activity, slot = stage.publish(capacity=1)
    (second,) = stage.people(1)
    path = f"/activities/{activity}"

    with (
        visiting(browser, stage) as first,
        visiting(browser, stage, cookie=second) as next_one,
        visiting(browser, stage) as onlooker,
    ):
        onlooker.opens(path)
        first.opens(path)
        first.page.get_by_role("link", name="手机号登录").click()
        sign_in(first, f"139{slot:08d}")
        first.page.get_by_label("姓名").fill("李雷")
        first.page.get_by_role("button", name="保存").click()
        first.page.get_by_role("button", name="我要报名").click()
        expect(first.page.locator(f"#booking-{slot}")).to_have_attribute("data-state", "confirmed")
        expect(first.page.locator("#say")).to_have_text("报名成功")
        expect(first.page.locator(f"#booking-{slot}")).to_be_focused()

        next_one.opens(path)
        next_one.page.get_by_role("button", name="加入候补").click()
        expect(next_one.page.locator(f"#booking-{slot}")).to_have_attribute("data-place", "1")
        expect(onlooker.page.locator(f"#places-{slot}")).to_have_attribute("data-waiting", "1", timeout=POLL)

        first.page.get_by_role("button", name="取消报名").click()
        expect(first.page.locator(f"#booking-{slot}")).to_have_attribute("data-state", "cancelled")
        expect(next_one.page.locator(f"#booking-{slot}")).to_have_attribute(
            "data-state", "confirmed", timeout=POLL
        )
        expect(next_one.page.locator("#say")).to_have_text("轮到你了，报名成功")
        expect(onlooker.page.locator(f"#places-{slot}")).to_have_attribute("data-waiting", "0", timeout=POLL)
        assert not first.complaints + next_one.complaints + onlooker.complaints


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        (
            {},
            {
                "sign_in": "手机号登录",
                "phone": "手机号",
                "send": "获取验证码",
                "code": "6 位验证码",
                "enter": "登录",
            },
        ),
        (
            {"lang": "en"},
            {"sign_in": "Sign in", "phone": "Mobile", "send": "code", "code": "code", "enter": "Sign in"},
        ),
    ],
    ids=["zh", "en"],
)
def test_the_whole_way_works_without_javascript(
    browser: Browser, stage: Stage, choices: dict[str, str], words: dict[str, str]
) -> None:
    activity, slot = stage.publish(capacity=1, max_party=3)
    phone = f"13{8 if choices else 7}{slot:08d}"

    with visiting(browser, stage, choices=choices, java_script_enabled=False) as worker:
        page = worker.page
        worker.opens("/")
        page.locator(f"a[href='/activities/{activity}']").first.click()
        page.locator(f"#sign-in-{slot}").click()
        page.locator("#phone").fill(phone)
        page.locator("#send").click()
        page.locator("#code").fill(stage.newest_code(phone))
        page.locator("#sign-in").click()
        page.locator("#name").fill("韩梅梅")
        page.locator("#save").click()
        assert page.url.endswith(f"/activities/{activity}")
        page.locator(f"#more-{slot}").click()
        page.locator("#note").fill("晚到 10 分钟")
        page.locator("#submit").click()
        assert worker.state(slot) == "confirmed"
        assert page.locator(f"#booking-{slot} svg").count() >= 1

        page.locator(f"#cancel-{slot}").click()
        assert worker.state(slot) == "cancelled"
        page.locator(f"#sign-up-{slot}").click()
        assert worker.state(slot) == "confirmed"

        worker.opens("/me")
        assert page.locator("[data-state=confirmed]").count() == 1
        page.locator("#sign-out").click()
        worker.opens("/me")
        assert page.locator("#phone").count() == 1
        if choices:
            assert not re.search(r"[\u4e00-\u9fff]", page.locator("h1").inner_text())


def test_a_form_with_a_mistake_keeps_what_was_typed_and_says_where(browser: Browser, stage: Stage) -> None:
    _activity, slot = stage.publish(capacity=3, max_party=3)
    (cookie,) = stage.people(1)

    with visiting(browser, stage, cookie=cookie) as worker:
        worker.opens(f"/slots/{slot}/sign-up")
        worker.page.get_by_label("3 人").check(force=True)
        worker.page.locator("#note").evaluate(
            "e => { e.removeAttribute('maxlength'); e.value = '很'.repeat(201) }"
        )
        worker.page.locator("#submit").click()

        expect(worker.page.locator("#errsum")).to_be_focused()
        expect(worker.page).to_have_title(re.compile("^出错了："))
        expect(worker.page.locator("#note")).to_have_value("很" * 201)
        expect(worker.page.get_by_label("3 人")).to_be_checked()


def test_a_double_tap_books_once(browser: Browser, stage: Stage) -> None:
    _activity, slot = stage.publish(capacity=5)
    (cookie,) = stage.people(1)

    with visiting(browser, stage, cookie=cookie) as worker:
        worker.opens(f"/activities/{_activity}")
        worker.page.locator(f"#sign-up-{slot}").dblclick()
        expect(worker.page.locator(f"#booking-{slot}")).to_have_attribute("data-state", "confirmed")
        expect(worker.page.locator(f"#places-{slot}")).to_have_attribute("data-held", "1")
