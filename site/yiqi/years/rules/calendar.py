"""The days and the weeks of a year, and the months that have a theme.

A fact belongs to the year of its day in Beijing, from New Year to New Year. A week is one of ISO 8601: it begins on a
Monday and belongs to the year in which its Thursday lies, so a year has 52 of them or 53, and its first and its last
may hold some days of its neighbours. No week is counted in two years, and none in no year.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from yiqi import clock

FIRST, LAST = 2020, 2099
"""The years that pages know."""
WEEK = timedelta(days=7)


class Year(Struct, frozen=True):
    """A year, as its number."""

    number: int

    @property
    def first(self) -> date:
        return date(self.number, 1, 1)

    @property
    def last(self) -> date:
        return date(self.number, 12, 31)

    @property
    def starts_at(self) -> datetime:
        return clock.at(self.first)

    @property
    def ends_at(self) -> datetime:
        """The instant after it."""
        return clock.at(date(self.number + 1, 1, 1))

    @property
    def mondays(self) -> Sequence[date]:
        """The Mondays of its weeks, the first of them perhaps in December before."""
        first = date.fromisocalendar(self.number, 1, 1)
        many = date(self.number, 12, 28).isocalendar().week
        return [first + WEEK * number for number in range(many)]

    def day(self, at: datetime) -> date:
        """The last day of it, or the present one while it runs: on which people count for the union they are in."""
        return min(self.last, clock.beijing(at).date())

    def is_over(self, at: datetime) -> bool:
        return at >= self.ends_at


def of(at: datetime) -> Year:
    """The year that an instant lies in, in Beijing."""
    return Year(clock.beijing(at).year)


def month_of(typed: str) -> date | None:
    """The first day of a month as an address says it (2026-03); None for what is none."""
    if len(typed) != 7 or not typed.isascii():
        return None
    try:
        found = date.fromisoformat(f"{typed}-01")
    except ValueError:
        return None
    return found if FIRST <= found.year <= LAST else None


def month_before(first: date) -> date:
    """The first day of the month before."""
    return (first - timedelta(days=1)).replace(day=1)


def month_after(first: date) -> date:
    """The first day of the month after."""
    return (first + timedelta(days=31)).replace(day=1)


def last_of(first: date) -> date:
    """The last day of a month."""
    return month_after(first) - timedelta(days=1)
