"""A name with quotation marks of its own, where a sentence puts it between the same marks."""

import re
from collections.abc import Mapping

INNER = {"“”": "‘’", "《》": "〈〉"}
"""Marks, and those that stand for them within them (GB/T 15834-2011, 4.8.3.3 and 4.15.3.2)."""
_BETWEEN = re.compile(r"([“《])%\((\w+)\)s([”》])")


def settled(sentence: str, values: Mapping[str, object]) -> Mapping[str, object]:
    """The values as they stand in a sentence with `%(name)s`: of what is quoted there, marks that are the sentence's own become
    the inner ones, and those around the whole of it go, so that “博大杯”联赛 is told as “‘博大杯’联赛” and 《夜班》 as 《夜班》."""
    if "“%(" not in sentence and "《%(" not in sentence:
        return values
    found = dict(values)
    for opens, name, closes in _BETWEEN.findall(sentence):
        value, inner = found.get(name), INNER.get(opens + closes)
        if isinstance(value, str) and inner and (opens in value or closes in value):
            is_whole = (
                value[0] == opens and value[-1] == closes and value.count(opens) == value.count(closes) == 1
            )
            found[name] = value[1:-1] if is_whole else _nested(value, opens + closes, inner)
    return found


def _nested(value: str, marks: str, inner: str) -> str:
    for outer, within in zip(marks, inner, strict=True):
        value = value.replace(outer, within)
    return value
