"""When more people press than can be answered: whoever stood in line too long is told so at once, at next to no cost, and
their page asks again by itself. Nothing of such a request was begun, so nothing of it can be lost or done twice."""

import hashlib
import math
import time

from flask import Flask, Response, current_app, g, make_response, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, Signer

from yiqi import clock
from yiqi.counters import ASKED_TO_WAIT
from yiqi.web import line
from yiqi.web.errors import our_fault
from yiqi.web.guards import from_our_pages
from yiqi.web.outages import Outage

WAITED = "yiqi.waited"
"""In the WSGI environment: the seconds that a request stood in line for a thread (`gunicorn.conf.py` tells)."""
PATIENCE, PATIENCE_AGAIN, PATIENCE_BY_ITSELF = 6.0, 15.0, 25.0
"""Seconds in line after which a page or an htmx request is told to wait: at first, and for who comes at the time they were told
(htmx gives up after 20). A plain form has no script to press it again, so the browser itself stands in line for longer, as long as
a proxy lets it (35)."""
COOKIE = "yiqi-line"
EARLY, KEPT = 2, 180
"""Seconds before an appointment at which it counts already, and after it as long as it counts."""
MAKES_WAY = 6.0
"""So many seconds longer does a page wait with its next poll for each second that this one stood in line."""
LIVE = "booking.live"
ALWAYS = ("static", "health.")


def init(app: Flask) -> None:
    """Look at the line before anything else does: before sessions, forms and the database."""
    app.extensions["yiqi.line"] = line.Line()

    @app.before_request
    def crowded() -> ResponseReturnValue | None:
        waited = request.environ.get(WAITED, 0.0)
        if waited < PATIENCE or _is_served_anyway():
            return None
        if request.endpoint == LIVE:
            return "", 204
        now, told = math.ceil(clock.now().timestamp()), _told()
        is_due = told is not None and told - EARLY <= now
        if is_due and waited < PATIENCE_AGAIN:
            return None
        if waited < PATIENCE_BY_ITSELF and request.method == "POST" and "HX-Request" not in request.headers:
            return None
        ASKED_TO_WAIT.inc()
        if request.method == "POST":
            request.form  # noqa: B018
        g.was_sent_away = True
        if told is None:
            told = now + round(_line().appointment(time.monotonic()))
        return _come_again(max(told, now + round(line.SOONEST)), now)

    @app.after_request
    def served(response: Response) -> Response:
        if request.endpoint != LIVE and not _is_cheap() and "was_sent_away" not in g:
            _line().serves(time.monotonic())
        return response


def _line() -> line.Line:
    found: line.Line = current_app.extensions["yiqi.line"]
    return found


def _come_again(at: int, now: int) -> Response:
    """Told when, and known by a cookie when they come: nobody is sent to the back of the line for having waited."""
    response = make_response(our_fault(503, Outage.CROWDED, at - now))
    response.set_cookie(
        _cookie(),
        _signer().sign(str(at)).decode(),
        max_age=at - now + KEPT,
        secure=current_app.config["YIQI"].secure_cookies,
        httponly=True,
        samesite="Lax",
    )
    return response


def _told() -> int | None:
    """When this browser was told to come again (seconds since 1970); None for one that was not, or long ago."""
    try:
        at = int(_signer().unsign(request.cookies.get(_cookie(), "")))
    except (BadSignature, ValueError):
        return None
    return at if clock.now().timestamp() < at + KEPT else None


def _cookie() -> str:
    return f"__Host-{COOKIE}" if current_app.config["YIQI"].secure_cookies else COOKIE


def _signer() -> Signer:
    return Signer(current_app.config["SECRET_KEY"], salt=COOKIE, digest_method=hashlib.sha256)


def unhurried(seconds: int) -> int:
    """How long a page waits with its next poll: as long as it should, and longer the longer the line is."""
    waited: float = request.environ.get(WAITED, 0.0)
    return seconds + round(MAKES_WAY * waited)


def _is_cheap() -> bool:
    return (request.endpoint or "static").startswith(ALWAYS)


def _is_served_anyway() -> bool:
    """Probes, files, event streams; forms with files, which no page can keep; and those from elsewhere, which no page of
    ours may send for them: they are refused as ever."""
    return (
        _is_cheap()
        or request.mimetype == "multipart/form-data"
        or request.accept_mimetypes.best == "text/event-stream"
        or (request.method == "POST" and not from_our_pages())
    )
