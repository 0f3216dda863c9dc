"""How a name is spelled in Latin letters, so that a roster finds 王芳 by `wangfang`, `wang` or `wf`."""

import unicodedata

from pypinyin import lazy_pinyin

MOST = 300
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


def pinyin(name: str) -> str:
    """The syllables of a name in lower case without tones, a space between them: 王小明 is `wang xiao ming`.

    Letters that are no Han keep their place without their accents; anything else parts syllables.
    """
    head = SURNAMES.get(name[:1], "")
    rest = name[1:] if head else name
    spelled = " ".join([head, *lazy_pinyin(rest, errors=lambda other: f" {other} ")])
    bare = "".join(
        char for char in unicodedata.normalize("NFKD", spelled.lower()) if not unicodedata.combining(char)
    )
    return " ".join("".join(char if char.isalnum() else " " for char in bare).split())[:MOST]
