"""What several transactions want at once they want in one order: slots, then people. PostgreSQL breaks up those that wait for
each other; here it never has to."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import event, update
from sqlalchemy.engine import ExceptionContext

from tests.booking.steps import HOUR, NOON, asks, slot
from tests.booking.test_after_the_wait import begun
from tests.booking.test_changes import a_series
from tests.builders import workers
from tests.databases import in_use
from yiqi.activities.models import Activity
from yiqi.booking import changes, locking, rewriting, seats
from yiqi.booking.rules.changes import MoveOccurrence, Preview
from yiqi.db import DEADLOCK, db, writing


@pytest.fixture
def database(postgresql_site: Flask) -> Iterator[Flask]:
    """A database that locks rows: a file has one lock only."""
    with in_use(postgresql_site):
        yield postgresql_site


@contextmanager
def broken_up() -> Iterator[list[str]]:
    """The statements that the database gave up because two transactions waited for each other; each is tried again."""
    seen: list[str] = []

    def note(context: ExceptionContext) -> None:
        if getattr(context.original_exception, "sqlstate", None) == DEADLOCK:
            seen.append(str(context.statement))

    event.listen(db.engine, "handle_error", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "handle_error", note)


def the_closing_evening_moves_beside_a_sign_up(site: Flask) -> list[str]:
    """Sign-up closes as an evening of a series starts, and that evening is moved while somebody who is coming to it
    signs up for another one too. Answers what the database broke up."""
    made = a_series(drop_in=True)
    another, first = made.slot_ids[1], made.slot_ids[0]
    (date,) = slot(first).occurrences
    (worker,) = workers(1)
    asks(worker, first)
    with writing() as session:
        session.execute(
            update(Activity).where(Activity.id == made.activity_id).values(closes_at=date.starts_at)
        )
    move = MoveOccurrence(date.id, date.starts_at + HOUR, date.ends_at + HOUR)
    seen = changes.preview(move, at=NOON).version
    came: list[object] = []

    def moves() -> Preview:
        return changes.apply(move, seen=seen, at=NOON)

    with broken_up() as given_up:
        with writing() as session:
            here = session.connection()
            locking.lock_slot(here, another, NOON)
            other: Thread = begun(site, moves, came)
            seats.lock_person(here, worker.id)
        other.join(20)

    assert isinstance(came[0], Preview)
    assert slot(first).starts_at == move.starts_at
    return given_up


def test_who_moves_a_date_waits_for_every_slot_that_is_shown_anew_before_they_hold_anybody(
    database: Flask,
) -> None:
    assert the_closing_evening_moves_beside_a_sign_up(database) == []


def test_without_that_the_two_wait_for_each_other(database: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewriting, "shown_anew", lambda _here, _change: set())

    assert the_closing_evening_moves_beside_a_sign_up(database) != []
