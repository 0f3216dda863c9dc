"""The stretch of days that statistics are about: a month, a quarter, a year, or days of one's own."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from yiqi import clock

LONGEST = 366
"""Days of a period."""
WEEK = timedelta(days=7)


class Span(StrEnum):
    """What can be chosen."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    OWN = "own"


class Period(Struct, frozen=True):
    """Beijing days, the first and the last included."""

    first: date
    last: date

    @property
    def starts_at(self) -> datetime:
        return clock.at(self.first)

    @property
    def ends_at(self) -> datetime:
        """The instant after it."""
        return clock.at(self.last + timedelta(days=1))

    @property
    def weeks(self) -> Sequence[date]:
        """The Mondays of the weeks that share a day with it."""
        monday = self.first - timedelta(days=self.first.weekday())
        return [monday + WEEK * number for number in range(((self.last - monday).days // 7) + 1)]


def of(span: Span, today: date) -> Period:
    """The month, quarter or year that a day lies in."""
    months = {Span.QUARTER: 3, Span.YEAR: 12}.get(span, 1)
    first_month = (today.month - 1) // months * months + 1
    after = first_month + months
    next_first = date(today.year + (after - 1) // 12, (after - 1) % 12 + 1, 1)
    return Period(date(today.year, first_month, 1), next_first - timedelta(days=1))


def between(first: str, last: str) -> Period | None:
    """Days of one's own as they were typed (YYYY-MM-DD); None for what is no period of at most a year."""
    try:
        found = Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return None
    is_right = date(2000, 1, 1) <= found.first <= found.last <= date(2999, 12, 1)
    return found if is_right and (found.last - found.first).days < LONGEST else None
