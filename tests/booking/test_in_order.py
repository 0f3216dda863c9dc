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
from tests.browsing import Client
from tests.builders import workers
from tests.databases import in_use
from tests.web.asking import a_token
from yiqi import clock
from yiqi.activities.models import Activity
from yiqi.booking import changes, locking, rewriting, seats
from yiqi.booking.rules.changes import MoveOccurrence, Preview
from yiqi.db import DEADLOCK, db, writing
from yiqi.people import merging as people
from yiqi.rota import rotas
from yiqi.rota.rules.patterns import Pattern
from yiqi.rota.rules.shifts import Cycle


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


def a_rota_is_given_up_beside_a_merge(site: Flask) -> tuple[int, list[str]]:
    """Somebody gives up their rota while two records of them become one: the form holds the rota and then looks at the record,
    the merge holds the record and then takes the rota. Answers the form's status, and what the database broke up."""
    kept, gone = workers(2)
    rotas.keep(person_id=gone.id, pattern=Pattern.CUSTOM, cycle=Cycle(clock.today(), (None,)))
    client = Client(site)
    client.sign_in(gone)
    form = {"csrf_token": a_token(client)}
    came: list[object] = []
    with broken_up() as given_up:
        with writing() as session:
            here = session.connection()
            people.hold(here, kept.id, gone.id)
            other = begun(site, lambda: client.post("/me/rota/stop", data=form).status_code, came)
            rotas.carry(here, kept_id=kept.id, gone_id=gone.id)
        other.join(20)
    assert isinstance(came[0], int)
    return came[0], given_up


def test_a_form_that_the_database_gave_up_for_a_merge_is_tried_again(database: Flask) -> None:
    status, given_up = a_rota_is_given_up_beside_a_merge(database)

    assert given_up != []
    assert status == 303


def test_without_the_second_try_it_fails(database: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yiqi.db.TRIES", 1)

    assert a_rota_is_given_up_beside_a_merge(database)[0] == 503
