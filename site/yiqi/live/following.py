"""The answer to a browser that wants to be told: an address is let in like any other, and then its connection is handed
to the process's streams. Where nothing keeps lines open (`flask run`, the tests' client) the answer is 204, which tells
a browser to stop asking for a stream."""

import socket
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date

from yiqi.db import db
from yiqi.live.changes import changes
from yiqi.live.streams import Follower, Refused, Streams, Topic, Within
from yiqi.web.errors import RETRY_SECONDS
from yiqi.web.outages import Outage

AGAIN = "yiqi.again"
"""Set in the environment of a request that is only asked whether it would still be let in."""
KEPT = (
    "REQUEST_METHOD",
    "SCRIPT_NAME",
    "PATH_INFO",
    "QUERY_STRING",
    "SERVER_NAME",
    "SERVER_PORT",
    "SERVER_PROTOCOL",
    "HTTP_HOST",
    "HTTP_COOKIE",
    "REMOTE_ADDR",
    "wsgi.url_scheme",
)
STATUS = {Refused.NONE_HERE: 204, Refused.FULL: 503, Refused.ENOUGH: 429}
NAME = "yiqi.streams"


class _Stream(Response):
    """An answer that does not end: its connection goes to the streams, and the server is done with it."""

    follower: Callable[[socket.socket], Follower]
    streams: Streams

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        taken = environ["gunicorn.socket"]
        line = socket.socket(fileno=taken.detach())
        names = "".join(f"{name}: {value}\r\n" for name, value in self.headers if name != "Content-Length")
        head = f"HTTP/1.1 200 OK\r\n{names}Connection: close\r\n\r\n"
        self.streams.take(self.follower(line), head.encode("latin-1"))
        raise StopIteration  # gunicorn's word for a connection that somebody else has


def follow(topic: Topic, *, whose: str, has: str = "") -> Response:
    """A stream of something for the present request, which has been let in. `whose` counts together what one session or
    screen opens; `has` is the version that its page shows, which needs not be said."""
    environ = request.environ
    if AGAIN in environ:
        return Response(status=204)
    streams: Streams | None = current_app.extensions.get(NAME)
    address = request.remote_addr or ""
    if streams is None or not _can_be_handed_over(environ):
        refused: Refused | None = Refused.NONE_HERE
    else:
        refused = streams.refusal(whose, address)
    if streams is None or refused is not None:
        answer = Response(status=STATUS[refused or Refused.NONE_HERE])
        if answer.status_code > 400:
            answer.headers["Retry-After"] = str(RETRY_SECONDS[Outage.BUSY])
        return answer
    answer = _Stream(mimetype="text/event-stream")
    answer.headers["Date"] = http_date()
    answer.headers["X-Accel-Buffering"] = "no"
    kept = {name: environ[name] for name in KEPT if name in environ} | {AGAIN: True}
    version = request.headers.get("Last-Event-ID", "") or has
    answer.streams = streams
    answer.follower = lambda line: Follower(line, topic, whose, address, kept, version[:64])
    return answer


def _can_be_handed_over(environ: Mapping[str, Any]) -> bool:
    """Whether the connection is gunicorn's own and plain: TLS ends at the proxy, and HTTP/2 has many answers on one."""
    return type(environ.get("gunicorn.socket")) is socket.socket and environ.get("HTTP_VERSION") != "2"


def start(app: Flask, *, most: int) -> Streams:
    """Keep up to `most` lines open in this process from now on. The server's process calls it, after it was forked."""
    with app.app_context():
        moved = changes(lambda: db.engine, is_sqlite=db.engine.dialect.name == "sqlite")

    def context(environ: Mapping[str, Any]) -> AbstractContextManager[object]:
        return app.request_context(dict(environ))

    def may(environ: Mapping[str, Any]) -> bool:
        with context(environ):
            try:
                if app.preprocess_request() is not None:
                    return False
                return app.make_response(app.dispatch_request()).status_code == 204
            except HTTPException:
                return False
            except Exception:  # a database that does not answer says nothing of anybody
                return True

    def has_moved() -> bool:
        with app.app_context():
            return moved()

    within = Within(context, may, has_moved)
    streams = Streams(within, most=most, most_of_address=app.config["YIQI"].streams_address)
    app.extensions[NAME] = streams
    streams.start()
    return streams
