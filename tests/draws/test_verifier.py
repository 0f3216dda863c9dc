"""The twenty lines that anybody can run: they agree with the draw, notice every change, and stand alone."""

import ast
import json
import random
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.browsing import Client, at_time, parsed
from tests.databases import ROOT
from tests.draws.steps import DRAWS, a_draw, enter, held
from yiqi.draws.rules import lottery
from yiqi.draws.rules.lottery import CONFIRMED, WAITING, WITHDRAWN, Entry
from yiqi.draws.verifier import NAME, verifier_text

VERIFIER = ROOT / "static" / NAME


def checked(document: dict[str, Any], folder: Path) -> subprocess.CompletedProcess[str]:
    """The verifier run on a file as a stranger runs it: isolated, from another folder, without our packages."""
    file = folder / "draw.json"
    file.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-I", "-S", "-X", "utf8", str(VERIFIER), str(file)],
        cwd=folder,
        env={},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def a_published(seed: int, size: int = 40) -> dict[str, Any]:
    """A draw with random entries, seats and fates, as `published.document` lays it out."""
    chance = random.Random(seed)
    codes = [f"{one:06X}" for one in chance.sample(range(16**6), size)]
    entries = [
        Entry(code, chance.choice((3, 4)), chance.randint(1, 3), chance.choice((1, 1, 2))) for code in codes
    ]
    secret, number = lottery.digest(str(seed)), str(chance.randrange(10**12))
    commitment = lottery.digest(secret)
    text = lottery.listing(17, "双色球第 2026135 期", commitment, entries)
    seats = {3: chance.randint(0, size), 4: chance.randint(0, size)}
    withdrawn = frozenset(chance.sample(codes, min(3, size)))

    def take(_one: Entry) -> str | None:
        return "clash" if chance.random() < 0.1 else None

    outcomes = lottery.allot(lottery.ranked(entries, secret, number), seats, withdrawn, take)
    return {
        "source": "双色球第 2026135 期",
        "commitment": commitment,
        "digest": lottery.digest(text),
        "list": text.splitlines(),
        "secret": secret,
        "number": number,
        "seats": {str(slot): free for slot, free in seats.items()},
        "ranked": [[outcome.entry.code, outcome.became] for outcome in outcomes],
    }


@pytest.mark.parametrize("seed", range(8))
def test_it_agrees_with_the_draw_on_random_lists(seed: int, tmp_path: Path) -> None:
    document = a_published(seed, size=(0, 1, 2, 40)[seed % 4])

    said = checked(document, tmp_path)

    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith(f"OK source 双色球第 2026135 期 {document['number']}")
    for code, became in document["ranked"]:
        assert (f"['{code}', '{became}']" in said.stdout) == (became not in (CONFIRMED, WAITING))


def swap(document: dict[str, Any], one: int, other: int) -> None:
    ranked = document["ranked"]
    ranked[one], ranked[other] = ranked[other], ranked[one]


def heavier(document: dict[str, Any]) -> None:
    document["list"][6] = document["list"][6][:-1] + "9"


def with_its_digest(document: dict[str, Any], was: str, now: str) -> None:
    document["list"] = [line.replace(was, now) for line in document["list"]]
    document["digest"] = lottery.digest("".join(f"{line}\n" for line in document["list"]))


def give(document: dict[str, Any], was: str, became: str) -> None:
    line = next(one for one in document["ranked"] if one[1] == was)
    line[1] = became


TAMPERED: dict[str, Callable[[dict[str, Any]], object]] = {
    "an entry is added": lambda one: one["list"].append("entry ZZZZZZ 3 1 1"),
    "an entry is missing": lambda one: one["list"].pop(),
    "a weight is raised": heavier,
    "a line is turned round": lambda one: one["list"].reverse(),
    "another digest": lambda one: one.update(digest="0" * 64),
    "another secret": lambda one: one.update(secret="0" * 64),
    "another secret with its digest": lambda one: one.update(
        secret="0" * 64, commitment=lottery.digest("0" * 64)
    ),
    "another number": lambda one: one.update(number=one["number"] + "1"),
    "two ranks are swapped": lambda one: swap(one, 3, 4),
    "the last comes first": lambda one: one["ranked"].insert(0, one["ranked"].pop()),
    "a line of the order is missing": lambda one: one["ranked"].pop(),
    "a winner is told to wait": lambda one: give(one, CONFIRMED, WAITING),
    "somebody waiting is drawn": lambda one: give(one, WAITING, CONFIRMED),
    "more seats than there were": lambda one: one["seats"].update({"3": 999}),
    "a seat is kept back": lambda one: one["seats"].update({"3": 0, "4": 0}),
    "not drawn yet": lambda one: [one.pop("secret"), one.pop("number")],
}


@pytest.mark.parametrize("how", TAMPERED)
def test_it_notices(how: str, tmp_path: Path) -> None:
    honest = a_published(11)
    assert {became for _code, became in honest["ranked"]} >= {CONFIRMED, WAITING, WITHDRAWN}
    tampered = deepcopy(honest)

    TAMPERED[how](tampered)

    assert tampered != honest
    assert checked(tampered, tmp_path).returncode == 1
    assert checked(honest, tmp_path).returncode == 0


def test_a_new_digest_for_a_changed_list_does_not_help_against_who_kept_the_old_one(tmp_path: Path) -> None:
    """What the program cannot see, and the digest on everybody's screenshot can: a list made anew altogether."""
    honest = a_published(11)
    forged = deepcopy(honest)
    with_its_digest(forged, "双色球", "大乐透")

    assert checked(forged, tmp_path).returncode == 0
    assert forged["digest"] != honest["digest"]


def test_the_list_binds_the_secret_that_was_promised(tmp_path: Path) -> None:
    forged = a_published(11)
    forged.update(secret="0" * 64, commitment=lottery.digest("0" * 64))
    assert "secret" in checked(forged, tmp_path).stderr


def test_it_is_twenty_lines_of_the_standard_library() -> None:
    text = VERIFIER.read_text(encoding="utf-8")
    imported = {
        alias.name if isinstance(node, ast.Import) else str(node.module)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }

    assert sum(bool(line.strip()) for line in text.splitlines()) <= 20
    assert imported <= sys.stdlib_module_names
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 110


def test_what_is_shown_and_downloaded_is_what_is_tested(site: Flask, client: Client, tmp_path: Path) -> None:
    made = a_draw(places=2)
    enter(made, 5)
    held(made)

    with at_time(DRAWS):
        page = client.get(f"/activities/{made.activity_id}/draw")
        document = client.get(f"/activities/{made.activity_id}/draw.json")

    shown = ["".join(pre.itertext()) for pre in parsed(page).iter("pre")]
    assert (
        unescape(shown[-1]) == VERIFIER.read_text(encoding="utf-8") == verifier_text(str(site.static_folder))
    )
    links = [link.get("href", "") for link in parsed(page).iter("a") if link.get("download") == "verify.py"]
    assert client.get(links[0], buffered=True).data == VERIFIER.read_bytes()
    said = checked(json.loads(document.text), tmp_path)
    assert (said.returncode, said.stdout[:2]) == (0, "OK"), said.stderr
