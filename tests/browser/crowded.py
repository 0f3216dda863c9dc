"""The site in a crowd: the first press of each form stood in line too long, and so did the first look at a page that is
asked for with `?crowd`. Never served but in tests, by one process."""

from collections.abc import Callable, Iterable
from typing import Any

from wsgi import app
from yiqi.web import line
from yiqi.web.crowds import WAITED

line.SOONEST = 2.0
serve = app.wsgi_app
seen: set[tuple[str, str]] = set()


def in_a_crowd(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    key = method, path
    rushes = method == "POST" or "crowd" in environ.get("QUERY_STRING", "")
    if rushes and key not in seen:
        seen.add(key)
        environ[WAITED] = 60.0
    return serve(environ, start_response)


app.wsgi_app = in_a_crowd  # type: ignore[method-assign]

__all__ = ["app"]
