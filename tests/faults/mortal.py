"""A site that can be struck between any two statements: a process that forks itself for each request it is handed.

`python -m tests.faults.mortal` reads requests as lines of JSON and answers lines of JSON. The child that serves a request
passes points; at the one numbered `at_point` it is struck. A `kill` is a SIGKILL, which no `finally` and no rollback
survives: its points are before each statement of a write transaction, before the COMMIT, after it, and before the reply.
A `cut` ends the connection at the PostgreSQL server, after any statement or COMMIT. Never served but in tests.

Arguments: the file that letters are written to, and the name of a negative control. `piecemeal`: each statement is
committed by itself. `forgetful`: a letter counts as sent before it is.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, event, update
from sqlalchemy.exc import DBAPIError

from wsgi import app
from yiqi import clock
from yiqi.db import WRITES, db, writing
from yiqi.notices import delivery
from yiqi.notices.letter import Letter
from yiqi.notices.models import Notice


class Points:
    """Counts the points that a process passes, and strikes it at one of them; 0 is none of them."""

    passed, at, blow = 0, 0, ""
    writes = False

    def one(self, connection: Any = None) -> None:
        self.passed += 1
        if self.passed != self.at:
            return
        if self.blow == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif connection is not None:
            with psycopg.connect(app.config["YIQI"].database_url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.info.backend_pid])

    def before(self, connection: Connection, *_facts: object) -> None:
        """A statement is about to be sent."""
        self.writes = connection.get_execution_options().items() >= WRITES.items()
        if self.blow == "kill" and self.writes:
            self.one()

    def after(self, connection: Connection, *_facts: object) -> None:
        """A statement is done."""
        if self.blow == "cut":
            self.one(connection.connection.dbapi_connection)

    def committing(self, commit: Callable[[Any], None], connection: Any) -> None:
        writes, self.writes = self.writes, False
        if writes:
            self.one(connection.dbapi_connection)
        commit(connection)
        if writes:
            self.one(connection.dbapi_connection)


points = Points()


def watch(*, piecemeal: bool) -> None:
    """Let this process pass the points."""
    with app.app_context():
        engine = db.engine
    commit = engine.dialect.do_commit
    engine.dialect.do_commit = partial(points.committing, commit)  # type: ignore[method-assign]
    event.listen(engine, "before_cursor_execute", points.before)
    event.listen(engine, "after_cursor_execute", points.after)
    if piecemeal:
        event.listen(
            engine, "after_cursor_execute", lambda connection, *_facts: commit(connection.connection)
        )


def forgetful(notice_id: int, composers: Any, send: Any, at: Any, **_options: Any) -> bool:
    """What `delivery.deliver` would be if it noted the letter as sent first."""
    with writing() as session:
        session.execute(update(Notice).where(Notice.id == notice_id).values(sent_at=at))
    notice = db.session.get_one(Notice, notice_id, populate_existing=True)
    send(composers[notice.kind](notice))
    return True


def serve(asked: dict[str, Any]) -> dict[str, int]:
    """Serve one request in this process, and let go of the database; answers the status and the points passed."""
    points.passed, points.at, points.blow = 0, asked["at_point"], asked["blow"]
    status = 200
    if asked["path"] == "background":
        app.extensions["yiqi.background"].once(clock.now() + timedelta(seconds=asked["later"]))
    else:
        client = app.test_client(use_cookies=False)
        headers = {"Cookie": asked["cookie"], "HX-Request": "true"}
        try:
            answer = client.open(asked["path"], method=asked["method"], data=asked["fields"], headers=headers)
            status = answer.status_code
        except DBAPIError:  # out of the application itself, where only gunicorn is left to answer
            status = 500
    points.one()
    with app.app_context():
        db.engine.dispose()
    return {"status": status, "points": points.passed}


def forked(asked: dict[str, Any]) -> dict[str, int]:
    """Serve one request in a child; answers what it answered, or how it died."""
    reading, writing_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing_end, json.dumps(serve(asked)).encode())
        os._exit(0)
    os.close(writing_end)
    with os.fdopen(reading) as said:
        answer = said.read()
    _child, how = os.waitpid(child, 0)
    if os.WIFSIGNALED(how):
        return {"killed_by": os.WTERMSIG(how)}
    done: dict[str, int] = json.loads(answer)
    return done


def live(letters: Path, control: str) -> None:
    """Serve what is asked on standard input until it ends."""

    def post(letter: Letter) -> None:
        with letters.open("a", encoding="utf-8") as out:
            out.write(f"{letter.phone}\n")

    app.extensions["yiqi.background"]._send = post
    delivery.quiet_until = lambda letter, at: at  # these letters are about faults, whatever the hour
    watch(piecemeal=control == "piecemeal")
    if control == "forgetful":
        delivery.deliver = forgetful
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the site prints does not belong among our answers
    for line in sys.stdin:
        asked = json.loads(line)
        # Who is not to be struck is served here: templates and statements are ready then, for those who come after.
        answers.write(json.dumps(forked(asked) if asked["at_point"] else serve(asked)) + "\n")
        answers.flush()


if __name__ == "__main__":
    live(Path(sys.argv[1]), sys.argv[2])
