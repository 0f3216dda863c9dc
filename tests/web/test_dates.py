"""Dates on pages are those of Beijing, and of another year they say which."""

from datetime import UTC, date, datetime

from flask import Flask

from tests.browsing import at_time
from yiqi.web.formats import full_day, month_day, whole_day

SMALL_HOURS = datetime(2026, 11, 21, 22, 25, tzinfo=UTC)
"""06:25 in Beijing, on the 22nd."""


def test_before_eight_in_the_morning_it_is_already_the_day_that_beijing_has(site: Flask) -> None:
    with site.test_request_context("/"), at_time(SMALL_HOURS):
        assert (month_day(SMALL_HOURS), full_day(SMALL_HOURS)) == ("11月22日", "11月22日 星期日")
        assert whole_day(SMALL_HOURS) == "2026年11月22日"
        assert month_day(date(2026, 11, 21)) == "11月21日", "a day is itself"


def test_a_day_of_another_year_says_so(site: Flask) -> None:
    with site.test_request_context("/"), at_time(SMALL_HOURS):
        assert full_day(datetime(2025, 12, 23, 4, tzinfo=UTC)) == "2025年12月23日 星期二"
