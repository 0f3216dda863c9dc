"""How SQLite looks into a queue: through the index of those who wait, however many they are."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import ClauseElement, bindparam, select, text
from sqlalchemy.dialects import sqlite

from yiqi.booking import queue
from yiqi.booking.models import Booking
from yiqi.booking.place import PLACE
from yiqi.db import db

pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
READS: dict[str, tuple[ClauseElement, dict[str, Any]]] = {
    "the place of somebody who waits": (
        select(PLACE).where(Booking.ref == bindparam("ref")),
        {"ref": "AAAAAAAA"},
    ),
    "who is next": (queue._QUEUE, {"slot": 1, "after": 0, "size": 5}),
}


def plan(statement: str, values: dict[str, Any]) -> str:
    return "\n".join(row[3] for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {statement}"), values))


@pytest.mark.parametrize("what", READS)
def test_only_those_who_wait_are_looked_at_and_in_their_order(site: Flask, what: str) -> None:
    read, given = READS[what]
    made = read.compile(dialect=sqlite.dialect(paramstyle="named"))
    statement, values = str(made), dict(made.construct_params(given) or {})

    assert "USING INDEX ix_booking_queue (slot_id=? AND seq" in plan(statement, values).replace(
        "COVERING ", ""
    )
    assert "TEMP B-TREE" not in plan(statement, values)
    beside = statement.replace("= 'waiting'", "IN ('waiting')")
    assert beside != statement
    assert "ix_booking_queue" not in plan(beside, values), "the words that SQLite does not understand so"
