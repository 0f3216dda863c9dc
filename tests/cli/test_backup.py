"""Backup and restore: all of it comes back as of one instant, and nothing is filled from what is not whole."""

import hashlib
import json
import stat
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, inspect, make_url, select, text

from tests.booking import invariants
from tests.builders import a_worker, an_activity, workers
from tests.databases import built, in_use
from tests.servers import PostgreSQL
from yiqi import clock
from yiqi.app import create_app
from yiqi.booking import places
from yiqi.booking.models import Booking
from yiqi.booking.rules.asking import Refused
from yiqi.cli.backup import ASIDE, STOPPED, libpq
from yiqi.db import db
from yiqi.notices.heartbeat import BACKGROUND, beat


def run(site: Flask, *arguments: str) -> Result:
    db.session.rollback()
    return site.test_cli_runner().invoke(args=list(arguments))


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql:///yiqi", {"PGDATABASE": "yiqi"}),
        (
            "postgresql://yiqi@/yiqi?host=/run/sockets&port=5433",
            {"PGDATABASE": "yiqi", "PGUSER": "yiqi", "PGHOST": "/run/sockets", "PGPORT": "5433"},
        ),
        (
            "postgresql://yiqi:a%40b@db:5433/yiqi?sslmode=verify-full&sslcert=/etc/c.pem&sslkey=/etc/k.pem",
            {
                "PGDATABASE": "yiqi",
                "PGUSER": "yiqi",
                "PGPASSWORD": "a@b",
                "PGHOST": "db",
                "PGPORT": "5433",
                "PGSSLMODE": "verify-full",
                "PGSSLCERT": "/etc/c.pem",
                "PGSSLKEY": "/etc/k.pem",
            },
        ),
        ("postgresql:///yiqi?host=one&host=two", {"PGDATABASE": "yiqi", "PGHOST": "one,two"}),
    ],
)
def test_an_archive_is_made_over_the_connection_that_the_address_says(
    address: str, told: dict[str, str]
) -> None:
    assert libpq(make_url(address)) == told


def bookings() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Booking)) or 0


def booked(slot_id: int, nonce: str) -> None:
    places.sign_up(slot_id=slot_id, person_id=a_worker().id, party=1, nonce=nonce, at=clock.now())


@pytest.fixture
def archive(site: Flask, tmp_path: Path) -> Path:
    """What a site with one booking leaves."""
    booked(an_activity(places=3).slot_id, "first")
    file = tmp_path / "yiqi.zip"
    made = run(site, "backup", str(file))
    assert made.exit_code == 0, made.output
    return file


def test_what_is_restored_is_what_was_there_and_only_its_owner_can_read_the_archive(
    site: Flask, archive: Path
) -> None:
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    booked(an_activity(places=3).slot_id, "later")
    assert bookings() == 2

    restored = run(site, "restore", str(archive), "--over")

    assert restored.exit_code == 0, restored.output
    assert bookings() == 1
    assert invariants.broken(clock.now()) == []


def test_what_was_restored_is_kept_and_restored_again(site: Flask, archive: Path, tmp_path: Path) -> None:
    for name in ("second.zip", "third.zip"):
        assert run(site, "restore", str(archive), "--over").exit_code == 0
        archive = tmp_path / name
        assert run(site, "backup", str(archive)).exit_code == 0

    assert bookings() == 1


def test_nothing_is_replaced_unasked_and_no_archive_is_written_over(site: Flask, archive: Path) -> None:
    booked(an_activity(places=3).slot_id, "later")

    unasked = run(site, "restore", str(archive))
    again = run(site, "backup", str(archive))

    assert (unasked.exit_code, again.exit_code) == (1, 1)
    assert "--over" in unasked.output
    assert bookings() == 2


@pytest.mark.parametrize("fault", ["bent", "cut", "not ours", "newer", "of another database"])
def test_an_archive_that_is_not_whole_or_not_for_here_changes_nothing(
    site: Flask, archive: Path, tmp_path: Path, fault: str
) -> None:
    with zipfile.ZipFile(archive) as kept:
        manifest, content = json.loads(kept.read("manifest.json")), kept.read("database")
    bad = tmp_path / "bad.zip"
    if fault == "bent":
        content = content[:-20] + bytes(byte ^ 1 for byte in content[-20:])
    elif fault == "newer":
        manifest["revision"] = "9999"
    elif fault == "of another database":
        manifest["kind"] = {"sqlite": "postgresql", "postgresql": "sqlite"}[manifest["kind"]]
    with zipfile.ZipFile(bad, "w") as packed:
        packed.writestr("manifest.json" if fault != "not ours" else "readme.txt", json.dumps(manifest))
        packed.writestr("database", content)
    if fault == "cut":
        bad.write_bytes(bad.read_bytes()[:-100])
    booked(an_activity(places=3).slot_id, "later")

    refused = run(site, "restore", str(bad), "--over")

    assert refused.exit_code == 1
    assert "Error" in refused.output
    assert bookings() == 2


