"""Stars by hours served, from a table whose rows hold from a day on.

Source of the thresholds: the ranks of Beijing's registered volunteers, 100, 300, 600, 1000 and 1500 hours.
"""

from datetime import date

from msgspec import Struct

TABLES: tuple[tuple[date, tuple[int, ...]], ...] = ((date(2015, 1, 1), (100, 300, 600, 1000, 1500)),)
"""From which day on how many hours make one star, two, … five. A new row is added; old ones stay for old days."""


class Rank(Struct, frozen=True):
    """The stars somebody has, and the way to the next: all in minutes. `next_at` is None with all stars."""

    stars: int
    minutes: int
    from_: int
    next_at: int | None

    @property
    def missing(self) -> int:
        """Minutes to the next star; 0 with all of them."""
        return 0 if self.next_at is None else self.next_at - self.minutes

    @property
    def share(self) -> tuple[int, int]:
        """How far along the way from no hours to the next star: done and all, as a bar shows it."""
        return (self.minutes, self.next_at) if self.next_at is not None else (1, 1)


def thresholds(on: date) -> tuple[int, ...]:
    """Minutes for each star on a day. Before the first table the first one holds."""
    held = [hours for since, hours in TABLES if since <= on]
    return tuple(hours * 60 for hours in (held[-1] if held else TABLES[0][1]))


def rank(minutes: int, on: date) -> Rank:
    """What so many minutes are worth on a day. One minute short of a star is not a star."""
    table = thresholds(on)
    stars = sum(minutes >= least for least in table)
    return Rank(
        stars, minutes, table[stars - 1] if stars else 0, table[stars] if stars < len(table) else None
    )
