"""The patterns of letters as gateways approve them, and the ids they gave them."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import flask_babel
from msgspec import Struct

from yiqi.i18n import in_language
from yiqi.notices.letter import numbered

SIGNATURE = "【亦庄工会】"
"""What every letter begins with, in the source."""


class Template(Struct, frozen=True):
    """A pattern in one language. `key` changes when a word of it changes: it has to be approved anew."""

    key: str
    lang: str
    text: str


def key_of(pattern: str) -> str:
    """What a pattern is called in the file of ids."""
    return hashlib.sha256(numbered(pattern).encode()).hexdigest()[:12]


def every() -> list[Template]:
    """All patterns of letters in both languages, as the catalogue knows them."""
    found: dict[str, Template] = {}
    with in_language("en"):
        catalogue = flask_babel.get_translations()
    patterns = [(one, said) for one, said in catalogue._catalog.items() if _is_letter(one)]
    for source, english in sorted(patterns):
        for lang, pattern in (("zh-CN", source), ("en", english or source)):
            key = key_of(pattern)
            found.setdefault(key, Template(key, lang, numbered(pattern)))
    return list(found.values())


def ids(path: Path) -> dict[str, str]:
    """The ids in a file: a JSON object by key, each with the `id` that the gateway gave. Raises `ValueError`."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(kept, dict) or not all(isinstance(one, Mapping) for one in kept.values()):
        raise ValueError(f"{path} is no list of templates")
    return {key: str(one.get("id", "")) for key, one in kept.items()}


def _is_letter(source: object) -> bool:
    return isinstance(source, str) and source.startswith(SIGNATURE)
