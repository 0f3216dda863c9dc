"""When nothing can be written: a page that keeps the form, readers who notice nothing, and logs that stop nobody."""

import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from errno import EACCES, EDQUOT, ENOSPC, EROFS
from html import unescape
from pathlib import Path
from unittest.mock import Mock

import psycopg.errors
import pytest
import structlog
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError, IntegrityError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import InternalServerError

from tests.browsing import Client, SignedIn
from tests.builders import Made, a_worker, an_activity
from tests.databases import built, read_only
from yiqi import clock, connections
from yiqi.booking import asking
from yiqi.booking.models import Booking
from yiqi.db import db, writing
from yiqi.people.models import BrowserSession, Person
from yiqi.web import errors, logs, outages
from yiqi.web.outages import Outage, outage

HTMX = {"HX-Request": "true"}
NOTE = '我带两个孩子，"都" <想来>\n第二行'


@pytest.fixture
def made(site: Flask) -> Made:
    return an_activity(places=5)


def typed(who: SignedIn, client: Client, made: Made) -> dict[str, str]:
    page = client.get(f"/activities/{made.activity_id}")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    return {"csrf_token": token[1], "party": "1", "nonce": "typed", "note": NOTE}


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    return {name: unescape(value) for name, value in found}


def test_a_form_that_cannot_be_kept_now_is_on_the_page_and_sent_again_it_is(
    site: Flask, client: Client, made: Made
) -> None:
    who = client.sign_in(a_worker())
    form = typed(who, client, made)
    path = f"/slots/{made.slot_id}/bookings"
    with read_only():
        page = client.post(path, data=form)
        piece = client.post(path, data=form, headers=HTMX)

    assert (page.status_code, piece.status_code) == (503, 503)
    assert page.headers["Retry-After"] == piece.headers["Retry-After"] == "60"
    assert "现在存不下新内容" in page.text
    assert "Nothing new can be saved right now" in page.text
    assert hidden(page.text) == form
    assert f'<form method="post" action="{path}">' in page.text
    assert client.post(path, data=hidden(page.text)).status_code == 303
    assert db.session.query(Booking.note).all() == [(NOTE,)]


