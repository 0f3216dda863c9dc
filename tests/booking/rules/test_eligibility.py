"""Who may come: each condition, its edges, and which is named first."""

from datetime import date
from typing import Any

import pytest

from yiqi.activities.rules.conditions import Aged, GoodStanding, Holds, Member, OfUnion, Tagged
from yiqi.booking.rules.eligibility import Held, Whom, full_years, parse, unmet

DAY = date(2026, 11, 28)
MEMBER = Whom(
    frozenset({1, 7}), True, True, frozenset({"女职工"}), date(1990, 5, 1), (Held("dg5", date(2020, 1, 1)),)
)


def test_an_activity_without_conditions_is_for_everybody() -> None:
    assert unmet(parse([]), Whom(), DAY) is None


@pytest.mark.parametrize(
    "raw",
    [
        {"kind": "member"},
        {"kind": "good_standing"},
        {"kind": "union", "unions": [3, 7]},
        {"kind": "tag", "tag": "女职工"},
        {"kind": "age", "least": 18},
        {"kind": "holds", "code": "dg5", "name": "五级电工"},
    ],
)
def test_each_condition_lets_in_who_meets_it_and_nobody_unknown(raw: dict[str, Any]) -> None:
    assert unmet(parse([raw]), MEMBER, DAY) is None
    assert unmet(parse([raw]), Whom(), DAY) == parse([raw])[0]


def test_a_member_who_is_not_in_good_standing_lacks_only_that() -> None:
    behind = Whom(frozenset({1}), True, False)
    assert unmet(parse([{"kind": "good_standing"}, {"kind": "member"}]), behind, DAY) == GoodStanding()


def test_what_is_lacking_is_named_in_one_fixed_order() -> None:
    raw: list[dict[str, Any]] = [
        {"kind": "holds", "code": "dg5", "name": "五级电工"},
        {"kind": "age", "least": 18},
        {"kind": "tag", "tag": "女职工"},
        {"kind": "union", "unions": [3]},
        {"kind": "good_standing"},
        {"kind": "member"},
    ]
    assert parse(raw) == parse(raw[::-1])
    assert [type(condition) for condition in parse(raw)] == [
        Member,
        GoodStanding,
        OfUnion,
        Tagged,
        Aged,
        Holds,
    ]
    assert unmet(parse(raw), Whom(), DAY) == Member()


@pytest.mark.parametrize(
    ("born", "may"),
    [
        (date(2008, 11, 28), True),
        (date(2008, 11, 29), False),
        (date(1966, 11, 28), True),
        (date(1965, 11, 29), True),
        (date(1965, 11, 28), False),
    ],
)
def test_age_counts_on_the_day_itself_and_both_bounds_belong_to_it(born: date, may: bool) -> None:
    aged = parse([{"kind": "age", "least": 18, "most": 60}])
    assert (unmet(aged, Whom(born_on=born), DAY) is None) is may


def test_who_is_born_on_a_leap_day_is_older_on_the_first_of_march() -> None:
    assert full_years(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert full_years(date(2008, 2, 29), date(2026, 3, 1)) == 18
    assert full_years(date(2008, 2, 29), date(2028, 2, 29)) == 20


@pytest.mark.parametrize(
    ("held", "may"),
    [
        (Held("dg4", date(2024, 11, 28)), True),
        (Held("dg4", date(2024, 11, 29)), False),
        (Held("dg5", date(2010, 1, 1)), False),
        (Held("dg4", date(2020, 1, 1), date(2026, 11, 29)), True),
        (Held("dg4", date(2020, 1, 1), date(2026, 11, 28)), False),
    ],
)
def test_a_certificate_must_be_held_long_enough_and_still_count(held: Held, may: bool) -> None:
    two_years = parse([{"kind": "holds", "code": "dg4", "name": "四级电工", "years": 2}])
    assert (unmet(two_years, Whom(holds=(held,)), DAY) is None) is may


def test_a_certificate_that_begins_after_the_day_does_not_count_yet() -> None:
    any_time = parse([{"kind": "holds", "code": "dg4", "name": "四级电工"}])
    assert unmet(any_time, Whom(holds=(Held("dg4", date(2026, 11, 29)),)), DAY) is not None


def test_one_of_several_certificates_is_enough() -> None:
    wanted = parse([{"kind": "holds", "code": "dg4", "name": "四级电工", "years": 2}])
    lapsed_and_new = (Held("dg4", date(2015, 1, 1), date(2020, 1, 1)), Held("dg4", date(2024, 1, 1)))
    assert unmet(wanted, Whom(holds=lapsed_and_new), DAY) is None


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"kind": None},
        {"kind": ["member"]},
        {"kind": "zodiac"},
        {"kind": "member", "sure": True},
        {"kind": "union"},
        {"kind": "union", "unions": []},
        {"kind": "union", "unions": "37"},
        {"kind": "union", "unions": [True]},
        {"kind": "tag", "tag": ""},
        {"kind": "age"},
        {"kind": "age", "least": 60, "most": 18},
        {"kind": "age", "least": "18"},
        {"kind": "age", "least": 0},
        {"kind": "holds", "code": "dg4"},
        {"kind": "holds", "code": "dg4", "name": "四级电工", "years": -1},
        {"kind": "holds", "code": "dg4", "name": "四级电工", "activity": "17"},
    ],
)
def test_a_strange_condition_is_refused(raw: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="condition"):
        parse([raw])
