"""The lottery itself: one spelling of a list, an order that follows from secret and number, places given in it."""

import _pydecimal
import hashlib
import random
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from math import comb, lcm

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from yiqi.draws.rules import lottery
from yiqi.draws.rules.lottery import CONFIRMED, WAITING, WITHDRAWN, Entry

SECRET, NUMBER = "5e" * 32, "0307122833"


def entry(code: str, slot: int = 1, party: int = 1, weight: int = 1) -> Entry:
    return Entry(code, slot, party, weight)


def many(number: int, weights: tuple[int, ...] = (1,)) -> list[Entry]:
    return [entry(f"E{one:05d}", weight=weights[one % len(weights)]) for one in range(number)]


def takes_all(_one: Entry) -> str | None:
    return None


def dealt(
    order: list[Entry],
    seats: dict[int, int],
    withdrawn: frozenset[str] = frozenset(),
    take: Callable[[Entry], str | None] = takes_all,
) -> list[tuple[str, str]]:
    return [(one.entry.code, one.became) for one in lottery.allot(order, seats, withdrawn, take)]


codes = st.lists(st.text("ABCDEFGH234567", min_size=6, max_size=6), unique=True, max_size=12)


@st.composite
def lists(draw: st.DrawFn) -> list[Entry]:
    return [
        Entry(code, draw(st.integers(1, 3)), draw(st.integers(1, 4)), draw(st.sampled_from((1, 1, 2, 3))))
        for code in draw(codes)
    ]


@given(lists(), st.randoms(use_true_random=False))
def test_the_same_entries_in_any_order_are_the_same_bytes_and_the_same_draw(
    entries: list[Entry], random_: random.Random
) -> None:
    shuffled = list(entries)
    random_.shuffle(shuffled)

    text = lottery.listing(17, "双色球 2026135 期", "c0", entries)

    assert lottery.listing(17, "双色球 2026135 期", "c0", shuffled) == text
    assert sorted(lottery.entries(text), key=str) == sorted(entries, key=str)
    assert lottery.ranked(entries, SECRET, NUMBER) == lottery.ranked(shuffled, SECRET, NUMBER)


@pytest.mark.parametrize(
    "other",
    [
        {"code": "ZZZZZZ"},
        {"slot": 2},
        {"party": 2},
        {"weight": 2},
    ],
)
def test_whatever_decides_is_in_the_digest(other: dict[str, object]) -> None:
    first, second = entry("AAAAAA"), entry("BBBBBB")
    text = lottery.listing(17, "双色球", "c0", [first, second])
    changed = lottery.listing(17, "双色球", "c0", [first, replace(second, **other)])

    assert lottery.digest(text) != lottery.digest(changed)
    assert lottery.digest(text) != lottery.digest(lottery.listing(17, "双色球", "c0", [first]))
    assert lottery.digest(text) != lottery.digest(lottery.listing(17, "大乐透", "c0", [first, second]))
    assert lottery.digest(text) != lottery.digest(lottery.listing(17, "双色球", "c1", [first, second]))
    assert lottery.digest(text) == hashlib.sha256(text.encode("utf-8")).hexdigest()


def test_the_list_is_spelled_as_the_page_says() -> None:
    text = lottery.listing(17, "双色球", "c0ffee", [entry("B", 4, 2, 1), entry("A", 4, 1, 2)])
    assert (
        text == "yiqi-draw 1\nactivity 17\nsource 双色球\ncommitment c0ffee\nentry A 4 1 2\nentry B 4 2 1\n"
    )


@given(lists(), st.integers(0, 10**9))
def test_the_order_is_that_of_exact_arithmetic(entries: list[Entry], number: int) -> None:
    """−ln(u)/w rises as u^(1/w) falls: the same order by whole numbers alone, without any logarithm."""
    common = lcm(*(one.weight for one in entries))

    def power(one: Entry) -> int:
        found = lottery.key(SECRET + str(number), one.code)
        share = common // one.weight
        return int(found**share * lottery.WHOLE ** (common - share))

    by_power = sorted(entries, key=power, reverse=True)

    assert lottery.ranked(entries, SECRET, str(number)) == by_power


def test_another_implementation_of_decimal_finds_the_same_hundred_digits() -> None:
    context = _pydecimal.Context(prec=100)
    for number in range(20):
        key = lottery.key(SECRET, f"CODE{number}")
        pure = context.divide(context.ln(context.divide(lottery.WHOLE, key)), 2)
        assert str(pure) == str(lottery.score(SECRET, f"CODE{number}", 2))


def test_a_key_at_either_end_still_has_a_score() -> None:
    for key in (1, lottery.WHOLE - 1):
        found = lottery.of_key(key, 1)
        assert isinstance(found, Decimal)
        assert found > 0
    assert lottery.of_key(lottery.WHOLE - 1, 1) < lottery.of_key(lottery.WHOLE - 3, 1)


def test_without_the_secret_nobody_knows_and_another_number_is_another_order() -> None:
    entries = many(50)
    order = lottery.ranked(entries, SECRET, NUMBER)

    assert lottery.ranked(entries, SECRET, NUMBER) == order
    assert lottery.ranked(entries, SECRET, "0307122834") != order
    assert lottery.ranked(entries, "5f" + SECRET[2:], NUMBER) != order


def chi_square(seen: Counter[str], expected: dict[str, float]) -> float:
    return sum((seen[code] - wanted) ** 2 / wanted for code, wanted in expected.items())


