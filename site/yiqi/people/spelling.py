"""How a name is spelled in Latin letters, so that a roster finds 王芳 by `wangfang`, `wang` or `wf`."""

import unicodedata

from pypinyin import lazy_pinyin

MOST = 300


def pinyin(name: str) -> str:
    """The syllables of a name in lower case without tones, a space between them: 王小明 is `wang xiao ming`.

    Letters that are no Han keep their place without their accents; anything else parts syllables.
    """
    spelled = " ".join(lazy_pinyin(name, errors=lambda other: f" {other} "))
    bare = "".join(
        char for char in unicodedata.normalize("NFKD", spelled.lower()) if not unicodedata.combining(char)
    )
    return " ".join("".join(char if char.isalnum() else " " for char in bare).split())[:MOST]
