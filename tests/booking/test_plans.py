"""How PostgreSQL may look for what a page shows: a few rows among a million must not be sought one after the other."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from tests.builders import an_activity
from yiqi.booking import history, whole
from yiqi.booking.models import BookingChange
from yiqi.db import db

pytestmark = pytest.mark.parametrize("site", ["postgresql"], indirect=True)
READS: dict[str, Callable[[int, int], object]] = {
    "the last changes of a roster": lambda slot_id, _activity_id: whole.lately([slot_id]),
    "the trail of an activity": lambda _slot_id, activity_id: history.changes(activity_id),
}


def plan(read: Callable[[], object]) -> str:
    """How a read is made when PostgreSQL avoids sorting: then it takes the rows in an order they have, where there is one."""
    said: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_rest: object) -> None:
        said.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        read()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    with db.engine.connect() as here:
        here.exec_driver_sql("SET LOCAL enable_sort = off")
        rows = here.exec_driver_sql(f"EXPLAIN {said[-1][0]}", said[-1][1])
        return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize("name", READS)
def test_the_newest_of_a_few_are_not_sought_among_all(site: Flask, name: str) -> None:
    made = an_activity()
    assert "Backward using pk_booking_change" not in plan(lambda: READS[name](made.slot_id, made.activity_id))


@pytest.mark.parametrize("name", READS)
def test_in_the_order_of_their_ids_they_would_be(
    site: Flask, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = an_activity()
    for room in (whole, history):
        monkeypatch.setattr(room, "newest_of_a_few", BookingChange.id.desc)
    assert "Backward using pk_booking_change" in plan(lambda: READS[name](made.slot_id, made.activity_id))
