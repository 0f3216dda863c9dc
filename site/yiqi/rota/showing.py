"""What the pages about a rota are shown: the patterns to choose from, the days today may be, a strip of two weeks."""

from datetime import date, timedelta

from msgspec import Struct

from yiqi.rota import wording
from yiqi.rota.rules.patterns import KNOWN, Choice, Pattern, choices
from yiqi.rota.rules.shifts import Cycle, Shift

STRIP_DAYS = 14


class Offered(Struct, frozen=True):
    """A pattern as one can choose it."""

    pattern: Pattern

    @property
    def name(self) -> str:
        return wording.pattern_name(self.pattern)

    @property
    def line(self) -> str:
        return wording.pattern_line(self.pattern)


class Day(Struct, frozen=True):
    """A Beijing day and the shift that begins on it."""

    day: date
    shift: Shift | None

    @property
    def name(self) -> str:
        return wording.shift_name(self.shift.kind if self.shift else None)

    @property
    def sign(self) -> str:
        return wording.shift_sign(self.shift.kind if self.shift else None)


class Possible(Struct, frozen=True):
    """A day of a pattern that today may be."""

    pattern: Pattern
    choice: Choice

    @property
    def name(self) -> str:
        return wording.choice_name(self.pattern, self.choice)

    @property
    def hours(self) -> str:
        return self.choice.shift.text if self.choice.shift else ""


def offered() -> list[Offered]:
    """The known patterns; the custom one has a page of its own."""
    return [Offered(pattern) for pattern in KNOWN]


def possible(pattern: Pattern, today: date) -> list[Possible]:
    """What today may be in a known pattern."""
    return [Possible(pattern, choice) for choice in choices(pattern, today)]


def strip(cycle: Cycle, today: date) -> list[Day]:
    """Two weeks from today."""
    days = (today + timedelta(days=ahead) for ahead in range(STRIP_DAYS))
    return [Day(day, cycle.on(day)) for day in days]
