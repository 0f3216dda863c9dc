"""How a name or a title is spelled in Latin letters, so that a roster finds 王芳 by `wangfang`, `wang` or `wf`, and a worker
篮球 by `lanqiu`."""

import os
import re
import unicodedata
from functools import cache
from importlib import import_module, resources
from typing import Any

MOST = 300
_PAIR = re.compile(r'"(\w{2})": \[\s*\[\s*"([^"]+)"\s*\],\s*\[\s*"([^"]+)"\s*\]\s*\]')
SURNAMES = {
    "单": "shan",
    "仇": "qiu",
    "曾": "zeng",
    "解": "xie",
    "朴": "piao",
    "查": "zha",
    "区": "ou",
    "盖": "ge",
    "缪": "miao",
    "翟": "zhai",
    "乐": "yue",
    "员": "yun",
    "种": "chong",
    "秘": "bi",
    "繁": "po",
    "覃": "qin",
    "洗": "xian",
    "折": "she",
    "阚": "kan",
    "隗": "wei",
    "牟": "mu",
    "句": "gou",
    "祭": "zhai",
    "卜": "bu",
    "薄": "bo",
    "都": "du",
    "召": "shao",
    "逄": "pang",
}
"""Characters that are read otherwise at the head of a name."""


@cache
def _library() -> Any:
    """The readings, brought in with the first name that is written down: 11 MB and a fifth of a second, which a process
    that only shows pages does without."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")
    library = import_module("pypinyin")
    library.load_phrases_dict(_pairs(library.constants.PINYIN_DICT))
    return library


def _pairs(alone: dict[int, str]) -> dict[str, list[list[str]]]:
    """How two characters are read together where that is not how each is read alone: 朝阳, 长乐. All the library's
    phrases together would take 45 MB in each process; given names are no proverbs."""
    phrases = (resources.files("pypinyin") / "phrases_dict.json").read_text(encoding="utf-8")
    pairs = {}
    for found in _PAIR.finditer(phrases):
        both, first, second = found.groups()
        usual = [alone.get(ord(char), "").partition(",")[0] for char in both]
        if [first, second] != usual:
            pairs[both] = [[first], [second]]
    return pairs


def pinyin(name: str) -> str:
    """The syllables of a name in lower case without tones, a space between them: 王小明 is `wang xiao ming`.

    Letters that are no Han keep their place without their accents; anything else parts syllables.
    """
    head = SURNAMES.get(name[:1], "")
    return f"{head} {latin(name[1:])}".strip()[:MOST] if head else latin(name)


def latin(text: str) -> str:
    """The same of words that are nobody's name."""
    spelled = " ".join(_library().lazy_pinyin(text, errors=lambda other: f" {other} "))
    bare = "".join(
        char for char in unicodedata.normalize("NFKD", spelled.lower()) if not unicodedata.combining(char)
    )
    return " ".join("".join(char if char.isalnum() else " " for char in bare).split())[:MOST]
