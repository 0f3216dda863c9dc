"""How PostgreSQL may look for what a page shows: a few rows among a million must not be sought one after the other."""

import re
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import BindParameter, ScalarSelect, bindparam, event
from sqlalchemy.sql.visitors import replacement_traverse

from tests.booking.steps import NOON, asks, slot
from tests.builders import a_worker, an_activity, workers
from yiqi import clock
from yiqi.activities.planning import Pool
from yiqi.booking import attendance, door, history, sight, slot_rows, whole
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


def promised_costs(site: Flask, asked: Any, values: dict[str, Any]) -> list[float]:
    """What PostgreSQL promises a prepared statement to cost when it is planned for these values, and for all."""
    said: list[tuple[str, dict[str, Any]]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_rest: object) -> None:
        said.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        db.session.execute(asked, values).unique().all()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    statement, given = said[-1]
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", statement)))
    url = site.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("ANALYZE")
        numbered = statement % {name: f"${number}" for number, name in enumerate(names, 1)}
        server.execute(f"PREPARE looked AS {numbered}")
        typed = sql.SQL(", ").join(sql.Literal(given[name]) for name in names)
        costs = []
        for mode in ("force_custom_plan", "force_generic_plan"):
            server.execute(f"SET plan_cache_mode = {mode}")
            asked_for = sql.SQL("EXPLAIN (FORMAT JSON) EXECUTE looked({})").format(typed)
            row = server.execute(asked_for).fetchone()
            assert row is not None
            costs.append(row[0][0]["Plan"]["Total Cost"])
    return costs


def unsealed(element: Any, **_kw: object) -> Any:
    """The parameter out of its envelope; None for whatever is none."""
    if not isinstance(element, ScalarSelect):
        return None
    (column, *_more) = element.element.selected_columns
    return bindparam(column.key, type_=column.type) if isinstance(column, BindParameter) else None


def test_an_activity_s_statement_is_planned_once_for_all_because_a_plan_for_each_promises_no_more(
    site: Flask,
) -> None:
    """The control lets PostgreSQL look at who asks for what: a plan for each then promises to be cheaper, and is made each time."""
    made, viewer = an_activity(pools=[Pool(1, label=f"第 {number} 组") for number in range(1, 9)]), a_worker()
    for _one in range(12):
        an_activity()
    stated = slot_rows.statement("activity", "person")
    values = {"activity": made.activity_id, **sight.values(viewer.id, clock.now())}
    one, for_all = promised_costs(site, stated, values)
    assert one == for_all
    one, for_all = promised_costs(site, replacement_traverse(stated, {}, unsealed), values)
    assert one != for_all


def test_who_has_come_is_planned_once_for_all_doors(site: Flask) -> None:
    """The control lets PostgreSQL look at whose door it is: a plan for each then promises something else, and is made each time."""
    made = an_activity(now=NOON)
    for many in (1, 5, 9, 13, 17):
        made = an_activity(places=20, now=NOON)
        (evening,) = slot(made).occurrences
        for worker in workers(many):
            ref = asks(worker, made).ref
            attendance.check_in(ref=ref, occurrence_id=evening.id, at=evening.starts_at, by_id=None)
    values = {"occurrence": slot(made).occurrences[0].id}
    one, for_all = promised_costs(site, door._ARRIVED, values)
    assert one == for_all
    one, for_all = promised_costs(site, replacement_traverse(door._ARRIVED, {}, unsealed), values)
    assert one != for_all
