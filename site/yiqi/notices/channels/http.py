"""Asking other people's servers, one request at a time, with a limit on how long and how much."""

import json
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from msgspec import Struct

from yiqi.notices.letter import Failed

SECONDS = 8
"""Shorter than the first pause: a letter is not claimed anew while it is under way."""
MOST_BYTES = 64 * 1024


class Answer(Struct, frozen=True):
    """What a server said."""

    status: int
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as an object. Raises `Failed` when it is none: a proxy's error page, half an answer."""
        try:
            said = json.loads(self.body)
        except ValueError:
            said = None
        if not isinstance(said, dict):
            raise Failed(f"HTTP {self.status}, and no JSON")
        return said


class _GoesNowhereElse(HTTPRedirectHandler):
    """Who is sent on has handed nothing over. Followed, a POST becomes a GET of some other page, whose 200 would say that the
    letter was taken; and what was signed, or is secret, goes to whoever is there."""

    def redirect_request(self, *_facts: object) -> None:
        """An answer like any other."""


_opener = build_opener(_GoesNowhereElse)


def get(url: str) -> Answer:
    """GET. Raises `Failed` when nobody answers."""
    return _exchange(url, None, {})


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """POST. Raises `Failed` when nobody answers."""
    return _exchange(url, body, headers)


def as_json(value: object) -> bytes:
    """A value as it is sent: UTF-8, not escaped, for WeChat shows escapes as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _exchange(url: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
    if not url.startswith(("https://", "http://")):
        raise Failed("its address is no web address")
    request = Request(url, data=body, headers=dict(headers))  # noqa: S310 the scheme was looked at
    try:
        with _opener.open(request, timeout=SECONDS) as answer:
            return Answer(answer.status, answer.read(MOST_BYTES))
    except HTTPError as error:
        with error:
            return Answer(error.code, error.read(MOST_BYTES))
    except (OSError, HTTPException) as error:
        raise Failed(f"nobody answers: {type(error).__name__}") from None
