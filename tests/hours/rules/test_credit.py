"""What counts of a shift: the minutes somebody was there, counted one by one as the other opinion."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiqi import clock
from yiqi.hours.rules.credit import Credit, Shift, credit, overlap

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MORNING = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
"""Six in the morning of the 22nd in Beijing."""
NEW_YEAR = clock.at(datetime(2027, 1, 1, tzinfo=clock.BEIJING).date())


def one_by_one(shift: Shift, in_at: datetime, out_at: datetime) -> int:
    """The minutes of a presence, looked at one after another: inside the shift and a quarter of an hour after it."""
    there = 0
    minute = max(in_at, shift.starts_at)
    while minute + MINUTE <= min(out_at, shift.ends_at + 15 * MINUTE):
        there += 1
        minute += MINUTE
    planned = 0
    minute = shift.starts_at
    while minute + MINUTE <= shift.ends_at:
        planned += 1
        minute += MINUTE
    most = max(0, planned - shift.break_minutes) + 15
    return max(0, min(there - shift.break_minutes, most))


shifts = st.builds(
    lambda start, length, breaks: Shift(start, start + length * MINUTE, breaks),
    st.one_of(
        st.integers(-600, 600).map(lambda n: NEW_YEAR + n * MINUTE),
        st.integers(0, 1440).map(lambda n: MORNING + n * MINUTE),
    ),
    st.integers(1, 720),
    st.integers(0, 90),
)


@given(shifts, st.integers(-120, 900), st.integers(-180, 3000), st.integers(0, 59), st.integers(0, 59))
def test_counting_minute_by_minute_comes_to_the_same(
    shift: Shift, came: int, stayed: int, in_seconds: int, out_seconds: int
) -> None:
    in_at = shift.starts_at + came * MINUTE + timedelta(seconds=in_seconds)
    out_at = in_at + stayed * MINUTE + timedelta(seconds=out_seconds)

    counted = credit(shift, in_at, out_at)

    assert counted.minutes == one_by_one(shift, in_at, out_at)
    assert 0 <= counted.minutes <= shift.most
    assert shift.starts_at <= counted.starts_at <= counted.ends_at


@given(shifts, st.integers(-120, 900), st.integers(0, 3000), st.integers(0, 300))
def test_staying_longer_never_counts_less(shift: Shift, came: int, stayed: int, more: int) -> None:
    in_at = shift.starts_at + came * MINUTE
    out_at = in_at + stayed * MINUTE
    assert credit(shift, in_at, out_at + more * MINUTE).minutes >= credit(shift, in_at, out_at).minutes


def test_a_shift_that_ends_at_midnight_counts_forward() -> None:
    midnight = clock.at(datetime(2026, 11, 22, tzinfo=clock.BEIJING).date())
    shift = Shift(midnight - 2 * HOUR, midnight)
    assert credit(shift, shift.starts_at, midnight).minutes == 120
    assert credit(shift, shift.starts_at, midnight + 5 * MINUTE).minutes == 125


def test_a_shift_over_new_year_is_one_shift() -> None:
    shift = Shift(NEW_YEAR - 2 * HOUR, NEW_YEAR + 2 * HOUR, 30)
    assert credit(shift, NEW_YEAR - 3 * HOUR, NEW_YEAR + 3 * HOUR).minutes == 210 + 15


@pytest.mark.parametrize(
    ("came", "left", "counts"),
    [
        (0, 390, 360),
        (-40, 390, 360),
        (0, 400, 370),
        (0, 405, 375),
        (0, 3000, 375),
        (30, 390, 330),
        (0, 60, 30),
        (0, 20, 0),
        (0, 0, 0),
        (400, 500, 0),
        (60, 30, 0),
    ],
)
def test_the_marathon_with_half_an_hours_break(came: int, left: int, counts: int) -> None:
    shift = Shift(MORNING, MORNING + 390 * MINUTE, 30)
    assert credit(shift, MORNING + came * MINUTE, MORNING + left * MINUTE).minutes == counts


def test_one_service_may_begin_when_another_ends() -> None:
    first, second = Credit(MORNING, MORNING + HOUR, 60), Credit(MORNING + HOUR, MORNING + 2 * HOUR, 60)
    assert not overlap(first, second)
    assert overlap(first, Credit(MORNING + 59 * MINUTE, MORNING + 2 * HOUR, 60))
