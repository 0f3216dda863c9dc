"""Which migration the database is at, and which one this code needs."""

from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

from yiqi.db import db


def present() -> str | None:
    """The revision the database is at. Raises when the database does not answer."""
    revision: str | None = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


@cache
def wanted(root: Path) -> str | None:
    """The newest revision in `migrations/`."""
    return _migrations(root).get_current_head()


def is_behind(at: str | None, root: Path) -> bool:
    """Whether a database at this revision lacks something this code needs. One that this code has never heard of is a
    newer one: a site is upgraded while it serves, and migrations only add to what the code of before knows."""
    return at != wanted(root) and (at is None or at in _known(root))


@cache
def _known(root: Path) -> frozenset[str]:
    return frozenset(one.revision for one in _migrations(root).walk_revisions())


def _migrations(root: Path) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(root / "migrations"))
    return ScriptDirectory.from_config(config)
