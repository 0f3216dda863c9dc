"""May this worker have a place: each refusal, the order they are decided in, and exactly when sign-up is open."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiqi.booking.rules.asking import Asking, Refusal, Refused, Window, gets_a_place, refusal

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
    (Refusal.PARTY_TOO_BIG, {"party": 4}),
    (Refusal.CLASH, {"clash": "7K3M92XQ"}),
    (Refusal.FULL, {"free": 0, "room_to_wait": False}),
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
    assert refusal(replace(FINE, **facts)) is why  # type: ignore[arg-type]


@pytest.mark.parametrize("first", range(len(WRONG)))
def test_with_several_reasons_the_first_of_the_list_is_said(first: int) -> None:
    everything: dict[str, object] = {}
    for _, facts in reversed(WRONG[first:]):
        everything |= facts

    assert refusal(replace(FINE, **everything)) is WRONG[first][0]  # type: ignore[arg-type]


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


def test_newcomers_wait_behind_the_queue_even_beside_a_free_seat() -> None:
    asking = replace(FINE, free=1, waiting=1)

    assert refusal(asking) is None
    assert not gets_a_place(asking)


@given(
    party=st.integers(1, 4),
    free=st.none() | st.integers(0, 4),
    waiting=st.integers(0, 2),
    room=st.booleans(),
)
def test_a_place_or_the_queue_or_full(party: int, free: int | None, waiting: int, room: bool) -> None:
    asking = replace(
        FINE, party=party, max_party=4, capacity=9, free=free, waiting=waiting, room_to_wait=room
    )

    fits = free is None or party <= free
    assert gets_a_place(asking) == (fits and waiting == 0)
    assert refusal(asking) == (None if gets_a_place(asking) or room else Refusal.FULL)


def test_a_refusal_carries_its_facts_and_its_name() -> None:
    refused = Refused(Refusal.CLASH, clash="7K3M92XQ")

    assert (refused.why, refused.facts, str(refused)) == (Refusal.CLASH, {"clash": "7K3M92XQ"}, "clash")
