"""Clashes against a grid of minutes, over midnight, over New Year, a leap day and the ends of months."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from yiqi.booking.rules.clash import Span, clash, overlap

MINUTE = timedelta(minutes=1)
EVES = (date(2026, 12, 31), date(2028, 2, 28), date(2028, 2, 29), date(2027, 2, 28), date(2026, 9, 30))
HOURS = 60


def from_the_eve(day: date, start: int, length: int, ref: str = "") -> Span:
    """So many minutes after the midnight, in Beijing, with which an eve begins."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8)
    return Span(midnight + start * MINUTE, midnight + (start + length) * MINUTE, ref)


def minutes_of(one: Span) -> set[str]:
    """The minutes on the wall clock in which somebody is busy, written out."""
    length = int((one.ends_at - one.starts_at) / MINUTE)
    return {
        f"{one.starts_at + number * MINUTE + timedelta(hours=8):%Y-%m-%d %H:%M}" for number in range(length)
    }


times = st.tuples(
    st.one_of(st.integers(0, 48 * HOURS), st.sampled_from([0, 23 * HOURS, 24 * HOURS - 1, 24 * HOURS])),
    st.one_of(st.integers(1, 14 * HOURS), st.sampled_from([1, HOURS, 12 * HOURS])),
)


@settings(max_examples=200)
@given(st.sampled_from(EVES), times, times)
@example(date(2026, 12, 31), (23 * HOURS, 2 * HOURS), (24 * HOURS, HOURS))
@example(date(2026, 12, 31), (23 * HOURS, HOURS), (24 * HOURS, HOURS))
@example(date(2028, 2, 29), (20 * HOURS, 12 * HOURS), (31 * HOURS + 59, HOURS))
def test_two_times_overlap_when_they_share_a_minute(
    eve: date, one: tuple[int, int], other: tuple[int, int]
) -> None:
    a, b = from_the_eve(eve, *one), from_the_eve(eve, *other)
    assert overlap(a, b) == overlap(b, a) == bool(minutes_of(a) & minutes_of(b))


@settings(max_examples=100)
@given(st.sampled_from(EVES), st.lists(times, max_size=3), st.lists(times, max_size=3))
def test_the_named_clash_shares_a_minute_with_what_is_wanted(
    eve: date, wanted: list[tuple[int, int]], taken: list[tuple[int, int]]
) -> None:
    held = [from_the_eve(eve, *one, ref=str(number)) for number, one in enumerate(taken)]
    asked = [from_the_eve(eve, *one) for one in wanted]
    minutes = {minute for one in asked for minute in minutes_of(one)}

    found = clash(asked, held)

    in_the_way = {one.ref for one in held if minutes_of(one) & minutes}
    assert (found.ref in in_the_way) if found else not in_the_way


def test_a_night_shift_of_volunteers_clashes_with_the_first_morning_of_the_year() -> None:
    night = from_the_eve(date(2026, 12, 31), 20 * HOURS, 12 * HOURS, "NIGHT222")
    assert clash([from_the_eve(date(2027, 1, 1), 8 * HOURS - 1, HOURS)], [night]) == night
    assert clash([from_the_eve(date(2027, 1, 1), 8 * HOURS, HOURS)], [night]) is None
