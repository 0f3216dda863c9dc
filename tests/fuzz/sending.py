"""How a bad request gets to the site: within this process, or over a socket to gunicorn. Both are sent the same bytes."""

import http.client
import re
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass, field
from io import BytesIO
from typing import Protocol
from urllib.parse import quote, unquote

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.browsing import a_session, form_token
from tests.fuzz import inputs
from tests.fuzz.attacks import Attack, Typed
from tests.promises.route import Samples
from tests.promises.scene import Scene
from tests.web.asking import TOKEN
from yiqi.people.browser import cookie_name

FORM = "application/x-www-form-urlencoded"
EDGE = "a-line-that-is-nowhere-else"
AT_ONCE = 0.3
"""Seconds."""


@dataclass(frozen=True)
class Sent:
    """A request as it goes out: an address without host, bytes everywhere."""

    method: str
    address: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 where the server only hung up."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def is_html(self) -> bool:
        return self.headers.get("content-type", "").startswith("text/html") and not self.headers.get(
            "content-encoding"
        )


class Carrier(Protocol):
    """Takes a request to the site."""

    def __call__(self, sent: Sent) -> Answer: ...


@dataclass
class Cast:
    """Everybody in a scene with a session that was there from the start: their cookies, and the token of their forms."""

    samples: Samples
    cookies: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)

    def sent(self, attack: Attack) -> Sent:
        """The bytes of an attack."""
        route = attack.of
        path, _mark, query = route.url(self.samples).partition("?")
        parts, rule = path.split("/"), route.rule.split("/")
        for one in attack.at("path"):
            for place, name in enumerate(rule):
                if name == one.name.rstrip("\x00") and place < len(parts):
                    parts[place] = _escaped(one)[0] if one.values else ""
        queries = [query] if query else []
        queries += [f"{_quoted(one.name)}={value}" for one in attack.at("query") for value in _escaped(one)]
        address = "/".join(parts) + ("?" + "&".join(queries) if queries else "")
        headers = {"Host": "localhost", "Accept-Encoding": "identity"}
        if attack.htmx:
            headers |= {"HX-Request": "true", "HX-Current-URL": f"http://localhost{path}"}
        headers |= {one.name: one.values[0] for one in attack.at("header")}
        jar = [self.cookies.get(attack.who, "")]
        jar += [
            f"{one.name}={value.encode().decode('latin-1')}"
            for one in attack.at("cookie")
            for value in one.values
        ]
        if any(jar):
            headers["Cookie"] = "; ".join(filter(None, jar))
        body, kind = self._body(attack)
        if body or route.method == "POST":
            headers["Content-Length"] = str(len(body))
            if kind:
                headers["Content-Type"] = kind
        method = next((one.values[0] for one in attack.at("method")), route.method)
        return Sent(method, address, tuple(headers.items()), body)

    def _body(self, attack: Attack) -> tuple[bytes, str]:
        if attack.of.method != "POST":
            return b"", ""
        for one in attack.at("body"):
            raw, kind = inputs.bodies()[int(one.name)]
            return (raw.encode() if isinstance(raw, str) else raw), kind
        fields = {name: [_quoted(value)] for name, value in attack.of.fields(self.samples).items()}
        token = {"good": self.tokens.get(attack.who, ""), "junk": "AAAA" * 22}.get(attack.token)
        if token:
            fields["csrf_token"] = [_quoted(token)]
        fields |= {one.name: _escaped(one) for one in attack.at("field")}
        chosen = next(attack.at("file"), None)
        if chosen is not None:
            return _in_parts(
                fields, inputs.files()[chosen.values[0]]
            ), f"multipart/form-data; boundary={EDGE}"
        pairs = (f"{_quoted(name)}={value}" for name, values in fields.items() for value in values)
        return "&".join(pairs).encode("ascii", "ignore"), FORM


