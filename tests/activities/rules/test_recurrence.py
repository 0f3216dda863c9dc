"""A weekly rule as dated times: Beijing's clock, public holidays, weekends that are worked, turns of the year."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiqi import clock
from yiqi.activities.holidays import public_day
from yiqi.activities.rules.recurrence import PublicDay, Times, Weekly, Why, times

WEDNESDAY, THURSDAY, SATURDAY, SUNDAY = 2, 3, 5, 6


def weekly(
    *weekdays: int, first: date, last: date, starts: time = time(19, 0), minutes: int = 90, **choices: bool
) -> Weekly:
    return Weekly(frozenset(weekdays), starts, minutes, first, last, **choices)


def days(found: Times) -> list[date]:
    return [clock.beijing(start).date() for start, _end in found.meets]


def test_every_wednesday_evening_of_a_month_from_the_first_to_the_last_day() -> None:
    found = times(weekly(WEDNESDAY, first=date(2026, 7, 1), last=date(2026, 7, 29)), public_day)

    assert days(found) == [date(2026, 7, day) for day in (1, 8, 15, 22, 29)]
    assert found.meets[0] == (
        datetime(2026, 7, 1, 11, 0, tzinfo=UTC),
        datetime(2026, 7, 1, 12, 30, tzinfo=UTC),
    )
    assert (found.left_out, found.unannounced) == ((), ())


def test_the_national_day_falls_out_and_says_why() -> None:
    found = times(weekly(THURSDAY, first=date(2026, 9, 24), last=date(2026, 10, 8)), public_day)

    assert days(found) == [date(2026, 9, 24), date(2026, 10, 8)]
    assert [(one.day, one.why, one.holiday, one.holiday_en) for one in found.left_out] == [
        (date(2026, 10, 1), Why.HOLIDAY, "国庆节", "National Day")
    ]


def test_a_series_may_go_on_through_holidays() -> None:
    found = times(
        weekly(THURSDAY, first=date(2026, 10, 1), last=date(2026, 10, 1), skips_days_off=False), public_day
    )

    assert days(found) == [date(2026, 10, 1)]


def test_a_saturday_worked_in_exchange_is_met_on_unless_the_series_says_no() -> None:
    worked, ordinary = date(2026, 10, 10), date(2026, 10, 17)

    meets = times(weekly(SATURDAY, first=worked, last=ordinary), public_day)
    stays_away = times(weekly(SATURDAY, first=worked, last=ordinary, on_working_weekends=False), public_day)

    assert days(meets) == [worked, ordinary]
    assert days(stays_away) == [ordinary]
    assert [one.why for one in stays_away.left_out] == [Why.WORKING_WEEKEND]


def test_an_ordinary_weekend_is_neither_a_holiday_nor_worked() -> None:
    found = times(
        weekly(
            SATURDAY, SUNDAY, first=date(2026, 11, 14), last=date(2026, 11, 15), on_working_weekends=False
        ),
        public_day,
    )

    assert days(found) == [date(2026, 11, 14), date(2026, 11, 15)]


def test_in_a_year_not_announced_yet_nothing_is_left_out_and_that_is_said() -> None:
    found = times(weekly(THURSDAY, first=date(2098, 12, 25), last=date(2099, 1, 8)), public_day)

    assert days(found) == [date(2098, 12, 25), date(2099, 1, 1), date(2099, 1, 8)]
    assert found.unannounced == (2098, 2099)


def test_a_late_meeting_ends_on_the_next_day_and_in_the_next_year() -> None:
    found = times(
        weekly(THURSDAY, first=date(2026, 12, 31), last=date(2026, 12, 31), starts=time(23, 0), minutes=120),
        public_day,
    )

    assert [[f"{clock.beijing(one):%Y-%m-%d %H:%M}" for one in span] for span in found.meets] == [
        ["2026-12-31 23:00", "2027-01-01 01:00"]
    ]


def test_the_29th_of_february_is_a_day_like_others() -> None:
    found = times(weekly(1, first=date(2028, 2, 22), last=date(2028, 3, 7)), lambda _day: PublicDay())

    assert days(found) == [date(2028, 2, 22), date(2028, 2, 29), date(2028, 3, 7)]


@pytest.mark.parametrize(
    ("weekdays", "minutes", "last"),
    [
        ((), 90, date(2026, 7, 29)),
        ((7,), 90, date(2026, 7, 29)),
        ((2,), 0, date(2026, 7, 29)),
        ((2,), 1441, date(2026, 7, 29)),
        ((2,), 90, date(2026, 6, 30)),
        ((2,), 90, date(2028, 7, 1)),
    ],
)
def test_a_rule_that_cannot_be_is_refused(weekdays: tuple[int, ...], minutes: int, last: date) -> None:
    with pytest.raises(ValueError, match=r"weekdays|minutes|last day"):
        weekly(*weekdays, first=date(2026, 7, 1), last=last, minutes=minutes)


def test_the_time_is_the_wall_clock_of_beijing() -> None:
    with pytest.raises(ValueError, match="wall clock"):
        weekly(2, first=date(2026, 7, 1), last=date(2026, 7, 8), starts=time(19, 0, tzinfo=UTC))


PUBLIC = st.sampled_from(
    [None, PublicDay(), PublicDay("国庆节", "National Day"), PublicDay("国庆节", "National Day", works=True)]
)
RULES = st.builds(
    lambda weekdays, minute, minutes, first, length, off, weekends: Weekly(
        frozenset(weekdays),
        time(minute // 60, minute % 60),
        minutes,
        first,
        first + timedelta(days=length),
        off,
        weekends,
    ),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(0, 1439),
    st.integers(1, 1440),
    st.dates(date(2024, 1, 1), date(2031, 12, 31)),
    st.integers(0, 120),
    st.booleans(),
    st.booleans(),
)


@given(RULES, st.lists(PUBLIC, min_size=7, max_size=7))
def test_each_day_of_the_rule_is_met_or_left_out_once_and_nothing_else_is(
    rule: Weekly, said: list[PublicDay | None]
) -> None:
    def calendar(day: date) -> PublicDay | None:
        return said[day.toordinal() % 7]

    found = times(rule, calendar)

    wanted = [
        rule.first_on + timedelta(days=n)
        for n in range((rule.last_on - rule.first_on).days + 1)
        if (rule.first_on + timedelta(days=n)).weekday() in rule.weekdays
    ]
    assert sorted(days(found) + [one.day for one in found.left_out]) == wanted
    assert all(end - start == timedelta(minutes=rule.minutes) for start, end in found.meets)
    assert all(clock.beijing(start).time() == rule.starts for start, _end in found.meets)
    assert list(found.meets) == sorted(found.meets)
    assert all(a[1] <= b[0] for a, b in zip(found.meets, found.meets[1:], strict=False))
    assert set(found.unannounced) == {day.year for day in wanted if calendar(day) is None}
    for one in found.left_out:
        public = calendar(one.day)
        assert public is not None
        assert rule.skips_days_off if public.is_day_off else not rule.on_working_weekends
