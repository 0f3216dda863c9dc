"""Which migration the database is at, and which one this code needs."""

import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text

from yiqi.db import db

_REVISION = re.compile(r'^(revision|down_revision) = "(\w+)"$', re.MULTILINE)


class Migrations:
    """Flask-Migrate, brought in by the first `flask db …` or migration: it takes 25 MB in each process, and one that
    serves asks for none."""

    def __init__(self, app: Flask, root: Path) -> None:
        self._app, self._root = app, root

    def __getattr__(self, name: str) -> Any:
        migrate = import_module("flask_migrate").Migrate
        migrate(self._app, db, directory=str(self._root / "migrations"), render_as_batch=True)
        return getattr(self._app.extensions["migrate"], name)


def present() -> str | None:
    """The revision the database is at. Raises when the database does not answer."""
    revision: str | None = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def wanted(root: Path) -> str | None:
    """The newest revision in `migrations/`: the one that none comes after."""
    known = _migrations(root)
    (newest,) = known.keys() - known.values()
    return newest


def is_behind(at: str | None, root: Path) -> bool:
    """Whether a database at this revision lacks something this code needs. One that this code has never heard of is a
    newer one: a site is upgraded while it serves, and migrations only add to what the code of before knows."""
    return at != wanted(root) and (at is None or at in _migrations(root))


@cache
def _migrations(root: Path) -> dict[str, str | None]:
    """By revision the one before it, as the files say."""
    said = [
        dict(_REVISION.findall(file.read_text(encoding="utf-8")))
        for file in (root / "migrations" / "versions").glob("*.py")
    ]
    return {one["revision"]: one.get("down_revision") for one in said}
