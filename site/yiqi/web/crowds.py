"""When more people press than can be answered: whoever stood in line too long is told so at once, at next to no cost, and
their page asks again by itself. Nothing of such a request was begun, so nothing of it can be lost or done twice."""

from flask import Flask, request
from flask.typing import ResponseReturnValue

from yiqi.counters import ASKED_TO_WAIT
from yiqi.web.errors import our_fault
from yiqi.web.guards import from_our_pages
from yiqi.web.outages import Outage

WAITED = "yiqi.waited"
"""In the WSGI environment: the seconds that a request stood in line for a thread (`gunicorn.conf.py` tells)."""
PATIENCE, PATIENCE_BY_ITSELF = 6.0, 25.0
"""Seconds in line after which a page or an htmx request is told to wait: htmx gives up after 20. A plain form has no
script to press it again, so the browser itself stands in line for longer, as long as a proxy lets it (35)."""
MAKES_WAY = 6.0
"""So many seconds longer does a page wait with its next poll for each second that this one stood in line."""
LIVE = "booking.live"
ALWAYS = ("static", "health.")


def init(app: Flask) -> None:
    """Look at the line before anything else does: before sessions, forms and the database."""

    @app.before_request
    def crowded() -> ResponseReturnValue | None:
        waited = request.environ.get(WAITED, 0.0)
        if waited < PATIENCE or _is_served_anyway():
            return None
        if request.endpoint == LIVE:
            return "", 204
        if waited < PATIENCE_BY_ITSELF and request.method == "POST" and "HX-Request" not in request.headers:
            return None
        ASKED_TO_WAIT.inc()
        if request.method == "POST":
            request.form  # noqa: B018
        return our_fault(503, Outage.CROWDED)


def unhurried(seconds: int) -> int:
    """How long a page waits with its next poll: as long as it should, and longer the longer the line is."""
    waited: float = request.environ.get(WAITED, 0.0)
    return seconds + round(MAKES_WAY * waited)


def _is_served_anyway() -> bool:
    """Probes, files, event streams; forms with files, which no page can keep; and those from elsewhere, which no page of
    ours may send for them: they are refused as ever."""
    return (
        (request.endpoint or "static").startswith(ALWAYS)
        or request.mimetype == "multipart/form-data"
        or request.accept_mimetypes.best == "text/event-stream"
        or (request.method == "POST" and not from_our_pages())
    )
