"""A running site with a few known things in it, and people with real browsers in front of it."""

import os
import re
import shutil
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from playwright.sync_api import APIResponse, Browser, BrowserContext, ConsoleMessage, Page, Route
from sqlalchemy import text

from yiqi.db import db, writing

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESKTOP, SMALL = (390, 844), (1280, 800), (320, 640)
WECHAT = (
    "Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116.0 Mobile Safari/537.36 "
    "MicroMessenger/8.0.47 NetType/4G Language/zh_CN"
)


def chromium() -> str | None:
    """The browser to drive: `$CHROMIUM`, else the system's."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@dataclass
class Stage:
    """A served site: its address, and the same site in this process, on the same database."""

    base: str
    app: Flask

    def flask(self, *words: str) -> str:
        """Give a `flask` command; answers what it printed. In this process: to start another takes seconds."""
        done = self.app.test_cli_runner().invoke(args=words, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    def publish(self, **options: object) -> tuple[int, int]:
        """`flask demo activity`; answers the activity's and the slot's id."""
        words = [
            part for name, value in options.items() for part in (f"--{name.replace('_', '-')}", str(value))
        ]
        found = re.search(r"activity=(\d+) slot=(\d+)", self.flask("demo", "activity", *words))
        assert found is not None
        return int(found[1]), int(found[2])

    def people(self, count: int) -> list[tuple[str, str]]:
        """Signed-in people: the session cookie as `(name, value)` of each."""
        lines = self.flask("demo", "sessions", str(count)).splitlines()
        pairs = [line.split("\t")[0].split("=", 1) for line in lines if "\t" in line]
        return [(name, value) for name, value in pairs]

    def session(self, phone: str) -> tuple[str, str]:
        """The session cookie of somebody of the demo, signed in anew."""
        name, value = self.flask("demo", "session", phone).strip().split("=", 1)
        return name, value

    def gallery(self) -> tuple[tuple[str, str], dict[str, int]]:
        """`flask demo states`: the cookie of its worker, and the activity that shows each state."""
        first, *lines = self.flask("demo", "states").splitlines()
        name, value = first.split("=", 1)
        return (name, value), {state: int(number) for state, number in (line.split("\t") for line in lines)}

    def found(self, query: str, **facts: object) -> int | str:
        """The one value that a query of the database behind it answers."""
        with self.app.app_context(), db.engine.connect() as here:
            value: int | str = here.execute(text(query), facts).scalar_one()
        return value

    def change(self, statement: str, **facts: object) -> None:
        """Change something in the database behind it."""
        with self.app.app_context(), writing() as session:
            session.execute(text(statement), facts)

    def newest_code(self, phone: str) -> str:
        """The sign-in code that was last sent to a phone."""
        with urllib.request.urlopen(
            f"{self.base}/demo/messages?{urllib.parse.urlencode({'phone': phone})}"
        ) as page:
            found = re.search(r'data-code="(\d{6})"', page.read().decode())
        assert found is not None
        return found[1]


@dataclass
class Visitor:
    """Somebody with a browser. `complaints` collects what a console or a content policy reported; of who `searches` as
    they type, not that a search was given up for the next."""

    page: Page
    stage: Stage
    complaints: list[str] = field(default_factory=list)
    searches: bool = False

    def opens(self, path: str) -> None:
        self.page.goto(self.stage.base + path)

    def state(self, slot_id: int) -> str | None:
        return self.page.locator(f"#booking-{slot_id}").get_attribute("data-state")


@contextmanager
def visiting(
    browser: Browser,
    stage: Stage,
    *,
    cookie: tuple[str, str] | None = None,
    size: tuple[int, int] = PHONE,
    choices: dict[str, str] | None = None,
    **options: Any,
) -> Iterator[Visitor]:
    """A visitor in a context of their own; `choices` are display cookies, `options` go to the context."""
    context: BrowserContext = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        user_agent=WECHAT,
        **options,
    )
    kept = [(cookie[0], cookie[1])] if cookie else []
    for name, value in [*kept, *(choices or {}).items()]:
        context.add_cookies([{"name": name, "value": value, "url": stage.base}])
    visitor = Visitor(context.new_page(), stage)

    def complain(message: ConsoleMessage) -> None:
        expected = "Failed to load resource: the server responded with a status of 4"
        if message.text.startswith("htmx:sendAbort") and visitor.searches:
            # A search that is under way is given up for the next one. htmx says so in two lines; this is the second.
            if visitor.complaints and visitor.complaints[-1].startswith("htmx:afterRequest"):
                visitor.complaints.pop()
        elif message.type in ("error", "warning") and not message.text.startswith(expected):
            visitor.complaints.append(message.text)

    visitor.page.on("console", complain)
    visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    try:
        yield visitor
    finally:
        context.close()


class LateAnswer:
    """The answer to the first request for an address, which is on its way until it `arrives`; those after it are at once."""

    def __init__(self, page: Page, address: str) -> None:
        self._page = page
        self._held: list[tuple[Route, APIResponse]] = []
        page.route(address, self._hold_first)

    def _hold_first(self, route: Route) -> None:
        if self._held:
            route.continue_()
        else:
            self._held.append((route, route.fetch()))

    def is_made(self) -> None:
        """Wait until the site has answered."""
        until = time.monotonic() + 15
        while not self._held and time.monotonic() < until:
            self._page.wait_for_timeout(50)
        assert self._held, "nobody asked for it"

    def arrives(self) -> None:
        ((route, answer),) = self._held
        route.fulfill(response=answer)
