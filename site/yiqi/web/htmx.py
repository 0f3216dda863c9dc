"""htmx on the server's side: is it asking, and how to answer it. The only importer of htmx_flask."""

from urllib.parse import urlsplit

from flask import Flask, Response, make_response, redirect, request
from htmx_flask import Htmx
from werkzeug.wrappers import Response as AnyResponse

STOP_POLLING = 286


def init(app: Flask) -> None:
    Htmx(app)


def asks_for_fragment() -> bool:
    """Whether htmx wants a fragment: not a boosted link and not a page out of its history."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def fragment(*parts: str, status: int = 200) -> Response:
    """A fragment's answer: its parts one after another, never stored."""
    response = make_response("\n".join(parts), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def local_path(target: str | None, default: str = "/") -> str:
    """`target` when it is a path on this site, else `default`. Refuses every way out: //host, schemes, backslashes."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return default
    if any(ord(char) < 33 or ord(char) > 126 for char in target):
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc else target


def safe_redirect(target: str | None, default: str = "/") -> AnyResponse:
    """Go to a path of this site: 303 for a plain request, 200 with HX-Redirect for htmx."""
    path = local_path(target, default)
    if asks_for_fragment():
        response = fragment("")
        response.headers["HX-Redirect"] = path
        return response
    return redirect(path, 303)


def leave_for(path: str) -> AnyResponse:
    """Go to another page of this site as a whole: htmx, a boosted link too, loads it anew instead of swapping a part."""
    if request.htmx:  # type: ignore[attr-defined]
        response = fragment("")
        response.headers["HX-Redirect"] = local_path(path)
        return response
    return redirect(local_path(path), 303)


def came_from() -> str:
    """The path of the page that htmx or the browser says it is on, when it is one of ours; else the front page."""
    try:
        parts = urlsplit(request.headers.get("HX-Current-URL") or request.referrer or "")
    except ValueError:
        return "/"
    if parts.netloc != request.host or parts.scheme not in ("http", "https"):
        return "/"
    return local_path(parts.path + (f"?{parts.query}" if parts.query else ""))
