"""Answers to the questions of a sign-up: what was typed becomes what is kept, or the reason why it cannot be."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from enum import Enum, auto

from yiqi.activities.rules.questions import MOST_CHARACTERS, MOST_DIGITS, Asked, QuestionKind
from yiqi.people.rules import mainland_mobile, typed_date

YES, NO = "yes", "no"


class Current(Asked, frozen=True, kw_only=True):
    """A question as it is asked now, in its newest version."""

    id: int


class Wrong(Enum):
    """Why an answer cannot be kept."""

    MISSING = auto()
    TOO_LONG = auto()
    NO_SUCH_CHOICE = auto()
    NOT_A_NUMBER = auto()
    OUT_OF_RANGE = auto()
    NOT_A_DATE = auto()
    NOT_YES_OR_NO = auto()
    NOT_A_PHONE = auto()


def cleaned(question: Asked, typed: str) -> str | Wrong:
    """An answer as `Answer.value` keeps it; empty when an optional question was left out.

    `typed` has passed the gate for typed text already: NFC, trimmed, without controls and direction marks.
    """
    if not typed:
        return Wrong.MISSING if question.required else ""
    match question.kind:
        case QuestionKind.TEXT:
            return typed if len(typed) <= most_characters(question) else Wrong.TOO_LONG
        case QuestionKind.CHOICE:
            known = any(choice.code == typed for choice in question.choices)
            return typed if known else Wrong.NO_SUCH_CHOICE
        case QuestionKind.NUMBER:
            return _number(question, typed)
        case QuestionKind.DATE:
            day = typed_date(typed)
            return Wrong.NOT_A_DATE if day is None else day.isoformat()
        case QuestionKind.YES_NO:
            return typed if typed in (YES, NO) else Wrong.NOT_YES_OR_NO
        case QuestionKind.PHONE:
            return mainland_mobile(typed) or Wrong.NOT_A_PHONE


def most_characters(question: Asked) -> int:
    """How long the answer to a text may be."""
    return question.most or MOST_CHARACTERS


def bounds(question: Asked) -> tuple[int, int]:
    """The smallest and the largest answer to a number."""
    most = 10**MOST_DIGITS - 1 if question.most is None else question.most
    return question.least or 0, most


def stale(current: Iterable[Current], answers: Mapping[int, str]) -> bool:
    """Whether a form was filled in for other questions than are asked now: a required one has no answer, or an
    answered one is no longer asked. `answers` are cleaned values by question id; an empty one is none."""
    asked = {question.id: question for question in current}
    given = {question_id for question_id, value in answers.items() if value}
    required = {question_id for question_id, question in asked.items() if question.required}
    return not required <= given <= asked.keys()


def still_fits(current: Iterable[Current], given: Mapping[str, str]) -> dict[int, str]:
    """Answers by question key, as answers to the present questions, by their ids: those that can still be given."""
    return {
        question.id: given[question.key]
        for question in current
        if question.key in given and cleaned(question, given[question.key]) == given[question.key]
    }


def choices(current: Iterable[Current], answers: Mapping[int, str]) -> frozenset[str]:
    """What quotas look for in answers: `<question key>=<choice code>` for each choice that was made."""
    return frozenset(
        f"{question.key}={answers[question.id]}"
        for question in current
        if question.kind is QuestionKind.CHOICE and answers.get(question.id)
    )


def _number(question: Asked, typed: str) -> str | Wrong:
    text = unicodedata.normalize("NFKC", typed)
    if not re.fullmatch("[0-9]+", text):
        return Wrong.NOT_A_NUMBER
    digits = text.lstrip("0") or "0"
    least, most = bounds(question)
    if len(digits) > MOST_DIGITS or not least <= int(digits) <= most:
        return Wrong.OUT_OF_RANGE
    return digits
