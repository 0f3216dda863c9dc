"""A site is upgraded while it serves: the schema first, then one process after the other. So the code of before works
on the new schema, and each migration only adds; what takes away waits until no code that is out needs it."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import TableClause, column, create_engine, insert, select, table, text
from sqlalchemy.exc import OperationalError

from tests.booking import invariants
from tests.browsing import Client
from tests.databases import ROOT, built, empty
from tests.promises.expanding import Shape, complaints, shapes
from tests.promises.scene import whole_scene
from tests.servers import PostgreSQL
from yiqi import clock
from yiqi.db import WRITES, db, writing
from yiqi.notices.heartbeat import BACKGROUND, beat

MIGRATIONS = ROOT / "migrations"
SAID = tomllib.loads((MIGRATIONS / "releases.toml").read_text(encoding="utf-8"))
UNFILLED = 30
"""Tables of before that the scene of the promises leaves empty, at the most."""

Rows = dict[str, list[dict[str, Any]]]
"""By their tables."""


def steps() -> list[Script]:
    """The migrations since the oldest code that may still serve, in their order."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    found = ScriptDirectory.from_config(config).iterate_revisions("head", SAID["oldest"])
    return [one for one in reversed(list(found)) if one.revision != SAID["oldest"]]


@pytest.fixture
def earlier(site: Flask, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """A site of before, on a database of its own of the same kind."""
    url = f"sqlite:///{tmp_path / 'earlier.db'}"
    with site.app_context():
        if db.engine.dialect.name == "postgresql":
            server: PostgreSQL = request.getfixturevalue("postgresql")
            url = server.new_database()
    with built(url, tmp_path, SAID["oldest"]) as app:
        yield app


def as_before(known: dict[str, Shape]) -> Iterator[TableClause]:
    """The tables as code of before knows them, without what the models of today would fill in."""
    for model in db.metadata.sorted_tables:
        if model.name in known:
            there = known[model.name].columns
            yield table(
                model.name, *(column(one.name, one.type) for one in model.columns if one.name in there)
            )


def read(known: dict[str, Shape]) -> Rows:
    """What code of before reads from the present database, in a lasting order."""
    found = {
        ours.name: sorted((dict(row._mapping) for row in db.session.execute(select(ours))), key=repr)
        for ours in as_before(known)
    }
    db.session.rollback()
    return found


def write(known: dict[str, Shape], rows: Rows) -> None:
    """As code of before writes: it names the columns it knows, and no others."""
    aside = {
        "sqlite": "PRAGMA defer_foreign_keys=ON",
        "postgresql": "SET LOCAL session_replication_role = replica",
    }
    with db.engine.connect().execution_options(**WRITES) as connection, connection.begin():
        connection.execute(text(aside[db.engine.dialect.name]))
        for ours in as_before(known):
            if rows[ours.name]:
                connection.execute(insert(ours), rows[ours.name])


def test_code_of_before_reads_and_writes_the_new_schema_and_each_step_only_adds(
    site: Flask, earlier: Flask
) -> None:
    whole_scene()
    with earlier.app_context():
        known = shapes(db.engine)
    rows = read(known)
    assert sum(not of_it for of_it in rows.values()) <= UNFILLED

    with earlier.app_context():
        write(known, rows)
        before = known
        for step in steps():
            upgrade(directory=str(MIGRATIONS), revision=step.revision)
            after = shapes(db.engine)
            if getattr(step.module, "contracts", None) not in SAID["releases"]:
                assert list(complaints(before, after)) == [], step.revision
            before = after
        assert read(known) == rows
    empty(earlier)
    with earlier.app_context():
        write(known, rows)
        assert read(known) == rows
        assert invariants.broken(clock.now()) == []


BEFORE = """CREATE TABLE person (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20) NOT NULL, phone VARCHAR(16) NOT NULL,
    age INTEGER, lang VARCHAR(8) DEFAULT 'zh' NOT NULL)"""


@pytest.mark.parametrize(
    ("now", "complaint"),
    [
        (BEFORE, ""),
        (BEFORE[:-1] + ", nick VARCHAR(20))", ""),
        (BEFORE[:-1] + ", seen INTEGER DEFAULT 0 NOT NULL)", ""),
        (BEFORE.replace("VARCHAR(20)", "VARCHAR(50)"), ""),
        (BEFORE.replace("phone VARCHAR(16) NOT NULL", "phone VARCHAR(16)"), ""),
        (BEFORE[:-1] + ", nick VARCHAR(20), CHECK (nick <> ''))", ""),
        ("CREATE TABLE people (id INTEGER)", "person is gone"),
        (BEFORE.replace("age", "years"), "person.age is gone"),
        (BEFORE.replace("age INTEGER", "age VARCHAR(3)"), "person.age was INTEGER and is VARCHAR"),
        (BEFORE.replace("VARCHAR(20)", "VARCHAR(10)"), "person.name is shorter"),
        (BEFORE.replace("age INTEGER", "age INTEGER NOT NULL"), "person.age is required now"),
        (BEFORE.replace("DEFAULT 'zh' ", ""), "person.lang has no default any more"),
        (BEFORE[:-1] + ", seen INTEGER NOT NULL)", "person.seen is required, and has no default"),
        (BEFORE[:-1] + ", UNIQUE (phone))", "person has to differ in phone now"),
        (BEFORE[:-1] + ", CHECK (age > 17))", "person is held to age > 17 now"),
        (
            BEFORE[:-1] + ", FOREIGN KEY (age) REFERENCES person (id))",
            "person has to refer to something by age now",
        ),
    ],
)
def test_what_code_of_before_would_stumble_over_is_said(now: str, complaint: str) -> None:
    there: list[dict[str, Shape]] = []
    for schema in (BEFORE, now):
        engine = create_engine("sqlite://")
        with engine.begin() as connection:
            connection.execute(text(schema))
        there.append(shapes(engine))
        engine.dispose()

    said = list(complaints(*there))

    assert said[:1] == ([complaint] if complaint else [])


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_column_of_another_name_would_have_stopped_code_of_before(site: Flask, earlier: Flask) -> None:
    whole_scene()
    with earlier.app_context():
        known = shapes(db.engine)
        upgrade(directory=str(MIGRATIONS))
        with db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE person RENAME COLUMN name TO full_name"))
    rows = read(known)
    with earlier.app_context(), pytest.raises(OperationalError, match="name"):
        write(known, rows)


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("revision", "status"), [("9999", 200), ("0001", 503), (None, 503)], ids=["newer", "older", "none"]
)
def test_code_of_before_is_ready_beside_a_newer_schema_and_never_on_an_older_one(
    site: Flask, client: Client, revision: str | None, status: int
) -> None:
    beat(BACKGROUND, clock.now())
    (head,) = db.session.execute(text("SELECT version_num FROM alembic_version")).one()
    with writing() as session:
        session.execute(text("DELETE FROM alembic_version"))
        if revision is not None:
            session.execute(text("INSERT INTO alembic_version VALUES (:at)"), {"at": revision})
    try:
        answer = client.get("/readyz")
    finally:
        with writing() as session:
            session.execute(text("DELETE FROM alembic_version"))
            session.execute(text("INSERT INTO alembic_version VALUES (:at)"), {"at": head})

    assert answer.status_code == status
