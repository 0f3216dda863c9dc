"""A screen with a camera: it reads the code on a phone by itself, without a touch."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.kiosk_stage import standing_at
from tests.browser.stage import FLAGS, Stage, chromium
from tests.browser.test_kiosk_offline import assert_soon, came, is_ready, kept
from tests.browser.test_the_door import OF_THE_READER, film

pytestmark = pytest.mark.browser


@contextmanager
def seeing(browser: Browser, seen: Path) -> Iterator[Browser]:
    """A browser whose camera sees a film, and may."""
    with_camera = browser.browser_type.launch(
        executable_path=chromium(),
        args=[
            *FLAGS,
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={seen}",
        ],
    )
    try:
        yield with_camera
    finally:
        with_camera.close()


def test_a_camera_that_may_start_reads_the_code_without_a_touch(
    browser: Browser,
    demo_stage: Stage,
    screen: tuple[str, str],
    tickets: tuple[int, list[str]],
    tmp_path: Path,
) -> None:
    seen = film(f"{demo_stage.base}/t/{tickets[1].pop()}", tmp_path / "camera.y4m")
    with seeing(browser, seen) as with_camera, standing_at(with_camera, demo_stage, screen) as visitor:
        visitor.opens("/kiosk/check-in")
        expect(visitor.page.locator("[data-result=in]")).to_be_visible(timeout=20_000)
        assert [said for said in visitor.complaints if not said.startswith(OF_THE_READER)] == []


def test_a_camera_starts_without_a_network_and_what_it_reads_is_kept(
    browser: Browser,
    demo_stage: Stage,
    screen: tuple[str, str],
    tickets: tuple[int, list[str]],
    tmp_path: Path,
) -> None:
    """What reads its picture was fetched only when the camera started, and then it was too late."""
    ref = tickets[1].pop()
    seen = film(f"{demo_stage.base}/t/{ref}", tmp_path / "camera.y4m")
    with seeing(browser, seen) as with_camera, standing_at(with_camera, demo_stage, screen) as visitor:
        page = visitor.page
        page.add_init_script(
            "navigator.permissions.query = () => Promise.reject(new Error('it is asked for'));"
        )
        is_ready(visitor)
        visitor.opens("/kiosk/check-in")
        page.wait_for_function(
            """async () => (await (await caches.open('yiqi-kiosk-1')).keys())
              .filter((one) => /qr-scanner(-worker)?.min.js$/.test(one.url)).length === 2"""
        )
        page.context.set_offline(True)
        expect(page.locator("#offline")).to_be_visible(timeout=10_000)
        page.locator("#camera").click()
        expect(page.locator("[data-result=kept]")).to_be_visible(timeout=20_000)
        assert kept(visitor) == 1
        page.context.set_offline(False)
        assert_soon(lambda: came(demo_stage, ref) == 1, page)
