"""The awards of a year, counted a second time by hand."""

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from yiqi.programmes.reading.rules import awards
from yiqi.programmes.reading.rules.awards import Prize, Put, Received, Rule, placed, rule_of

RULE = Rule(date(2026, 1, 1), 3, dict.fromkeys(Prize, 1))
counts = st.dictionaries(st.integers(1, 30), st.tuples(st.integers(0, 6), st.integers(0, 3)))


@given(counts)
def test_a_rank_is_one_more_than_those_before_and_equal_ones_share_it(
    told: dict[int, tuple[int, int]],
) -> None:
    found = placed(told, RULE, Prize.COPY)

    good = {of_id: count for of_id, count in told.items() if count[0] >= 1}
    for one in found:
        assert one.rank == 1 + sum(other > told[one.of_id] for other in good.values())
        assert one.tied == sum(other == told[one.of_id] for other in good.values())
    left_out = set(good) - {one.of_id for one in found}
    assert all(sum(other > good[of_id] for other in good.values()) >= RULE.ranks for of_id in left_out)


def test_ties_are_stated_and_the_next_rank_leaves_a_gap() -> None:
    found = placed({1: (5, 0), 2: (4, 0), 3: (4, 0), 4: (1, 0)}, RULE, Prize.GIVER)

    assert [(one.of_id, one.rank, one.tied) for one in found] == [(1, 1, 1), (2, 2, 2), (3, 2, 2)]


def test_a_title_counts_once_for_a_giver_and_only_books_with_a_note_for_a_reader() -> None:
    put = [Put(1, 10), Put(1, 10), Put(1, 11), Put(2, 10)]
    received = [
        Received(100, 10, 1, "", True),
        Received(101, 10, 1, "", True),
        Received(102, 11, 1, "", False),
    ]

    assert [(one.of_id, one.count) for one in awards.givers(RULE, put)] == [(1, 2), (2, 1)]
    assert [(one.of_id, one.count) for one in awards.readers(RULE, received)] == [(1, 1)]


def test_of_copies_passed_on_as_often_the_one_in_more_places_is_first() -> None:
    received = [Received(1, 10, n, "食堂", False) for n in (1, 2)]
    received += [Received(2, 10, n, place, False) for n, place in ((3, "食堂"), (4, "车站"))]

    assert [(one.of_id, one.rank, one.second) for one in awards.copies(RULE, received)] == [
        (2, 1, 2),
        (1, 2, 1),
    ]
    assert Counter(one.count for one in awards.copies(RULE, received)) == {2: 2}


def test_an_old_year_is_counted_by_the_rule_of_that_year() -> None:
    old, new = rule_of(2025), rule_of(2026)

    assert old is not None
    assert new is not None
    assert (old.least[Prize.GIVER], new.least[Prize.GIVER]) == (1, 2)
    assert rule_of(2023) is None