def test_unless_it_is_seen_for_what_it_is_a_full_disk_loses_the_form(
    site: Flask, client: Client, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = typed(client.sign_in(a_worker()), client, made)
    monkeypatch.setattr(errors, "outage", lambda _error: None)
    with read_only():
        page = client.post(f"/slots/{made.slot_id}/bookings", data=form)

    assert page.status_code == 500
    assert hidden(page.text) == {}


def test_who_reads_is_answered_though_not_even_their_session_can_be_prolonged(
    site: Flask, client: Client, made: Made
) -> None:
    who = client.sign_in(a_worker())
    long_ago = clock.now() - timedelta(hours=2)
    with writing() as session:
        session.execute(
            update(BrowserSession).where(BrowserSession.id == who.browser_id).values(seen_at=long_ago)
        )
    with read_only():
        pages = [client.get(path) for path in ("/", "/me", f"/activities/{made.activity_id}")]

    assert [(page.status_code, "Set-Cookie" in page.headers) for page in pages] == [(200, False)] * 3
    assert "Set-Cookie" in client.get("/me").headers


def real(statement: str, *, before: str = "") -> sqlite3.OperationalError:
    """What SQLite itself says."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE one (content)")
    connection.execute(before)
    with pytest.raises(sqlite3.OperationalError) as said:
        connection.execute(statement)
    connection.close()
    return said.value


def test_the_numbers_of_sqlites_failures_are_those_of_its_library() -> None:
    assert {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY} == outages._SQLITE
    ours = {sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_SHMSIZE}
    assert ours == outages._SQLITE_EXTENDED


def test_what_the_databases_and_the_system_say_is_told_apart() -> None:
    full = real("INSERT INTO one VALUES (zeroblob(100000))", before="PRAGMA max_page_count=2")
    refused = real("INSERT INTO one VALUES (1)", before="PRAGMA query_only=ON")
    for why, expected in (
        (OperationalError("", {}, full), Outage.FULL),
        (OperationalError("", {}, refused), Outage.FULL),
        (OperationalError("", {}, psycopg.errors.DiskFull()), Outage.FULL),
        (OperationalError("", {}, psycopg.errors.IoError()), Outage.FULL),
        (InternalError("", {}, psycopg.errors.ReadOnlySqlTransaction()), Outage.FULL),
        (OSError(ENOSPC, ""), Outage.FULL),
        (OSError(EDQUOT, ""), Outage.FULL),
        (OSError(EROFS, ""), Outage.FULL),
        (InternalServerError(original_exception=OSError(ENOSPC, "")), Outage.FULL),
        (OperationalError("", {}, real("SELECT * FROM nothing")), Outage.BUSY),
        (OperationalError("", {}, psycopg.OperationalError("connection refused")), Outage.BUSY),
        (OperationalError("", {}, psycopg.errors.TooManyConnections()), Outage.BUSY),
        (PoolTimeout("QueuePool limit"), Outage.BUSY),
        (OSError(EACCES, ""), None),
        (IntegrityError("", {}, psycopg.errors.UniqueViolation()), None),
        (DBAPIError("", {}, Exception()), None),
        (InternalServerError(original_exception=KeyError("x")), None),
        (ZeroDivisionError(), None),
    ):
        assert outage(why) is expected, why


@contextmanager
def a_log_without_room(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with Path("/dev/full").open("w") as nowhere, monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", nowhere)
        try:
            yield
        finally:
            with suppress(OSError):
                nowhere.close()


def test_a_log_without_room_loses_its_lines_and_nobodys_request(
    client: Client, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_log_without_room(monkeypatch):
        statuses = [
            client.get(path).status_code for path in (f"/activities/{made.activity_id}", "/nothing-here")
        ]

    assert statuses == [200, 404]


def test_lines_that_have_to_be_written_would_take_requests_with_them(
    client: Client, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_log_without_room(monkeypatch):
        monkeypatch.setattr(logs, "log", structlog.wrap_logger(structlog.PrintLogger(sys.stderr)))
        assert client.get(f"/activities/{made.activity_id}").status_code == 503


@contextmanager
def a_file_taken_away(tmp_path: Path) -> Iterator[tuple[Client, Path]]:
    """A site on SQLite that has answered, its file then moved aside."""
    file, aside = tmp_path / "yiqi.db", tmp_path / "aside.db"
    with built(f"sqlite:///{file}", tmp_path) as site:
        client = Client(site)
        assert client.get("/").status_code == 200
        file.rename(aside)
        yield client, file
        aside.rename(file)
        assert client.get("/").status_code == 200


def test_a_database_file_that_is_gone_is_missed_never_made_anew_and_served_again_when_it_is_back(
    tmp_path: Path,
) -> None:
    with a_file_taken_away(tmp_path) as (client, file):
        assert [client.get("/").status_code, client.get("/readyz").status_code] == [503, 503]
        assert not file.exists()


def test_unless_it_is_looked_for_what_is_gone_goes_on_being_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "keep_to_one_file", lambda _engine: None)
    with a_file_taken_away(tmp_path) as (client, _file):
        assert client.get("/").status_code == 200


def test_a_mistake_of_ours_in_a_sign_up_is_ours_and_signs_nobody_out(
    site: Flask, client: Client, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing key is a `LookupError`, too."""
    form = typed(client.sign_in(a_worker()), client, made)
    with monkeypatch.context() as patched:
        patched.setattr(asking, "ask", Mock(side_effect=KeyError("clash")))
        assert client.post(f"/slots/{made.slot_id}/bookings", data=form).status_code == 500

    assert client.get("/me").status_code == 200
    assert client.post(f"/slots/{made.slot_id}/bookings", data=form).status_code == 303


def test_who_became_another_record_meanwhile_is_asked_to_sign_in(
    site: Flask, client: Client, made: Made
) -> None:
    me, kept = a_worker(), a_worker()
    form = typed(client.sign_in(me), client, made)
    with writing() as session:
        session.execute(update(Person).where(Person.id == me.id).values(merged_into_id=kept.id))

    assert client.post(f"/slots/{made.slot_id}/bookings", data=form).status_code == 401
    assert db.session.query(Booking.id).all() == []
