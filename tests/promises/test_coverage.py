"""No address slips past a gate: each is in the permission matrix, the headers' round, the fuzz and the browser's crawl."""

import inspect
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.browser import test_every_desk_page, test_every_page, test_kiosk_screens, test_reaching
from tests.databases import ROOT, SECRET, ScratchSettings
from tests.fuzz.attacks import BY_NAME
from tests.promises.route import Kind
from tests.promises.routes import ROUTES
from tests.web import test_headers, test_permissions
from yiqi.app import create_app

pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
QUIET = {"HEAD", "OPTIONS"}
IN_STEPS = {"GET /kiosk/visit"}
"""What nobody can open by its address: the walk over the screens comes past it, step by step."""
HAVE_NO_LOOK = {route.name for route in ROUTES if route.method == "GET" and route.kind is not Kind.PAGE}
"""Fragments stand inside pages that are looked at; files, jumps and answers for machines are no pages."""


def in_the_matrix() -> set[str]:
    return {route.name for route, _who in vars(test_permissions)["EVERYBODY"]}


def in_the_headers_round() -> set[str]:
    return {route.name for route, _who in vars(test_headers)["EVERYBODY"]}


def in_the_fuzz() -> set[str]:
    """`test_fuzz` sees to it that a run goes to each of these."""
    return set(BY_NAME)


def in_the_crawl() -> set[str]:
    """What the three walks of the browser open. The screens' walk has its addresses written out."""
    walked = (*test_every_page.CORE, *test_every_page.OF_PROGRAMMES, *test_every_desk_page.DESK)
    source = inspect.getsource(test_kiosk_screens) + inspect.getsource(test_reaching)
    return {
        route.name
        for route in walked
        if not route.rule.startswith("/kiosk/")
        or re.search('"' + re.sub("<[^>]+>", r"\\{\\w+\\}", route.rule) + '"', source)
    }


GATES: dict[str, Callable[[], set[str]]] = {
    "the permission matrix": in_the_matrix,
    "the headers": in_the_headers_round,
    "the fuzz": in_the_fuzz,
    "the browser's crawl": in_the_crawl,
}


def strangers(site: Flask, gate: str) -> set[str]:
    """The addresses that a gate does not know."""
    served = {
        f"{method} {rule.rule}"
        for rule in site.url_map.iter_rules()
        for method in (rule.methods or set()) - QUIET
    }
    if gate == "the browser's crawl":
        served = {name for name in served if name.startswith("GET ")} - HAVE_NO_LOOK - IN_STEPS
    return served - GATES[gate]()


@pytest.fixture
def with_a_stranger(site: Flask, tmp_path: Path) -> Flask:
    """A site with an address that nobody wrote down."""
    where = site.config["SQLALCHEMY_DATABASE_URI"]
    app = create_app(ROOT, ScratchSettings(ROOT, "test", where, SECRET, scratch=tmp_path))
    app.add_url_rule("/everybody/phones", "everybody", lambda: "13800138000", methods=["GET", "POST"])
    return app


@pytest.mark.parametrize("gate", GATES)
def test_every_address_is_held_to_every_gate(site: Flask, gate: str) -> None:
    assert strangers(site, gate) == set()


@pytest.mark.parametrize("gate", GATES)
def test_an_address_that_nobody_wrote_down_fails_each_gate_by_its_name(
    with_a_stranger: Flask, gate: str
) -> None:
    posts = set() if gate == "the browser's crawl" else {"POST /everybody/phones"}
    assert strangers(with_a_stranger, gate) == {"GET /everybody/phones"} | posts
