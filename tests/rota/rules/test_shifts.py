"""A rota against a grid of minutes: nights, New Year, leap days and the ends of months included."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from yiqi.rota.rules.shifts import DAY, Cycle, Days, Kind, Shift, Why, fits, in_the_way, kept, laps_over, read

MINUTE = timedelta(minutes=1)
BEIJING = timedelta(hours=8)
"""All year, since 1992."""
LAST_DAYS = (
    date(2026, 12, 31),
    date(2028, 2, 28),
    date(2028, 2, 29),
    date(2027, 2, 28),
    date(2026, 4, 30),
    date(2027, 1, 31),
)
EARLY, MIDDLE, LATE = Shift(420, 480), Shift(900, 480), Shift(1380, 480)
EIGHT_DAYS: Days = (EARLY, EARLY, MIDDLE, MIDDLE, LATE, LATE, None, None)

starts = st.one_of(st.integers(0, DAY - 1), st.sampled_from([0, 119, 120, 299, 300, 1380, DAY - 1]))
lengths = st.one_of(st.integers(1, DAY), st.sampled_from([1, 60, 480, 720, DAY]))
days_of = st.lists(st.none() | st.builds(Shift, starts, lengths), min_size=1, max_size=14).map(tuple)
cycles = st.builds(Cycle, st.dates(date(2024, 1, 1), date(2030, 12, 31)), days_of)
around = st.tuples(st.sampled_from(LAST_DAYS), st.integers(-DAY, 2 * DAY), st.integers(1, 2 * DAY))


def wall(day: date, minute: int = 0) -> datetime:
    """A minute of a Beijing day, as UTC, by arithmetic alone."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - BEIJING + minute * MINUTE


def grid(cycle: Cycle, first: date, last: date) -> tuple[set[datetime], set[datetime]]:
    """The minutes of work, and those of rest after a night, by writing down every shift minute for minute."""
    work: set[datetime] = set()
    rest: set[datetime] = set()
    for back in range((last - first).days + 1):
        day = first + timedelta(days=back)
        days_on = (day.toordinal() - cycle.anchor.toordinal()) % len(cycle.days)
        shift = cycle.days[days_on]
        if shift is None:
            continue
        minutes = [wall(day, shift.start + number) for number in range(shift.minutes)]
        work |= set(minutes)
        if any(2 <= (minute + BEIJING).hour < 5 for minute in minutes):
            rest |= {minutes[-1] + (number + 1) * MINUTE for number in range(480)}
    return work, rest


def minutes(spans: Iterable[tuple[datetime, datetime]]) -> set[datetime]:
    return {start + number * MINUTE for start, end in spans for number in range(int((end - start) / MINUTE))}


@settings(max_examples=150)
@given(cycles, around)
@example(Cycle(date(2026, 12, 31), (LATE,)), (date(2026, 12, 31), 1380, 480))
@example(Cycle(date(2028, 2, 29), EIGHT_DAYS), (date(2028, 2, 28), 0, 2 * DAY))
@example(Cycle(date(2026, 12, 29), (Shift(DAY - 1, DAY), None, None)), (date(2026, 12, 31), 400, 70))
def test_free_is_what_the_grid_of_minutes_leaves_free(cycle: Cycle, asked: tuple[date, int, int]) -> None:
    day, start, length = asked
    span = (wall(day, start), wall(day, start + length))
    work, rest = grid(cycle, day - timedelta(days=5), day + timedelta(days=5))
    wanted = minutes([span])

    way = in_the_way(cycle, span)

    assert fits(cycle, [span]) == (not wanted & (work | rest))
    assert (way is not None and way.why is Why.WORK) == bool(wanted & work)
    assert (way is not None and way.why is Why.REST) == bool(wanted & rest and not wanted & work)
    assert way is None or minutes([(way.starts_at, way.ends_at)]) & wanted


@settings(max_examples=100)
@given(cycles, around)
def test_busy_is_every_span_that_reaches_in_and_no_other(cycle: Cycle, asked: tuple[date, int, int]) -> None:
    day, start, length = asked
    first, last = wall(day, start), wall(day, start + length)
    work, rest = grid(cycle, day - timedelta(days=5), day + timedelta(days=5))
    inside = minutes([(first, last)])

    found = cycle.busy(first, last)

    for why, expected in ((Why.WORK, work), (Why.REST, rest)):
        spans = [(one.starts_at, one.ends_at) for one in found if one.why is why]
        assert minutes(spans) & inside == expected & inside
        assert minutes(spans) <= expected
        assert all(minutes([span]) & inside for span in spans)


