"""Gateways of our own, on this machine: they answer as the real ones do, errors with status 200 included, and keep what
they were handed."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Asked:
    """One request as it came in."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


Answers = Callable[[Asked], tuple[int, Any]]
"""Status, and what is sent as JSON (bytes as they are)."""


@dataclass
class Stub:
    """A server on a port of its own, which may be stopped and started again."""

    answers: Answers
    port: int = 0
    address: str = "127.0.0.1"
    leads: str = ""
    asked: list[Asked] = field(default_factory=list)
    _server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://{self.address}:{self.port}"

    def start(self) -> None:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                parts = urlsplit(self.path)
                length = int(self.headers.get("Content-Length", "0"))
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                one = Asked(parts.path, query, dict(self.headers), self.rfile.read(length))
                stub.asked.append(one)
                status, said = stub.answers(one)
                body = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                if stub.leads:
                    self.send_header("Location", stub.leads)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST  # noqa: N815 what the standard library looks for

            def log_message(self, *_said: Any) -> None:
                """The tests look at `asked`."""

        self._server = ThreadingHTTPServer((self.address, self.port), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


@contextmanager
def running(answers: Answers, leads: str = "") -> Iterator[Stub]:
    """A stub that runs until the end. `leads`: the address that its answers send on to."""
    stub = Stub(answers, leads=leads)
    stub.start()
    try:
        yield stub
    finally:
        stub.stop()


def takes_everything(_asked: Asked) -> tuple[int, Any]:
    """A gateway that says yes."""
    return 200, {}


@dataclass
class OfficialAccount:
    """WeChat's side: tokens that run out, followers, people who refused, codes that work once. All of it status 200."""

    secret: str = "wechat-secret-of-the-tests"
    tokens: int = 0
    good: set[str] = field(default_factory=set)
    unfollowed: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    codes: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    busy: int = 0
    taken: list[dict[str, Any]] = field(default_factory=list)
    forced: int = 0
    stable: str = ""

    def __call__(self, asked: Asked) -> tuple[int, Any]:
        if asked.path == "/cgi-bin/stable_token":
            return 200, self._token(asked.said)
        if asked.path == "/cgi-bin/message/template/send":
            return 200, self._send(asked)
        if asked.path == "/sns/oauth2/access_token":
            return 200, self._openid(asked.query)
        return 404, b"not found"

    def expire(self) -> None:
        """The token handed out is out; the next one asked for is a new one."""
        self.good.clear()
        self.stable = ""

    def break_token(self) -> None:
        """The token is invalid, and the platform does not know: it hands the same one out until it is forced."""
        self.good.clear()

    def _token(self, said: dict[str, Any]) -> dict[str, Any]:
        if said["secret"] != self.secret:
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        if said["force_refresh"]:
            self.forced += 1
        if said["force_refresh"] or not self.stable:
            self.tokens += 1
            self.stable = f"token-{self.tokens}"
            self.good = {self.stable}
        return {"access_token": self.stable, "expires_in": 7200}

    def _send(self, asked: Asked) -> dict[str, Any]:
        token, said = asked.query["access_token"], asked.said
        if token not in self.good:
            return {
                "errcode": 42001 if not self.stable else 40001,
                "errmsg": "access_token expired or invalid",
            }
        if self.busy:
            self.busy -= 1
            return {"errcode": -1, "errmsg": "system error"}
        if said["touser"] in self.unfollowed:
            return {"errcode": 43004, "errmsg": "require subscribe"}
        if said["touser"] in self.refused:
            return {"errcode": 43101, "errmsg": "user refuse to accept the msg"}
        if any(len(one["value"]) > 20 for one in said["data"].values()):
            return {"errcode": 47003, "errmsg": "argument invalid"}
        if said["client_msg_id"] not in {one["client_msg_id"] for one in self.taken}:
            self.taken.append(said)
        return {"errcode": 0, "errmsg": "ok", "msgid": 1000 + len(self.taken)}

    def _openid(self, query: Mapping[str, str]) -> dict[str, Any]:
        code = query.get("code", "")
        if code in self.used:
            return {"errcode": 40163, "errmsg": "code been used"}
        if code not in self.codes:
            return {"errcode": 40029, "errmsg": "invalid code"}
        self.used.add(code)
        return {
            "access_token": "theirs",
            "expires_in": 7200,
            "openid": self.codes[code],
            "scope": "snsapi_base",
        }
