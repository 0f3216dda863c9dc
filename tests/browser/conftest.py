"""One browser, one served site with demo data, and one without, for the browser tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.stage import FLAGS, Stage, chromium
from tests.servers import migrate, running_site


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
    yield from _served(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'yiqi.db'}", demo=True)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """An empty site, on each database."""
    if request.param == "sqlite":
        folder: Path = tmp_path_factory.mktemp("stage")
        yield from _served(f"sqlite:///{folder / 'yiqi.db'}")
    else:
        yield from _served(request.getfixturevalue("postgresql_url"))


def _served(url: str, *, demo: bool = False) -> Iterator[Stage]:
    migrate(url)
    if demo:
        Stage("", url).flask("demo", "load")
    with running_site(url) as base:
        yield Stage(base, url)
