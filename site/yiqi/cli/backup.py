"""`flask backup` and `flask restore`: one archive of everything the site holds, and the way back.

What people hand in is in the database too, so the database is all there is. SQLite is copied by its backup interface,
PostgreSQL by its own tools; both see one instant of a site that is in use.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import upgrade
from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import URL, inspect, text

from yiqi import __version__, clock
from yiqi.db import db
from yiqi.notices.heartbeat import BACKGROUND, last_beat
from yiqi.notices.models import Heartbeat
from yiqi.schema import present

MANIFEST, CONTENT = "manifest.json", "database"
CHUNK = 1 << 20
ASIDE = "before_restore"
"""The schema of PostgreSQL in which what was there stands until all of the archive is in."""
STOPPED = timedelta(seconds=30)
"""A site that gave no sign of life for so long is taken for stopped: a running one gives one every quarter of a minute."""


class Manifest(Struct, frozen=True):
    """What an archive says of itself."""

    kind: str
    """`sqlite` or `postgresql`."""
    revision: str
    version: str
    made_at: str
    sha256: str


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write everything to FILE, a zip that only its owner can read. Never over a file that is there."""
    if file.exists():
        raise click.ClickException(f"{file} is there already.")
    if not inspect(db.engine).has_table("alembic_version"):
        raise click.ClickException(
            f"{db.engine.url!r} holds no site. Is DATABASE_URL the one that the site uses?"
        )
    kind, revision = db.engine.dialect.name, present()
    db.session.rollback()
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".yiqi-backup-") as folder:
        dump = Path(folder) / CONTENT
        (_dump_sqlite if kind == "sqlite" else _dump_postgresql)(dump)
        manifest = Manifest(kind, revision or "", __version__, clock.now().isoformat(), _sha256(dump))
        packed = Path(folder) / "packed.zip"
        packed.touch(mode=0o600)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
            archive.write(dump, CONTENT)
        with packed.open("rb") as written:
            os.fsync(written.fileno())
        packed.rename(file)
    click.echo(f"{file}: {kind} at revision {revision}, {file.stat().st_size // 1024} KB.")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--over", is_flag=True, help="Replace what the database holds.")
def restore(file: Path, over: bool) -> None:
    """Fill the database of DATABASE_URL from FILE and bring it to this version's schema. Stop the site first: it is refused
    while somebody works in it."""
    with tempfile.TemporaryDirectory(prefix="yiqi-restore-") as folder:
        dump = Path(folder) / CONTENT
        manifest = _unpacked(file, dump)
        kind = db.engine.dialect.name
        if manifest.kind != kind:
            raise click.ClickException(f"The archive is of {manifest.kind}, DATABASE_URL names {kind}.")
        root = current_app.config["YIQI"].root
        if manifest.revision not in _known(root):
            raise click.ClickException(
                f"The archive is at revision {manifest.revision}, which version {__version__} does not know: restore it "
                f"with version {manifest.version} or newer."
            )
        there = inspect(db.engine).get_table_names()
        if there and not over:
            raise click.ClickException("The database is not empty. Say --over to replace what it holds.")
        if Heartbeat.__tablename__ in there:
            _refuse_in_use()
        db.session.remove()
        db.engine.dispose()
        (_load_sqlite if kind == "sqlite" else _load_postgresql)(dump)
    db.engine.dispose()
    upgrade(directory=str(root / "migrations"))
    click.echo(f"Restored what {file} held at {manifest.made_at}. Now: flask doctor --stopped")


def _refuse_in_use() -> None:
    beat = last_beat(BACKGROUND)
    if beat is not None and abs(clock.now() - beat) < STOPPED:
        raise click.ClickException(
            f"The site was at work at {beat.isoformat()}. Stop yiqi-web and yiqi-jobs, and say it again half a minute later."
        )


