"""One browser, one served site with demo data, and one without, for the browser tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.kiosk_stage import enrolled, some_tickets
from tests.browser.stage import FLAGS, Stage, chromium, visiting
from tests.databases import SECRET, built
from tests.promises.programmes import PROMISED
from tests.promises.route import Samples
from tests.servers import running_site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def demo_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A site with the demo's own data, on SQLite."""
    folder = tmp_path_factory.mktemp("demo")
    with served(f"sqlite:///{folder / 'yiqi.db'}", folder, demo=True) as stage:
        yield stage


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """An empty site, on each database."""
    folder = tmp_path_factory.mktemp("stage")
    url = f"sqlite:///{folder / 'yiqi.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
    with served(url, folder) as stage:
        yield stage


@pytest.fixture(scope="session")
def samples(browser: Browser, demo_stage: Stage) -> tuple[Samples, tuple[str, str]]:
    """An open activity, a booking in another one, a late cancel in a third, and whose cookie it is."""
    activity, slot = demo_stage.publish(capacity=5, max_party=3)
    _other, free = demo_stage.publish(capacity=5, starts_in=200)
    drawn, _slot = demo_stage.publish(capacity=5, starts_in=300, allocation="draw")
    soon, soon_slot = demo_stage.publish(capacity=5, starts_in=1)
    (cookie,) = demo_stage.people(1)
    with visiting(browser, demo_stage, cookie=cookie) as owner:
        owner.opens(f"/activities/{soon}")
        owner.page.locator(f"#sign-up-{soon_slot}").click()
        owner.page.locator(f"#cancel-{soon_slot}").click()
        owner.page.wait_for_selector(f"#keep-{soon_slot}")
        owner.page.locator(f"#cancel-{soon_slot}").click()
        owner.page.wait_for_selector(f"#booking-{soon_slot}[data-state=cancelled_late]")
        owner.opens("/me/marks")
        mark = owner.page.locator("[data-mark]").get_attribute("id")
        owner.opens(f"/activities/{activity}")
        owner.page.locator(f"#sign-up-{slot}").click()
        owner.page.wait_for_selector(f"#booking-{slot}[data-state=confirmed]")
        ref = owner.page.locator(f"#booking-{slot}").get_attribute("data-ref")
    assert ref is not None
    assert mark is not None
    mark_id = int(mark.removeprefix("mark-"))
    _worker, hung = demo_stage.gallery()
    things = Samples(
        activity_id=activity,
        slot_id=slot,
        ref=ref,
        free_slot_id=free,
        mark_id=mark_id,
        drawn_id=drawn,
        series_id=hung["series"],
        more={"certificate": "PX-2026-000001-AAAA"}
        | {name: demo_stage.found(query) for one in PROMISED for name, query in one.DEMO.items()},
    )
    return things, cookie


@pytest.fixture(scope="session")
def screen(demo_stage: Stage) -> tuple[str, str]:
    """The cookie of a screen at the service centre."""
    return enrolled(demo_stage)


@pytest.fixture(scope="session")
def tickets(browser: Browser, demo_stage: Stage) -> tuple[int, list[str]]:
    """An activity whose door is open, and the codes of workers who are expected there: each test takes one off."""
    return some_tickets(browser, demo_stage, 16)


@pytest.fixture(scope="session")
def walk_in(demo_stage: Stage) -> tuple[int, int]:
    """An activity, and its slot, that anybody can sign up for at a screen."""
    return demo_stage.publish(capacity=20, starts_in=26)


@contextmanager
def served(url: str, folder: Path, *, demo: bool = False) -> Iterator[Stage]:
    with built(url, folder) as app:
        if demo:
            Stage("", app).flask("demo", "load")
        with running_site(url, env={"SECRET_KEY": SECRET}) as base:
            yield Stage(base, app)
