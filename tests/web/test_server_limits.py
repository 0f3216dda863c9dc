"""A PostgreSQL that has no connection left, or takes too long: everybody is told to come again, and then they can."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event, text, update
from werkzeug.test import TestResponse

from tests.browsing import Client
from tests.databases import ROOT, SECRET, ScratchSettings
from tests.outside import Outside
from tests.promises.scene import scene
from yiqi import clock, connections
from yiqi.app import create_app
from yiqi.booking import seats
from yiqi.connections import OURS, THEIRS
from yiqi.db import db, writing
from yiqi.notices import outbox
from yiqi.unions.models import Union

pytestmark = pytest.mark.parametrize("site", ["postgresql"], indirect=True)


@contextmanager
def another(url: str, folder: Path) -> Iterator[Client]:
    """The same site by another way to its database."""
    app = create_app(ROOT, ScratchSettings(ROOT, "test", url, SECRET, hosts=("localhost",), scratch=folder))
    try:
        yield Client(app)
    finally:
        with app.app_context():
            db.engine.dispose()


def come_again(answer: TestResponse) -> None:
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "psycopg" not in answer.text
    assert "Traceback" not in answer.text


def test_without_a_connection_left_it_says_so_and_serves_again_when_there_is_one(
    site: Flask, tmp_path: Path
) -> None:
    scene()
    url = site.config["SQLALCHEMY_DATABASE_URI"]
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("DROP ROLE IF EXISTS guest")
        server.execute(
            "CREATE ROLE guest LOGIN CONNECTION LIMIT 0 IN ROLE pg_read_all_data, pg_write_all_data"
        )
        with another(url.replace("yiqi@", "guest@"), tmp_path) as client:
            come_again(client.get("/"))
            assert client.get("/livez").status_code == 200
            server.execute("ALTER ROLE guest CONNECTION LIMIT 5")
            assert client.get("/").status_code == 200
        server.execute("DROP ROLE guest")


def test_a_statement_that_takes_too_long_is_given_up_and_the_next_is_not(site: Flask, tmp_path: Path) -> None:
    scene()
    url = site.config["SQLALCHEMY_DATABASE_URI"]
    with (
        psycopg.connect(url) as greedy,
        another(f"{url}?options=-c%20statement_timeout%3D300ms", tmp_path) as client,
    ):
        greedy.execute("LOCK TABLE activity IN ACCESS EXCLUSIVE MODE")
        come_again(client.get("/"))
        greedy.rollback()
        assert client.get("/").status_code == 200


CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cut'"
STANDS = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'cut'"


@pytest.mark.parametrize(
    ("asks_after", "listens", "answer"), [(0.0, False, 200), (3600.0, True, 200), (3600.0, False, 503)]
)
def test_a_connection_that_fell_while_nobody_used_it_is_noticed_by_nobody(
    site: Flask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    asks_after: float,
    listens: bool,
    answer: int,
) -> None:
    """The control asks only after an hour and does not listen, and meets the fallen connection."""
    scene()
    monkeypatch.setattr(connections, "QUIET_SECONDS", asks_after)
    if not listens:
        monkeypatch.setattr(connections, "spoke_unasked", lambda _connection: False)
    url = site.config["SQLALCHEMY_DATABASE_URI"]
    with another(f"{url}?application_name=cut", tmp_path) as client:
        assert client.get("/").status_code == 200
        with psycopg.connect(url, autocommit=True) as server:
            assert server.execute(CUT).rowcount == 1
            while server.execute(STANDS).fetchone() is not None:
                time.sleep(0.01)
        assert client.get("/").status_code == answer
        assert client.get("/").status_code == 200


def test_where_the_one_that_takes_its_place_falls_too_the_database_is_away_and_nothing_of_ours_is_broken(
    site: Flask, tmp_path: Path
) -> None:
    """Power cuts in a row on a busy machine: 503 with what was typed, where people read of a fault of ours."""
    scene()
    url = site.config["SQLALCHEMY_DATABASE_URI"]
    with (
        another(f"{url}?application_name=cut", tmp_path) as client,
        psycopg.connect(url, autocommit=True) as server,
        client.application.app_context(),
    ):

        def fall(*_made: object) -> None:
            assert server.execute(CUT).rowcount == 1
            while server.execute(STANDS).fetchone() is not None:
                time.sleep(0.01)

        assert client.get("/").status_code == 200
        fall()
        event.listen(db.engine, "connect", fall)
        answer = client.get("/")
        event.remove(db.engine, "connect", fall)
        assert answer.status_code == 503
        assert client.get("/").status_code == 200


def test_who_reads_holds_no_transaction_open_and_who_writes_has_one(site: Flask) -> None:
    held = text(
        "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND relation = 'person'::regclass"
    )

    assert db.session.scalar(text("SELECT count(*) FROM person")) is not None
    assert db.session.scalar(held) == 0
    with writing() as session:
        session.scalar(text("SELECT count(*) FROM person"))
        assert session.scalar(held) == 1
    assert db.session.scalar(held) == 0


def test_what_is_written_or_locked_outside_of_a_transaction_is_noticed(site: Flask) -> None:
    """Whatever runs on PostgreSQL in these tests is held to that, and so is what they say themselves."""
    here = db.session.connection()
    with pytest.raises(Outside):
        outbox.put(here, "letter", key="one", at=clock.now())
    with pytest.raises(Outside):
        seats.lock_people(here, [1])
    with pytest.raises(Outside):
        db.session.execute(update(Union).values(name="没有事务"))
    db.session.add(Union(name="也没有"))
    with pytest.raises(Outside):
        db.session.commit()
    db.session.rollback()
    with writing() as session:
        seats.lock_people(session.connection(), [1])
        outbox.put(session.connection(), "letter", key="one", at=clock.now())


def test_each_connection_tells_the_database_after_how_long_it_counts_as_lost(site: Flask) -> None:
    """What they are good for shows `make hosts`: there a host is cut off that holds a slot's row."""
    with db.engine.connect() as connection:
        asked = text("SELECT name, setting FROM pg_settings WHERE name = ANY(:names)")
        told = {row.name: int(row.setting) for row in connection.execute(asked, {"names": list(THEIRS)})}
        dbapi = connection.connection.dbapi_connection
        assert dbapi is not None
        ours = dbapi.info.get_parameters()

    assert told == THEIRS
    assert {name: ours[name] for name in OURS} == {name: str(value) for name, value in OURS.items()}
