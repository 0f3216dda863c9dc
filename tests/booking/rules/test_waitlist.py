"""Who moves up: the order of joining, parties all or none, and overtaking that ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from yiqi.booking.rules.quotas import Pool
from yiqi.booking.rules.waitlist import MAX_PASSED_OVER, Moves, Waiter, moves

free_seats = st.none() | st.integers(0, 12)


@st.composite
def queues(draw: st.DrawFn) -> list[Waiter]:
    facts = draw(st.lists(st.tuples(st.integers(1, 4), st.integers(0, MAX_PASSED_OVER)), max_size=12))
    return [Waiter(number, party, passed) for number, (party, passed) in enumerate(facts, 1)]


def left_after(queue: list[Waiter], decided: Moves) -> list[Waiter]:
    """The queue as it stands when a decision was carried out."""
    return [
        replace(waiter, passed_over=decided.passed_over.get(waiter.id, waiter.passed_over))
        for waiter in queue
        if waiter not in decided.up
    ]


def ids(decided: Moves) -> list[int]:
    return [waiter.id for waiter in decided.up]


def test_the_first_in_line_gets_the_seat() -> None:
    queue = [Waiter(1), Waiter(2), Waiter(3)]

    decided = moves(Pool(1, {}), queue)

    assert ids(decided) == [1]


def test_without_a_limit_everybody_moves_up() -> None:
    queue = [Waiter(1, 4), Waiter(2), Waiter(3, 2)]

    decided = moves(Pool(None, {}), queue)

    assert ids(decided) == [1, 2, 3]


def test_a_party_is_never_split_and_a_smaller_one_goes_first() -> None:
    queue = [Waiter(1, party=3), Waiter(2, party=2)]

    decided = moves(Pool(2, {}), queue)

    assert ids(decided) == [2]
    assert decided.passed_over == {1: 1}


def test_after_three_smaller_parties_the_seats_are_kept() -> None:
    queue = [Waiter(1, party=3), *(Waiter(number) for number in range(2, 7))]

    went_first = []
    for _ in range(5):  # one seat at a time comes free, and is taken by somebody else when nobody moves up
        decided = moves(Pool(1, {}), queue)
        went_first += ids(decided)
        queue = left_after(queue, decided)

    assert went_first == [2, 3, 4]
    assert queue[0] == Waiter(1, party=3, passed_over=3)


def test_three_in_one_look_are_as_many_as_one_in_three_looks() -> None:
    queue = [Waiter(1, party=6), *(Waiter(number) for number in range(2, 8))]

    decided = moves(Pool(5, {}), queue)

    assert ids(decided) == [2, 3, 4]
    assert decided.passed_over[1] == MAX_PASSED_OVER


def test_a_party_that_was_passed_over_goes_up_as_soon_as_it_fits() -> None:
    queue = [Waiter(1, party=3, passed_over=3), Waiter(2)]

    decided = moves(Pool(3, {}), queue)

    assert ids(decided) == [1]


def test_somebody_who_cannot_come_stays_and_holds_nobody_up() -> None:
    queue = [Waiter(1, party=2, passed_over=3), Waiter(2), Waiter(3)]

    decided = moves(Pool(1, {}), queue, may=lambda waiter: waiter.id != 1)

    assert ids(decided) == [2]
    assert decided.passed_over == {}


def test_who_stands_before_the_party_the_seats_are_kept_for_still_moves_up() -> None:
    queue = [Waiter(1), Waiter(2, party=3, passed_over=3), Waiter(3)]

    decided = moves(Pool(2, {}), queue)

    assert ids(decided) == [1]


@pytest.mark.parametrize("free", [0, -2])
def test_with_no_seat_nobody_is_even_looked_at(free: int) -> None:
    asked: list[Waiter] = []

    decided = moves(Pool(free, {}), [Waiter(1), Waiter(2)], may=lambda waiter: not asked.append(waiter))  # type: ignore[func-returns-value]

    assert decided == Moves()
    assert asked == []


@given(free_seats, queues())
def test_never_more_seats_are_given_than_are_free(free: int | None, queue: list[Waiter]) -> None:
    given_away = sum(waiter.party for waiter in moves(Pool(free, {}), queue).up)

    assert free is None or given_away <= free


@given(free_seats, queues())
def test_those_who_move_up_do_so_in_the_order_of_joining(free: int | None, queue: list[Waiter]) -> None:
    decided = moves(Pool(free, {}), queue)

    assert ids(decided) == sorted(ids(decided))


@given(free_seats, queues())
def test_among_parties_of_one_size_nobody_goes_before_an_earlier_one(
    free: int | None, queue: list[Waiter]
) -> None:
    gone = moves(Pool(free, {}), queue).up

    for waiter in set(queue) - set(gone):
        assert not [one for one in gone if one.id > waiter.id and one.party == waiter.party]


@given(free_seats, queues(), st.sets(st.integers(1, 12)))
def test_looking_twice_equals_looking_once(
    free: int | None, queue: list[Waiter], cannot_come: set[int]
) -> None:
    def may(waiter: Waiter) -> bool:
        return waiter.id not in cannot_come

    first = moves(Pool(free, {}), queue, may)
    rest = left_after(queue, first)
    still_free = None if free is None else free - sum(waiter.party for waiter in first.up)

    second = moves(Pool(still_free, {}), rest, may)

    assert second.up == []
    assert left_after(rest, second) == rest


@given(st.lists(st.integers(1, 3), max_size=30), queues())
def test_nobody_is_overtaken_more_than_three_times(coming_free: list[int], queue: list[Waiter]) -> None:
    queue = [replace(waiter, passed_over=0) for waiter in queue]
    overtaken = dict.fromkeys((waiter.id for waiter in queue), 0)

    for seats in coming_free:
        decided = moves(Pool(seats, {}), queue)
        queue = left_after(queue, decided)
        for waiter in queue:
            overtaken[waiter.id] += sum(one.id > waiter.id for one in decided.up)

    assert max(overtaken.values(), default=0) <= MAX_PASSED_OVER


@given(free_seats, queues())
def test_no_seat_stays_free_beside_a_waiter_it_is_not_kept_from(
    free: int | None, queue: list[Waiter]
) -> None:
    decided = moves(Pool(free, {}), queue)
    rest = left_after(queue, decided)
    still_free = None if free is None else free - sum(waiter.party for waiter in decided.up)

    for place, waiter in enumerate(rest):
        kept = any(before.passed_over >= MAX_PASSED_OVER for before in rest[:place])
        assert kept or (still_free is not None and waiter.party > still_free)
