"""When somebody works: a cycle of days that repeats for ever from a Beijing date, and the rest after a night."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from msgspec import Struct

from yiqi import clock

HOUR = 60
DAY = 24 * HOUR
REST = timedelta(hours=8)
"""What is kept free for sleep after a night shift, counted from its end."""
NIGHT = (2 * HOUR, 5 * HOUR)
"""Minutes of the Beijing day; a shift that takes any of them is a night shift."""
LONG = 10 * HOUR
LONGEST_CYCLE = 14
"""Days."""


class Kind(StrEnum):
    """What a shift is called, by its hours."""

    EARLY = "early"
    DAY = "day"
    MIDDLE = "middle"
    NIGHT = "night"


class Why(StrEnum):
    """What somebody does instead of coming."""

    WORK = "work"
    REST = "rest"


class Shift(Struct, frozen=True):
    """A shift by its start, in minutes of the Beijing day it begins on, and its length in minutes (at most a day)."""

    start: int
    minutes: int

    def __post_init__(self) -> None:
        if not (0 <= self.start < DAY and 0 < self.minutes <= DAY):
            raise ValueError(f"no shift starts at minute {self.start} and lasts {self.minutes}")

    @property
    def kind(self) -> Kind:
        """夜班 whoever works between 2 and 5; 中班 from noon; before eight and not a long one 早班; else 白班."""
        if self.is_night:
            return Kind.NIGHT
        if self.start >= 12 * HOUR:
            return Kind.MIDDLE
        return Kind.EARLY if self.start < 8 * HOUR and self.minutes < LONG else Kind.DAY

    @property
    def is_night(self) -> bool:
        """Whether it takes a part of the hours from 2 to 5, of its own day or of the next."""
        first, last = NIGHT
        end = self.start + self.minutes
        return any(self.start < last + day and first + day < end for day in (0, DAY))

    @property
    def text(self) -> str:
        """07:00–15:00."""
        return f"{_hhmm(self.start)}–{_hhmm(self.start + self.minutes)}"


Days = tuple[Shift | None, ...]
"""A cycle, a day each; None is a day off."""


class Busy(Struct, frozen=True):
    """A time that somebody is not free, from `starts_at` up to, not including, `ends_at` (UTC), and the shift behind it."""

    starts_at: datetime
    ends_at: datetime
    why: Why
    shift: Shift


class Cycle(Struct, frozen=True):
    """Days that repeat for ever in both directions; the first of them falls on `anchor`, a Beijing date."""

    anchor: date
    days: Days

    def __post_init__(self) -> None:
        if not 1 <= len(self.days) <= LONGEST_CYCLE:
            raise ValueError("a cycle has one to fourteen days")

    def on(self, day: date) -> Shift | None:
        """The shift that begins on a Beijing date; None on a day off."""
        return self.days[(day - self.anchor).days % len(self.days)]

    def busy(self, first: datetime, last: datetime) -> list[Busy]:
        """Everything between two instants that is work, or rest after a night: whole spans, those that only reach in
        too, by the day of their shift. Half-open: what ends at `first` or starts at `last` is not in it."""
        return [one for one in self._around(first, last) if one.starts_at < last and first < one.ends_at]

    def _around(self, first: datetime, last: datetime) -> Iterator[Busy]:
        day = clock.beijing(first).date() - timedelta(days=2)
        end = clock.beijing(last).date()
        while day <= end:
            shift = self.on(day)
            if shift is not None:
                starts_at = clock.at(day) + timedelta(minutes=shift.start)
                ends_at = starts_at + timedelta(minutes=shift.minutes)
                yield Busy(starts_at, ends_at, Why.WORK, shift)
                if shift.is_night:
                    yield Busy(ends_at, ends_at + REST, Why.REST, shift)
            day += timedelta(days=1)


Span = tuple[datetime, datetime]
"""Aware instants, half-open."""


def in_the_way(cycle: Cycle, span: Span) -> Busy | None:
    """What keeps somebody from a time: their work, else their rest; None when they are free for all of it."""
    found = cycle.busy(*span)
    return next((one for one in found if one.why is Why.WORK), found[0] if found else None)


def fits(cycle: Cycle, spans: Iterable[Span]) -> bool:
    """Whether every one of these times is free."""
    return all(in_the_way(cycle, span) is None for span in spans)


def laps_over(days: Days) -> int | None:
    """The first day, counted from 0, whose shift ends after the next one has begun; None when the cycle can be worked."""
    for number, shift in enumerate(days):
        following = days[(number + 1) % len(days)]
        if shift and following and shift.start + shift.minutes > DAY + following.start:
            return number
    return None


def kept(days: Days) -> list[Any]:
    """A cycle as it is stored: `["08:00", 720]` for a shift, null for a day off."""
    return [[_hhmm(shift.start), shift.minutes] if shift else None for shift in days]


def read(stored: Sequence[Any]) -> Days:
    """A stored cycle."""
    return tuple(
        Shift(int(one[0][:2]) * HOUR + int(one[0][3:]), one[1]) if one is not None else None for one in stored
    )


def _hhmm(minute: int) -> str:
    """08:00; the end of the day is 24:00, and after it the next day's clock."""
    if minute == DAY:
        return "24:00"
    return f"{minute % DAY // HOUR:02}:{minute % HOUR:02}"
