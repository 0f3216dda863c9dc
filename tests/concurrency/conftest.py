"""A migrated database of each kind for a module of races, and the real site on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import PostgreSQL, migrate, running_site


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "sqlite":
        url = f"sqlite:///{Path(tmp_path_factory.mktemp('race')) / 'yiqi.db'}"
    else:
        server: PostgreSQL = request.getfixturevalue("postgresql")
        url = server.new_database()
    migrate(url)
    return url


@pytest.fixture(scope="module")
def site(database_url: str) -> Iterator[str]:
    """The site as it is."""
    with running_site(database_url) as base:
        yield base


@pytest.fixture(scope="module")
def unguarded(database_url: str) -> Iterator[str]:
    """The site with its guards off: each race must be lost there, or it proves nothing."""
    with running_site(database_url, app="tests.concurrency.unguarded:app") as base:
        yield base
