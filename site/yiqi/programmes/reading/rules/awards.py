"""The yearly awards of the book drift: who is first, by which rule of which year, ties stated.

The rules are the union's own; each holds from a day on, so that an old year is always counted as it was announced.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import groupby

from msgspec import Struct


class Prize(StrEnum):
    """The three awards."""

    GIVER = "giver"
    """最佳投漂者: most titles put adrift."""
    COPY = "copy"
    """最佳漂书: most hand-overs; equal ones by the number of places."""
    READER = "reader"
    """最佳漂友: most books read with a note."""


class Rule(Struct, frozen=True):
    """How the awards of a year are counted: down to which rank, and from how many on, by prize."""

    since: date
    ranks: int
    least: Mapping[Prize, int]


RULES = (
    Rule(date(2024, 1, 1), 3, {Prize.GIVER: 1, Prize.COPY: 2, Prize.READER: 1}),
    Rule(date(2026, 1, 1), 3, {Prize.GIVER: 2, Prize.COPY: 3, Prize.READER: 2}),
)
"""The oldest first. Since 2026 one book makes nobody the best."""


class Put(Struct, frozen=True):
    """Somebody put a copy of a title adrift."""

    person_id: int
    title_id: int


class Received(Struct, frozen=True):
    """Somebody received a copy of a title at a place (empty: they named none), with or without a word on it."""

    copy_id: int
    title_id: int
    person_id: int
    place: str
    has_note: bool


class Placed(Struct, frozen=True):
    """A rank: whose (a person, or a copy), with which count and second count; `tied`: how many share the rank."""

    rank: int
    of_id: int
    count: int
    second: int = 0
    tied: int = 1


def rule_of(year: int) -> Rule | None:
    """The rule that holds for a year; None before there was one."""
    held = [rule for rule in RULES if rule.since.year <= year]
    return held[-1] if held else None


def givers(rule: Rule, put: Iterable[Put]) -> list[Placed]:
    """最佳投漂者: each title counts once for whoever put copies of it adrift."""
    counted = _distinct((one.person_id, one.title_id) for one in put)
    return placed({of_id: (many, 0) for of_id, many in counted.items()}, rule, Prize.GIVER)


def copies(rule: Rule, received: Iterable[Received]) -> list[Placed]:
    """最佳漂书: hand-overs, then places that were named."""
    counts: dict[int, int] = {}
    places: dict[int, set[str]] = {}
    for one in received:
        counts[one.copy_id] = counts.get(one.copy_id, 0) + 1
        places.setdefault(one.copy_id, set()).update({one.place} - {""})
    return placed({of_id: (many, len(places[of_id])) for of_id, many in counts.items()}, rule, Prize.COPY)


def readers(rule: Rule, received: Iterable[Received]) -> list[Placed]:
    """最佳漂友: titles that somebody received and wrote a note on, each counted once."""
    counted = _distinct((one.person_id, one.title_id) for one in received if one.has_note)
    return placed({of_id: (many, 0) for of_id, many in counted.items()}, rule, Prize.READER)


def placed(counts: Mapping[int, tuple[int, int]], rule: Rule, prize: Prize) -> list[Placed]:
    """Ranks by count: equal ones share a rank, and the next rank is as many further (1, 2, 2, 4)."""
    good = [(count, of_id) for of_id, count in counts.items() if count[0] >= rule.least[prize]]
    ordered = sorted(good, key=lambda one: (-one[0][0], -one[0][1], one[1]))
    found: list[Placed] = []
    rank = 1
    for (count, second), group in groupby(ordered, key=lambda one: one[0]):
        sharing: Sequence[int] = [of_id for _count, of_id in group]
        if rank > rule.ranks:
            break
        found += [Placed(rank, of_id, count, second, len(sharing)) for of_id in sharing]
        rank += len(sharing)
    return found


def _distinct(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    counted: dict[int, int] = {}
    for of_id, _title in set(pairs):
        counted[of_id] = counted.get(of_id, 0) + 1
    return counted