def a_cast(app: Flask, stage: Scene) -> Cast:
    """Sessions for everybody in a scene. Raises `LookupError` when a screen has no form to begin with."""
    cast = Cast(stage.samples)
    for who in ("owner", "other", "organizer"):
        made = a_session(getattr(stage, who).id)
        cast.cookies[who] = f"{cookie_name(app)}={made.token}"
        cast.tokens[who] = form_token(made.csrf)
        cast.secrets |= {made.token, made.csrf}
    visitor = a_session(None)
    cast.cookies["visitor"] = f"{cookie_name(app)}={visitor.token}"
    cast.tokens["visitor"] = form_token(visitor.csrf)
    screen = str(stage.samples.more["kiosk_token"])
    cast.cookies["kiosk"] = f"yiqi-kiosk={screen}"
    cast.secrets |= {visitor.token, visitor.csrf, screen, app.config["SECRET_KEY"]}
    asked = (("Host", "localhost"), ("Cookie", cast.cookies["kiosk"]))
    page = InProcess(app)(Sent("GET", "/kiosk/check-in", asked, b""))
    found = TOKEN.search(page.body.decode())
    if found is None:
        raise LookupError("the screen has no form")
    cast.tokens["kiosk"] = found[1]
    return cast


class InProcess:
    """Calls the application as a server does, in a context of its own."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __call__(self, sent: Sent) -> Answer:
        path, _mark, query = sent.address.partition("?")
        environ = EnvironBuilder(path="/", method=sent.method).get_environ()
        environ |= {
            "PATH_INFO": unquote(path, encoding="latin-1"),
            "QUERY_STRING": query.encode().decode("latin-1"),
            "REQUEST_URI": sent.address,
            "wsgi.input": BytesIO(sent.body),
        }
        for name, value in sent.headers:
            key = name.upper().replace("-", "_")
            environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value.encode(
                "latin-1", "ignore"
            ).decode("latin-1")
        began = time.perf_counter()
        chunks, status, headers = Context().run(run_wsgi_app, self._app, environ, buffered=True)
        body = b"".join(chunks)
        lowered = {name.lower(): value for name, value in headers}
        return Answer(int(status[:3]), lowered, body, time.perf_counter() - began)


class OverTheWire:
    """Sends it to a server at an address like `http://127.0.0.1:8000`, each request on a connection of its own."""

    def __init__(self, base: str) -> None:
        self._host = base.removeprefix("http://")

    def __call__(self, sent: Sent) -> Answer:
        line = re.sub(r"[\x00-\x20\x7f-\uffff]", lambda one: quote(one[0]), sent.address)
        head = [f"{sent.method} {line} HTTP/1.1"]
        head += [f"{name}: {value}" for name, value in sent.headers]
        raw = "\r\n".join([*head, "Connection: close", "", ""]).encode("latin-1", "ignore") + sent.body
        began = time.perf_counter()
        connection = http.client.HTTPConnection(self._host, timeout=60)
        try:
            connection.connect()
            connection.sock.sendall(raw)
            answer = http.client.HTTPResponse(connection.sock, method=sent.method)
            answer.begin()
            body = _said_by(answer, connection.sock)
        except (http.client.HTTPException, ConnectionError):
            return Answer(0, {}, b"", time.perf_counter() - began)
        finally:
            connection.close()
        lowered = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, lowered, body, time.perf_counter() - began)


def _said_by(answer: http.client.HTTPResponse, line: socket.socket) -> bytes:
    """A body to its end; of an event stream, which has none and beats for ever, what is said at once."""
    if not answer.getheader("Content-Type", "").startswith("text/event-stream"):
        return answer.read()
    line.settimeout(AT_ONCE)
    said = b""
    with suppress(TimeoutError):
        while piece := answer.read1():
            said += piece
    return said


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"))


def _escaped(one: Typed) -> list[str]:
    return list(one.values) if one.escaped else [_quoted(value) for value in one.values]


def _in_parts(fields: Mapping[str, list[str]], file: tuple[str, bytes]) -> bytes:
    named, data = file
    parts = [
        f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        + unquote(value).encode()
        + b"\r\n"
        for name, values in fields.items()
        for value in values
    ]
    safe = named.replace("\r", "").replace("\n", "").replace('"', "%22")
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="{safe}"\r\n\r\n'
    return b"".join([*parts, head.encode(), data, f"\r\n--{EDGE}--\r\n".encode()])
