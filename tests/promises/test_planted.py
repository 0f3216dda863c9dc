"""Markup in everything that people ever wrote: on every page it is text. Reading changes nothing."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import JSON, String, Text, text

from tests.browsing import Client
from tests.promises.route import Kind
from tests.promises.routes import ROUTES
from tests.promises.scene import WHO, Scene, whole_scene
from tests.web.asking import HTMX, a_token
from yiqi.db import db, writing

pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)

PAYLOADS = (
    "<script>window.__pwned=1</script>",
    '"><script>window.__pwned=1</script>',
    "'><script>window.__pwned=1</script>",
    "</title><script>window.__pwned=1</script>",
    "</textarea><script>window.__pwned=1</script>",
    "</script><script>window.__pwned=1</script>",
    "</style><img src=x onerror=window.__pwned=1>",
    "--><img src=x onerror=window.__pwned=1>",
    "]]><img src=x onerror=window.__pwned=1>",
    "<img src=x onerror=window.__pwned=1>",
    '"><img src=x onerror=window.__pwned=1>',
    "'\"><svg/onload=window.__pwned=1>",
    "<svg><animate onbegin=window.__pwned=1 attributeName=x>",
    "<body onload=window.__pwned=1>",
    "<details open ontoggle=window.__pwned=1>",
    "<input autofocus onfocus=window.__pwned=1>",
    '" autofocus onfocus="window.__pwned=1',
    "' autofocus onfocus='window.__pwned=1",
    '" style="animation-name:spin" onanimationstart="window.__pwned=1',
    '<a href="javascript:window.__pwned=1">x</a>',
    "<iframe srcdoc='<script>parent.__pwned=1</script>'>",
    "<object data=javascript:window.__pwned=1>",
    "<form action=javascript:window.__pwned=1><button>x</button></form>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    '<div hx-get="/me" hx-trigger="load">',
    '" hx-on:click="window.__pwned=1',
    "<style>*{display:none}</style>",
    "<b>粗</b>{{7*191}}${7*191}",
)
ALL = " ".join(PAYLOADS)
HAN = re.compile("[\u4e00-\u9fff]")
ADDRESSES = re.compile(
    r"\b(?:href|src|action|formaction|hx-get|hx-post)=\"\s*(?:javascript|data:text|vbscript):", re.IGNORECASE
)
TAG = re.compile("<[A-Za-z][^<>]*>")
ALWAYS_MOVES = {
    "browser_session": "when it was last in use",
    "kiosk_device": "when it was last in use",
    "notice": "that its person has seen it",
    "second_factor": "the secret of an authenticator that is being set up, which counts for nothing yet",
}
"""What reading may write, and what that is."""


def plant(before: str = ALL) -> int:
    """All payloads, or another text, in whatever of the database was written in Chinese, with what stood there behind them.
    Answers how many texts that were."""
    planted = 0
    with writing() as session:
        triggers = session.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        for name, _sql in triggers:
            session.execute(text(f"DROP TRIGGER {name}"))
        for table in db.metadata.sorted_tables:
            for column in (one for one in table.columns if isinstance(one.type, String | Text | JSON)):
                is_json = isinstance(column.type, JSON)
                where = f'"{table.name}"'
                read = text(f'SELECT rowid, "{column.name}" FROM {where}')  # noqa: S608
                for row_id, value in session.execute(read).all():
                    worse = _worse(json.loads(value) if is_json and value else value, before)
                    if value and worse != (json.loads(value) if is_json else value):
                        planted += 1
                        session.execute(
                            text(f'UPDATE {where} SET "{column.name}" = :worse WHERE rowid = :row'),  # noqa: S608
                            {"worse": json.dumps(worse) if is_json else worse, "row": row_id},
                        )
        for _name, sql in triggers:
            session.execute(text(sql))
    return planted


def _worse(value: Any, before: str) -> Any:
    if isinstance(value, str) and HAN.search(value):
        return f"{before}{value}"
    if isinstance(value, list):
        return [_worse(one, before) for one in value]
    if isinstance(value, dict):
        return {name: _worse(one, before) for name, one in value.items()}
    return value


def live_in(page: str) -> list[str]:
    """The payloads that came through as what they are. Quotes matter inside of a tag alone."""
    tags = " ".join(TAG.findall(page))
    found = [one for one in PAYLOADS if one in (page if "<" in one else tags)]
    if ADDRESSES.search(tags):
        found.append("an address that is a script")
    return found + (["a template"] if "1337" in page else [])


def shown(client: Client, stage: Scene, who: str) -> Iterator[tuple[str, str]]:
    """Every page, fragment and file of somebody as text: its name, and what it holds."""
    stage.enter(client, who)
    client.checks = False
    for route in ROUTES:
        if route.method == "GET" and route.is_there_for(who) and route.endpoint != "static":
            headers = HTMX if route.kind is Kind.FRAGMENT else {}
            answer = client.get(route.url(stage.samples), headers=headers, buffered=True)
            if answer.mimetype == "text/html":
                yield f"{who} {route.name}", answer.text


@pytest.mark.parametrize("who", WHO)
def test_markup_in_everything_anybody_wrote_is_text_on_every_page(client: Client, who: str) -> None:
    stage = whole_scene()
    assert plant() > 150
    bad, with_it = {}, 0

    for name, page in shown(client, stage, who):
        with_it += "window.__pwned=1&lt;/script&gt;" in page or "__pwned" in page
        if said := live_in(page):
            bad[name] = said

    assert bad == {}
    assert with_it >= 5, "the control: it is on these pages"


def test_a_template_that_trusts_a_text_is_noticed(
    site: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: escaping is off."""
    stage = whole_scene()
    plant()
    monkeypatch.setattr(site.jinja_env, "autoescape", False)
    monkeypatch.setattr(site.jinja_env, "bytecode_cache", None)
    site.jinja_env.cache.clear()  # type: ignore[union-attr]
    client.checks = False
    try:
        page = client.get(f"/activities/{stage.samples.activity_id}").text
    finally:
        site.jinja_env.cache.clear()  # type: ignore[union-attr]
    assert "<script>window.__pwned=1</script>" in live_in(page)


def rows() -> dict[str, list[str]]:
    db.session.rollback()
    return {
        name: sorted(map(repr, db.session.execute(text(f'SELECT * FROM "{name}"'))))  # noqa: S608
        for name in db.metadata.tables
    }


def changed(before: dict[str, list[str]]) -> set[str]:
    after = rows()
    return {name for name in before if before[name] != after[name]}


def test_reading_changes_nothing(site: Flask, client: Client) -> None:
    stage = whole_scene()
    for who in WHO:
        stage.enter(client, who)
    before = rows()

    for route in ROUTES:
        if route.method == "GET":
            stage.enter(client, route.insider)
            client.get(route.url(stage.samples), buffered=True)

    assert changed(before) - ALWAYS_MOVES.keys() == set()
    worker = stage.enter(Client(site), "owner")
    worker.post("/me/name", data={"name": "新名字", "csrf_token": a_token(worker)})
    assert "person" in changed(before), "the control"
