"""Who is commended: thresholds by award, in a table whose rows hold from a year on.

The awards are what 年度表彰 is about; the numbers are the federation's own and stand on every list beside the names. What
is counted comes from the programmes by the names of their measures: a measure that is not there is 0.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

NO_SHOWS = "no_shows"
WEEKS, SHARE, PEOPLE = "weeks", "share", "people"
"""Of a union: weeks with something on, people who took part in a hundred members, and how many they are."""


class Award(StrEnum):
    """What somebody, or a union, is commended as."""

    VOLUNTEER = "volunteer"
    PLAYER = "player"
    ARTIST = "artist"
    READER = "reader"
    LEARNER = "learner"
    REGULAR = "regular"
    LIVELY_UNION = "lively_union"
    JOINING_UNION = "joining_union"


OF_UNIONS = (Award.LIVELY_UNION, Award.JOINING_UNION)


class Criteria(Struct, frozen=True):
    """What an award takes: of each measure so much at the least, and of some no more than so much."""

    award: Award
    least: Mapping[str, int]
    most: Mapping[str, int] = field(default_factory=dict)

    def met_by(self, figures: Mapping[str, int]) -> bool:
        """Whether figures reach it. What is not counted is 0."""
        enough = all(figures.get(name, 0) >= number for name, number in self.least.items())
        return enough and all(figures.get(name, 0) <= number for name, number in self.most.items())

    def rank(self, figures: Mapping[str, int]) -> tuple[int, ...]:
        """What people of one award are ordered by: the more of what it takes, the further in front."""
        return tuple(-figures.get(name, 0) for name in self.least)


_COMES = {NO_SHOWS: 2}
TABLES: tuple[tuple[int, tuple[Criteria, ...]], ...] = (
    (
        2025,
        (
            Criteria(Award.VOLUNTEER, {"service": 40 * 60}, _COMES),
            Criteria(Award.PLAYER, {"games": 8}, _COMES),
            Criteria(Award.ARTIST, {"rehearsals": 20}, _COMES),
            Criteria(Award.READER, {"books": 6, "notes": 3}, _COMES),
            Criteria(Award.LEARNER, {"courses": 2}, _COMES),
            Criteria(Award.REGULAR, {"activities": 24}, _COMES),
            Criteria(Award.LIVELY_UNION, {WEEKS: 40}),
            Criteria(Award.JOINING_UNION, {SHARE: 50, PEOPLE: 10}),
        ),
    ),
)
"""From which year on what commends: minutes of service, games, rehearsals, books and notes, courses, dates attended. A
new row is added; old ones stay for old years."""


def criteria(year: int) -> Sequence[Criteria]:
    """What commends in a year. Before the first table the first one holds."""
    held = [rows for since, rows in TABLES if since <= year]
    return held[-1] if held else TABLES[0][1]


def as_kept(rows: Sequence[Criteria]) -> list[dict[str, object]]:
    """As it is kept beside a list, and read again by `from_kept`."""
    return [{"award": str(one.award), "least": dict(one.least), "most": dict(one.most)} for one in rows]


def from_kept(rows: Sequence[Mapping[str, Any]]) -> list[Criteria]:
    """The criteria of a list that was published."""
    return [Criteria(Award(str(one["award"])), dict(one["least"]), dict(one["most"])) for one in rows]
