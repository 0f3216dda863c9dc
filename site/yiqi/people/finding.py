"""Finding a name by what somebody types of it: its characters, its letters or the first letters of its syllables."""

from collections.abc import Sequence
from functools import lru_cache

from yiqi.web.texts import folded


def letters(typed: str) -> str:
    """What was typed as the Latin letters and digits that a spelled name is compared with; empty when there is
    anything else in it."""
    text = "".join(folded(typed).replace("'", "").split())
    return text if text.isascii() and text.isalnum() else ""


@lru_cache(maxsize=4096)
def marked(pinyin: str, wanted: str) -> tuple[int, ...] | None:
    """How many letters at the head of each syllable the wanted ones are; None when they are not the name's.

    Each syllable from some one on gives one letter or more, until all are found: `wf`, `wangf`, `wfu` and `fu` find
    `wang fu`.
    """
    syllables = pinyin.split()
    for start in range(len(syllables)):
        found = _heads(syllables[start:], wanted)
        if found is not None:
            after = len(syllables) - start - len(found)
            return (*[0] * start, *found, *[0] * after)
    return None


def is_whole(pinyin: str, wanted: str) -> bool:
    """Whether the wanted letters are the whole name, written out or as the first letters of all syllables."""
    return wanted in (pinyin.replace(" ", ""), "".join(part[0] for part in pinyin.split()))


def _heads(syllables: Sequence[str], wanted: str) -> list[int] | None:
    if not wanted:
        return []
    if not syllables:
        return None
    first = syllables[0]
    same = next((n for n, (a, b) in enumerate(zip(first, wanted, strict=False)) if a != b), None)
    longest = min(len(first), len(wanted)) if same is None else same
    for taken in range(longest, 0, -1):
        rest = _heads(syllables[1:], wanted[taken:])
        if rest is not None:
            return [taken, *rest]
    return None
