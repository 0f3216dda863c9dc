"""A real browser among markup that somebody wrote everywhere: none of it runs."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.stage import DESKTOP, Stage, visiting
from tests.browsing import a_session
from tests.databases import built
from tests.promises.scene import whole_scene
from tests.promises.test_planted import plant
from tests.servers import running_site

pytestmark = pytest.mark.browser


def test_none_of_what_people_wrote_runs(browser: Browser, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'yiqi.db'}"
    with built(url, tmp_path) as app, app.app_context():
        scene = whole_scene()
        assert plant() > 150
        held = {who: a_session(getattr(scene, who).id).token for who in ("owner", "organizer")}
        one = scene.samples
        desk = f"/desk/activities/{one.activity_id}"
        pages = {
            "owner": (
                "/",
                f"/activities/{one.activity_id}",
                f"/slots/{one.free_slot_id}/sign-up",
                "/me",
                f"/t/{one.ref}",
            ),
            "organizer": (
                "/desk/",
                desk,
                f"{desk}/bookings/{one.ref}",
                f"{desk}/audit",
                f"{desk}/edit",
                f"/desk/drafts/{one.draft_id}",
            ),
        }
        ran, seen = {}, 0
        with running_site(url, 1) as base:
            for who, paths in pages.items():
                with visiting(browser, Stage(base, app), cookie=("yiqi", held[who]), size=DESKTOP) as visitor:
                    for path in paths:
                        opened = visitor.page.goto(base + path)
                        assert opened is not None
                        assert opened.status == 200, path
                        visitor.page.mouse.move(200, 200)
                        visitor.page.keyboard.press("Tab")
                        if visitor.page.evaluate("window.__pwned") is not None or visitor.complaints:
                            ran[path] = visitor.complaints[:]
                        seen += "window.__pwned" in visitor.page.inner_text("body")
                        visitor.complaints.clear()
    assert ran == {}
    assert seen >= 5, "the control: it stands on these pages as text"
