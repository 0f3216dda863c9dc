"""The machines, laid once for all tests of this folder."""

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.hosts.machines import City, city
from tests.hosts.network import NEEDS_ROOT, may_lay
from tests.plugins.no_skips import OPTIONAL
from tests.servers import Unavailable


@pytest.fixture(scope="session")
def whole_city() -> Iterator[City]:
    if not may_lay():
        pytest.skip(f"{OPTIONAL}{NEEDS_ROOT}")
    try:
        with city() as laid_out:
            yield laid_out
            kept = os.environ.get("YIQI_HOSTS_LOGS")
            for one in laid_out.hosts if kept else ():
                shutil.copy(one.folder / "log", f"{kept}/{one.name}.log")
    except Unavailable as reason:
        pytest.skip(f"{OPTIONAL}{reason}")


@pytest.fixture
def two(whole_city: City) -> City:
    """Both hosts at work."""
    for one in whole_city.hosts:
        if one.server is None or one.server.poll() is not None:
            one.start()
    return whole_city
