"""The door in a real browser: a camera reads the code on a worker's phone."""

import re
from pathlib import Path

import pytest
import segno
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.browser.stage import FLAGS, PHONE, LateAnswer, Stage, chromium, visiting
from yiqi.booking.tickets import MASK

pytestmark = pytest.mark.browser
ADMIN = "13800000001"
SIDE = 480
OF_THE_READER = ("Canvas2D: ", "The camera stream is only accessible")
"""What the vendored reader remarks: on speed, and that a real site has to be reached over https."""


def film(code: str, where: Path) -> Path:
    """Ten frames of somebody holding a QR, drawn as on a ticket, before a camera, as Chromium plays them in
    a camera's place (Y4M)."""
    still = where.with_suffix(".png")
    segno.make(code, error="m", micro=False, mask=MASK).save(str(still), scale=8, border=8)
    picture = Image.new("L", (SIDE, SIDE), 235)
    qr = Image.open(still).convert("L")
    picture.paste(qr, ((SIDE - qr.width) // 2, (SIDE - qr.height) // 2))
    frame = picture.tobytes() + b"\x80" * (SIDE * SIDE // 2)
    with where.open("wb") as out:
        out.write(f"YUV4MPEG2 W{SIDE} H{SIDE} F10:1 Ip A1:1 C420jpeg\n".encode())
        for _frame in range(10):
            out.write(b"FRAME\n" + frame)
    return where


@pytest.fixture
def ticket(browser: Browser, demo_stage: Stage) -> tuple[int, str]:
    """An activity that begins in half an hour, and a worker's confirmed code for it."""
    activity, slot = demo_stage.publish(capacity=5, starts_in=0.5)
    (worker,) = demo_stage.people(1)
    with visiting(browser, demo_stage, cookie=worker) as phone:
        phone.opens(f"/activities/{activity}")
        phone.page.locator(f"#sign-up-{slot}").click()
        phone.page.wait_for_selector(f"#booking-{slot}[data-state=confirmed]")
        ref = phone.page.locator(f"#booking-{slot}").get_attribute("data-ref")
    assert ref is not None
    return activity, ref


def test_a_camera_checks_a_worker_in_and_who_takes_that_back_far_down_the_page_sees_it(
    browser: Browser, demo_stage: Stage, ticket: tuple[int, str], tmp_path: Path
) -> None:
    activity, ref = ticket
    seen = film(f"{demo_stage.base}/t/{ref}", tmp_path / "camera.y4m")
    with_camera = browser.browser_type.launch(
        executable_path=chromium(),
        args=[
            *FLAGS,
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={seen}",
        ],
    )
    with visiting(with_camera, demo_stage, cookie=demo_stage.session(ADMIN), size=PHONE) as desk:
        desk.opens(f"/desk/activities/{activity}/check-in")
        desk.page.locator("#camera-on").click()

        expect(desk.page.locator("[data-result=in]")).to_be_visible(timeout=20_000)
        undo = desk.page.locator(f"#undo-{ref}")
        expect(undo).to_be_visible()
        undo.evaluate("button => button.scrollIntoView()")
        expect(desk.page.locator("#door-result")).not_to_be_in_viewport()
        undo.click()
        expect(desk.page.locator("[data-result=undone]")).to_be_in_viewport(ratio=1)
        desk.page.locator("#camera-off").click()
        expect(desk.page.locator("#camera-on")).to_be_visible()
        assert [said for said in desk.complaints if not said.startswith(OF_THE_READER)] == []
    with_camera.close()


def test_two_desks_see_each_others_work_a_code_goes_at_enter_and_one_that_was_refused_stays_until_the_next(
    browser: Browser, demo_stage: Stage, ticket: tuple[int, str]
) -> None:
    activity, ref = ticket
    admin = demo_stage.session(ADMIN)
    with (
        visiting(browser, demo_stage, cookie=admin) as one,
        visiting(browser, demo_stage, cookie=demo_stage.session(ADMIN), size=PHONE) as other,
    ):
        for desk in (one, other):
            desk.opens(f"/desk/activities/{activity}/check-in")
        one.page.locator("#code").fill(ref.lower())
        one.page.keyboard.press("Enter")
        expect(one.page.locator("[data-result=in]")).to_be_visible()
        expect(one.page.locator("#code")).to_have_value("")
        expect(one.page.locator("#code")).to_be_focused()
        other.page.evaluate("document.dispatchEvent(new Event('yiqi:stale'))")
        expect(other.page.locator(f"#came-{ref}")).to_be_visible()

        one.page.keyboard.type("7K3M-92XZ")
        one.page.keyboard.press("Enter")
        expect(one.page.locator("[data-result=refused]")).to_be_visible()
        expect(one.page.locator("#code")).to_have_value("7K3M-92XZ")
        expect(one.page.locator("#code")).to_be_focused()
        one.page.keyboard.type(ref)
        one.page.keyboard.press("Enter")
        expect(one.page.locator("[data-result=again]")).to_be_visible()
        expect(one.page.locator("#code")).to_have_value("")

        other.page.locator("#code").fill(ref)
        other.page.keyboard.press("Enter")
        expect(other.page.locator("[data-result=again]")).to_be_visible()
        other.page.locator(f"#undo-{ref}").click()
        expect(other.page.locator("[data-result=undone]")).to_be_visible()
        expect(other.page.locator("#code")).to_be_focused()
        expect(other.page.locator(f"#came-{ref}")).to_have_count(0)
        assert one.complaints == []
        assert other.complaints == []


def test_a_check_in_is_taken_back_while_the_page_asks_and_nothing_is_an_error(
    browser: Browser, demo_stage: Stage, ticket: tuple[int, str]
) -> None:
    activity, ref = ticket
    with visiting(browser, demo_stage, cookie=demo_stage.session(ADMIN)) as desk:
        desk.opens(f"/desk/activities/{activity}/check-in")
        desk.page.locator("#code").fill(ref)
        desk.page.keyboard.press("Enter")
        expect(desk.page.locator(f"#came-{ref}")).to_be_visible()
        late = LateAnswer(desk.page, "**/_door?**")
        desk.page.evaluate("document.dispatchEvent(new Event('yiqi:stale'))")
        expect(desk.page.locator("#poller")).to_have_class(re.compile("htmx-request"))
        late.is_made()

        desk.page.locator(f"#undo-{ref}").click()
        expect(desk.page.locator("[data-result=undone]")).to_be_visible()
        late.arrives()
        desk.page.wait_for_timeout(500)

        expect(desk.page.locator(f"#came-{ref}")).to_have_count(0)
        assert desk.complaints == []


def test_who_comes_to_a_door_that_lets_out_goes_in_with_one_press_and_the_door_stays_as_it_was(
    browser: Browser, demo_stage: Stage, ticket: tuple[int, str]
) -> None:
    activity, ref = ticket
    with visiting(browser, demo_stage, cookie=demo_stage.session(ADMIN), size=PHONE) as desk:
        desk.opens(f"/desk/activities/{activity}/check-in")
        desk.page.locator("#way-out").click()
        expect(desk.page.locator("#way-out")).to_have_attribute("aria-current", "true")
        desk.page.locator("#code").fill(ref)
        desk.page.keyboard.press("Enter")
        expect(desk.page.locator("[data-result=refused]")).to_be_visible()
        desk.page.locator("#turn").click()
        expect(desk.page.locator("[data-result=in]")).to_be_visible()
        expect(desk.page.locator("#code")).to_have_value("")
        expect(desk.page.locator("#code")).to_be_focused()

        for result in ("out", "out_again"):
            desk.page.keyboard.type(ref)
            desk.page.keyboard.press("Enter")
            expect(desk.page.locator(f"[data-result={result}]")).to_be_visible()
        desk.page.locator(f"#undo-{ref}").click()
        expect(desk.page.locator("[data-result=undone]")).to_be_visible()
        expect(desk.page.locator("#scan")).to_have_text("签退")
        assert desk.complaints == []