def _unpacked(file: Path, dump: Path) -> Manifest:
    """What an archive says, its content unpacked. Refuses what is no whole archive of ours."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = Manifest(**json.loads(archive.read(MANIFEST)))
            with archive.open(CONTENT) as packed, dump.open("wb") as unpacked:
                shutil.copyfileobj(packed, unpacked, CHUNK)
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError) as error:
        raise click.ClickException(f"{file} is not a whole archive of Yiqi: {error}") from error
    if _sha256(dump) != manifest.sha256:
        raise click.ClickException(f"{file} is damaged: its content has another sha256 than it says.")
    return manifest


def _known(root: Path) -> set[str]:
    config = Config()
    config.set_main_option("script_location", str(root / "migrations"))
    return {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _copied(origin: str, target: str) -> None:
    """Copy one SQLite database over another, as of one instant."""
    source, to = sqlite3.connect(origin, timeout=30), sqlite3.connect(target, timeout=30)
    try:
        source.backup(to)
    finally:
        source.close()
        to.close()


def _dump_sqlite(dump: Path) -> None:
    dump.touch(mode=0o600)
    _copied(_path(), str(dump))


def _load_sqlite(dump: Path) -> None:
    """Page over page, in one transaction."""
    _copied(str(dump), _path())


def _path() -> str:
    path = db.engine.url.database
    if not path or path == ":memory:":
        raise click.ClickException("A database in memory is not kept.")
    return path


def _dump_postgresql(dump: Path) -> None:
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")


def _load_postgresql(dump: Path) -> None:
    """Into an empty schema: tables that are newer than the archive would stand in its way. What was there goes when all of
    it is in, and comes back when it is not."""
    if inspect(db.engine).has_schema(ASIDE):
        raise click.ClickException(
            f"A restore was cut off: the schema {ASIDE} holds what was there before. Drop it, or rename it to public."
        )
    _said(f"ALTER SCHEMA public RENAME TO {ASIDE}", "CREATE SCHEMA public")
    options = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    try:
        _run("pg_restore", *options, f"--dbname={db.engine.url.database}", str(dump))
    except BaseException:
        _said("DROP SCHEMA public CASCADE", f"ALTER SCHEMA {ASIDE} RENAME TO public")
        raise
    _said(f"DROP SCHEMA {ASIDE} CASCADE")


def _said(*statements: str) -> None:
    """Some statements in one transaction."""
    with db.engine.begin() as here:
        for one in statements:
            here.execute(text(one))


def _run(program: str, *arguments: str) -> None:
    """One of PostgreSQL's programs on the site's database; the password is in no list of processes."""
    found = shutil.which(program, path=os.environ.get("PG_BIN")) or shutil.which(program)
    if found is None:
        newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
        if not newest:
            raise click.ClickException(f"{program} is not installed (Debian: postgresql-client).")
        found = str(newest[-1])
    done = subprocess.run(  # noqa: S603  # a program of PostgreSQL, with arguments of ours
        [found, *arguments],
        env={**os.environ, **libpq(db.engine.url)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise click.ClickException(f"{program}: {done.stderr.strip()}")


_LIBPQ = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "passfile": "PGPASSFILE",
    "dbname": "PGDATABASE",
    "options": "PGOPTIONS",
    "service": "PGSERVICE",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "channel_binding": "PGCHANNELBINDING",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
    "gssencmode": "PGGSSENCMODE",
    "sslmode": "PGSSLMODE",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcrl": "PGSSLCRL",
}
"""What an address may say of a connection behind its question mark, and the variable that says the same to pg_dump."""


def libpq(url: URL) -> dict[str, str]:
    """A database's address as the variables of libpq."""
    said: dict[str, Any] = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "password": url.password,
        "dbname": url.database,
    }
    found = {**url.query, **{name: value for name, value in said.items() if value}}
    return {
        _LIBPQ[name]: ",".join(value) if isinstance(value, tuple) else str(value)
        for name, value in found.items()
        if name in _LIBPQ
    }