@given(cycles, st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.integers(-200, 200))
def test_a_cycle_repeats_in_both_directions(cycle: Cycle, day: date, times: int) -> None:
    assert cycle.on(day) == cycle.on(day + timedelta(days=times * len(cycle.days)))
    assert cycle.on(cycle.anchor - timedelta(days=1)) == cycle.days[-1]
    assert cycle.on(cycle.anchor) == cycle.days[0]


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 600)), max_size=4))
def test_a_course_fits_when_each_of_its_evenings_does(pairs: list[tuple[int, int]]) -> None:
    cycle = Cycle(date(2026, 12, 30), EIGHT_DAYS)
    spans = [
        (wall(date(2026, 12, 30), start), wall(date(2026, 12, 30), start + long)) for start, long in pairs
    ]
    assert fits(cycle, spans) == all(fits(cycle, [span]) for span in spans)


def test_the_night_of_new_years_eve_is_worked_into_the_new_year_and_slept_off() -> None:
    cycle = Cycle(date(2026, 12, 31), (LATE, *[None] * 6))

    work, rest = cycle.busy(wall(date(2026, 12, 31)), wall(date(2027, 1, 3)))

    assert (work.why, work.starts_at, work.ends_at) == (
        Why.WORK,
        wall(date(2026, 12, 31), 1380),
        wall(date(2027, 1, 1), 420),
    )
    assert (rest.why, rest.starts_at, rest.ends_at) == (
        Why.REST,
        wall(date(2027, 1, 1), 420),
        wall(date(2027, 1, 1), 900),
    )


def test_what_ends_as_a_shift_begins_and_what_begins_as_the_rest_ends_fits() -> None:
    cycle = Cycle(date(2026, 7, 1), (LATE, None, None))
    day = date(2026, 7, 1)
    assert fits(cycle, [(wall(day, 1320), wall(day, 1380)), (wall(day, DAY + 900), wall(day, DAY + 960))])
    assert not fits(cycle, [(wall(day, 1320), wall(day, 1381))])
    assert not fits(cycle, [(wall(day, DAY + 899), wall(day, DAY + 960))])


@pytest.mark.parametrize(
    ("shift", "kind", "text"),
    [
        (Shift(420, 480), Kind.EARLY, "07:00–15:00"),
        (Shift(450, 720), Kind.DAY, "07:30–19:30"),
        (Shift(510, 540), Kind.DAY, "08:30–17:30"),
        (Shift(930, 510), Kind.MIDDLE, "15:30–24:00"),
        (Shift(1080, 480), Kind.MIDDLE, "18:00–02:00"),
        (Shift(1080, 481), Kind.NIGHT, "18:00–02:01"),
        (Shift(1380, 480), Kind.NIGHT, "23:00–07:00"),
        (Shift(0, 480), Kind.NIGHT, "00:00–08:00"),
        (Shift(299, 300), Kind.NIGHT, "04:59–09:59"),
        (Shift(300, 300), Kind.EARLY, "05:00–10:00"),
        (Shift(480, DAY), Kind.NIGHT, "08:00–08:00"),
    ],
)
def test_a_shift_is_called_by_its_hours(shift: Shift, kind: Kind, text: str) -> None:
    assert (shift.kind, shift.text) == (kind, text)
    assert shift.is_night == (kind is Kind.NIGHT)


@given(days_of)
def test_a_cycle_is_read_as_it_was_kept(days: Days) -> None:
    assert read(kept(days)) == days


def test_it_is_kept_in_the_form_the_column_promises() -> None:
    assert kept((Shift(480, 720), None)) == [["08:00", 720], None]


@given(days_of)
def test_a_cycle_laps_over_itself_when_two_shifts_share_a_minute(days: Days) -> None:
    taken: list[int] = []
    for number, shift in enumerate(days * 2):
        if shift is not None:
            taken += range(number * DAY + shift.start, number * DAY + shift.start + shift.minutes)
    whole = len(days) * DAY
    once = [minute for minute in taken if whole <= minute < 2 * whole]

    assert (laps_over(days) is not None) == (len(set(once)) < len(once))


@pytest.mark.parametrize(("start", "long"), [(-1, 60), (DAY, 60), (0, 0), (0, DAY + 1)])
def test_there_are_no_such_shifts(start: int, long: int) -> None:
    with pytest.raises(ValueError, match="no shift"):
        Shift(start, long)


@pytest.mark.parametrize("length", [0, 15])
def test_a_cycle_has_one_to_fourteen_days(length: int) -> None:
    with pytest.raises(ValueError, match="fourteen"):
        Cycle(date(2026, 7, 1), (None,) * length)
