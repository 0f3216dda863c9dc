"""The patterns a worker can save in three taps."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiqi.rota.rules.patterns import BY_WEEKS, KNOWN, Pattern, choices, cycle
from yiqi.rota.rules.shifts import LONGEST_CYCLE, Kind, laps_over

SATURDAY = date(2026, 11, 21)
days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
known = st.sampled_from(sorted(KNOWN))


def test_every_pattern_but_the_custom_one_is_known_and_can_be_worked() -> None:
    assert set(KNOWN) == set(Pattern) - {Pattern.CUSTOM}
    assert {laps_over(one) for one in KNOWN.values()} == {None}
    assert max(len(one) for one in KNOWN.values()) <= LONGEST_CYCLE
    assert all(len(KNOWN[one]) % 7 == 0 for one in BY_WEEKS)
    assert all(len(one) <= 24 for one in Pattern)


@pytest.mark.parametrize(
    ("pattern", "crews", "shifts"),
    [
        (Pattern.FOUR_CREWS_THREE, 4, 3),
        (Pattern.FOUR_CREWS_TWO, 4, 2),
        (Pattern.THREE_CREWS_TWO, 3, 2),
        (Pattern.WEEKS_DAY_NIGHT, 2, 2),
        (Pattern.WEEKS_EARLY_MIDDLE, 2, 2),
    ],
)
def test_the_crews_of_a_pattern_fill_each_of_its_shifts_once_a_day(
    pattern: Pattern, crews: int, shifts: int
) -> None:
    length = len(KNOWN[pattern])
    for day in range(length):
        on = [KNOWN[pattern][(day + crew * length // crews) % length] for crew in range(crews)]
        working = [shift.kind for shift in on if shift]
        assert len(working) == len(set(working))
        assert len(working) == (shifts if pattern not in BY_WEEKS or day % 7 < 5 else 0)


@given(known, days)
def test_the_chosen_day_is_today(pattern: Pattern, today: date) -> None:
    for choice in choices(pattern, today):
        made = cycle(pattern, choice.number, today)

        assert made is not None
        assert made.on(today) == KNOWN[pattern][choice.number - 1]
        assert made.anchor <= today < made.anchor + timedelta(days=len(made.days))


@given(known, days, st.integers(-20, 40))
def test_a_day_that_today_cannot_be_makes_no_cycle(pattern: Pattern, today: date, number: int) -> None:
    possible = {choice.number for choice in choices(pattern, today)}
    assert (cycle(pattern, number, today) is not None) == (number in possible)


@given(st.sampled_from(sorted(BY_WEEKS)), days)
def test_a_pattern_by_weeks_begins_on_a_monday(pattern: Pattern, today: date) -> None:
    for choice in choices(pattern, today):
        made = cycle(pattern, choice.number, today)
        assert made is not None
        assert made.anchor.weekday() == 0


def test_days_of_one_kind_are_told_apart_by_their_number() -> None:
    told = [(one.kind, one.nth) for one in choices(Pattern.FOUR_CREWS_THREE, SATURDAY)]
    kinds = [Kind.EARLY, Kind.MIDDLE, Kind.NIGHT, None]
    assert told == [(kind, nth) for kind in kinds for nth in (1, 2)]
    single = [(one.kind, one.nth) for one in choices(Pattern.FOUR_CREWS_TWO, SATURDAY)]
    assert single == [(Kind.DAY, None), (Kind.NIGHT, None), (None, 1), (None, 2)]


def test_on_a_day_off_one_still_says_which_week_it_is() -> None:
    told = [(one.number, one.kind) for one in choices(Pattern.WEEKS_DAY_NIGHT, SATURDAY)]
    assert told == [(6, Kind.DAY), (13, Kind.NIGHT)]
