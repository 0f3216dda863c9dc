"""Who passes a course: so much of it attended, and so much reached in the exam where there is one."""

from enum import StrEnum

from msgspec import Struct

from yiqi.programmes.training.rules.scores import Score


class Verdict(StrEnum):
    """How somebody stands in a course."""

    ON_THE_WAY = "on_the_way"
    WAITS_FOR_EXAM = "waits_for_exam"
    TOO_FEW = "too_few"
    FAILED_EXAM = "failed_exam"
    PASSED = "passed"


class Rule(Struct, frozen=True):
    """What passing takes: `percent` of the evenings that take place (0 to 100), and `least` tenths of a point in the
    exam; None is no exam."""

    percent: int
    least: int | None = None

    def needed(self, evenings: int) -> int:
        """How many evenings that is, rounded up: 80 % of 12 are 10."""
        return -(-self.percent * evenings // 100)


class Attended(Struct, frozen=True):
    """Evenings of one person: `came` to, of `evenings` that take place, and `coming` that they can still come to."""

    came: int
    evenings: int
    coming: int

    def lacking(self, rule: Rule) -> int:
        """How many evenings they still have to come to."""
        return max(0, rule.needed(self.evenings) - self.came)

    def spare(self, rule: Rule) -> int:
        """How many of those to come they may miss; below 0 it is too late."""
        return self.came + self.coming - rule.needed(self.evenings)


def verdict(rule: Rule, attended: Attended, score: Score | None) -> Verdict:
    """How somebody stands. Without an exam nobody has passed before the last evening, nor where none takes place; whoever
    was not there when it was held has failed it."""
    if attended.spare(rule) < 0:
        return Verdict.TOO_FEW
    if score is not None and rule.least is not None and not score.reaches(rule.least):
        return Verdict.FAILED_EXAM
    is_over = attended.evenings and not attended.coming
    if attended.lacking(rule) or (rule.least is None and not is_over):
        return Verdict.ON_THE_WAY
    if rule.least is not None and score is None:
        return Verdict.ON_THE_WAY if attended.coming else Verdict.WAITS_FOR_EXAM
    return Verdict.PASSED
