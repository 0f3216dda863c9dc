"""Seats, states, deadlines and ticket codes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from yiqi.booking.rules.capacity import free, over
from yiqi.booking.rules.deadlines import RUSH_AFTER, RUSH_BEFORE, Deadlines
from yiqi.booking.rules.refs import ALPHABET, LENGTH, new_ref, spoken
from yiqi.booking.rules.states import HOLDING, LIVE, State

STARTS = datetime(2026, 7, 4, 11, 0, tzinfo=UTC)


@given(st.integers(0, 50), st.integers(0, 50))
def test_seats_are_free_or_over_and_never_both(capacity: int, held: int) -> None:
    assert free(capacity, held) == max(0, capacity - held)
    assert over(capacity, held) == max(0, held - capacity)


@given(st.integers(0, 50))
def test_without_a_limit_nothing_is_ever_over(held: int) -> None:
    assert free(None, held) is None
    assert over(None, held) == 0


def test_whoever_holds_a_seat_is_live_and_whoever_waits_or_asks_holds_none() -> None:
    assert HOLDING < LIVE
    assert {State.WAITING, State.PENDING, State.ENTERED} == LIVE - HOLDING


@pytest.mark.parametrize("state", sorted(set(State) - LIVE))
def test_final_states_are_the_ends_of_a_booking(state: State) -> None:
    assert state in {
        State.CANCELLED,
        State.CANCELLED_LATE,
        State.LEFT,
        State.DECLINED,
        State.EXPIRED,
        State.REJECTED,
        State.CALLED_OFF,
    }


def test_deadlines_count_back_from_the_start() -> None:
    times = Deadlines(
        opens_at=STARTS - timedelta(days=7),
        closes_at=STARTS,
        starts_at=STARTS,
        ends_at=STARTS + timedelta(hours=2),
        cancel_minutes=120,
        promotion_minutes=60,
        auto_minutes=600,
    )

    assert times.cancel_until == STARTS - timedelta(hours=2)
    assert times.promote_until == STARTS - timedelta(hours=1)
    assert times.auto_until == STARTS - timedelta(hours=10)
    assert set(times.instants) == {
        times.opens_at - RUSH_BEFORE,
        times.opens_at,
        times.opens_at + RUSH_AFTER,
        times.closes_at,
        times.auto_until,
        times.cancel_until,
        times.promote_until,
        times.starts_at,
        times.ends_at,
    }


def test_what_the_clock_does_next_in_a_slot_is_one_of_its_instants() -> None:
    times = Deadlines(
        opens_at=STARTS,
        closes_at=STARTS,
        starts_at=STARTS,
        ends_at=STARTS,
        cancel_minutes=0,
        promotion_minutes=0,
        auto_minutes=0,
    )
    due_at = STARTS - timedelta(minutes=17)

    assert due_at not in times.instants
    assert due_at in replace(times, due_at=due_at).instants


def test_a_ticket_code_can_be_read_aloud() -> None:
    codes = {new_ref() for _ in range(500)}

    assert len(codes) == 500
    assert {len(code) for code in codes} == {LENGTH}
    assert set("".join(codes)) <= set(ALPHABET)
    assert not set("01ILO") & set(ALPHABET)


def test_a_ticket_code_is_printed_in_two_halves() -> None:
    assert spoken("7K3M92XQ") == "7K3M-92XQ"
