"""The shift patterns that factories of the zone work by, and which of its days somebody may be on today."""

from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from yiqi.rota.rules.shifts import HOUR, Cycle, Days, Kind, Shift

EARLY, MIDDLE, LATE = Shift(7 * HOUR, 8 * HOUR), Shift(15 * HOUR, 8 * HOUR), Shift(23 * HOUR, 8 * HOUR)
DAYTIME, OVERNIGHT = Shift(8 * HOUR, 12 * HOUR), Shift(20 * HOUR, 12 * HOUR)
FORENOON, AFTERNOON = Shift(7 * HOUR, 8 * HOUR + 30), Shift(15 * HOUR + 30, 8 * HOUR + 30)
OFFICE = Shift(8 * HOUR + 30, 9 * HOUR)


class Pattern(StrEnum):
    """How shifts follow one another. `CUSTOM` is what somebody wrote down day by day."""

    FOUR_CREWS_THREE = "four_crews_three"
    FOUR_CREWS_TWO = "four_crews_two"
    THREE_CREWS_TWO = "three_crews_two"
    WEEKS_DAY_NIGHT = "weeks_day_night"
    WEEKS_EARLY_MIDDLE = "weeks_early_middle"
    OFFICE_HOURS = "office_hours"
    CUSTOM = "custom"


def _week(shift: Shift) -> Days:
    return (*[shift] * 5, None, None)


KNOWN: dict[Pattern, Days] = {
    Pattern.FOUR_CREWS_THREE: (EARLY, EARLY, MIDDLE, MIDDLE, LATE, LATE, None, None),
    Pattern.FOUR_CREWS_TWO: (DAYTIME, OVERNIGHT, None, None),
    Pattern.THREE_CREWS_TWO: (DAYTIME, DAYTIME, OVERNIGHT, OVERNIGHT, None, None),
    Pattern.WEEKS_DAY_NIGHT: _week(DAYTIME) + _week(OVERNIGHT),
    Pattern.WEEKS_EARLY_MIDDLE: _week(FORENOON) + _week(AFTERNOON),
    Pattern.OFFICE_HOURS: _week(OFFICE),
}
"""Every pattern but the custom one. Four crews on three shifts, eight days: the order that 正倒班 keeps."""
BY_WEEKS = frozenset({Pattern.WEEKS_DAY_NIGHT, Pattern.WEEKS_EARLY_MIDDLE, Pattern.OFFICE_HOURS})
"""Patterns that go by the calendar's weeks: their first day is a Monday."""


class Choice(Struct, frozen=True):
    """A day of a pattern that today may be: `number` from 1; `kind` of its shift (None: off), and the how-manieth of its
    kind it is where there are several. For a pattern by weeks, the shift is that of the week."""

    number: int
    shift: Shift | None
    nth: int | None

    @property
    def kind(self) -> Kind | None:
        return self.shift.kind if self.shift else None


def choices(pattern: Pattern, today: date) -> list[Choice]:
    """Which days of a known pattern a Beijing date can be: all, or, by weeks, its weekday in each of the weeks."""
    days = KNOWN[pattern]
    if pattern in BY_WEEKS:
        weeks = range(0, len(days), 7)
        return [Choice(week + today.weekday() + 1, days[week], None) for week in weeks]
    kinds = [shift.kind if shift else None for shift in days]
    return [
        Choice(number + 1, shift, kinds[: number + 1].count(kind) if kinds.count(kind) > 1 else None)
        for number, (shift, kind) in enumerate(zip(days, kinds, strict=True))
    ]


def cycle(pattern: Pattern, number: int, today: date) -> Cycle | None:
    """A known pattern with `today` as its day `number`; None when today cannot be that day."""
    if number not in {choice.number for choice in choices(pattern, today)}:
        return None
    return Cycle(today - timedelta(days=number - 1), KNOWN[pattern])
