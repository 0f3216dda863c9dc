"""Who may come: the closed list of conditions an activity can set, and how they stand in its JSON column."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct


class Member(Struct, frozen=True):
    """A member of some union: `{"kind": "member"}`."""


class GoodStanding(Struct, frozen=True):
    """A member whose union says they are in good standing: `{"kind": "good_standing"}`."""


class OfUnion(Struct, frozen=True):
    """A member of one of these unions or of a group under them: `{"kind": "union", "unions": [3, 8]}`."""

    union_ids: tuple[int, ...]


class Tagged(Struct, frozen=True):
    """Bears a tag: `{"kind": "tag", "tag": "女职工", "tag_en": "women"}`."""

    tag: str
    tag_en: str = ""


class Aged(Struct, frozen=True):
    """Full years on the day it starts, both bounds included: `{"kind": "age", "least": 18, "most": 60}`."""

    least: int | None
    most: int | None


class Holds(Struct, frozen=True):
    """Holds a certificate, or passed a course, for so many full years at the start.

    `{"kind": "holds", "code": "electrician-5", "name": "五级电工", "name_en": …, "years": 4, "activity": 17}`: the
    activity is the course that leads to it.
    """

    code: str
    name: str
    name_en: str = ""
    years: int = 0
    activity_id: int | None = None


Condition = Member | GoodStanding | OfUnion | Tagged | Aged | Holds

ORDER: tuple[type[Condition], ...] = (Member, GoodStanding, OfUnion, Tagged, Aged, Holds)
"""What is named first when several are unmet: what a union can settle, then what is so, then what takes longest."""

_FIELDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "member": (frozenset(), frozenset()),
    "good_standing": (frozenset(), frozenset()),
    "union": (frozenset({"unions"}), frozenset()),
    "tag": (frozenset({"tag"}), frozenset({"tag_en"})),
    "age": (frozenset(), frozenset({"least", "most"})),
    "holds": (frozenset({"code", "name"}), frozenset({"name_en", "years", "activity"})),
}


def parse(raw: Iterable[Mapping[str, Any]]) -> tuple[Condition, ...]:
    """The conditions of an activity, in the order they are named to a worker. Raises `ValueError` for a stranger."""
    return tuple(sorted((_parsed(one) for one in raw), key=lambda condition: ORDER.index(type(condition))))


def _parsed(one: Mapping[str, Any]) -> Condition:
    kind = one.get("kind")
    if not isinstance(kind, str) or kind not in _FIELDS:
        raise ValueError(f"there is no condition {kind!r}")
    needed, allowed = _FIELDS[kind]
    fields = set(one) - {"kind"}
    if not needed <= fields <= needed | allowed:
        raise ValueError(f"the condition {kind} needs {sorted(needed)} and may have {sorted(allowed)}")
    match kind:
        case "member":
            return Member()
        case "good_standing":
            return GoodStanding()
        case "union":
            return OfUnion(_ids(one["unions"]))
        case "tag":
            return Tagged(_text(one["tag"]), _text(one.get("tag_en", ""), empty=True))
        case "age":
            return _aged(_maybe(one.get("least")), _maybe(one.get("most")))
        case _:
            return Holds(
                _text(one["code"]),
                _text(one["name"]),
                _text(one.get("name_en", ""), empty=True),
                _maybe(one.get("years")) or 0,
                _maybe(one.get("activity")),
            )


def _aged(least: int | None, most: int | None) -> Aged:
    if least is None and most is None:
        raise ValueError("the condition age needs a least or a most")
    if least is not None and most is not None and least > most:
        raise ValueError("the condition age has a least above its most")
    return Aged(least, most)


def _ids(value: object) -> tuple[int, ...]:
    if not isinstance(value, list | tuple) or not value:
        raise ValueError("the condition union needs a list of unions")
    return tuple(_number(item) for item in value)


def _text(value: object, *, empty: bool = False) -> str:
    if not isinstance(value, str) or not (value or empty):
        raise ValueError(f"a condition needs words, not {value!r}")
    return value


def _maybe(value: object) -> int | None:
    return None if value is None else _number(value)


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"a condition needs a whole number from 1, not {value!r}")
    return value
