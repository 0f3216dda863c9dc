"""Who passes a course: arithmetic, without a database."""

from hypothesis import given
from hypothesis import strategies as st

from yiqi.programmes.training.rules.passing import Attended, Rule, Verdict, verdict
from yiqi.programmes.training.rules.scores import Score

RULE = Rule(80, 600)


def test_eighty_percent_of_twelve_evenings_are_ten() -> None:
    assert Rule(80).needed(12) == 10
    assert Rule(100).needed(12) == 12
    assert Rule(0).needed(12) == 0
    assert Rule(75).needed(0) == 0


def test_nine_of_ten_with_three_to_come_lack_one_and_may_miss_two() -> None:
    attended = Attended(came=9, evenings=12, coming=3)

    assert (attended.lacking(RULE), attended.spare(RULE)) == (1, 2)
    assert verdict(RULE, attended, None) is Verdict.ON_THE_WAY


def test_who_can_no_more_come_often_enough_has_too_few_whatever_they_got() -> None:
    assert verdict(RULE, Attended(6, 12, 3), Score(1000)) is Verdict.TOO_FEW


def test_with_evenings_enough_the_exam_decides() -> None:
    over = Attended(10, 12, 0)

    assert verdict(RULE, over, None) is Verdict.WAITS_FOR_EXAM
    assert verdict(RULE, over, Score(599)) is Verdict.FAILED_EXAM
    assert verdict(RULE, over, Score(600)) is Verdict.PASSED
    assert verdict(RULE, over, Score(None)) is Verdict.FAILED_EXAM


def test_without_an_exam_nobody_has_passed_before_the_last_evening() -> None:
    assert verdict(Rule(80), Attended(10, 12, 2), None) is Verdict.ON_THE_WAY
    assert verdict(Rule(80), Attended(10, 12, 0), None) is Verdict.PASSED


def test_a_course_of_which_every_evening_is_called_off_makes_nobody_pass() -> None:
    for percent in (0, 80, 100):
        assert verdict(Rule(percent), Attended(0, 0, 0), None) is Verdict.ON_THE_WAY
    assert verdict(RULE, Attended(0, 0, 0), Score(600)) is Verdict.PASSED, "the exam was held"


def test_an_evening_that_is_called_off_counts_for_nobody() -> None:
    assert verdict(Rule(80), Attended(8, 10, 0), None) is Verdict.PASSED


EVENINGS = st.integers(0, 60).flatmap(
    lambda all_: st.integers(0, all_).flatmap(
        lambda came: st.builds(Attended, st.just(came), st.just(all_), st.integers(0, all_ - came))
    )
)
SCORES = st.one_of(st.none(), st.builds(Score, st.one_of(st.none(), st.integers(0, 1000))))


@given(EVENINGS, st.integers(0, 100), st.one_of(st.none(), st.integers(1, 1000)), SCORES)
def test_to_come_once_more_never_makes_it_worse(
    attended: Attended, percent: int, least: int | None, score: Score | None
) -> None:
    rule = Rule(percent, least)
    better = [
        Verdict.TOO_FEW,
        Verdict.FAILED_EXAM,
        Verdict.ON_THE_WAY,
        Verdict.WAITS_FOR_EXAM,
        Verdict.PASSED,
    ]
    if attended.coming == 0:
        return

    missed = Attended(attended.came, attended.evenings, attended.coming - 1)
    came = Attended(attended.came + 1, attended.evenings, attended.coming - 1)

    assert better.index(verdict(rule, came, score)) >= better.index(verdict(rule, missed, score))


@given(EVENINGS, st.integers(0, 100), st.integers(1, 1000), SCORES)
def test_whoever_passed_came_often_enough_and_got_enough(
    attended: Attended, percent: int, least: int, score: Score | None
) -> None:
    if verdict(Rule(percent, least), attended, score) is Verdict.PASSED:
        assert attended.came * 100 >= percent * attended.evenings
        assert score is not None
        assert score.tenths is not None
        assert score.tenths >= least
