"""The troupe's arithmetic, by examples and by what must hold of everything."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiqi.programmes.troupe.rules.attendance import Rehearsed, tally
from yiqi.programmes.troupe.rules.marking import is_whole, spread
from yiqi.programmes.troupe.rules.step_in import AGAINST, Candidate, Reason, ranked
from yiqi.programmes.troupe.rules.times import cut, dealt

SIX = datetime(2026, 12, 1, 10, tzinfo=UTC)
CAME, MISSED, EXCUSED = Rehearsed(came=True), Rehearsed(came=False), Rehearsed(came=False, excused=True)
rehearsals = st.lists(st.sampled_from([CAME, MISSED, EXCUSED]), max_size=30)


def test_three_missed_in_a_row_are_shown_and_an_excused_date_between_them_changes_nothing() -> None:
    assert tally([CAME, MISSED, MISSED]).is_missed is False
    assert tally([CAME, MISSED, EXCUSED, MISSED, MISSED]).is_missed is True
    assert tally([MISSED, MISSED, MISSED, CAME]).is_missed is False


def test_a_rate_leaves_out_what_was_excused() -> None:
    counted = tally([CAME, CAME, MISSED, EXCUSED, EXCUSED])
    assert (counted.came, counted.held, counted.excused, counted.rate) == (2, 3, 2, 67)
    assert tally([EXCUSED]).rate is None


@given(rehearsals)
def test_every_rehearsal_is_counted_once(dates: list[Rehearsed]) -> None:
    counted = tally(dates)
    assert counted.held + counted.excused == len(dates)
    assert 0 <= counted.came <= counted.held
    assert counted.missed_in_a_row <= counted.held - counted.came
    assert counted.rate is None or 0 <= counted.rate <= 100


@given(rehearsals)
def test_who_comes_is_no_longer_missed(dates: list[Rehearsed]) -> None:
    assert tally([*dates, CAME]).missed_in_a_row == 0


def test_two_hours_are_twelve_times_of_ten_minutes() -> None:
    times = cut(SIX, SIX + timedelta(hours=2), 10)
    assert len(times) == 12
    assert times[0] == (SIX, SIX + timedelta(minutes=10))
    assert times[-1][1] == SIX + timedelta(hours=2)


@given(st.integers(3, 60), st.integers(0, 600))
def test_times_follow_one_another_and_stay_inside(minutes: int, length: int) -> None:
    end = SIX + timedelta(minutes=length)
    if length < minutes:
        with pytest.raises(ValueError, match="span"):
            cut(SIX, end, minutes)
        return
    times = cut(SIX, end, minutes)
    assert all(stop - start == timedelta(minutes=minutes) for start, stop in times)
    assert all(one[1] == following[0] for one, following in pairwise(times))
    assert times[0][0] == SIX
    assert timedelta(0) <= end - times[-1][1] < timedelta(minutes=minutes)


@given(st.integers(1, 60), st.integers(1, 8))
def test_each_section_gets_its_block_and_none_more_than_one_above_another(many: int, groups: int) -> None:
    times = cut(SIX, SIX + timedelta(minutes=10 * many), 10)
    if many < groups:
        with pytest.raises(ValueError, match="sections"):
            dealt(times, groups)
        return
    blocks = dealt(times, groups)
    assert [one for block in blocks for one in block] == times
    assert max(map(len, blocks)) - min(map(len, blocks)) <= 1


def test_jurors_who_are_far_apart_show_it() -> None:
    found = spread([{"c1": 9, "c2": 8}, {"c1": 4, "c2": 5}, {"c1": 9, "c2": 9}])
    assert found is not None
    assert (found.mean, found.low, found.high, found.apart, found.sheets) == (14.7, 9, 18, 9, 3)
    assert spread([]) is None


@given(st.lists(st.fixed_dictionaries({"c1": st.integers(0, 10)}), min_size=1, max_size=9))
def test_a_mean_lies_between_the_lowest_and_the_highest(sheets: list[dict[str, int]]) -> None:
    found = spread(sheets)
    assert found is not None
    assert found.low <= found.mean <= found.high


def test_a_sheet_marks_every_criterion_within_its_bounds() -> None:
    assert is_whole({"c1": 0, "c2": 10}, ["c1", "c2"], 10)
    assert not is_whole({"c1": 5}, ["c1", "c2"], 10)
    assert not is_whole({"c1": 5, "c2": 11}, ["c1", "c2"], 10)
    assert not is_whole({"c1": 5, "c2": 5, "c3": 5}, ["c1", "c2"], 10)


def test_who_is_free_comes_before_the_understudy_who_is_not_and_the_reasons_say_why() -> None:
    busy = Candidate(1, "替补", understudies=True, same_section=True, rate=100, clash=True)
    free = Candidate(2, "同声部", same_section=True, rate=60)
    stranger = Candidate(3, "别的队", rate=95)

    found = ranked([stranger, busy, free])

    assert [one.candidate.person_id for one in found] == [2, 3, 1]
    assert found[0].merits == (Reason.SAME_SECTION, Reason.FREE)
    assert found[1].merits == (Reason.COMES_OFTEN, Reason.FREE)
    assert found[2].hindrances == (Reason.CLASH,)
    assert not found[2].can


def test_among_the_free_the_understudy_leads_then_the_section_then_who_comes_more_often() -> None:
    found = ranked(
        [
            Candidate(1, "甲", rate=100),
            Candidate(2, "乙", same_section=True, rate=50),
            Candidate(3, "丙", same_section=True, rate=90),
            Candidate(4, "丁", understudies=True, same_section=True, rate=10),
        ]
    )
    assert [one.candidate.person_id for one in found] == [4, 3, 2, 1]


candidates = st.builds(
    Candidate,
    st.integers(1, 99),
    st.sampled_from(["甲", "乙", "丙"]),
    st.booleans(),
    st.booleans(),
    st.none() | st.integers(0, 100),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@given(st.lists(candidates, max_size=12))
def test_nobody_is_lost_and_nobody_hindered_stands_before_somebody_free(people: list[Candidate]) -> None:
    found = ranked(people)
    assert sorted(one.candidate.person_id for one in found) == sorted(one.person_id for one in people)
    assert [one.can for one in found] == sorted((one.can for one in found), reverse=True)
    assert all((Reason.FREE in one.merits) == one.can for one in found)


@given(candidates)
def test_every_hindrance_is_said(one: Candidate) -> None:
    (judged,) = ranked([one])
    facts = (one.absent, one.declined, one.clash, one.shift, one.rest, one.plays)
    assert judged.hindrances == tuple(why for why, holds in zip(AGAINST, facts, strict=True) if holds)
