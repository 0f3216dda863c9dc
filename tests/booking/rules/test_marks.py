"""Marks on paper: to the second, when one counts, is suspended, lapses, and what two of them mean."""

from datetime import UTC, datetime, timedelta

import pytest

from yiqi import clock
from yiqi.booking.rules.marks import Record, Seats, Status, approval_until, leaves_marks, taken_again

SHOWN = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("after", "status"),
    [
        (timedelta(0), Status.COUNTS),
        (180 * DAY - SECOND, Status.COUNTS),
        (180 * DAY, Status.LAPSED),
        (400 * DAY, Status.LAPSED),
    ],
)
def test_a_mark_counts_from_when_it_is_shown_and_lapses_after_180_days(
    after: timedelta, status: Status
) -> None:
    assert Record(SHOWN).status(SHOWN + after) is status


def test_an_open_objection_suspends_a_mark_and_the_answer_ends_that() -> None:
    later = SHOWN + 10 * DAY

    assert Record(SHOWN, objected_at=SHOWN + DAY).status(later) is Status.SUSPENDED
    assert Record(SHOWN, SHOWN + DAY, settled_at=later).status(later) is Status.COUNTS
    assert Record(SHOWN, SHOWN + DAY, later, lifted_at=later).status(later) is Status.LIFTED
    assert Record(SHOWN, objected_at=SHOWN + DAY).status(SHOWN + 180 * DAY) is Status.LAPSED
    assert Record(SHOWN, lifted_at=later).status(SHOWN + 200 * DAY) is Status.LIFTED


@pytest.mark.parametrize(("after", "may"), [(7 * DAY - SECOND, True), (7 * DAY, False), (8 * DAY, False)])
def test_an_objection_is_taken_for_seven_days(after: timedelta, may: bool) -> None:
    assert Record(SHOWN).can_be_objected_to(SHOWN + after) is may


def test_nobody_objects_twice_or_to_what_was_lifted() -> None:
    assert not Record(SHOWN, objected_at=SHOWN).can_be_objected_to(SHOWN + SECOND)
    assert not Record(SHOWN, lifted_at=SHOWN).can_be_objected_to(SHOWN + SECOND)


@pytest.mark.parametrize(
    ("apart", "are_a_pair"),
    [(timedelta(0), True), (90 * DAY - SECOND, True), (90 * DAY, False), (91 * DAY, False)],
)
def test_two_marks_less_than_ninety_days_apart_ask_for_approval(apart: timedelta, are_a_pair: bool) -> None:
    second = SHOWN + apart
    until = approval_until([Record(SHOWN), Record(second)], second)

    assert until == (second + 30 * DAY if are_a_pair else None)


@pytest.mark.parametrize(
    ("after", "asked"),
    [(-SECOND, False), (timedelta(0), True), (30 * DAY - SECOND, True), (30 * DAY, False)],
)
def test_approval_is_asked_for_thirty_days_from_the_second_mark(after: timedelta, asked: bool) -> None:
    second = SHOWN + 10 * DAY
    records = [Record(second), Record(SHOWN)]

    assert (approval_until(records, second + after) is not None) is asked


def test_a_third_mark_starts_the_thirty_days_again() -> None:
    third = SHOWN + 20 * DAY
    records = [Record(SHOWN), Record(SHOWN + DAY), Record(third)]

    assert approval_until(records, third) == third + 30 * DAY


def test_a_lone_later_mark_does_not_shorten_what_a_pair_began() -> None:
    records = [Record(SHOWN), Record(SHOWN + 95 * DAY), Record(SHOWN + 100 * DAY)]
    assert approval_until(records, SHOWN + 101 * DAY) == SHOWN + 130 * DAY
    assert approval_until([Record(SHOWN)], SHOWN) is None
    assert approval_until([], SHOWN) is None


@pytest.mark.parametrize(
    "which",
    [
        Record(SHOWN + DAY, lifted_at=SHOWN + DAY),
        Record(SHOWN + DAY, objected_at=SHOWN + DAY),
        Record(SHOWN + 2 * DAY),
    ],
    ids=["lifted", "objected to", "not shown yet"],
)
def test_only_marks_that_count_make_a_pair(which: Record) -> None:
    at = SHOWN + DAY
    assert approval_until([Record(SHOWN), which], at) is None
    assert approval_until([Record(SHOWN), Record(at)], at) is not None


def test_windows_are_of_hours_that_pass_and_no_wall_clock_moves_them() -> None:
    """The last day on which China moved its clocks was in 1991; were it to do so again, nothing here would change."""
    shown = datetime(1991, 4, 10, 18, 0, tzinfo=UTC)
    seven = Record(shown).object_until

    assert seven - shown == timedelta(hours=168)
    assert clock.beijing(seven).utcoffset() != clock.beijing(shown).utcoffset()
    same = [Record(shown), Record(clock.beijing(shown + 90 * DAY))]
    assert approval_until(same, shown + 90 * DAY) is None


@pytest.mark.parametrize(
    ("penalties", "topic", "leaves"),
    [
        (True, None, True),
        (True, "lecture", True),
        (True, "legal", False),
        (False, None, False),
        (False, "legal", False),
    ],
)
def test_legal_help_and_activities_without_penalties_leave_no_marks(
    penalties: bool, topic: str | None, leaves: bool
) -> None:
    assert leaves_marks(penalties, topic) is leaves


@pytest.mark.parametrize(
    ("freed", "taken", "lifted"),
    [
        ([Seats(1, 1)], [], [False]),
        ([Seats(1, 1)], [Seats(2, 1)], [True]),
        ([Seats(3, 1)], [Seats(2, 1)], [False]),
        ([Seats(1, 1), Seats(2, 1)], [Seats(3, 1)], [True, False]),
        ([Seats(1, 1), Seats(3, 1)], [Seats(2, 1), Seats(4, 1)], [True, True]),
        ([Seats(1, 3)], [Seats(2, 1), Seats(3, 1)], [False]),
        ([Seats(1, 3)], [Seats(4, 1), Seats(2, 1), Seats(3, 1)], [True]),
        ([Seats(1, 1), Seats(2, 1)], [Seats(3, 2)], [True, True]),
        ([Seats(1, 2), Seats(2, 2)], [Seats(3, 3)], [True, False]),
        ([Seats(2, 1), Seats(1, 1)], [Seats(3, 1)], [False, True]),
    ],
)
def test_waiters_take_the_seats_of_the_oldest_late_cancels_before_them(
    freed: list[Seats], taken: list[Seats], lifted: list[bool]
) -> None:
    assert taken_again(freed, taken) == lifted
