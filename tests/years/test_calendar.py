"""Which days and weeks belong to a year, and what an address may call a month."""

from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from yiqi import clock
from yiqi.years.rules import calendar
from yiqi.years.rules.awards import TABLES, Award, Criteria, as_kept, criteria, from_kept
from yiqi.years.rules.calendar import WEEK, Year

BEIJING = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("year", "first", "many"),
    [(2020, date(2019, 12, 30), 53), (2021, date(2021, 1, 4), 52), (2026, date(2025, 12, 29), 53)],
)
def test_a_week_belongs_to_the_year_of_its_thursday(year: int, first: date, many: int) -> None:
    mondays = Year(year).mondays

    assert (mondays[0], len(mondays)) == (first, many)
    assert all((monday + WEEK * 3 / 7).year == year for monday in mondays)


def test_no_week_is_in_two_years_and_none_in_no_year() -> None:
    mondays = [monday for year in range(2020, 2040) for monday in Year(year).mondays]

    assert {after - before for before, after in pairwise(mondays)} == {WEEK}


def test_a_year_begins_at_midnight_in_beijing() -> None:
    eve = datetime(2026, 12, 31, 23, 59, tzinfo=BEIJING)

    assert calendar.of(eve) == Year(2026)
    assert Year(2026).starts_at <= eve < Year(2026).ends_at
    assert Year(2026).ends_at == clock.at(date(2027, 1, 1))
    assert not Year(2026).is_over(eve)
    assert Year(2026).is_over(Year(2026).ends_at)


def test_a_running_year_counts_people_by_today_and_one_that_is_over_by_its_last_day() -> None:
    at = clock.at(date(2026, 11, 22), 10)

    assert Year(2026).day(at) == date(2026, 11, 22)
    assert Year(2025).day(at) == date(2025, 12, 31)


@pytest.mark.parametrize(
    "typed", ["", "2026", "2026-13", "2026-1", "２０２６-01", "1999-12", "2026-00", "x" * 7]
)
def test_what_is_no_month_is_none(typed: str) -> None:
    assert calendar.month_of(typed) is None


def test_months_follow_one_another_over_new_year() -> None:
    december = calendar.month_of("2026-12")

    assert december == date(2026, 12, 1)
    assert calendar.month_after(december) == date(2027, 1, 1)
    assert calendar.month_before(date(2027, 1, 1)) == december
    assert calendar.last_of(date(2028, 2, 1)) == date(2028, 2, 29)


def test_one_short_of_what_an_award_takes_is_not_commended_nor_is_one_no_show_too_many() -> None:
    reader = Criteria(Award.READER, {"books": 6, "notes": 3}, {"no_shows": 2})

    assert reader.met_by({"books": 6, "notes": 3, "no_shows": 2})
    assert not reader.met_by({"books": 5, "notes": 9})
    assert not reader.met_by({"books": 6, "notes": 3, "no_shows": 3})


def test_the_criteria_of_a_year_are_the_last_that_held_then_and_are_kept_as_they_were() -> None:
    first, rows = TABLES[0]

    assert criteria(first) == criteria(first - 5) == rows
    assert from_kept(as_kept(rows)) == list(rows)
