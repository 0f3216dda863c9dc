"""The real site on a database of each kind, and the same one with its guards off on another database."""

from collections.abc import Iterator

import pytest

from tests.concurrency.crowd import Door, opened
from tests.servers import PostgreSQL


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


@pytest.fixture(scope="session")
def site(
    kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Door]:
    """The site as it is."""
    yield from _opened(kind, request, tmp_path_factory, "tests.concurrency.desk:app")


@pytest.fixture(scope="session")
def unguarded(
    kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Door]:
    """The site with its guards off: each race must be lost there, or it proves nothing."""
    yield from _opened(kind, request, tmp_path_factory, "tests.concurrency.unguarded:app")


@pytest.fixture(scope="session")
def tangled(
    kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Door]:
    """The site without the order in which locks are taken."""
    yield from _opened(kind, request, tmp_path_factory, "tests.concurrency.tangled:app")


@pytest.fixture(autouse=True)
def recounted(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every race on the site as it is all tables are whole."""
    yield
    if "site" in request.fixturenames:
        door: Door = request.getfixturevalue("site")
        assert door.faults() == []


def _opened(
    kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, app: str
) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("race")
    url = f"sqlite:///{folder / 'yiqi.db'}"
    if kind == "postgresql":
        server: PostgreSQL = request.getfixturevalue("postgresql")
        url = server.new_database()
    with opened(url, folder, app) as door:
        yield door
