"""A slice of `make fuzz` on every push: every address is attacked once, what was once found is sent again, and the
judges notice what they are there for."""

import time
from itertools import islice
from pathlib import Path

import pytest
from flask import Flask

from tests.databases import SECRET
from tests.fuzz.attacks import BY_NAME, Attack, Known, Maker, Typed, read
from tests.fuzz.judging import faults, is_raw, told
from tests.fuzz.runs import Run, Stage, a_stage, learnt
from tests.fuzz.sending import Answer, InProcess, OverTheWire
from tests.servers import running_site
from yiqi.db import db
from yiqi.web import forms

KEPT = Path(__file__).with_name("found.jsonl")
SEED = 20261122
SQLITE = pytest.mark.parametrize("site", ["sqlite"], indirect=True)


@pytest.fixture
def stage(site: Flask) -> Stage:
    """The whole scene with everybody signed in."""
    return a_stage(site)


@SQLITE
def test_an_attack_on_every_address_ends_in_no_error_and_leaves_nothing_raw(stage: Stage) -> None:
    run = Run(stage, InProcess(stage.app))

    run.go(Maker(SEED, stage.scene.samples, Known(), invented=200).each_route_once())

    assert run.found == []
    assert run.routes == set(BY_NAME)


def test_what_the_fuzz_once_found_does_not_come_again(stage: Stage) -> None:
    run = Run(stage, InProcess(stage.app))

    run.go(read(line) for line in KEPT.read_text("utf-8").splitlines())

    assert run.found == []


@SQLITE
def test_over_the_wire_a_board_is_read_as_far_as_it_speaks_at_once(stage: Stage) -> None:
    with running_site(str(db.engine.url), 1, {"SECRET_KEY": SECRET}) as base:
        run = Run(stage, OverTheWire(base))
        began = time.monotonic()
        run.go([Attack("GET /kiosk/_board/stream", "kiosk"), Attack("GET /desk/", "organizer")])

    assert run.found == []
    assert run.statuses == {200: 2}
    assert time.monotonic() - began < 10


@SQLITE
def test_an_error_of_ours_is_found_and_named(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(stage.app.view_functions, "people.tell_name", lambda: 1 / 0)
    run = Run(stage, InProcess(stage.app))

    run.go([Attack("POST /me/name", "owner"), Attack("GET /me/name", "owner")])

    assert [str(one).partition("\n")[0] for one in run.found] == ["POST /me/name as owner: answers 500"]


@SQLITE
def test_a_text_that_passed_no_gate_is_found_and_so_is_who_sent_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "plain", lambda typed, lines: typed)
    run = Run(stage, InProcess(stage.app))
    bad = Attack("POST /me/name", "owner", (Typed("field", "name", ("王\u202e明",)),))

    run.go([Attack("GET /", "visitor"), bad, Attack("GET /me", "owner")])

    assert [one.attack for one in run.found] == [bad]
    assert "person.name holds" in run.found[0].says


def test_the_judges_know_what_must_not_be() -> None:
    html = {"content-type": "text/html; charset=utf-8"}
    for answer, says in (
        (Answer(503, {}, b"", 0.1), "answers 503"),
        (Answer(200, html, b"Traceback (most recent call last)", 0.1), "shows the inside"),
        (Answer(200, html, b"<p><svg/onload=1>", 0.1), "hands on"),
        (Answer(200, html, b"", 60.0), "takes 60 s"),
        *(
            (Answer(303, {name: where}, b"", 0.1), "leads to")
            for name in ("location", "hx-redirect", "hx-location")
            for where in ("//evil.example", "https://evil.example/", "/\\evil", "javascript:1", "/a\nb")
        ),
    ):
        assert [one for one in faults(answer) if one.startswith(says)], says
    assert list(faults(Answer(303, {"location": "/sign-in?next=/me#x"}, b"", 0.1))) == []
    assert [is_raw(one) for one in ("张三\n", "e\u0301", "\x1b", "\u202e", "\x85", "a\x00")] == [
        False,
        *[True] * 5,
    ]
    assert told(
        "[info] x phone=13800138000\n[info ] message text=13800138000\nsecret-one", {"secret-one"}
    ) == [
        "[info] x phone=13800138000",
        "secret-one",
    ]


@SQLITE
def test_the_same_seed_makes_the_same_attacks_and_each_can_be_written_down(stage: Stage) -> None:
    known = Known({"people.tell_name": {"name", "told"}})
    twice = [list(islice(Maker(7, stage.scene.samples, known, 50).for_ever(), 300)) for _time in range(2)]

    assert twice[0] == twice[1]
    assert twice[0] != list(islice(Maker(8, stage.scene.samples, known, 50).for_ever(), 300))
    assert [read(one.written()) for one in twice[0]] == twice[0]


@SQLITE
def test_what_a_page_asks_for_is_learnt_from_the_page(stage: Stage) -> None:
    looked_at = [BY_NAME[f"GET {rule}"] for rule in ("/", "/sign-in", "/me/name")]
    known = learnt(stage, looked_at)

    assert {"phone", "next"} <= known.fields["people.send_code"]
    assert {"name", "next"} <= known.fields["people.tell_name"]
    assert "q" in known.queries["pages.home"]
