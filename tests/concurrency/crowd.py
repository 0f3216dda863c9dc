"""A crowd at the door: many people, each with a cookie and a form's token, who all press at the same moment."""

import re
import threading
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask
from sqlalchemy import text

from tests.browsing import a_session
from tests.builders import Made, a_union, an_activity, an_organizer, workers
from tests.concurrency.recount import recount
from tests.databases import built
from tests.servers import running_site
from yiqi.db import db
from yiqi.people.browser import cookie_name
from yiqi.people.models import Person

AT_ONCE = 64


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str
    cookies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Browser:
    """Somebody signed in: their id, the session cookie and the token their forms carry."""

    person_id: int
    cookie: str
    csrf: str


@dataclass(frozen=True)
class Ground:
    """An application of our own on the database that a site under test uses: it sets scenes and looks afterwards."""

    app: Flask

    def activity(self, **facts: Any) -> Made:
        """Publish an activity; the facts are those of the builder."""
        with self.app.app_context():
            return an_activity(**facts)

    def people(self, many: int) -> list[Browser]:
        """People who hold nothing yet, signed in."""
        with self.app.app_context():
            return [self._signed_in(person) for person in workers(many)]

    def organizer(self, union: str = "亦庄工会") -> Browser:
        """An organizer of the union that the builder's activities are of, or of one with a name, signed in."""
        with self.app.app_context():
            return self._signed_in(an_organizer(a_union(union)))

    def _signed_in(self, person: Person) -> Browser:
        made = a_session(person.id)
        secret = made.csrf.encode()
        token = urlsafe_b64encode(bytes(len(secret)) + secret).decode()
        return Browser(person.id, f"{cookie_name(self.app)}={made.token}", token)

    def bookings(self, slot_id: int) -> list[Any]:
        """The bookings of a slot in the order of their tickets: id, ref, person_id, party, state."""
        return self.rows(
            "SELECT id, ref, person_id, party, state FROM booking WHERE slot_id = :slot ORDER BY seq, id",
            slot=slot_id,
        )

    def states(self, slot_id: int) -> list[str]:
        return [booking.state for booking in self.bookings(slot_id)]

    def rows(self, statement: str, **facts: object) -> list[Any]:
        """What an SQL statement finds."""
        with self.app.app_context(), db.engine.connect() as connection:
            return list(connection.execute(text(statement), facts))

    def found(self, statement: str, **facts: object) -> tuple[Any, ...]:
        """The one row that an SQL statement finds."""
        (row,) = self.rows(statement, **facts)
        return tuple(row)

    def deadlocks(self) -> int:
        """How often PostgreSQL has broken up transactions that waited for each other; SQLite knows no such thing."""
        with self.app.app_context():
            if db.engine.dialect.name != "postgresql":
                return 0
        counted = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        (number,) = self.found(counted)
        return int(number)

    def faults(self) -> list[str]:
        """What is wrong in the tables."""
        with self.app.app_context(), db.engine.connect() as connection:
            return recount(connection)


@dataclass(frozen=True)
class Door(Ground):
    """The real site on a database, as a crowd meets it."""

    base: str

    def ask(
        self,
        method: str,
        path: str,
        cookie: str = "",
        fields: dict[str, str] | None = None,
        htmx: bool = False,
        address: str = "",
    ) -> Answer:
        """One request on its own connection; `address` is where a proxy says that it came from."""
        headers = {"Cookie": cookie} if cookie else {}
        if address:
            headers["X-Forwarded-For"] = address
        if htmx:
            headers["HX-Request"] = "true"
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urlencode(fields) if fields is not None else None
        with closing(self.connection()) as connection:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            cookies = tuple(response.headers.get_all("Set-Cookie") or ())
            return Answer(response.status, response.read().decode(), cookies)

    def connection(self) -> HTTPConnection:
        """A new connection to the site."""
        return HTTPConnection(urlsplit(self.base).netloc, timeout=60)

    def press(self, who: Browser, path: str, **fields: object) -> Answer:
        """Send a form as a plain browser does."""
        typed = {name: str(value) for name, value in fields.items()}
        return self.ask("POST", path, who.cookie, {"csrf_token": who.csrf, **typed})

    def pressing(self, who: Browser, path: str, **fields: object) -> Callable[[], Answer]:
        """The same, to be done later."""
        return partial(self.press, who, path, **fields)

    def signs_up(self, who: Browser, slot_id: int, **fields: object) -> Answer:
        return self.press(who, f"/slots/{slot_id}/bookings", **{"party": 1, **fields})


@contextmanager
def opened(database_url: str, folder: Path, app: str) -> Iterator[Door]:
    """A site under gunicorn on an empty database, migrated first. It sweeps only when it is asked to."""
    alone = {"YIQI_BACKGROUND": "external"}
    with built(database_url, folder) as ours, running_site(database_url, env=alone, app=app) as base:
        yield Door(ours, base)


def token(page: Answer) -> str:
    """The CSRF token of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def at_once(deeds: Sequence[Callable[[], Answer]]) -> Counter[int]:
    """Do all of them from many threads that start together; answers how often each status came back."""
    gate = threading.Barrier(min(AT_ONCE, len(deeds)))
    first = threading.local()

    def go(deed: Callable[[], Answer]) -> int:
        if not getattr(first, "passed", False):
            first.passed = True
            gate.wait(timeout=30)
        return deed().status

    with ThreadPoolExecutor(gate.parties) as pool:
        return Counter(pool.map(go, deeds))


def is_lost(race: Callable[[], bool], rounds: int = 10) -> bool:
    """Whether a race on the naive site goes wrong within some rounds: a busy machine may well run one of them in turn."""
    return any(race() for _round in range(rounds))
