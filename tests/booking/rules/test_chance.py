"""The chance on paper: what a like position is, the words with their bounds, and whether the estimate keeps its word."""

import random
from collections import defaultdict
from collections.abc import Callable

import pytest

from yiqi.booking.rules.chance import (
    MOST,
    Chance,
    Past,
    Position,
    Word,
    chance,
    estimate,
    got_in,
    word,
)

HOUR = 60


def past(*moves: int, capacity: int = 10, joined: int = 9, topic: str = "") -> Past:
    return Past(topic, capacity, joined, moves)


@pytest.mark.parametrize(
    ("place", "got"),
    [(1, True), (3, True), (4, False), (9, False), (10, None)],
)
def test_a_place_got_in_when_as_many_moved_up_and_says_nothing_when_nobody_stood_there(
    place: int, got: bool | None
) -> None:
    assert got_in(Position(place, 10, 48 * HOUR), past(40 * HOUR, 20 * HOUR, 2 * HOUR)) is got


def test_what_moved_before_the_time_that_is_left_neither_helps_nor_stands_there_any_more() -> None:
    queue = past(40 * HOUR, 20 * HOUR, 2 * HOUR, joined=4)

    assert got_in(Position(2, 10, 30 * HOUR), queue) is True
    assert got_in(Position(2, 10, 20 * HOUR), queue) is False
    assert got_in(Position(2, 10, 20 * HOUR + 1), queue) is True
    assert got_in(Position(3, 10, 20 * HOUR), queue) is None


def test_a_place_is_measured_by_the_capacity_and_rounded_to_the_worse() -> None:
    twice = past(HOUR, HOUR, HOUR, HOUR, capacity=20)

    assert got_in(Position(2, 10, 2 * HOUR), twice) is True
    assert got_in(Position(3, 10, 2 * HOUR), twice) is False
    assert got_in(Position(1, 40, 2 * HOUR), past(HOUR, capacity=10)) is True
    assert got_in(Position(5, 40, 2 * HOUR), past(HOUR, capacity=10)) is False


@pytest.mark.parametrize(
    ("got", "among", "said"),
    [
        (0, 0, Word.UNSURE),
        (4, 4, Word.UNSURE),
        (5, 5, Word.GOOD),
        (0, 5, Word.SLIM),
        (8, 10, Word.GOOD),
        (7, 10, Word.FAIR),
        (3, 10, Word.FAIR),
        (2, 10, Word.SLIM),
        (6, 8, Word.GOOD),
        (2, 8, Word.SLIM),
        (3, 8, Word.FAIR),
    ],
)
def test_the_words_and_their_bounds(got: int, among: int, said: Word) -> None:
    assert word(got, among) is said


def test_the_topic_comes_first_when_it_has_five_to_compare() -> None:
    women = [past(HOUR, topic="women") for _n in range(5)]
    others = [past() for _n in range(5)]
    here = Position(1, 10, 2 * HOUR, "women")

    assert chance(here, others + women) == Chance(Word.GOOD, 5, 5)
    assert chance(here, others + women[:4]) == Chance(Word.FAIR, 4, 9)
    assert chance(here, []) == Chance(Word.UNSURE, 0, 0)


def test_only_the_newest_ten_speak_and_ten_cells_show_them() -> None:
    newest, older = [past(HOUR)] * 8 + [past()] * 2, [past()] * 30

    found = chance(Position(1, 10, 2 * HOUR), newest + older)

    assert (found.got, found.among, found.tenths) == (8, MOST, 8)
    assert Chance(Word.FAIR, 2, 7).tenths == 2
    assert Chance(Word.UNSURE, 0, 0).tenths == 0


Estimate = Callable[[int, int], float]
BINS = 5
TOLERANCE = 0.06


def a_queue(luck: random.Random, habit: float, capacity: int) -> Past:
    """One queue of a programme in which each of `capacity` people gives the place back with probability `habit`."""
    joined = luck.randint(1, capacity)
    free = sorted(
        (luck.randint(1, 72 * HOUR) for _seat in range(capacity) if luck.random() < habit), reverse=True
    )
    return Past("", capacity, joined, free[:joined])


def observed(estimate_by: Estimate, seed: int) -> dict[int, tuple[int, float, float]]:
    """Per fifth of the scale: how many predictions fell there, their mean, and the share of those that came true."""
    luck = random.Random(seed)
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for _programme in range(4000):
        habit, capacity = luck.random() * 0.6, luck.choice((8, 10, 15, 20, 40))
        queues = [a_queue(luck, habit, capacity) for _n in range(20)]
        here = Position(luck.randint(1, max(1, capacity // 3)), capacity, luck.randint(2 * HOUR, 72 * HOUR))
        came_true = got_in(here, a_queue(luck, habit, capacity))
        found = chance(here, queues)
        if came_true is None or found.word is Word.UNSURE:
            continue
        predicted = estimate_by(found.got, found.among)
        bins[min(BINS - 1, int(predicted * BINS))].append((predicted, came_true))
    return {
        n: (len(pairs), sum(p for p, _c in pairs) / len(pairs), sum(c for _p, c in pairs) / len(pairs))
        for n, pairs in bins.items()
    }


def off(bins: dict[int, tuple[int, float, float]]) -> dict[int, tuple[int, float, float]]:
    """The bins whose predictions are further from what happened than the tolerance."""
    return {n: one for n, one in bins.items() if abs(one[1] - one[2]) > TOLERANCE}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_predicted_is_what_happens(seed: int) -> None:
    bins = observed(estimate, seed)

    assert off(bins) == {}
    assert sorted(bins) == list(range(BINS))
    assert min(many for many, _p, _o in bins.values()) >= 100


@pytest.mark.parametrize(
    "biased",
    [
        lambda got, among: estimate(got, among) ** 0.5,
        lambda got, among: (got + 0.01) / (among + 4),
    ],
    ids=["too hopeful", "too gloomy"],
)
def test_a_biased_estimate_is_noticed(biased: Estimate) -> None:
    assert off(observed(biased, 1))
