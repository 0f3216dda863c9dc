"""Who may send a form: requests from our own pages only, with the token of the sender's session."""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

MOST_FIELDS = 200
"""Of a form whose view does not say more."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_FIELD, TOKEN_HEADER = "csrf_token", "X-CSRF-Token"

P = ParamSpec("P")


class CrossSite(Exception):
    """The form was not sent from one of our pages."""


class StaleForm(Exception):
    """The form's token does not belong to the present session: the page was open too long, or a cookie was lost."""


def init(app: Flask, csrf_secret: Callable[[], str | None], begin: Callable[[], object]) -> None:
    """Check every unsafe request. `csrf_secret` gives the secret of the present session, or None without one;
    `begin` opens a session for a page that must carry a token."""
    app.extensions["yiqi.csrf_secret"] = csrf_secret
    app.extensions["yiqi.begin"] = begin

    @app.before_request
    def check() -> None:
        if request.method in SAFE or request.endpoint is None:
            return
        view = app.view_functions[request.endpoint]
        most = getattr(view, "most_fields", MOST_FIELDS)
        room = getattr(view, "most_bytes", None)
        if room is not None and current_user.is_authenticated:
            request.max_content_length = room
        if _has_more_fields(most):
            abort(400)
        if not from_our_pages():
            raise CrossSite
        if getattr(view, "signed_in_only", False) and not current_user.is_authenticated:
            return
        secret = csrf_secret()
        sent = request.headers.get(TOKEN_HEADER) or request.form.get(TOKEN_FIELD, "")
        if secret is None or not _belongs(sent, secret):
            raise StaleForm


def csrf_token() -> str:
    """The token for a form or for htmx: the session's secret under a fresh mask, so that no two pages repeat it."""
    secret = current_app.extensions["yiqi.csrf_secret"]()
    if secret is None:
        return ""
    raw = secret.encode()
    mask = secrets.token_bytes(len(raw))
    return urlsafe_b64encode(mask + bytes(a ^ b for a, b in zip(mask, raw, strict=True))).decode()


def signed_in_only(
    view: Callable[P, ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """A view for people who are signed in: others get 401 and the way to sign in."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if not current_user.is_authenticated:
            abort(401)
        return view(*args, **kwargs)

    guarded.signed_in_only = True  # type: ignore[attr-defined]
    return guarded


def long_form(
    most_fields: int,
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """For a view whose form has more fields than others: how many one request may bring at the most."""

    def mark(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        view.most_fields = most_fields  # type: ignore[attr-defined]
        return view

    return mark


def takes_files(
    most_bytes: int,
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """A view that is sent files by people who are signed in: its body may be as long as this. Others keep to the
    site's own limit, and fields that are no files keep to it anyway."""

    def with_room(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return with_room


def _has_more_fields(most: int) -> bool:
    """Of a form in one line the signs between its fields are counted first: to read twenty thousand of them takes a
    hundred times as long."""
    in_a_line = request.mimetype == "application/x-www-form-urlencoded"
    if in_a_line and request.get_data().count(b"&") >= most:
        return True
    return sum(1 for _field in request.form.items(multi=True)) > most


def from_our_pages() -> bool:
    """What the browser itself says of where a request comes from; silent old browsers pass on to the token check."""
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None and fetch_site not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    base: str = current_app.config["YIQI"].base_url
    try:
        sender = urlsplit(origin).netloc
    except ValueError:
        return False
    return sender in {request.host, urlsplit(base).netloc} - {""}


def _belongs(token: str, secret: str) -> bool:
    try:
        raw = urlsafe_b64decode(token.encode())
    except (NotBase64, ValueError):
        return False
    half = len(raw) // 2
    return hmac.compare_digest(
        bytes(a ^ b for a, b in zip(raw[:half], raw[half:], strict=False)),
        secret.encode(),
    )
