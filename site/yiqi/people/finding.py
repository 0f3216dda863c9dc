"""Finding somebody by what is typed of their name (its characters, its letters or the first letters of its syllables)
or of their phone number."""

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import ColumnElement, and_

from yiqi.people.models import Person
from yiqi.web.texts import digits, folded

SEEN_AT_THE_END, WHOLE_NUMBER = 4, 11
_IN_NAMES = " ·•'’-.〇"


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


def number(typed: str, *, least: int) -> tuple[str, str] | None:
    """How a phone that was typed begins and ends, as far as everybody may see it (138****1234): the beginning is told
    only by a whole number. None for fewer than `least` digits, and for what is no number.

    What is hidden is never compared: who could ask for it digit by digit would read it, and leave no trace.
    """
    found = digits(typed)
    if len(found) > WHOLE_NUMBER:
        found = found.removeprefix("86")
    if len(found) < least:
        return None
    return f"+86{found[:3]}" if len(found) == WHOLE_NUMBER else "+", found[-SEEN_AT_THE_END:]


def may_find(typed: str, *, least: int) -> bool:
    """Whether what was typed looks like a name, in any script, or like a phone number or the end of one."""
    is_name = any(char.isalpha() for char in typed) and all(
        char.isalpha() or char in _IN_NAMES for char in typed
    )
    return is_name or number(typed, least=least) is not None


def by_number(typed: str, *, least: int) -> ColumnElement[bool] | None:
    """The people whose phone number that is, as a condition; None for what is no `number`."""
    ends = number(typed, least=least)
    return and_(Person.phone.startswith(ends[0]), Person.phone.endswith(ends[1])) if ends else None


def has_number(phone: str, typed: str, *, least: int) -> bool:
    """The same of one phone (E.164)."""
    ends = number(typed, least=least)
    return ends is not None and phone.startswith(ends[0]) and phone.endswith(ends[1])


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
