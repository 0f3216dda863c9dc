"""A weekly rule as dated times: which days it meets, which it leaves out and why. The public calendar is handed in."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from msgspec import Struct

from yiqi import clock

DAY = timedelta(days=1)
MOST_DAYS = 731
"""From the first to the last day of a rule: two years."""
MOST_MINUTES = 1440


class PublicDay(Struct, frozen=True):
    """What the public calendar says of a day. `holiday` names the holiday it is about, empty for an ordinary day;
    `works` is true of a weekend day that is worked in exchange for that holiday (调休)."""

    holiday: str = ""
    holiday_en: str = ""
    works: bool = False

    @property
    def is_day_off(self) -> bool:
        """Whether it is a day of the holiday itself."""
        return bool(self.holiday) and not self.works


PublicCalendar = Callable[[date], PublicDay | None]
"""A Beijing date in, what is announced for it out; None while its year is not announced."""


class Weekly(Struct, frozen=True):
    """Beijing weekdays (0 is Monday) at a Beijing time for some minutes, from the first to the last day, both
    included. Raises `ValueError` when it can never meet, or runs longer than two years or a meeting than a day."""

    weekdays: frozenset[int]
    starts: time
    minutes: int
    first_on: date
    last_on: date
    skips_days_off: bool = True
    on_working_weekends: bool = True

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= frozenset(range(7)):
            raise ValueError("weekdays are some of 0 to 6")
        if not 1 <= self.minutes <= MOST_MINUTES:
            raise ValueError("a meeting takes 1 to 1440 minutes")
        if not 0 <= (self.last_on - self.first_on).days < MOST_DAYS:
            raise ValueError("the last day is not before the first, and at most two years on")
        if self.starts.tzinfo is not None:
            raise ValueError("the time is Beijing's wall clock")


class Why(StrEnum):
    """Why a day of the rule is left out."""

    HOLIDAY = "holiday"
    WORKING_WEEKEND = "working_weekend"


class LeftOut(Struct, frozen=True):
    """A day on which the rule would meet but does not, and the holiday it is for."""

    day: date
    why: Why
    holiday: str
    holiday_en: str


class Times(Struct, frozen=True):
    """What a rule comes to. `meets` are half-open: aware UTC starts and ends, in order. `unannounced` are the years
    whose holidays nobody knows yet: in them nothing is left out, and the organizer has to look again."""

    meets: tuple[tuple[datetime, datetime], ...]
    left_out: tuple[LeftOut, ...]
    unannounced: tuple[int, ...]


def times(rule: Weekly, calendar: PublicCalendar) -> Times:
    """Every meeting of a rule, every day it leaves out, and the years the calendar does not know."""
    meets, left_out, unannounced = [], [], []
    for day in _days(rule):
        known = calendar(day)
        if known is None:
            unannounced.append(day.year)
        why = _why_not(rule, known or PublicDay())
        if why is None:
            meets.append(span(day, rule.starts, rule.minutes))
        else:
            public = known or PublicDay()
            left_out.append(LeftOut(day, why, public.holiday, public.holiday_en))
    return Times(tuple(meets), tuple(left_out), tuple(dict.fromkeys(unannounced)))


def span(day: date, starts: time, minutes: int) -> tuple[datetime, datetime]:
    """The instants from a Beijing time on a Beijing day up to, not including, so many minutes later."""
    start = clock.at(day, starts.hour, starts.minute)
    return start, start + timedelta(minutes=minutes)


def _days(rule: Weekly) -> Iterator[date]:
    day = rule.first_on
    while day <= rule.last_on:
        if day.weekday() in rule.weekdays:
            yield day
        day += DAY


def _why_not(rule: Weekly, public: PublicDay) -> Why | None:
    if rule.skips_days_off and public.is_day_off:
        return Why.HOLIDAY
    if public.works and not rule.on_working_weekends:
        return Why.WORKING_WEEKEND
    return None