def test_without_its_guard_a_bent_archive_would_have_been_let_in(
    site: Flask, archive: Path, tmp_path: Path
) -> None:
    """The control of the test above: the same bytes under a digest of their own."""
    with zipfile.ZipFile(archive) as kept:
        manifest, content = json.loads(kept.read("manifest.json")), kept.read("database")
    same = tmp_path / "same.zip"
    with zipfile.ZipFile(same, "w") as packed:
        packed.writestr("manifest.json", json.dumps(manifest))
        packed.writestr("database", content)
    booked(an_activity(places=3).slot_id, "later")

    assert run(site, "restore", str(same), "--over").exit_code == 0
    assert bookings() == 1


def test_nothing_is_restored_over_a_site_that_is_at_work(site: Flask, archive: Path) -> None:
    booked(an_activity(places=3).slot_id, "later")
    beat(BACKGROUND, clock.now())

    refused = run(site, "restore", str(archive), "--over")
    assert (refused.exit_code, bookings()) == (1, 2)
    assert "yiqi-jobs" in refused.output

    beat(BACKGROUND, clock.now() - STOPPED)
    assert run(site, "restore", str(archive), "--over").exit_code == 0
    assert bookings() == 1


@pytest.mark.parametrize("fault", ["broken program", "half a dump"])
@pytest.mark.parametrize("site", ["postgresql"], indirect=True)
def test_what_cannot_be_filled_in_leaves_what_was_there(
    site: Flask, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """The archive is whole, and still PostgreSQL does not take it: once the old tables were gone by then."""
    if fault == "broken program":
        broken = tmp_path / "pg_restore"
        broken.write_text("#!/bin/sh\nexit 3\n")
        broken.chmod(0o700)
        monkeypatch.setenv("PG_BIN", str(tmp_path))
    else:
        with zipfile.ZipFile(archive) as kept:
            manifest, content = json.loads(kept.read("manifest.json")), kept.read("database")[:2000]
        manifest["sha256"] = hashlib.sha256(content).hexdigest()
        archive = tmp_path / "short.zip"
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr("manifest.json", json.dumps(manifest))
            packed.writestr("database", content)
    booked(an_activity(places=3).slot_id, "later")

    assert run(site, "restore", str(archive), "--over").exit_code == 1
    assert bookings() == 2
    assert invariants.broken(clock.now()) == []
    assert not inspect(db.engine).has_schema(ASIDE)


def test_of_nothing_no_archive_is_made(tmp_path: Path, sqlite_site: Flask) -> None:
    """A command that was given without the site's settings looks at a database of nobody's."""
    settings = replace(sqlite_site.config["YIQI"], database_url=f"sqlite:///{tmp_path / 'nobody.db'}")
    strange = create_app(settings.root, settings)
    with strange.app_context():
        made = strange.test_cli_runner().invoke(args=["backup", str(tmp_path / "a.zip")])

    assert made.exit_code == 1
    assert "DATABASE_URL" in made.output
    assert not (tmp_path / "a.zip").exists()


def test_a_backup_of_a_site_in_use_is_one_instant_of_it(
    site: Flask, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Forty people sign up for twelve places while it is made; restored elsewhere, everything that must be true is."""
    slot_id = an_activity(places=12, waitlist=100).slot_id
    people = [person.id for person in workers(40)]
    db.session.rollback()
    turn = iter(people)
    kept = threading.Lock()

    def press() -> None:
        with site.app_context():
            while True:
                with kept:
                    person_id = next(turn, None)
                if person_id is None:
                    return
                try:
                    places.sign_up(
                        slot_id=slot_id, person_id=person_id, party=1, nonce=f"n{person_id}", at=clock.now()
                    )
                except Refused:
                    raise AssertionError("there was room in the queue") from None

    crowd = [threading.Thread(target=press) for _n in range(4)]
    for one in crowd:
        one.start()
    made = run(site, "backup", str(tmp_path / "yiqi.zip"))
    for one in crowd:
        one.join()
    assert made.exit_code == 0, made.output
    assert bookings() == 40

    if db.engine.dialect.name == "sqlite":
        url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    else:
        server: PostgreSQL = request.getfixturevalue("postgresql")
        url = server.new_database()
    db.session.remove()
    with built(url, tmp_path / "instance") as elsewhere, in_use(elsewhere):
        restored = run(elsewhere, "restore", str(tmp_path / "yiqi.zip"), "--over")
        assert restored.exit_code == 0, restored.output
        assert bookings() <= 40
        assert invariants.broken(clock.now()) == []
        assert db.session.scalar(text("SELECT version_num FROM alembic_version")) is not None
