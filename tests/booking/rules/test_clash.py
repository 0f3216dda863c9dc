"""Two times one person cannot both attend."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from yiqi.booking.rules.clash import Span, clash, overlap

MORNING = datetime(2026, 7, 4, 0, 0, tzinfo=UTC)


def span(start: int, end: int, ref: str = "") -> Span:
    """From one minute of the morning to another."""
    return Span(MORNING + timedelta(minutes=start), MORNING + timedelta(minutes=end), ref)


def minutes_of(one: Span) -> set[datetime]:
    """The minutes somebody is busy."""
    length = int((one.ends_at - one.starts_at) / timedelta(minutes=1))
    return {one.starts_at + timedelta(minutes=number) for number in range(length)}


spans = st.tuples(st.integers(0, 40), st.integers(1, 20)).map(lambda two: span(two[0], two[0] + two[1]))


def test_one_that_starts_as_the_other_ends_does_not_clash() -> None:
    assert not overlap(span(0, 60), span(60, 120))
    assert not overlap(span(60, 120), span(0, 60))


def test_a_single_common_minute_clashes() -> None:
    assert overlap(span(0, 61), span(60, 120))


def test_one_inside_the_other_clashes() -> None:
    assert overlap(span(0, 120), span(30, 40))
    assert overlap(span(30, 40), span(0, 120))


@given(spans, spans)
def test_it_is_the_same_as_counting_common_minutes(a: Span, b: Span) -> None:
    assert overlap(a, b) == bool(minutes_of(a) & minutes_of(b))
    assert overlap(a, b) == overlap(b, a)


@given(st.lists(spans, max_size=4), st.lists(spans, max_size=4))
def test_a_course_clashes_when_any_of_its_evenings_does(wanted: list[Span], taken: list[Span]) -> None:
    found = clash(wanted, taken)

    busy = set().union(*(minutes_of(one) for one in taken)) if taken else set()
    asked = set().union(*(minutes_of(one) for one in wanted)) if wanted else set()
    assert (found is not None) == bool(busy & asked)
    assert found is None or (found in taken and minutes_of(found) & asked)


def test_the_booking_in_the_way_is_named() -> None:
    taken = [span(0, 30, "AAAA2222"), span(60, 90, "BBBB3333")]

    found = clash([span(200, 210), span(80, 100)], taken)

    assert found is not None
    assert found.ref == "BBBB3333"
