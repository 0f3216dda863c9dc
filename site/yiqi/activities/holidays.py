"""China's public holidays and the weekend days worked in exchange, as the State Council's General Office announces
them each November for the next year (2026: notice of 4 November 2025). The dates come with the package
`chinesecalendar`; `make upgrade` brings a newly announced year."""

from datetime import date

import chinese_calendar

from yiqi.activities.rules.recurrence import PublicDay

_FIRST, _LAST = min(chinese_calendar.holidays).year, max(chinese_calendar.holidays).year
_ORDINARY = PublicDay()


def public_day(day: date) -> PublicDay | None:
    """What is announced for a Beijing date; None while its year is not announced."""
    english = chinese_calendar.workdays.get(day) or chinese_calendar.holidays.get(day)
    if english:
        works = day in chinese_calendar.workdays
        return PublicDay(chinese_calendar.Holiday(english).chinese, english, works)
    return _ORDINARY if _FIRST <= day.year <= _LAST else None
