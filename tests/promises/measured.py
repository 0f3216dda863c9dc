"""What a request costs without a clock: statements, writes, templates and bytes. They are the same on every machine."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask, template_rendered
from sqlalchemy import event

from tests.browsing import Client
from tests.promises.route import Kind, Route
from tests.promises.scene import Scene
from yiqi.db import db

TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")
WRITING = ("INSERT", "UPDATE", "DELETE")
HTML = (Kind.PAGE, Kind.FRAGMENT)
SIGNED_IN = ("owner", "organizer", "kiosk")


@dataclass(frozen=True)
class Cost:
    """One request: what it was answered with, its statements, those that change something, and the bytes on the wire."""

    status: int
    statements: int
    writes: int
    size: int


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that reach the database, those that only open and close transactions left out."""
    said: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, _p: Any, _x: Any, _many: bool) -> None:
        if not statement.lstrip().upper().startswith(TRANSACTION):
            said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@contextmanager
def rendered(app: Flask) -> Iterator[list[str]]:
    """The names of the templates that are rendered, without those they include."""
    names: list[str] = []

    def note(_app: Flask, template: Any, **_more: Any) -> None:
        names.append(template.name)

    with template_rendered.connected_to(note, app):
        yield names


def cost(client: Client, route: Route, url: str) -> Cost:
    """What one GET costs, packed as a phone gets it."""
    headers = {"Accept-Encoding": "br"} | ({"HX-Request": "true"} if route.kind is Kind.FRAGMENT else {})
    with counted() as said:
        answer = client.get(url, headers=headers)
    writes = [one for one in said if one.lstrip().upper().startswith(WRITING)]
    return Cost(answer.status_code, len(said), len(writes), len(answer.data))


def readers(route: Route) -> tuple[str, ...]:
    """Who reads a page of HTML while signed in, else a visitor where one may."""
    there = [who for who in SIGNED_IN if route.is_there_for(who) and route.status(who) == 200]
    if route.kiosk is None and "kiosk" in there:
        there.remove("kiosk")
    return tuple(there) or (("visitor",) if route.visitor == 200 else ())


def costs(app: Flask, stage: Scene, routes: Iterable[Route]) -> dict[tuple[str, str], Cost]:
    """What each page of HTML costs each of its readers, by rule and reader; the front page was read once before."""
    pages = [one for one in routes if one.method == "GET" and one.kind in HTML]
    found = {}
    for who in ("visitor", *SIGNED_IN):
        client = Client(app)
        client.checks = False
        stage.enter(client, who)
        client.get("/")
        for route in pages:
            if who in readers(route):
                found[route.rule, who] = cost(client, route, route.url(stage.samples))
    return found
