"""May this worker have a place: each refusal, the order they are decided in, and exactly when sign-up is open."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from yiqi.booking.rules.asking import Asking, Refusal, Refused, Window, answer, fits, own_quota_full, refusal
from yiqi.booking.rules.states import State

OPENS = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=2)
SECOND = timedelta(seconds=1)
WINDOW = Window(OPENS, CLOSES)
FINE = Asking(
    at=OPENS,
    window=WINDOW,
    party=1,
    max_party=3,
    capacity=5,
    free=5,
    waiting=0,
    room_to_wait=True,
)
WRONG: list[tuple[Refusal, dict[str, object]]] = [
    (Refusal.CALLED_OFF, {"window": replace(WINDOW, called_off=True)}),
    (Refusal.NOT_OPEN_YET, {"at": OPENS - SECOND}),
    (Refusal.BARRED, {"barred": True}),
    (Refusal.NOT_ELIGIBLE, {"eligible": False}),
    (Refusal.PARTY_TOO_BIG, {"party": 4}),
    (Refusal.TOO_MANY_OPEN, {"open_bookings": 2, "most_open": 2}),
    (Refusal.CLASH, {"clash": "7K3M92XQ"}),
    (Refusal.QUOTA_FULL, {"left": 0, "free": 0, "room_to_wait": False}),
    (Refusal.FULL, {"left": None, "free": 0, "room_to_wait": False}),
]


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (OPENS - SECOND, Refusal.NOT_OPEN_YET),
        (OPENS, None),
        (CLOSES - SECOND, None),
        (CLOSES, Refusal.CLOSED),
        (CLOSES + SECOND, Refusal.CLOSED),
    ],
)
def test_sign_up_is_open_from_the_very_second_and_closed_at_the_very_second(
    at: datetime, said: Refusal | None
) -> None:
    assert WINDOW.refusal(at) is said


@pytest.mark.parametrize("at", [OPENS - SECOND, OPENS, CLOSES])
def test_what_is_called_off_is_neither_early_nor_late_but_called_off(at: datetime) -> None:
    assert replace(WINDOW, called_off=True).refusal(at) is Refusal.CALLED_OFF


@pytest.mark.parametrize(("why", "facts"), WRONG)
def test_each_refusal_alone(why: Refusal, facts: dict[str, object]) -> None:
    assert refusal(FINE) is None
    assert refusal(replace(FINE, **facts)) is why


@pytest.mark.parametrize("first", range(len(WRONG)))
def test_with_several_reasons_the_first_of_the_list_is_said(first: int) -> None:
    everything: dict[str, object] = {}
    for _, facts in reversed(WRONG[first:]):
        everything |= facts

    assert refusal(replace(FINE, **everything)) is WRONG[first][0]


@pytest.mark.parametrize(
    ("party", "capacity", "said"),
    [
        (0, 5, Refusal.PARTY_TOO_BIG),
        (-1, 5, Refusal.PARTY_TOO_BIG),
        (3, 5, None),
        (4, 5, Refusal.PARTY_TOO_BIG),
        (3, 2, Refusal.PARTY_TOO_BIG),
        (2, 2, None),
        (3, None, None),
        (3, 0, None),
    ],
)
def test_a_party_must_fit_the_activity_and_the_slot(
    party: int, capacity: int | None, said: Refusal | None
) -> None:
    """With no seats at all (yet) a party may still wait: they may come."""
    assert refusal(replace(FINE, party=party, capacity=capacity, free=capacity)) is said


@pytest.mark.parametrize(
    ("open_bookings", "said"), [(1, None), (2, Refusal.TOO_MANY_OPEN), (3, Refusal.TOO_MANY_OPEN)]
)
def test_open_bookings_of_a_kind_are_counted_up_to_the_most(open_bookings: int, said: Refusal | None) -> None:
    assert refusal(replace(FINE, open_bookings=open_bookings, most_open=2)) is said
    assert refusal(replace(FINE, open_bookings=open_bookings, most_open=None)) is None


def test_newcomers_wait_behind_the_queue_even_beside_a_free_seat() -> None:
    asking = replace(FINE, free=1, waiting=1)

    assert refusal(asking) is None
    assert answer(asking) is State.WAITING


def test_once_the_queue_moves_no_more_a_free_seat_is_the_newcomers_and_nobody_joins_it() -> None:
    asking = replace(FINE, free=1, waiting=1, moves=False)

    assert (refusal(asking), answer(asking)) == (None, State.CONFIRMED)
    assert refusal(replace(asking, party=2)) is Refusal.FULL


@pytest.mark.parametrize("crowded", [{}, {"free": 0, "waiting": 3, "room_to_wait": False, "moves": False}])
@pytest.mark.parametrize(("how", "state"), [("checked", State.PENDING), ("drawn", State.ENTERED)])
def test_what_is_checked_or_drawn_is_never_full_and_never_a_place_at_once(
    how: str, state: State, crowded: dict[str, object]
) -> None:
    asking = replace(FINE, **{how: True}, **crowded)

    assert (refusal(asking), answer(asking)) == (None, state)


@given(
    party=st.integers(1, 4),
    free=st.none() | st.integers(0, 4),
    left=st.none() | st.integers(0, 4),
    waiting=st.integers(0, 2),
    room=st.booleans(),
    moves=st.booleans(),
)
def test_a_place_or_the_queue_or_full(
    party: int, free: int | None, left: int | None, waiting: int, room: bool, moves: bool
) -> None:
    sides = [side for side in (free, left) if side is not None]
    asking = replace(
        FINE,
        party=party,
        max_party=4,
        capacity=9,
        free=min(sides, default=None),
        left=left,
        waiting=waiting,
        room_to_wait=room,
        moves=moves,
    )

    seated = all(party <= side for side in sides)
    assert fits(asking) == seated
    assert own_quota_full(asking) == (left is not None and party > left)
    if seated or (moves and room):
        at_once = seated and (waiting == 0 or not moves)
        assert (refusal(asking), answer(asking)) == (None, State.CONFIRMED if at_once else State.WAITING)
    else:
        assert refusal(asking) is (Refusal.QUOTA_FULL if left is not None and party > left else Refusal.FULL)


def test_a_refusal_carries_its_facts_and_its_name() -> None:
    refused = Refused(Refusal.CLASH, clash="7K3M92XQ")

    assert (refused.why, refused.facts, str(refused)) == (Refusal.CLASH, {"clash": "7K3M92XQ"}, "clash")
