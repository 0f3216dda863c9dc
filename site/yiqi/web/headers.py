"""The headers of every response: a strict content policy, no sniffing, no framing, and what caches may keep."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, Response, current_app, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
CAMERA = {
    "Content-Security-Policy": f"{POLICY}; worker-src 'self' blob:",
    "Permissions-Policy": ALWAYS["Permissions-Policy"].replace("camera=()", "camera=(self)"),
}
"""What a page that reads codes with a camera has in their place: the reader decodes in a worker made from a blob."""
ONE_YEAR = 31536000

View = TypeVar("View", bound=Callable[..., object])


def with_camera(view: View) -> View:
    """A page that may use the camera; where it is refused its answer is like any other's."""
    view.with_camera = True  # type: ignore[attr-defined]
    return view


def init(app: Flask, *, secure: bool) -> None:
    """Set the headers on every response, error pages included. `secure`: the site is reached over https only."""
    headers = dict(ALWAYS)
    if secure:
        headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"

    @app.after_request
    def set_headers(response: Response) -> Response:
        for name, value in headers.items():
            response.headers[name] = value
        view = current_app.view_functions.get(request.endpoint or "")
        if response.status_code < 400 and getattr(view, "with_camera", False):
            response.headers.update(CAMERA)
        if request.endpoint != "static" or response.status_code >= 400:
            response.headers.setdefault("Cache-Control", "no-store")
            response.vary.update(("Cookie", "HX-Request"))
        return response


def for_static(headers: "dict[str, str]", _path: str, _url: str) -> None:
    """The same headers on files that never reach the application."""
    for name, value in ALWAYS.items():
        headers[name] = value
