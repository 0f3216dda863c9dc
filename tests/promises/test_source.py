"""What must be true of the source as a whole: where time, htmx and Markup come from, how long a module may be."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "site" / "yiqi"
MOST_LINES = 300
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("func", "now"),
    ("func", "current_timestamp"),
}
MARKUP = {
    "web/formats.py",
    "web/qr.py",
    "web/alike.py",
    "booking/tickets.py",
    "i18n/__init__.py",
    "web/kept.py",
}
"""Modules that may declare text to be HTML: the formats and the catalogue, which escape what they are given, the QR code, and
what keeps rendered pieces."""
FROZEN_DATACLASSES = {
    "config.py",
    "channel_settings.py",
    "notices/channels/wechat.py",
    "people/codes.py",
    "privacy/claiming.py",
}
"""Modules whose values cannot be structs: secrets that are left out of a `repr`, and exceptions."""


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def clocks_asked(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and (node.value.id, node.attr) in CLOCKS
        ):
            yield f"{node.value.id}.{node.attr}"
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (alias.name for alias in node.names if alias.name == "time")


def hidden_imports(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    yield inner.lineno


def names_used(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_site_is_a_plain_folder_so_that_it_never_hides_the_standard_library_module_of_that_name() -> None:
    assert not (ROOT / "site" / "__init__.py").exists()


def test_the_source_folder_is_never_ignored_or_built_over() -> None:
    ignored = {
        line.strip().strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    }
    assert "site" not in ignored
    assert not list(ROOT.glob("mkdocs.y*ml"))

    said = subprocess.run(
        ["git", "check-ignore", "site/yiqi/app.py", "site/new.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stdout == ""


def test_only_one_module_knows_htmx_flask() -> None:
    knowing = {
        name_of(path)
        for path in modules()
        if any(name.split(".")[0] == "htmx_flask" for name in imported(tree_of(path)))
    }
    assert knowing == {"web/htmx.py"}


def test_only_the_clock_asks_what_time_it_is() -> None:
    asking = {
        name_of(path): sorted(clocks_asked(tree_of(path)))
        for path in modules()
        if name_of(path) != "clock.py" and list(clocks_asked(tree_of(path)))
    }
    assert asking == {}


def test_no_import_is_hidden_inside_a_function() -> None:
    hidden = {
        name_of(path): lines for path in modules() if (lines := sorted(set(hidden_imports(tree_of(path)))))
    }
    assert hidden == {}


def test_values_are_structs() -> None:
    assert {
        name_of(path) for path in modules() if "@dataclass(frozen=True" in path.read_text(encoding="utf-8")
    } == FROZEN_DATACLASSES


def test_only_named_modules_declare_text_to_be_html() -> None:
    declaring = {name_of(path) for path in modules() if "Markup" in names_used(tree_of(path))}
    assert declaring <= MARKUP


def test_a_module_stays_short_and_says_what_lives_in_it() -> None:
    sources = {name_of(path): path.read_text(encoding="utf-8") for path in modules()}
    long = {name for name, source in sources.items() if source.count("\n") > MOST_LINES}
    assert long == set(), "which noun is missing?"
    assert {
        name for name, source in sources.items() if source and not ast.get_docstring(ast.parse(source))
    } == set()


def test_these_rules_notice_a_breach() -> None:
    bad = ast.parse(
        "from datetime import datetime\nimport htmx_flask\n"
        "def f():\n    import os\n    return datetime.now()\nMarkup('x')\n"
    )
    assert list(clocks_asked(bad)) == ["datetime.now"]
    assert list(hidden_imports(bad)) == [4]
    assert "htmx_flask" in set(imported(bad))
    assert "Markup" in names_used(bad)
