"""How a test sends what a browser sends: through htmx, raw, or as anybody's forged form."""

import re
from typing import Any
from xml.etree.ElementTree import Element

from flask import Flask
from werkzeug.test import TestResponse

from tests.browsing import Client, form_of, form_token, parsed
from yiqi.people.browser import cookie_name

HTMX, BY_HAND = {"HX-Request": "true"}, {"HX-Request": "false"}
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class RawClient(Client):
    """A client that keeps no cookies: the `Cookie` and `Host` headers go out as the test writes them."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self._cookies = None


def press_by_htmx(client: Client, page: TestResponse, action: str, **typed: Any) -> TestResponse:
    """Send the form of a page that goes to `action` as htmx does."""
    here = f"http://localhost{page.request.full_path}"
    return client.post(action, data=form_of(page, action) | typed, headers=HTMX | {"HX-Current-URL": here})


def token_on(page: TestResponse | str) -> str:
    """The first form token on a page. Raises `LookupError` without one."""
    found = TOKEN.search(page if isinstance(page, str) else page.text)
    if found is None:
        raise LookupError("no token")
    return found[1]


def a_token(client: Client) -> str:
    """A valid form token of the client's session, which is begun when there is none. Of a session that a test has made
    the secret is known; else one page is asked for it as long as the session is the same."""
    session, screen = _session_of(client)
    if session in client.secrets and not screen:
        return form_token(client.secrets[session])
    if _session_of(client) not in client.tokens:
        checks, client.checks = client.checks, False
        token = _fresh_token(client)
        client.checks = checks
        client.tokens = {_session_of(client): token}
    return client.tokens[_session_of(client)]


def _session_of(client: Client) -> tuple[str, str]:
    session = client.get_cookie(cookie_name(client.application))
    screen = client.get_cookie("yiqi-kiosk", path="/kiosk")
    return session.value if session else "", screen.value if screen else ""


def _fresh_token(client: Client) -> str:
    if (
        client.get_cookie("yiqi-kiosk", path="/kiosk") is not None
    ):  # on a screen the token is the screen's own
        return token_on(client.get("/kiosk/check-in", headers=BY_HAND))
    page = client.get("/sign-in", headers=BY_HAND)
    return token_on(page if page.status_code == 200 else client.get("/me/name", headers=BY_HAND))


def roots(html: str) -> int:
    """How many elements stand at the top of a fragment, those that go elsewhere by themselves not counted.

    Loose text beside them counts as one more.
    """
    tree = parsed(html)
    loose = [tree.text, *(element.tail for element in tree)]
    return sum(element.get("hx-swap-oob") is None for element in tree) + sum(
        bool(text and text.strip()) for text in loose
    )


def out_of_band(html: str) -> dict[str, Element]:
    """The elements of an answer that go elsewhere by themselves, by id."""
    return {
        element.get("id", ""): element for element in parsed(html) if element.get("hx-swap-oob") is not None
    }
