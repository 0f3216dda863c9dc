"""What nobody of this kind goes below, measured in the same run: Flask with a page without a database, and the bare
transaction on one row. Results are told as multiples of these."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial

import psycopg

from tests.bench.measuring import Figures, Spent, figures, must, spending
from tests.bench.people import by_clients, street
from tests.bench.reading import CLIENTS
from tests.bench.stage import Stage, floor_site
from yiqi import clock
from yiqi.booking import places
from yiqi.db import db

ROWS, FLOOR_PAGES = 400, 300
TABLES = """
CREATE TABLE floor_slot (id integer PRIMARY KEY, held integer NOT NULL, seq integer NOT NULL);
CREATE TABLE floor_booking (id integer PRIMARY KEY, slot_id integer NOT NULL, seq integer NOT NULL);
INSERT INTO floor_slot VALUES (1, 0, 0)
"""


async def flask_page(sizes: Sequence[int]) -> dict[int, Figures]:
    """Flask with a page of so many bytes, under the same gunicorn, for each of some sizes."""
    done = {}
    with floor_site() as (base, site):
        async with street(base) as here:
            for size in sizes:
                ask = partial(here.ask, "GET", f"/page?bytes={size}")
                await by_clients(CLIENTS, [ask] * 20)
                with spending(site, None) as spent:
                    answers = await by_clients(CLIENTS, [ask] * FLOOR_PAGES)
                must({answer.status for answer in answers} == {200}, "the floor does not answer")
                done[size] = figures(
                    "floor",
                    f"Flask, {size // 1000} KB without database",
                    "-",
                    operations=FLOOR_PAGES,
                    spent=spent,
                    answers=answers,
                    right=f"{FLOOR_PAGES} × 200",
                )
    return done


async def compare(done: Sequence[Figures]) -> list[Figures]:
    """Put each page beside Flask with a page of its size; answers the floors."""
    pages = [one for one in done if "raw_bytes" in one.more]
    if not pages:
        return []
    rounded = {id(one): max(2000, round(one.more["raw_bytes"], -3)) for one in pages}
    floors = await flask_page(sorted(set(rounded.values())))
    for one in pages:
        floor = floors[rounded[id(one)]]
        if floor.cpu_ms and one.cpu_ms is not None:
            one.floor = "Flask"
            one.times_floor = round((one.cpu_ms + (one.database_cpu_ms or 0)) / floor.cpu_ms, 1)
    return list(floors.values())


async def verb(stage: Stage) -> list[Figures]:
    """The booking verb itself without HTTP, by eight threads on one slot, beside the bare transaction on one row: lock
    it, insert, count, commit."""
    many = stage.options.many(ROWS)
    bare = await asyncio.to_thread(_bare, stage, many)
    made = stage.activity(places=many)
    crowd = stage.people(many)

    def signs_up(number: int) -> None:
        with stage.ground.app.app_context():
            places.sign_up(
                slot_id=made.slot_id, person_id=crowd[number].person_id, party=1, nonce="n", at=clock.now()
            )

    seconds, spent = await asyncio.to_thread(_by_threads, stage, signs_up, many)
    states = stage.ground.states(made.slot_id)
    must(states == ["confirmed"] * many, "the verb did not confirm everybody")
    one = figures(
        "verb",
        "booking, 8 threads on one slot",
        stage.database,
        operations=many,
        spent=spent,
        seconds=seconds,
        right=f"{many} confirmed",
    )
    one.floor, one.times_floor = "bare transaction", round(bare.per_second / one.per_second, 1)
    return [bare, one]


def _bare(stage: Stage, many: int) -> Figures:
    with (
        stage.ground.app.app_context(),
        db.engine.connect().execution_options(yiqi_writes=True) as connection,
    ):
        for statement in TABLES.split(";"):
            connection.exec_driver_sql(statement)
        connection.commit()
    kept = threading.local()
    deed = _on_sqlite if stage.database == "sqlite" else _on_postgresql
    seconds, spent = _by_threads(stage, lambda number: deed(kept, stage.url, number), many)
    (booked,) = stage.ground.found("SELECT count(*) FROM floor_booking")
    must(booked == many, "the floor lost a row")
    with (
        stage.ground.app.app_context(),
        db.engine.connect().execution_options(yiqi_writes=True) as connection,
    ):
        connection.exec_driver_sql("DROP TABLE floor_booking")
        connection.exec_driver_sql("DROP TABLE floor_slot")
        connection.commit()
    return figures(
        "floor",
        "bare transaction, 8 threads, one row",
        stage.database,
        operations=many,
        spent=spent,
        seconds=seconds,
        right=f"{many} rows",
    )


def _by_threads(stage: Stage, deed: Callable[[int], None], many: int) -> tuple[list[float], Spent]:
    def timed(number: int) -> float:
        began = time.perf_counter()
        deed(number)
        return time.perf_counter() - began

    cpu = time.process_time()
    with spending(stage.site, stage.below) as spent, ThreadPoolExecutor(CLIENTS) as pool:
        seconds = list(pool.map(timed, range(many)))
    spent.site_cpu = time.process_time() - cpu
    return seconds, spent


def _on_postgresql(kept: threading.local, url: str, number: int) -> None:
    if not hasattr(kept, "connection"):
        kept.connection = psycopg.connect(url)
    with kept.connection.transaction():
        lock = "UPDATE floor_slot SET seq = seq + 1 WHERE id = 1 RETURNING seq"
        (seq,) = kept.connection.execute(lock).fetchone()
        kept.connection.execute("INSERT INTO floor_booking VALUES (%s, 1, %s)", [number, seq])
        kept.connection.execute("UPDATE floor_slot SET held = held + 1 WHERE id = 1")


_one_writer = threading.Lock()


def _on_sqlite(kept: threading.local, url: str, number: int) -> None:
    """As the site does it: one writer at a time, synced at each commit."""
    if not hasattr(kept, "connection"):
        kept.connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10, isolation_level=None)
        kept.connection.execute("PRAGMA synchronous=FULL")
    with _one_writer, closing(kept.connection.cursor()) as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        (seq,) = cursor.execute("UPDATE floor_slot SET seq = seq + 1 WHERE id = 1 RETURNING seq").fetchone()
        cursor.execute("INSERT INTO floor_booking VALUES (?, 1, ?)", [number, seq])
        cursor.execute("UPDATE floor_slot SET held = held + 1 WHERE id = 1")
        cursor.execute("COMMIT")
