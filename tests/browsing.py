"""A browser for tests without one: a client that checks every page it is given, sign-in, and reading forms."""

import re
import secrets
from base64 import urlsafe_b64encode
from contextvars import Context
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert
from werkzeug.test import TestResponse

from yiqi import clock
from yiqi.db import db, writing
from yiqi.people.browser import cookie_name
from yiqi.people.models import BrowserSession, Person
from yiqi.people.sessions import fingerprint

TYPED = {"input", "select", "textarea"}
NO_FAULTS = re.compile(
    r"""([ ](?:href|action|value|content|src|hx-get|hx-post)="|"X-CSRF-Token":[ ]")(?:[\w/%.?=+~:,@-]|&amp;)+(?=")""",
    re.ASCII,
)
"""Tokens, addresses and other values of harmless letters: no fault depends on which they are, so long as there are any."""
_sound: set[bytes] = set()
NEED_NO_LABEL = {"hidden", "submit", "button", "image", "reset"}


@dataclass(frozen=True)
class SignedIn:
    """A session made for a test: what the browser holds, and the secret its form tokens carry."""

    token: str
    csrf: str
    browser_id: int


class Client(FlaskClient):
    """A test client. `checks` says whether what it fetches must be sound; switch it off for broken input.

    Each request runs in a context of its own, as on a server, so nothing in `g` lives on to the next one.
    """

    checks = True

    def __init__(self, app: Flask, **kwargs: Any) -> None:
        super().__init__(app, app.response_class, use_cookies=True, **kwargs)
        self.tokens: dict[tuple[str, str], str] = {}
        self.secrets: dict[str, str] = {}

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response: TestResponse = Context().run(super().open, *args, **kwargs)
        if db_in_use():
            db.session.rollback()
            db.session.expire_all()
        if self.checks:
            faults = faults_of(response)
            assert not faults, f"{response.request.path}: " + "; ".join(faults)
        return response

    def follow(self, response: TestResponse) -> TestResponse:
        """The page a 303 leads to."""
        assert response.status_code == 303, response.status_code
        return self.get(response.location)

    def sign_in(self, person: Person) -> SignedIn:
        return sign_in(self, person)

    def press(self, page: TestResponse, action: str, **typed: Any) -> TestResponse:
        """Fill in and send the form of a page that goes to `action`, as a browser without JavaScript does."""
        return self.post(action, data=form_of(page, action) | typed)


def db_in_use() -> bool:
    """Whether the test itself stands in an application context."""
    try:
        db.session()
    except RuntimeError:
        return False
    return True


def sign_in(client: Client, person: Person) -> SignedIn:
    """Sign a person in by making the row that signing in makes, and give the client its cookie."""
    made = a_session(person.id)
    client.set_cookie(cookie_name(client.application), made.token)
    client.secrets = {made.token: made.csrf}
    return made


def form_token(secret: str) -> str:
    """A token that a session's secret makes, as a form carries it; under a mask of noughts, where a page's is fresh."""
    raw = secret.encode()
    return urlsafe_b64encode(bytes(len(raw)) + raw).decode()


def a_session(
    person_id: int | None,
    *,
    at: datetime | None = None,
    lasts: timedelta = timedelta(days=14),
) -> SignedIn:
    """A browser session of a person, or of a visitor."""
    at = at or clock.now()
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    with writing() as session:
        browser_id = session.execute(
            insert(BrowserSession).returning(BrowserSession.id),
            {
                "token_hash": fingerprint(token),
                "csrf": csrf,
                "person_id": person_id,
                "created_at": at,
                "seen_at": at,
                "expires_at": at + lasts,
            },
        ).scalar_one()
    return SignedIn(token, csrf, browser_id)


def at_time(instant: datetime, *, tick: bool = False) -> time_machine.travel:
    """The clock stands at an instant (or runs on from it): `with at_time(starts_at):`."""
    return time_machine.travel(instant, tick=tick)


def parsed(page: TestResponse | str) -> Element:
    """The tree of a page or fragment, HTML tag names without namespace."""
    return _read(page if isinstance(page, str) else page.get_data(as_text=True))[0]


