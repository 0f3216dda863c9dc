"""Another negative control: the site without what keeps transactions from getting into each other's way.

Slots are locked in any order, a deadlock is not tried again, and SQLite's transactions begin without a lock.
"""

import random
import time
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, event

from tests.concurrency.desk import app
from yiqi import db
from yiqi.booking import locking, seats
from yiqi.db import Facts


def lock_slots(here: Connection, slot_ids: Collection[int]) -> dict[int, Facts]:
    """What `locking` would do if nobody had thought of an order."""
    locked = {}
    for slot_id in random.sample(sorted(slot_ids), len(slot_ids)):
        locked[slot_id] = seats.lock(here, slot_id)
        time.sleep(0.03)
    return locked


def look_soon(connection: Any, _record: object) -> None:
    """PostgreSQL looks for a deadlock after a second of waiting: too seldom for a short test."""
    connection.execute("SET deadlock_timeout = '20ms'")
    connection.commit()


locking._lock_slots = lock_slots
db.TRIES = 1
db.WRITES.clear()
with app.app_context():
    if db.db.engine.dialect.name == "postgresql":
        event.listen(db.db.engine, "connect", look_soon)

__all__ = ["app"]
