"""What the documents on reliability, security and accessibility say is kept by a test is kept by a test that is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
DOCUMENTS = {"asvs.md": 80, "reliability.md": 50, "accessibility.md": 20}
"""And how many tests each names at the least."""


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


def test_every_command_that_a_document_names_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for name in DOCUMENTS:
        for target in re.findall(r"`make ([a-z0-9]+)", (ROOT / "docs" / name).read_text("utf-8")):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
