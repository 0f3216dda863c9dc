"""`flask db …`: the migrations, as Flask-Migrate has them."""

from flask_migrate.cli import db as commands  # type: ignore[import-not-found]

__all__ = ["commands"]
