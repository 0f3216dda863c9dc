"""The tests as if it were another time in Beijing, from where the clock goes on: `YIQI_TEST_AT='2026-12-31 23:50'`.

It is so from the first import on: some tests ask for the day while they are read. Only this process is there (and those of
pytest-xdist): what tests start has the machine's clock. Tests that start a server, PostgreSQL among them, are left out.
"""

import os
from datetime import datetime
from zoneinfo import ZoneInfo

import time_machine

AT = "YIQI_TEST_AT"
WHY_NOT = "optional: a server that is started has the machine's clock"


def is_chosen() -> bool:
    """Whether it is another time here than on the machine."""
    return bool(os.environ.get(AT))


if is_chosen():
    _then = datetime.fromisoformat(os.environ[AT]).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    time_machine.travel(_then, tick=True).start()
