"""What documents name is there: the tests that keep promises, commands, other documents, rooms and modules."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from click import Context

from yiqi.cli import Commands

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
DOCUMENTS = {"asvs.md": 80, "reliability.md": 50, "accessibility.md": 20}
"""And how many tests each names at the least."""
EVERY = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s]*)\)")
CODE = re.compile(r"```.*?```|`[^`]+`", re.DOTALL)
MADE = re.compile(r"(?:^|`|&& |; )make ([a-z]+)\b", re.MULTILINE)
TOLD = re.compile(r"(?:^|`|&& )(?:yiqi|flask) ([a-z]+)(?: ([a-z]+)\b)?", re.MULTILINE)
"""A command of the site, and the word behind it, which is another one where the first is a group."""


@cache
def names_in(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text("utf-8"))
    return frozenset(one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef))


def missing(text: str) -> list[str]:
    """The tests that a text names and that are not there."""
    return [
        f"{path}::{name}" if name else path
        for path, name in NAMED.findall(text)
        if (name not in names_in(path) if name else not (ROOT / path).is_file())
    ]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_test_that_a_document_names_is_there(name: str) -> None:
    text = (ROOT / "docs" / name).read_text("utf-8")
    assert missing(text) == []
    assert len(NAMED.findall(text)) >= DOCUMENTS[name]


def test_one_that_is_not_there_would_be_noticed() -> None:
    here = "tests/promises/test_documents.py"
    assert missing(f"`{here}::test_one_that_is_not_there_would_be_noticed`") == []
    assert missing(f"`{here}::test_of_nobody` `tests/nowhere.py`") == [
        f"{here}::test_of_nobody",
        "tests/nowhere.py",
    ]


def commands_in(text: str, pattern: re.Pattern[str]) -> list[tuple[str, ...]]:
    """The groups of what a pattern finds where a document shows code, not in its sentences."""
    shown = [one.strip("`").removeprefix("sh\n") for one in CODE.findall(text)]
    return [one.groups() for code in shown for one in pattern.finditer(code)]


def broken(document: Path, text: str) -> list[str]:
    """The links of a document to others, or to a heading, that lead nowhere."""
    found = []
    for link in LINK.findall(text):
        path, _, heading = link.partition("#")
        there = (document.parent / path).resolve() if path else document
        if not there.exists() or (heading and heading not in headings_of(there)):
            found.append(link)
    return found


def headings_of(document: Path) -> set[str]:
    """What a link to a part of a document says behind the #, as GitHub makes it of the heading."""
    plain = (re.sub(r"[^\w\- ]", "", one.lower()) for one in HEADING.findall(document.read_text("utf-8")))
    return {one.strip().replace(" ", "-") for one in plain}


def rooms_in_order(lines: list[str]) -> list[set[str]]:
    """Layers as the linter has them, or as the drawing shows them, without what stands between the names."""
    return [set(re.findall(r"[a-z_0-9]+", line)) for line in lines]


def test_every_command_that_a_document_names_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = {one for path in EVERY for (one,) in commands_in(path.read_text("utf-8"), MADE)}
    assert len(named) > 10
    assert [one for one in sorted(named) if not re.search(rf"^{one}:", makefile, re.MULTILINE)] == []


def test_every_command_of_the_site_that_a_document_names_is_there() -> None:
    named = {one for path in EVERY for one in commands_in(path.read_text("utf-8"), TOLD)} - {("run", None)}
    assert len(named) > 12
    assert [one for one in sorted(named, key=str) if not is_command(*one)] == []
    assert is_command("draw", "verify")
    assert not is_command("draw", "cheat")


def is_command(name: str, below: str | None) -> bool:
    site = Commands()
    found = site.get_command(Context(site), name)
    group = getattr(found, "commands", None)
    return found is not None and (group is None or below is None or below in group)


@pytest.mark.parametrize("document", EVERY, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_to_another_document_leads_there(document: Path) -> None:
    assert broken(document, document.read_text("utf-8")) == []


def test_a_link_that_leads_nowhere_would_be_noticed() -> None:
    said = "[a](nowhere.md) [b](../README.md#run-it) [c](../README.md#no-such-part) [d](https://example.org)"
    assert broken(ROOT / "docs" / "x.md", said) == ["nowhere.md", "../README.md#no-such-part"]


def test_every_document_is_in_the_list_of_documents() -> None:
    docs = ROOT / "docs"
    listed = set(LINK.findall((docs / "README.md").read_text("utf-8")))
    assert {one.name for one in docs.glob("*.md")} - {"README.md"} - listed == set()
    assert "decisions/" in listed


def test_the_drawing_of_which_way_imports_run_is_what_the_linter_holds() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (held,) = (one["layers"] for one in contracts if one["type"] == "layers")
    drawn = (ROOT / "docs" / "architecture.md").read_text("utf-8").split("```")[1]
    assert rooms_in_order(drawn.split("→")) == rooms_in_order(held)


def test_every_room_and_every_module_of_the_core_is_described() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    package = ROOT / "site" / "yiqi"
    rooms = {one.parent.name for one in package.glob("*/__init__.py")}
    assert [one for one in sorted(rooms) if f"| `{one}/` |" not in text] == []
    core = package / "booking"
    modules = {one.stem for one in (*core.glob("*.py"), *core.glob("rules/*.py"))} - {"__init__", "models"}
    drawn = set(re.findall(r"`(\w+)/?`", text.partition("## The core")[2].partition("\n## ")[0]))
    assert sorted(modules - drawn) == []
