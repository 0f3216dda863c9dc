"""What somebody got in an exam, in tenths of a point, and what is typed of it."""

import re
import unicodedata

from msgspec import Struct

ABSENT = frozenset({"缺考", "未考", "没考", "缺席", "absent"})
MOST_POINTS = 1000
_POINTS = re.compile(r"([0-9]{1,4})(?:\.([0-9])0*)?分?")


class Unclear(ValueError):
    """No number of points with at most one decimal, within the full ones."""


class Score(Struct, frozen=True):
    """A result in tenths of a point; None: they were not there."""

    tenths: int | None

    def reaches(self, least: int) -> bool:
        """Whether it is enough, `least` being tenths, too."""
        return self.tenths is not None and self.tenths >= least


def read(typed: str, *, full: int) -> Score:
    """A typed result: 87, 87.5, 87.50分, 缺考. `full` are the points of a faultless one. Raises `Unclear`."""
    text = "".join(unicodedata.normalize("NFKC", typed).split()).casefold()
    if text in ABSENT:
        return Score(None)
    found = _POINTS.fullmatch(text)
    if found is None:
        raise Unclear(typed)
    tenths = int(found[1]) * 10 + int(found[2] or 0)
    if tenths > full * 10:
        raise Unclear(typed)
    return Score(tenths)


def points(tenths: int) -> str:
    """Tenths as they are written: 87, 87.5."""
    whole, tenth = divmod(tenths, 10)
    return f"{whole}.{tenth}" if tenth else str(whole)
