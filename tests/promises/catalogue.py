"""Reads of the message catalogue: what the source says now, and what the English file has for it."""

import gettext
import re
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
ENGLISH = ROOT / "site" / "yiqi" / "i18n" / "en" / "LC_MESSAGES"
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)s")

Id = tuple[str, ...]
"""One text, or singular and plural. A text of one place only has that before it, as a compiled catalogue has."""


@cache
def said() -> dict[Id, str]:
    """Every text in the source, and one place where it is said."""
    sources = [
        *((path, "python") for path in (ROOT / "site" / "yiqi").rglob("*.py")),
        *((path, "jinja2") for path in (ROOT / "templates").rglob("*.html")),
    ]
    found: dict[Id, str] = {}
    for path, method in sorted(sources):
        options = {"trimmed": "false", "silent": "false"} if method == "jinja2" else {}
        for line, message, _comments, where in extract_from_file(
            method, path, keywords=KEYWORDS, options=options
        ):
            found[_of_place(where, _forms(message))] = f"{path.relative_to(ROOT)}:{line}"
    return found


@cache
def english() -> Catalog:
    with (ENGLISH / "messages.po").open("rb") as file:
        return read_po(file, locale="en")


@cache
def translated() -> dict[Id, tuple[tuple[str, ...], bool]]:
    """By text: its English forms, and whether they are marked as a guess (fuzzy)."""
    return {
        _of_place(message.context, _forms(message.id)): (_forms(message.string), message.fuzzy)
        for message in english()
        if message.id
    }


def compiled() -> gettext.GNUTranslations:
    with (ENGLISH / "messages.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def _of_place(where: str | None, forms: Id) -> Id:
    return (f"{where}\x04{forms[0]}", *forms[1:]) if where else forms


def _forms(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(map(str, text))  # type: ignore[call-overload]
