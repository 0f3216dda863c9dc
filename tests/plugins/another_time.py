"""The tests as if it were another time: `pytest --at='2026-12-31 23:50'`, in Beijing; from there the clock goes on.

Only this process is there (and those of pytest-xdist): what tests start has the machine's clock. Tests that start a server,
PostgreSQL among them, are left out.
"""

from datetime import datetime

import pytest
import time_machine

from yiqi import clock

WHY_NOT = "optional: a server that is started has the machine's clock"

_travels: list[time_machine.travel] = []


def is_chosen() -> bool:
    """Whether it is another time here than on the machine."""
    return bool(_travels)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--at", default="", help="what time it is in Beijing when the tests begin: '2026-12-31 23:50'"
    )


def pytest_configure(config: pytest.Config) -> None:
    if said := config.getoption("at"):
        _travels.append(time_machine.travel(_instant(said), tick=True))
        _travels[-1].start()


def pytest_unconfigure() -> None:
    while _travels:
        _travels.pop().stop()


def _instant(said: str) -> datetime:
    try:
        return datetime.fromisoformat(said).replace(tzinfo=clock.BEIJING)
    except ValueError:
        raise pytest.UsageError(f"--at wants a time like '2026-12-31 23:50', not {said!r}") from None
