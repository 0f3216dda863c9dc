"""Marks of a blind review: how they lie together, and which essays come first."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import groupby

from msgspec import Struct

LEAST, MOST = 0, 100
WIDE = 25
"""Marks that lie further apart are shown to the organizer as disputed."""


class Spread(Struct, frozen=True):
    """The marks of one essay together; the mean is rounded to one place, half up."""

    count: int
    mean: str
    lowest: int
    highest: int

    @property
    def is_wide(self) -> bool:
        """Whether jurors disagree so much that somebody should look again."""
        return self.highest - self.lowest > WIDE


def spread(marks: Sequence[int]) -> Spread | None:
    """How marks lie together; None without any."""
    if not marks:
        return None
    tenths = (2 * 10 * sum(marks) + len(marks)) // (2 * len(marks))
    return Spread(len(marks), f"{tenths // 10}.{tenths % 10}", min(marks), max(marks))


def ranked(marks: Mapping[int, Sequence[int]]) -> list[tuple[int, int]]:
    """`(rank, essay)` by the exact mean, the highest first; equal means share a rank; essays without a mark are left out."""
    means = {of_id: Fraction(sum(given), len(given)) for of_id, given in marks.items() if given}
    ordered = sorted(means, key=lambda of_id: (-means[of_id], of_id))
    found: list[tuple[int, int]] = []
    for _mean, group in groupby(ordered, key=lambda of_id: means[of_id]):
        rank = len(found) + 1
        found += [(rank, of_id) for of_id in group]
    return found
