"""The tests as if it were another time: `pytest --at='2026-12-31 23:50'`, in Beijing; from there the clock goes on.

Only this process is there (and those of pytest-xdist): what tests start, gunicorn or a database, has the machine's clock.
"""

from datetime import datetime

import pytest
import time_machine

from yiqi import clock

_travels = pytest.StashKey[time_machine.travel]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--at", default="", help="what time it is in Beijing when the tests begin: '2026-12-31 23:50'")


def pytest_configure(config: pytest.Config) -> None:
    if said := config.getoption("at"):
        config.stash[_travels] = time_machine.travel(_instant(said), tick=True)
        config.stash[_travels].start()


def pytest_unconfigure(config: pytest.Config) -> None:
    if travels := config.stash.get(_travels, None):
        travels.stop()


def _instant(said: str) -> datetime:
    try:
        return datetime.fromisoformat(said).replace(tzinfo=clock.BEIJING)
    except ValueError:
        raise pytest.UsageError(f"--at wants a time like '2026-12-31 23:50', not {said!r}") from None
