"""Two places one person can hardly get to in time, one after the other."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from yiqi.booking.rules.travel import Stop, gap, too_close

EVE = datetime(2026, 12, 31, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def stop(start: int, end: int, venue: str = "服务中心", ref: str = "") -> Stop:
    """From one minute of an evening to another."""
    return Stop(EVE + start * MINUTE, EVE + end * MINUTE, venue, ref)


def minutes_of(one: Stop) -> set[int]:
    return set(range(int((one.starts_at - EVE) / MINUTE), int((one.ends_at - EVE) / MINUTE)))


venues = st.sampled_from(["服务中心", "体育中心", ""])
stops = st.tuples(st.integers(0, 150), st.integers(1, 90), venues).map(
    lambda made: stop(made[0], made[0] + made[1], made[2])
)


def is_tight(a: Stop, b: Stop) -> bool:
    """Minute for minute: nothing shared, yet fewer than thirty free ones between, at two known venues."""
    one, other = sorted((minutes_of(a), minutes_of(b)), key=min)
    between = min(other) - max(one) - 1
    return not one & other and between < 30 and bool(a.venue and b.venue) and a.venue != b.venue


@given(stops, stops)
def test_it_is_the_same_as_counting_free_minutes(a: Stop, b: Stop) -> None:
    assert (too_close([a], [b]) is not None) == (too_close([b], [a]) is not None) == is_tight(a, b)


@given(st.lists(stops, max_size=4), st.lists(stops, max_size=4))
def test_of_a_course_the_tightest_evening_is_told(wanted: list[Stop], taken: list[Stop]) -> None:
    found = too_close(wanted, taken)

    gaps = [gap(a, b) for a in wanted for b in taken if is_tight(a, b)]
    assert (found.gap if found else None) == min((one for one in gaps if one is not None), default=None)
    assert found is None or (found.wanted in wanted and found.taken in taken)


def test_half_an_hour_is_enough_and_a_minute_less_is_not() -> None:
    there = stop(60, 120, "体育中心", "AAAA2222")
    assert too_close([stop(150, 200)], [there]) is None
    found = too_close([stop(149, 200)], [there])
    assert found is not None
    assert (found.taken.ref, found.gap) == ("AAAA2222", 29 * MINUTE)
    before = too_close([stop(0, 40)], [there])
    assert before is not None
    assert before.gap == 20 * MINUTE


def test_the_same_place_an_unknown_one_and_a_clash_are_no_matter_of_travel() -> None:
    held = stop(60, 120)
    assert too_close([stop(120, 200)], [held]) is None
    assert too_close([stop(120, 200, "")], [held]) is None
    assert too_close([stop(119, 200, "体育中心")], [held]) is None
    assert too_close([stop(120, 200, "体育中心")], [held]) is not None
