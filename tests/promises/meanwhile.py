"""A request in the midst of which something happens elsewhere: right after it was looked up who asks, or just before one of
its verbs opens its transaction. Nothing of the site is replaced for that: the database's own events say when it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from yiqi.db import db

LOOKED_UP = 0
"""The moment at which it is known who asks. Those after it, from 1 on, are before the transactions in which it writes."""
OF_VISITS = frozenset({"browser_session"})
"""What whoever is asked to sign in begins: the session of a visitor."""


@dataclass
class Meanwhile:
    """Whether the moment came, and what was in the database when it was over."""

    came: bool = False
    left: dict[str, list[str]] = field(default_factory=dict)


@contextmanager
def meanwhile(app: Flask, moment: int, happens: Callable[[], object]) -> Iterator[Meanwhile]:
    """Let something happen at a moment of the request that follows, in a session and on a connection of its own."""
    found, transactions = Meanwhile(), 0

    def now() -> None:
        found.came = True
        with app.app_context():
            happens()
            found.left = everything()

    def said(_here: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if moment == LOOKED_UP and not found.came and "browser_session LEFT OUTER JOIN person" in statement:
            now()

    def ended(session: Session) -> None:
        """`writing()` ends the transaction that was read in before it begins its own."""
        nonlocal transactions
        if session.info.get("writing") or found.came:
            return
        transactions += 1
        if transactions == moment:
            now()

    event.listen(db.engine, "after_cursor_execute", said)
    event.listen(db.session, "after_commit", ended)
    try:
        yield found
    finally:
        event.remove(db.engine, "after_cursor_execute", said)
        event.remove(db.session, "after_commit", ended)


def everything() -> dict[str, list[str]]:
    """All rows of all tables but those of visits."""
    rows = {
        name: sorted(str(row) for row in db.session.execute(select(table)))
        for name, table in db.metadata.tables.items()
        if name not in OF_VISITS
    }
    db.session.rollback()
    return rows
