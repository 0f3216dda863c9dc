"""A screen in a real browser: its size, its cookie, and the people who come to it."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser

from tests.browser.stage import Stage, Visitor, visiting
from yiqi.people.sessions import fingerprint

PORTRAIT, LANDSCAPE = (1080, 1920), (1920, 1080)


def enrolled(stage: Stage) -> tuple[str, str]:
    """The cookie of a screen that has just been enrolled."""
    name, token = stage.flask("demo", "kiosk", "--enrolled").strip().split("=", 1)
    return name, token


def another_screen(stage: Stage) -> tuple[str, str]:
    """The cookie of one more screen beside those that are enrolled, put into the database itself."""
    token = secrets.token_urlsafe(16)
    stage.change(
        "INSERT INTO kiosk_device"
        " (union_id, name, place, place_en, nonce, made_at, made_by_id, serial, csrf, token_hash, enrolled_at)"
        " SELECT union_id, name, place, place_en, :nonce, made_at, made_by_id, 1, :nonce, :hash, enrolled_at"
        " FROM kiosk_device WHERE token_hash IS NOT NULL LIMIT 1",
        nonce=token[:8],
        hash=fingerprint(token),
    )
    return "yiqi-kiosk", token


@contextmanager
def standing_at(
    browser: Browser,
    stage: Stage,
    cookie: tuple[str, str],
    size: tuple[int, int] = PORTRAIT,
    **options: Any,
) -> Iterator[Visitor]:
    """Somebody at a screen."""
    with visiting(browser, stage, size=size, **options) as visitor:
        host = re.sub(r"^https?://|:\d+$", "", stage.base)
        visitor.page.context.add_cookies(
            [{"name": cookie[0], "value": cookie[1], "domain": host, "path": "/kiosk"}]
        )
        yield visitor


def types(visitor: Visitor, keys: str) -> None:
    """Touch the screen's keys."""
    for key in keys:
        visitor.page.locator(f".kpad [value='{key}']").click()


def steps_up(visitor: Visitor, activity: int, slot: int, phone: str) -> None:
    """From the board to the field for the code."""
    visitor.opens(f"/kiosk/activities/{activity}")
    visitor.page.locator(f"#slot-{slot}").click()
    types(visitor, phone)
    visitor.page.locator("#go").click()
    visitor.page.wait_for_selector("[data-stage=code]")


def some_tickets(browser: Browser, stage: Stage, many: int) -> tuple[int, list[str]]:
    """An activity that begins soon, and the codes of some workers' places in it."""
    activity, slot = stage.publish(capacity=many, starts_in=0.5)
    found = []
    for worker in stage.people(many):
        with visiting(browser, stage, cookie=worker) as phone:
            phone.opens(f"/activities/{activity}")
            phone.page.locator(f"#sign-up-{slot}").click()
            phone.page.wait_for_selector(f"#booking-{slot}[data-state=confirmed]")
            found.append(phone.page.locator(f"#booking-{slot}").get_attribute("data-ref") or "")
    return activity, found


def scans(visitor: Visitor, code: str) -> None:
    """A scanner types into whatever has the focus, and presses Enter."""
    visitor.page.keyboard.type(code)
    visitor.page.keyboard.press("Enter")
