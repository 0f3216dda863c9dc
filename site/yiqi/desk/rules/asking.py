"""What is asked at sign-up and who may come: the parts of the form about questions and conditions."""

import re
from typing import Any, Protocol

from yiqi.activities.rules.questions import MOST_CHARACTERS, MOST_DIGITS, Asked, Choice, QuestionKind
from yiqi.desk.rules import placing
from yiqi.desk.rules.typed import Reader, Why

LABEL, LABEL_EN, HINT, HINT_EN, CHOICE, CHOICE_EN = 60, 120, 120, 200, 40, 80
MOST_CHOICES = 20
OLDEST = 120
KINDS = tuple(map(str, QuestionKind))
_KEY = re.compile(r"[a-z][a-z0-9_]{0,19}")
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class KnownThings(placing.KnownUnions, Protocol):
    """Where unions and courses are looked up."""

    @property
    def courses(self) -> frozenset[int]: ...


def questions(reader: Reader) -> tuple[Asked, ...]:
    """The questions, in the order of the form."""
    found: list[Asked] = []
    for index in range(len(reader.fields["question"])):
        name = f"question-{index}-"
        kind = reader.one_of(name + "kind", KINDS)
        label = reader.text(name + "label", LABEL, needed=True)
        if label and label in {asked.label for asked in found}:
            reader.wrong(name + "label", Why.TWICE)
        is_choice = kind == QuestionKind.CHOICE
        least, most = _bounds(reader, name, kind)
        key = reader.raw(name + "key")
        taken = {asked.key for asked in found}
        found.append(
            Asked(
                key if _KEY.fullmatch(key) and key not in taken else f"q{index + 1}x",
                QuestionKind(kind or "text"),
                label,
                reader.text(name + "label_en", LABEL_EN),
                reader.text(name + "hint", HINT),
                reader.text(name + "hint_en", HINT_EN),
                reader.ticked(name + "required"),
                reader.ticked(name + "reapproves"),
                _choices(reader, name + "choices") if is_choice else (),
                least,
                most,
            )
        )
    return tuple(found)


def conditions(reader: Reader, known: KnownThings) -> tuple[dict[str, Any], ...]:
    """The conditions, as `activities.rules.conditions` reads them."""
    found: list[dict[str, Any]] = []
    if reader.ticked("member"):
        found.append({"kind": "member"})
    if reader.ticked("good_standing"):
        found.append({"kind": "good_standing"})
    if unions := placing.unions(reader, "conditions_unions", known):
        found.append({"kind": "union", "unions": list(unions)})
    tag, tag_en = reader.text("conditions_tag", placing.TAG), reader.text("conditions_tag_en", 80)
    if tag:
        found.append({"kind": "tag", "tag": tag, "tag_en": tag_en})
    least, most = reader.whole("age_least", 1, OLDEST), reader.whole("age_most", 1, OLDEST)
    if least is not None and most is not None and most < least:
        reader.wrong("age_most", Why.BELOW_LEAST)
    elif least is not None or most is not None:
        found.append({"kind": "age", "least": least, "most": most})
    return (*found, *_holds(reader, known))


def _holds(reader: Reader, known: KnownThings) -> list[dict[str, Any]]:
    """The certificate that is asked for, if one is."""
    code = reader.text("holds_code", 40)
    name, name_en = reader.text("holds_name", 60), reader.text("holds_name_en", 120)
    years, course = reader.whole("holds_years", 0, 60), reader.whole("holds_activity", 1, 2**31 - 1)
    if code and not _CODE.fullmatch(code):
        reader.wrong("holds_code", Why.NOT_A_CODE)
    if code and not name:
        reader.wrong("holds_name", Why.MISSING)
    if name and not code:
        reader.wrong("holds_code", Why.NEEDS_CODE)
    if course is not None and course not in known.courses:
        reader.wrong("holds_activity", Why.NO_SUCH_COURSE)
    if not code or not name:
        return []
    one = {"kind": "holds", "code": code, "name": name, "name_en": name_en}
    return [one | ({"years": years} if years else {}) | ({"activity": course} if course else {})]


def _choices(reader: Reader, name: str) -> tuple[Choice, ...]:
    """One a line, its English after a bar."""
    typed = reader.text(name, 4000, lines=True)
    lines = [line.replace("｜", "|").partition("|") for line in typed.splitlines() if line.strip()]
    pairs = [(label.strip(), english.strip()) for label, _bar, english in lines]
    labels = [label for label, _english in pairs]
    if not 2 <= len(pairs) <= MOST_CHOICES:
        reader.wrong(name, Why.NEEDS_CHOICES, most=MOST_CHOICES)
    elif not all(labels) or len(set(labels)) < len(labels):
        reader.wrong(name, Why.TWICE)
    elif any(len(label) > CHOICE or len(english) > CHOICE_EN for label, english in pairs):
        reader.wrong(name, Why.TOO_LONG, most=CHOICE, now=max(map(len, labels)))
    return tuple(Choice(f"c{number}", *pair) for number, pair in enumerate(pairs, 1))


def _bounds(reader: Reader, name: str, kind: str) -> tuple[int | None, int | None]:
    """The smallest and largest number, or the most characters."""
    if kind == QuestionKind.NUMBER:
        longest = 10**MOST_DIGITS - 1
        least, most = reader.whole(name + "least", 0, longest), reader.whole(name + "most", 0, longest)
        if least is not None and most is not None and most < least:
            reader.wrong(name + "most", Why.BELOW_LEAST)
        return least, most
    if kind == QuestionKind.TEXT:
        return None, reader.whole(name + "most", 1, MOST_CHARACTERS)
    return None, None