def winners(entries: list[Entry], rounds: int, cheat: bool = False) -> Counter[str]:
    """How often each entry comes first, over many public numbers. A cheat turns one draw in ten for the first entry."""
    seen: Counter[str] = Counter()
    for number in range(rounds):
        order = lottery.ranked(entries, SECRET, str(number))
        seen[entries[0].code if cheat and number % 10 == 0 else order[0].code] += 1
    return seen


ROUNDS = 1500
CHI_SQUARE_9 = 27.88
"""Of 9 degrees of freedom: an honest draw goes beyond it once in a thousand. The numbers here are always the same."""


def test_equal_entries_come_first_equally_often() -> None:
    entries = many(10)
    expected = {one.code: ROUNDS / 10 for one in entries}

    assert chi_square(winners(entries, ROUNDS), expected) < CHI_SQUARE_9
    assert chi_square(winners(entries, ROUNDS, cheat=True), expected) > CHI_SQUARE_9


def test_a_weight_of_two_comes_first_twice_as_often() -> None:
    entries = many(10, weights=(1, 2))
    weights = sum(one.weight for one in entries)
    expected = {one.code: ROUNDS * one.weight / weights for one in entries}

    assert chi_square(winners(entries, ROUNDS), expected) < CHI_SQUARE_9
    as_equals = {one.code: ROUNDS / 10 for one in entries}
    assert chi_square(winners(entries, ROUNDS), as_equals) > CHI_SQUARE_9


def test_everybody_is_among_the_drawn_as_often_as_chance_says() -> None:
    """Of 6 entries 3 are drawn: each of the 20 sets should come up equally often."""
    entries = many(6)
    sets: Counter[str] = Counter()
    for number in range(ROUNDS):
        sets["".join(sorted(one.code for one in lottery.ranked(entries, SECRET, str(number))[:3]))] += 1

    assert len(sets) == comb(6, 3)
    assert (
        chi_square(sets, dict.fromkeys(sets, ROUNDS / 20)) < 43.82
    )  # 19 degrees of freedom, once in a thousand


def test_a_party_that_is_too_big_is_passed_over_and_keeps_its_rank() -> None:
    order = [entry("A", party=2), entry("B", party=3), entry("C"), entry("D")]

    assert dealt(order, {1: 4}) == [("A", CONFIRMED), ("B", WAITING), ("C", CONFIRMED), ("D", CONFIRMED)]
    assert dealt(order, {1: 5})[1] == ("B", CONFIRMED)


def test_slots_are_drawn_together_and_each_gives_its_own_seats() -> None:
    order = [entry("A", slot=1), entry("B", slot=2), entry("C", slot=1), entry("D", slot=2)]

    assert dealt(order, {1: 1, 2: 2}) == [
        ("A", CONFIRMED),
        ("B", CONFIRMED),
        ("C", WAITING),
        ("D", CONFIRMED),
    ]
    assert dealt(order, {1: 0, 2: 0}) == [(one.code, WAITING) for one in order]


def test_who_withdrew_or_cannot_come_leaves_the_seat_to_the_next() -> None:
    order = [entry("A"), entry("B"), entry("C"), entry("D")]
    asked: list[str] = []

    def take(one: Entry) -> str | None:
        asked.append(one.code)
        return "clash" if one.code == "B" else None

    assert dealt(order, {1: 1}, frozenset({"A"}), take) == [
        ("A", WITHDRAWN),
        ("B", "clash"),
        ("C", CONFIRMED),
        ("D", WAITING),
    ]
    assert asked == ["B", "C"], "only whoever would have a seat is asked"


@given(lists(), st.dictionaries(st.integers(1, 3), st.integers(0, 6)))
def test_no_slot_gives_more_than_it_has_and_no_fitting_seat_stays_empty(
    entries: list[Entry], some: dict[int, int]
) -> None:
    seats = {slot: some.get(slot, 0) for slot in (1, 2, 3)}
    order = lottery.ranked(entries, SECRET, NUMBER)
    outcomes = lottery.allot(order, seats, frozenset(), takes_all)

    for slot, places in seats.items():
        here = [one for one in outcomes if one.entry.slot == slot]
        left = places - sum(one.entry.party for one in here if one.became == CONFIRMED)
        assert left >= 0
        assert not [one for one in here if one.became == WAITING and one.entry.party <= left]
    assert [one.entry for one in outcomes] == order


@pytest.mark.parametrize(
    ("newest_first", "weight"),
    [
        ([], 1),
        ([False, False], 1),
        ([False, False, False], 2),
        ([False, False, False, False], 2),
        ([False, False, False, True], 2),
        ([True, False, False, False], 1),
        ([False, False, True, False], 1),
    ],
)
def test_three_losses_in_a_row_count_double(newest_first: list[bool], weight: int) -> None:
    assert lottery.weight(newest_first) == weight


@pytest.mark.parametrize(
    ("typed", "number"),
    [("03 07 12 28 33 + 09", "030712283309"), ("２０２６", "2026"), (" 3,258.42 ", "325842"), ("0", "0")],
)
def test_a_number_is_its_digits(typed: str, number: str) -> None:
    assert lottery.number(typed) == number


@pytest.mark.parametrize("typed", ["", "  ", "abc", "12a", "三", "٣٤", "1" * 41, "-"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        lottery.number(typed)


def test_codes_are_random_different_and_easily_told_apart() -> None:
    found = lottery.new_codes(2000)
    assert len(set(found)) == 2000
    assert {len(code) for code in found} == {6}
    assert not set("".join(found)) & set("01OIL")
    assert len(lottery.new_secret()) == 64
    assert lottery.new_secret() != lottery.new_secret()
