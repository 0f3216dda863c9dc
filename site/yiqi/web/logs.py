"""What happened, one line each: structured, with the request's id, phones masked, texts of people left out."""

import logging
import re
import secrets
import sys
import time
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog
from flask import Flask, Response, g, request

from yiqi.counters import REQUESTS, SECONDS

_PHONE = re.compile(r"(?<![0-9])((?:\+?86)?1[3-9][0-9])[0-9]{4}([0-9]{4})(?![0-9])")
_VALUES = re.compile(r"(?m)^(\s*(?:DETAIL|CONTEXT):).*$")
"""The lines in which PostgreSQL tells the row that broke a constraint: names and numbers of people."""
_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_NO_DIGITS = str.maketrans("0123456789", "ghjkmnpqrs")
"""Eleven digits in a row may look like a phone number, and would be masked in the log."""
QUIET = frozenset({"static", "health.livez", "health.readyz", "health.metrics", "booking.live"})

log = structlog.get_logger()


class _Out:
    """Standard error; a line that finds no room there is dropped. Nobody is turned away because a log is full."""

    def write(self, text: str) -> None:
        with suppress(OSError):
            sys.stderr.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            sys.stderr.flush()


def mask_phones(_logger: Any, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """138****1234 wherever a phone number stands, and no values of rows in what the database complains of; but for the
    demo's own `message` lines."""
    if line.get("event") == "message":
        return line
    return {
        key: _PHONE.sub(r"\1****\2", _VALUES.sub(r"\1 …", value)) if isinstance(value, str) else value
        for key, value in line.items()
    }


def configure(style: str) -> None:
    """Set structlog up: `json` for machines, `plain` for people. Lines go to standard error: what a command answers is read
    by programs."""
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            mask_phones,
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _Out())),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )


def init(app: Flask) -> None:
    """One line a request; polls, probes and files only when they fail."""

    @app.before_request
    def start() -> None:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _ID.fullmatch(given) else secrets.token_hex(8).translate(_NO_DIGITS)
        g.started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        if "request_id" not in g:
            return response
        response.headers["X-Request-ID"] = g.request_id
        seconds = time.perf_counter() - g.started
        REQUESTS.labels(request.endpoint or "", response.status_code).inc()
        if request.endpoint not in QUIET:
            SECONDS.labels("read" if request.method in ("GET", "HEAD") else "write").observe(seconds)
        if request.endpoint not in QUIET or response.status_code >= 500:
            took = round(seconds * 1000, 1)
            log.info(
                "request",
                method=request.method,
                route=str(request.url_rule),
                status=response.status_code,
                ms=took,
            )
        return response
