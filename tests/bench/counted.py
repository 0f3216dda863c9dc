"""The site as it is deployed, which tells with each answer how many statements it cost. Served by the bench alone."""

import sys
from typing import Any

from flask import Response, g, has_request_context
from sqlalchemy import event

from tests.bench import OF_THE_TESTS, STATEMENTS

# structlog takes these when they are there, six megabytes; who installs requirements.txt has neither.
sys.modules.update(dict.fromkeys(OF_THE_TESTS))  # type: ignore[arg-type]

from wsgi import app
from yiqi.db import db

ENDS = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT")

with app.app_context():
    engine = db.engine


@event.listens_for(engine, "before_cursor_execute")
def count(_connection: Any, _cursor: Any, statement: str, *_facts: object) -> None:
    if has_request_context() and not statement.startswith(ENDS):
        g.statements = g.get("statements", 0) + 1


@app.after_request
def tell(response: Response) -> Response:
    response.headers[STATEMENTS] = str(g.get("statements", 0))
    return response


__all__ = ["app"]
