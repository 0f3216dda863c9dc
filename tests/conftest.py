"""What every test may ask for: the site on either database, a client that checks what it is shown, and the cast."""

from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings

from tests.browsing import Client
from tests.builders import CAST, a_worker
from tests.databases import built, in_use
from tests.servers import PostgreSQL
from yiqi.people.models import Person

pytest_plugins = ["tests.plugins.no_skips", "tests.plugins.places", "tests.plugins.rubbish", "tests.servers"]

# Timings are no matter of these tests: two slow cores must not fail them. `--hypothesis-profile=nightly` looks longer.
SLOW = [HealthCheck.too_slow]
settings.register_profile("push", deadline=None, suppress_health_check=SLOW)
settings.register_profile(
    "nightly", deadline=None, suppress_health_check=SLOW, max_examples=2000, stateful_step_count=40
)
settings.load_profile("push")


@pytest.fixture(scope="session")
def sqlite_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site on a SQLite file, made once a session: making one takes a third of a second."""
    folder = tmp_path_factory.mktemp("sqlite")
    with built(f"sqlite:///{folder / 'yiqi.db'}", folder) as app:
        yield app


@pytest.fixture(scope="session")
def postgresql_site(postgresql: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site on a database of a PostgreSQL of our own, made once a session."""
    with built(postgresql.new_database(), tmp_path_factory.mktemp("postgresql")) as app:
        yield app


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The site on an empty database; the test runs once on each. Verbs and reads can be called directly."""
    app: Flask = request.getfixturevalue(f"{request.param}_site")
    with in_use(app):
        yield app


@pytest.fixture
def client(site: Flask) -> Client:
    """A browser without a session, which checks every page and fragment it is given."""
    return Client(site)


@pytest.fixture
def 李姐(site: Flask) -> Person:
    """She organizes."""
    return a_worker(name="李姐", phone=CAST["李姐"])


@pytest.fixture
def 小王(site: Flask) -> Person:
    """A member."""
    return a_worker(name="小王", phone=CAST["小王"])


@pytest.fixture
def 小赵(site: Flask) -> Person:
    """Not a member."""
    return a_worker(name="小赵", phone=CAST["小赵"])


@pytest.fixture
def 老陈(site: Flask) -> Person:
    """Has not always come when he said so."""
    return a_worker(name="老陈", phone=CAST["老陈"])
