"""Marks of an audition: what a sheet must hold, and what several of them come to."""

from collections.abc import Mapping, Sequence

from msgspec import Struct


class Spread(Struct, frozen=True):
    """What jurors gave one person, in points of all criteria together: the mean to a tenth (half up), the lowest, the
    highest, and how many sheets there are."""

    mean: float
    low: int
    high: int
    sheets: int

    @property
    def apart(self) -> int:
        """How far the jurors are apart."""
        return self.high - self.low


def is_whole(points: Mapping[str, int], codes: Sequence[str], most: int) -> bool:
    """Whether a sheet marks every criterion and nothing else, each from 0 to `most`."""
    return set(points) == set(codes) and all(0 <= one <= most for one in points.values())


def spread(sheets: Sequence[Mapping[str, int]]) -> Spread | None:
    """What some sheets come to; None for none."""
    totals = [sum(one.values()) for one in sheets]
    if not totals:
        return None
    tenths = (20 * sum(totals) + len(totals)) // (2 * len(totals))
    return Spread(tenths / 10, min(totals), max(totals), len(totals))
