"""The picture of a change: each affected booking once, with the gravest reason, and a version that notices differences."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiqi.booking.rules.changes import (
    Affected,
    Date,
    Dates,
    Effect,
    Live,
    Pictured,
    SetCapacity,
    fingerprint,
    picture,
)
from yiqi.booking.rules.clash import Span
from yiqi.booking.rules.states import LIVE, State

NOON = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINE, YOURS = "7K3M92XQ", "2A2B2C2D"


def date(start: float, end: float, *venue: str) -> Date:
    return Date(NOON + start * HOUR, NOON + end * HOUR, venue)


def busy(start: float, end: float, ref: str = YOURS) -> Span:
    return Span(NOON + start * HOUR, NOON + end * HOUR, ref)


def pictured(
    was: Dates,
    will: Dates,
    *taken: Span,
    state: State = State.CONFIRMED,
    became: State | None = None,
    stay: bool = True,
) -> Affected | None:
    """What a change of the dates does to one person's booking."""
    known = Pictured(
        before=[Live(1, MINE, 5, 9, 1, state)],
        became={1: became or state},
        was={5: was},
        will={5: will},
        taken={9: taken},
        stay={9} if stay else set(),
    )
    found = picture(known)
    return found[0] if found else None


def effect(*args: Dates | Span, **more: State | bool) -> Effect | None:
    found = pictured(*args, **more)  # type: ignore[arg-type]
    return found.effect if found else None


ONE = {1: date(0, 2)}


@pytest.mark.parametrize(
    ("will", "expected"),
    [
        (ONE, None),
        ({1: date(1, 3)}, Effect.MOVED),
        ({1: date(0, 3)}, Effect.MOVED),
        ({1: date(0, 2, "东区")}, Effect.OTHER_VENUE),
        ({1: date(1, 3, "东区")}, Effect.MOVED),
        (ONE | {2: date(24, 26)}, Effect.MORE_DATES),
        ({}, Effect.FEWER_DATES),
    ],
)
def test_what_becomes_of_the_dates_of_a_booking_that_stays(will: Dates, expected: Effect | None) -> None:
    assert effect(ONE, will) is expected


def test_a_new_time_that_overlaps_another_booking_names_it() -> None:
    found = pictured(ONE, {1: date(3, 5)}, busy(4, 6))

    assert found is not None
    assert (found.effect, found.other) == (Effect.NOW_CLASHES, YOURS)


def test_a_new_time_that_only_touches_another_booking_is_no_clash() -> None:
    assert effect(ONE, {1: date(2, 4)}, busy(4, 6)) is Effect.MOVED


def test_a_clash_that_was_there_before_is_not_laid_to_the_change() -> None:
    assert effect(ONE, {1: date(1, 3)}, busy(1, 2)) is Effect.MOVED


def test_nobody_clashes_with_their_own_booking() -> None:
    assert effect(ONE, {1: date(1, 3)}, busy(1, 3, MINE)) is Effect.MOVED


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.CONFIRMED, Effect.LOSES_PLACE),
        (State.OFFERED, Effect.LOSES_PLACE),
        (State.WAITING, Effect.LOSES_TURN),
        (State.PENDING, Effect.LOSES_TURN),
        (State.ENTERED, Effect.LOSES_TURN),
    ],
)
def test_a_booking_that_ends_was_a_place_or_a_hope(state: State, expected: Effect) -> None:
    found = pictured(ONE, {}, state=state, became=State.CALLED_OFF, stay=False)

    assert found is not None
    assert (found.effect, found.only) == (expected, True)


def test_who_has_more_in_the_activity_does_not_lose_everything() -> None:
    found = pictured(ONE, {}, became=State.CALLED_OFF, stay=True)

    assert found is not None
    assert not found.only


def test_a_waiter_who_gets_seats_moves_up_whatever_happens_to_the_dates() -> None:
    assert effect(ONE, {1: date(1, 3)}, state=State.WAITING, became=State.OFFERED) is Effect.MOVES_UP


def test_the_version_is_another_one_as_soon_as_a_fact_is() -> None:
    change, row = SetCapacity(1, 5), pictured(ONE, {1: date(1, 3)})

    seen = fingerprint(change, row, 0)

    assert seen == fingerprint(SetCapacity(1, 5), pictured(ONE, {1: date(1, 3)}), 0)
    assert len({seen, fingerprint(SetCapacity(1, 6), row, 0), fingerprint(change, row, 1)}) == 3
    assert fingerprint(change, pictured(ONE, {1: date(1, 4)}, busy(3, 5)), 0) != seen


HOURS = st.integers(0, 30)
SLOTS = st.dictionaries(
    st.integers(1, 4),
    st.builds(lambda start, long: date(start, start + long), HOURS, st.integers(1, 5)),
    max_size=4,
)
ENDS = st.sampled_from([State.CALLED_OFF, None])


@given(SLOTS, SLOTS, st.lists(st.tuples(st.sampled_from(sorted(LIVE)), ENDS), max_size=6))
def test_nobody_is_dropped_silently(
    was: dict[int, Date], will: dict[int, Date], people: list[tuple[State, State | None]]
) -> None:
    before = [Live(n, f"REF{n:05d}", 5, n, 1, state) for n, (state, _became) in enumerate(people)]
    became = {n: became or state for n, (state, became) in enumerate(people)}

    found = {one.ref: one for one in picture(Pictured(before, became, {5: was}, {5: will}, {}, frozenset()))}

    for booking in before:
        if became[booking.id] not in LIVE:
            assert found[booking.ref].effect in (Effect.LOSES_PLACE, Effect.LOSES_TURN)
        elif was != will:
            assert found[booking.ref].effect not in (Effect.LOSES_PLACE, Effect.LOSES_TURN, Effect.MOVES_UP)
        else:
            assert booking.ref not in found
