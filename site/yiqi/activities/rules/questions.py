"""The questions of a sign-up as an organizer writes them, and what makes one impossible to answer."""

import re
from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

MOST_CHARACTERS = 500
"""What an answer may hold at the longest."""
MOST_DIGITS = 9

_KEY = re.compile(r"[a-z][a-z0-9_]{0,19}")
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,15}")


class QuestionKind(StrEnum):
    """What an answer is: a text, one of some choices, a whole number, a Beijing date, yes or no, a mobile number."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    PHONE = "phone"


class Choice(Struct, frozen=True):
    """One answer of a choice. Its code is what is stored; how many may give it is a quota."""

    code: str
    label: str
    label_en: str = ""


class Asked(Struct, frozen=True):
    """One question. `least` and `most` bound a number, `most` the characters of a text."""

    key: str
    kind: QuestionKind
    label: str
    label_en: str = ""
    hint: str = ""
    hint_en: str = ""
    required: bool = False
    reapproves: bool = False
    choices: tuple[Choice, ...] = ()
    least: int | None = None
    most: int | None = None


def check(questions: Sequence[Asked]) -> None:
    """Raises `ValueError` in plain words for a question that nobody could answer, or two that share a key."""
    keys = [question.key for question in questions]
    for question in questions:
        if keys.count(question.key) > 1:
            raise ValueError(f"two questions are called {question.key}")
        wrong = _wrong(question)
        if wrong:
            raise ValueError(f"the question {question.key} {wrong}")


def _wrong(question: Asked) -> str:
    codes = [choice.code for choice in question.choices]
    longest = MOST_CHARACTERS if question.kind is QuestionKind.TEXT else 10**MOST_DIGITS - 1
    bounded = question.kind in (QuestionKind.TEXT, QuestionKind.NUMBER)
    least, most = question.least, question.most
    if not _KEY.fullmatch(question.key):
        return "needs a key of small letters, digits and underscores"
    if not question.label:
        return "asks nothing"
    if (question.kind is QuestionKind.CHOICE) != bool(codes):
        return "needs choices if it is a choice, and only then"
    if not all(_CODE.fullmatch(code) for code in codes) or not all(c.label for c in question.choices):
        return "has a choice without a code of small letters and digits, or without words"
    if len(set(codes)) != len(codes):
        return "has two choices with one code"
    if not bounded and (least is not None or most is not None):
        return "has bounds, which only a number or a text has"
    if question.kind is QuestionKind.TEXT and (least is not None or not 1 <= (most or 1) <= longest):
        return f"may ask for 1 to {longest} characters"
    if any(bound is not None and not 0 <= bound <= longest for bound in (least, most)):
        return f"may ask for a number from 0 to {longest}"
    if least is not None and most is not None and least > most:
        return "has a least above its most"
    return ""
