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
    config = Config()
    config.set_main_option("script_location", str(root / "migrations"))
    return ScriptDirectory.from_config(config).get_current_head()
