"""What is typed of an exam, and what becomes of each line of a list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiqi.programmes.training.rules import listed, scores
from yiqi.programmes.training.rules.listed import Told, Trainee, Verdict
from yiqi.programmes.training.rules.scores import Score, Unclear

WANG = Trainee(1, "王小明", "1234", "7K3M92XQ")
LI = Trainee(2, "李明", "1234", "7K3M92XR")
OTHER_LI = Trainee(3, "李明", "5678", "7K3M92XS", Score(800))
CLASS = [WANG, LI, OTHER_LI]


@pytest.mark.parametrize(
    ("typed", "tenths"),
    [("87", 870), ("87.5", 875), ("８７分", 870), (" 60.0 ", 600), ("0", 0), ("缺考", None), ("100", 1000)],
)
def test_points_are_read_as_people_write_them(typed: str, tenths: int | None) -> None:
    assert scores.read(typed, full=100) == Score(tenths)


@pytest.mark.parametrize("typed", ["", "101", "-3", "87.55", "优", "8 7 x", "=1+1", "1e2"])
def test_what_is_no_number_of_points_is_refused(typed: str) -> None:
    with pytest.raises(Unclear):
        scores.read(typed, full=100)


@given(st.integers(0, 10000))
def test_what_is_written_is_read_again(tenths: int) -> None:
    assert scores.read(scores.points(tenths), full=1000) == Score(tenths)


def verdicts(*told: Told, by_id: int = 99) -> list[tuple[Verdict, int | None]]:
    return [(one.verdict, one.person_id) for one in listed.judged(told, CLASS, full=100, by_id=by_id)]


def test_a_line_means_somebody_by_the_code_or_by_name_and_tail() -> None:
    assert verdicts(Told(2, "", "", "7K3M92XQ", "90")) == [(Verdict.NEW, 1)]
    assert verdicts(Told(2, "李明", "1234", "", "90")) == [(Verdict.NEW, 2)]
    assert verdicts(Told(2, "王小明", "", "", "90")) == [(Verdict.NEW, 1)]


def test_a_name_that_two_have_means_nobody_and_a_tail_that_is_not_theirs_neither() -> None:
    assert verdicts(Told(2, "李明", "", "", "90")) == [(Verdict.WHICH, None)]
    assert verdicts(Told(2, "王小明", "5678", "", "90")) == [(Verdict.OTHER_NAME, None)]
    assert verdicts(Told(2, "赵强", "", "", "90")) == [(Verdict.NOBODY, None)]
    assert verdicts(Told(2, "", "", "", "90")) == [(Verdict.NO_WHO, None)]


def test_an_earlier_result_is_changed_or_stays() -> None:
    assert verdicts(Told(2, "", "5678", "", "80")) == [(Verdict.SAME, 3)]
    (line,) = listed.judged([Told(2, "", "5678", "", "81")], CLASS, full=100, by_id=99)
    assert (line.verdict, line.was, line.tenths) == (Verdict.CHANGES, 800, 810)


def test_nobody_writes_their_own_result_and_two_lines_for_one_are_both_left_out() -> None:
    twice = [Told(2, "王小明", "", "", "90"), Told(3, "", "", "7K3M92XQ", "20")]

    assert verdicts(Told(2, "王小明", "", "", "90"), by_id=1) == [(Verdict.OWN, 1)]
    assert [one for one, _person in verdicts(*twice)] == [Verdict.TWICE, Verdict.TWICE]


def test_a_result_that_is_missing_or_unclear_is_said_to_be() -> None:
    assert verdicts(Told(2, "王小明", "", "", "")) == [(Verdict.NO_SCORE, 1)]
    assert verdicts(Told(2, "王小明", "", "", "良好")) == [(Verdict.BAD_SCORE, 1)]
    assert verdicts(Told(2, "王小明", "", "", "9", is_broken=True)) == [(Verdict.UNWRITABLE, None)]
