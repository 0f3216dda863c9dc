"""A crowd at the door: many people, each with a cookie and a form's token, who all press at the same moment."""

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from sqlalchemy import NullPool, create_engine, text

from tests.servers import flask

AT_ONCE = 64


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str
    cookies: tuple[str, ...] = ()


def ask(
    base: str,
    method: str,
    path: str,
    cookie: str = "",
    fields: dict[str, str] | None = None,
    htmx: bool = False,
) -> Answer:
    """One request on its own connection."""
    connection = HTTPConnection(urlsplit(base).netloc, timeout=60)
    headers = {"Cookie": cookie} if cookie else {}
    if htmx:
        headers["HX-Request"] = "true"
    if fields is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, urlencode(fields) if fields is not None else None, headers)
    response = connection.getresponse()
    answer = Answer(
        response.status, response.read().decode(), tuple(response.headers.get_all("Set-Cookie") or ())
    )
    connection.close()
    return answer


def token(page: Answer) -> str:
    """The CSRF token of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def workers(database_url: str, count: int) -> list[str]:
    """Cookies of signed-in people who hold nothing yet."""
    lines = flask(database_url, "demo", "sessions", str(count)).splitlines()
    return [line.split("\t")[0] for line in lines if "\t" in line]


def publish(database_url: str, *options: str) -> tuple[int, int]:
    """An activity and its slot, by `flask demo activity`."""
    found = re.search(r"activity=(\d+) slot=(\d+)", flask(database_url, "demo", "activity", *options))
    assert found is not None
    return int(found[1]), int(found[2])


def audit(database_url: str, slot: int) -> list[dict[str, Any]]:
    """Every booking of a slot, by `flask demo audit`."""
    listed: list[dict[str, Any]] = json.loads(
        flask(database_url, "demo", "audit", str(slot)).splitlines()[-1]
    )
    return listed


def found(database_url: str, statement: str, **facts: str) -> tuple[Any, ...]:
    """The one row that an SQL statement finds."""
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        return tuple(connection.execute(text(statement), facts).one())


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
