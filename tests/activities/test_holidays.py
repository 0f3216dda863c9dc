"""The public calendar, day by day against the State Council's notice for 2026 (国务院办公厅, 4 November 2025)."""

from collections.abc import Iterator
from datetime import date, timedelta

from yiqi.activities.holidays import public_day

OFF = {
    "元旦": (date(2026, 1, 1), 3),
    "春节": (date(2026, 2, 15), 9),
    "清明": (date(2026, 4, 4), 3),
    "劳动节": (date(2026, 5, 1), 5),
    "端午": (date(2026, 6, 19), 3),
    "中秋": (date(2026, 9, 25), 3),
    "国庆节": (date(2026, 10, 1), 7),
}
WORKED = {
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
}


def year_2026() -> Iterator[date]:
    return (date(2026, 1, 1) + timedelta(days=n) for n in range(365))


def test_the_holidays_of_2026_are_those_of_the_notice() -> None:
    off = {
        day: name
        for name, (first, many) in OFF.items()
        for day in (first + timedelta(n) for n in range(many))
    }

    known = {day: public_day(day) for day in year_2026()}

    assert {day: one.holiday for day, one in known.items() if one and one.is_day_off} == off


def test_the_weekend_days_worked_in_2026_are_those_of_the_notice() -> None:
    assert {day for day in year_2026() if (one := public_day(day)) and one.works} == WORKED


def test_a_year_not_announced_is_unknown_not_ordinary() -> None:
    assert public_day(date(2026, 11, 18)) is not None
    assert public_day(date(2099, 1, 1)) is None
