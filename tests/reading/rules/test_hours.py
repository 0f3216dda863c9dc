"""Opening hours: against going through every minute, and as they are typed."""

from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yiqi.clock import BEIJING
from yiqi.programmes.reading.rules import hours
from yiqi.programmes.reading.rules.hours import AHEAD, DAY, Hours, NotHours, Span, Standing, standing

MONDAY = date(2026, 11, 16)
at_beijing = partial(datetime, tzinfo=BEIJING)


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, ...]:
    """Up to three spans that begin on a day; they may touch, overlap, and go on after midnight."""
    found = []
    for _span in range(draw(st.integers(0, 3))):
        opens = draw(st.integers(0, DAY - 1))
        found.append(Span(opens, opens + draw(st.integers(1, DAY))))
    return tuple(sorted(found))


def by_the_minute(kept: Hours, at: datetime) -> Standing:
    """The same question, asked of each minute: is any span of this day or the one before over it?"""

    def is_open(minute: datetime) -> bool:
        of_day = minute.hour * 60 + minute.minute
        today, before = kept.on(minute.date()), kept.on(minute.date() - timedelta(days=1))
        return any(one.opens <= of_day < one.closes for one in today) or any(
            one.opens <= of_day + DAY < one.closes for one in before
        )

    now = is_open(at)
    minute = at.replace(second=0)
    midnight = at.replace(hour=0, minute=0, second=0)
    while is_open(minute) == now:
        minute += timedelta(minutes=1)
        if minute > midnight + timedelta(days=AHEAD):
            return Standing(now, None)
    return Standing(now, minute)


@settings(max_examples=60)
@given(
    week=st.lists(spans(), min_size=7, max_size=7),
    differs=st.dictionaries(st.integers(-1, 3), spans(), max_size=3),
    minute=st.integers(0, 2 * DAY),
)
def test_a_room_is_open_when_some_minute_of_it_says_so(
    week: list[tuple[Span, ...]], differs: dict[int, tuple[Span, ...]], minute: int
) -> None:
    kept = Hours(tuple(week), {MONDAY + timedelta(days=n): told for n, told in differs.items()})
    at = at_beijing(2026, 11, 16) + timedelta(minutes=minute, seconds=30)

    said, true = standing(kept, at), by_the_minute(kept, at)

    assert said.is_open == true.is_open
    near = at_beijing(2026, 11, 16) + timedelta(days=AHEAD - 2)
    if true.changes_at is not None and true.changes_at < near:
        assert said.changes_at == true.changes_at


def test_a_span_after_midnight_belongs_to_the_evening_before() -> None:
    late = Hours(((Span(1200, 1560),), *((),) * 6), {})

    assert standing(late, at_beijing(2026, 11, 17, 1, 59)) == Standing(True, at_beijing(2026, 11, 17, 2))
    assert standing(late, at_beijing(2026, 11, 17, 2)) == Standing(False, at_beijing(2026, 11, 23, 20))


def test_a_day_that_differs_replaces_its_weekday() -> None:
    kept = Hours(((Span(540, 1200),),) * 7, {MONDAY: ()})

    assert standing(kept, at_beijing(2026, 11, 16, 10)) == Standing(False, at_beijing(2026, 11, 17, 9))


def test_what_never_closes_says_no_end_and_what_never_opens_no_beginning() -> None:
    always, never = Hours(((Span(0, DAY),),) * 7, {}), Hours(((),) * 7, {})

    assert standing(always, at_beijing(2026, 11, 16, 10)) == Standing(True, None)
    assert standing(never, at_beijing(2026, 11, 16, 10)) == Standing(False, None)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("08:30-12:00，13:00-20:00", [[510, 720], [780, 1200]]),
        ("８：３０－１２：００", [[510, 720]]),
        ("9:00–20:00", [[540, 1200]]),
        ("20:00~02:00", [[1200, 1560]]),
        ("9:00 至 12:00、13:00 至 18:00", [[540, 720], [780, 1080]]),
        ("全天", [[0, 1440]]),
        ("", []),
        ("关", []),
    ],
)
def test_hours_are_read_as_people_type_them(typed: str, kept: list[list[int]]) -> None:
    assert hours.stored(hours.typed(typed)) == kept


@pytest.mark.parametrize(
    "typed", ["9点", "25:00-26:00", "9:00", "9:60-10:00", "09:00-12:00，11:00-13:00", "x-y"]
)
def test_what_are_no_hours_is_refused(typed: str) -> None:
    with pytest.raises(NotHours):
        hours.typed(typed)


@given(spans())
def test_what_is_written_out_reads_back_as_the_same(kept: tuple[Span, ...]) -> None:
    apart = all(before.closes <= after.opens for before, after in pairwise(kept))
    if apart:
        assert hours.typed(hours.written(kept)) == kept
