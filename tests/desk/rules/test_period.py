"""Months, quarters, years and days of one's own."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from yiqi.desk.rules import period
from yiqi.desk.rules.period import Period, Span


@pytest.mark.parametrize(
    ("span", "today", "first", "last"),
    [
        (Span.MONTH, date(2026, 2, 14), date(2026, 2, 1), date(2026, 2, 28)),
        (Span.MONTH, date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        (Span.QUARTER, date(2026, 11, 21), date(2026, 10, 1), date(2026, 12, 31)),
        (Span.QUARTER, date(2024, 3, 1), date(2024, 1, 1), date(2024, 3, 31)),
        (Span.YEAR, date(2026, 6, 1), date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_day_lies_in_its_month_quarter_and_year(span: Span, today: date, first: date, last: date) -> None:
    assert period.of(span, today) == Period(first, last)


def test_days_of_ones_own() -> None:
    assert period.between("2026-01-01", "2026-01-01") == Period(date(2026, 1, 1), date(2026, 1, 1))
    assert period.between("2024-01-01", "2024-12-31") is not None


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("", ""),
        ("2026-02-30", "2026-03-01"),
        ("2026-03-02", "2026-03-01"),
        ("2026-01-01", "2027-01-02"),
        ("0001-01-01", "0001-01-02"),
        ("9999-12-30", "9999-12-31"),
        ("x", "2026-01-01"),
    ],
)
def test_what_is_no_period(first: str, last: str) -> None:
    assert period.between(first, last) is None


def test_every_week_that_shares_a_day() -> None:
    weeks = Period(date(2026, 11, 1), date(2026, 11, 30)).weeks

    assert weeks[0] == date(2026, 10, 26)
    assert weeks[-1] == date(2026, 11, 30)
    assert all(after - before == timedelta(days=7) for before, after in pairwise(weeks))
    assert Period(date(2026, 11, 2), date(2026, 11, 8)).weeks == [date(2026, 11, 2)]
