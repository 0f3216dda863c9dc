"""A run: attacks one after the other on a scene that is put back in between, and what was found wrong with the answers."""

import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException

from tests.databases import empty
from tests.fuzz.attacks import Attack, Known
from tests.fuzz.judging import faults, raw_texts, told
from tests.fuzz.sending import Answer, Carrier, Cast, InProcess, Sent, a_cast
from tests.kept import PutBack, keep
from tests.promises.route import Route
from tests.promises.routes import ROUTES
from tests.promises.scene import Scene, grow, plant
from yiqi import clock
from yiqi.db import db

TOGETHER = 50
"""How many attacks a scene bears before the texts are read and it is put back."""
FRESH_SECONDS = 600
"""How old a scene may get: what is about to begin in it begins at some time."""
FORM = re.compile(r"<form\b[^>]*?\baction=\"([^\"]*)\"[^>]*>(.*?)</form>", re.DOTALL)
NAMED = re.compile(r"\bname=\"([^\"]+)\"")
LINK = re.compile(r"\b(?:href|hx-get)=\"(/[^\"]*\?[^\"]*)\"")


@dataclass(frozen=True)
class Fault:
    """What an attack came to, and whether it does so alone as well."""

    attack: Attack
    says: str

    def __str__(self) -> str:
        return f"{self.attack.route} as {self.attack.who}: {self.says}\n    {self.attack.written()}"


@dataclass
class Stage:
    """A scene on a database, kept aside with everybody's sessions, and what puts it back."""

    app: Flask
    scene: Scene
    cast: Cast
    put_back: PutBack
    made_at: float

    def again(self) -> None:
        """The scene as it was made."""
        if db.engine.dialect.name == "postgresql":
            empty(self.app)
        self.put_back()


def a_stage(app: Flask) -> Stage:
    """Make the whole scene anew in an empty database. Needs an application context."""
    empty(app)
    scene = grow(plant()).scene()
    cast = a_cast(app, scene)
    return Stage(app, scene, cast, keep(), clock.now().timestamp())


@dataclass
class Run:
    """Attacks on a site by way of a carrier. `log` collects what this process says meanwhile."""

    stage: Stage
    carry: Carrier
    found: list[Fault] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    routes: set[str] = field(default_factory=set)
    slowest: float = 0.0
    log: io.StringIO = field(default_factory=io.StringIO)
    tell: Callable[[Fault], object] = lambda _fault: None
    """Is told of each fault when it is found."""

    def go(self, attacks: Iterable[Attack]) -> None:
        """Send them all."""
        group: list[Attack] = []
        for one in attacks:
            group.append(one)
            if len(group) == TOGETHER:
                self._together(group)
                group = []
        self._together(group)

    def _finds(self, faults: Iterable[Fault]) -> None:
        for one in faults:
            self.found.append(one)
            self.tell(one)

    def _together(self, group: list[Attack]) -> None:
        if clock.now().timestamp() - self.stage.made_at > FRESH_SECONDS:
            self.stage = a_stage(self.stage.app)
        else:
            self.stage.again()
        with redirect_stderr(self.log):
            for one in group:
                answer = self._send(one)
                self._finds([Fault(one, says) for says in faults(answer, one.route)])
        if (said := raw_texts()) and group:
            self._finds(list(self._culprits(group)) or [Fault(group[-1], f"or one before it: {said[0]}")])
        if telling := told(self.log.getvalue(), self.stage.cast.secrets):
            self._finds([Fault(group[-1], f"or one before it is told in the log: {telling[0]}")])
        self.log.seek(0)
        self.log.truncate()

    def _send(self, one: Attack) -> Answer:
        answer = self.carry(self.stage.cast.sent(one))
        self.statuses[answer.status] += 1
        self.routes.add(one.route)
        self.slowest = max(self.slowest, answer.seconds)
        return answer

    def _culprits(self, group: list[Attack]) -> Iterator[Fault]:
        """Of attacks after which raw texts were stored: those that do so alone."""
        for one in group:
            self.stage.again()
            with redirect_stderr(self.log):
                self.carry(self.stage.cast.sent(one))
            yield from (Fault(one, says) for says in raw_texts()[:1])

    def summary(self) -> str:
        counted = ", ".join(f"{many} × {status}" for status, many in sorted(self.statuses.items()))
        return f"{self.statuses.total()} requests to {len(self.routes)} addresses ({counted}), slowest {self.slowest:.1f} s"


class _Asked(ImmutableMultiDict[str, str]):
    """What a form or a query brought; remembers the names that were asked for."""

    names: set[str] = set()  # noqa: RUF012 - one for all

    def get(self, key: str, *rest: object, **more: object) -> object:  # type: ignore[override]
        self.names.add(key)
        return super().get(key, *rest, **more)

    def getlist(self, key: str, *rest: object, **more: object) -> list[str]:  # type: ignore[override]
        self.names.add(key)
        return super().getlist(key, *rest, **more)


def learnt(stage: Stage, routes: Sequence[Route] = ROUTES) -> Known:
    """Look at pages as whom they are there for, open ones also as a visitor: the fields of their forms, the queries of
    their links, and what the views ask of a query themselves."""
    known, app = Known(), stage.app
    adapter = app.url_map.bind("localhost")
    kept = app.request_class

    class Listening(kept):  # type: ignore[misc,valid-type]
        parameter_storage_class = _Asked

    app.request_class = Listening
    try:
        looks = [
            (route, who) for route in routes for who in (route.insider, "visitor") if route.method == "GET"
        ]
        for route, who in looks:
            if who == "visitor" and not route.is_open:
                continue
            _Asked.names.clear()
            asked = (("Host", "localhost"), ("Cookie", stage.cast.cookies[who]))
            with redirect_stderr(io.StringIO()):
                page = InProcess(app)(Sent("GET", route.url(stage.scene.samples), asked, b""))
            known.queries.setdefault(route.endpoint, set()).update(_Asked.names)
            text = page.body.decode("utf-8", "replace") if page.is_html else ""
            for action, inside in FORM.findall(text):
                for method, into in (("POST", known.fields), ("GET", known.queries)):
                    into.setdefault(_leads(adapter, action, method), set()).update(NAMED.findall(inside))
            for link in LINK.findall(text):
                asks = {name for name, _value in parse_qsl(urlsplit(unescape(link)).query)}
                known.queries.setdefault(_leads(adapter, link, "GET"), set()).update(asks)
    finally:
        app.request_class = kept
    return known


def _leads(adapter: object, address: str, method: str) -> str:
    try:
        endpoint, _parts = adapter.match(urlsplit(unescape(address)).path, method)  # type: ignore[attr-defined]
    except HTTPException:
        return ""
    return str(endpoint)