@lru_cache(maxsize=32)
def _read(html: str) -> tuple[Element, tuple[str, ...]]:
    """The tree of a page or fragment, and where it is not well written. Nobody changes a tree: it is handed out again."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree: Element = parser.parse(html) if _is_document(html) else parser.parseFragment(html)
    return tree, tuple(f"line {place[0]}: {code} {facts}" for place, code, facts in parser.errors)


def by_id(page: TestResponse | str, name: str) -> Element:
    """The one element with an id. Raises `LookupError` when it is not there."""
    found = parsed(page).find(f".//*[@id='{name}']")
    if found is None:
        raise LookupError(name)
    return found


def words(element: Element) -> str:
    """The text of an element, blanks folded."""
    return " ".join("".join(element.itertext()).split())


def form_of(page: TestResponse | str, action: str) -> dict[str, str]:
    """What the form that goes to `action` would send untouched: hidden fields, chosen ones, typed ones.

    Raises `LookupError` when the page has no such form.
    """
    for form in parsed(page).iter("form"):
        if form.get("action", "").partition("#")[0] == action:
            return _sent(form)
    raise LookupError(f"no form goes to {action}")


def _sent(form: Element) -> dict[str, str]:
    sent = {}
    for control in form.iter():
        name = control.get("name")
        if name is None or control.get("disabled") is not None:
            continue
        if control.tag == "textarea":
            sent[name] = "".join(control.itertext())
        elif control.tag == "select":
            options = list(control.iter("option"))
            chosen = [one for one in options if one.get("selected") is not None]
            if options:
                first = (chosen or options)[0]
                sent[name] = first.get("value", "".join(first.itertext()))
        elif control.tag == "input" and control.get("type", "text") not in (
            "submit",
            "button",
        ):
            ticked = control.get("checked") is not None
            if control.get("type") not in ("radio", "checkbox") or ticked:
                sent[name] = control.get("value", "on" if ticked else "")
    return sent


def faults_of(response: TestResponse) -> list[str]:
    """What is wrong with an answer: its headers always; its mark-up when it is HTML."""
    faults = []
    policy = response.headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "unsafe" in policy:
        faults.append(f"its content policy is {policy!r}")
    if response.headers.get("X-Content-Type-Options") != "nosniff":
        faults.append("it may be sniffed")
    if response.mimetype == "text/html" and response.status_code not in (204, 286):
        html = response.get_data(as_text=True)
        if html.strip() and not 300 <= response.status_code < 400:
            faults += markup_faults(html)
    return faults


def markup_faults(html: str) -> list[str]:
    """What is wrong with a page or a fragment as HTML. One that differs from a sound one in harmless values alone is
    sound: the same refusal at five hundred addresses is read once."""
    seen = sha256(NO_FAULTS.sub(r"\1…", html).encode()).digest()
    if seen in _sound:
        return []
    tree, errors = _read(html)
    faults = list(errors)
    if _is_document(html) and not (tree.findtext(".//head/title") or "").strip():
        faults.append("it has no title")
    faults += _attribute_faults(tree) + _form_faults(tree)
    if not faults:
        _sound.add(seen)
    return faults


def _attribute_faults(tree: Element) -> list[str]:
    faults, seen = [], set()
    for element in tree.iter():
        for name in element.attrib:
            if name == "style" or name.startswith(("on", "hx-on")):
                faults.append(f"<{element.tag} {name}=…>")
        named = element.get("id")
        if named is not None:
            if named in seen or not named.strip():
                faults.append(f"id {named!r} is there twice or empty")
            seen.add(named)
    return faults


def _form_faults(tree: Element) -> list[str]:
    faults = []
    labels = {label.get("for") for label in tree.iter("label") if words(label)}
    inside = {control for label in tree.iter("label") if words(label) for control in label.iter()}
    for control in tree.iter():
        if control.tag == "button" and not _is_named(control):
            faults.append("a button without words")
        if control.tag not in TYPED or control.get("type") in NEED_NO_LABEL:
            continue
        if control.get("id") not in labels - {None} and control not in inside and not _is_named(control):
            faults.append(f"no label: {control.get('name')}")
    for form in tree.iter("form"):
        if form.get("method", "get").lower() == "post":
            tokens = [one for one in form.iter("input") if one.get("name") == "csrf_token"]
            if len(tokens) != 1 or not tokens[0].get("value"):
                faults.append(f"no csrf_token: {form.get('action')}")
    return faults


def _is_named(control: Element) -> bool:
    spoken = control.get("aria-label") or control.get("aria-labelledby")
    return bool(spoken) or (control.tag == "button" and bool(words(control)))


def _is_document(html: str) -> bool:
    return html.lstrip()[:9].lower() == "<!doctype"
