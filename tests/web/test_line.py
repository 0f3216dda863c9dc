"""When a crowd is told to come again."""

from yiqi.web.line import LATELY, LATEST, SHARE, SOONEST, Line


def test_half_as_many_are_told_to_come_in_a_second_as_are_served_in_one() -> None:
    line, now = Line(), 1000.0
    for number in range(300):
        line.serves(now - LATELY + LATELY * number / 300)
    pace = SHARE * 300 / LATELY

    told = [line.appointment(now) for _one in range(61)]

    assert told[0] == SOONEST
    assert round(told[60] - told[0], 3) == round(60 / pace, 3)


def test_what_was_served_long_ago_says_nothing_about_now() -> None:
    line = Line()
    for _one in range(500):
        line.serves(10.0)
    told = [line.appointment(1000.0) for _one in range(3)]
    assert told == [SOONEST, SOONEST + 0.5, SOONEST + 1.0]


def test_time_that_goes_by_is_time_waited() -> None:
    line = Line()
    told = [line.appointment(1000.0) for _one in range(20)]
    assert line.appointment(1006.0) == told[-1] + 0.5 - 6.0


def test_nobody_is_sent_away_for_longer_than_a_minute_and_a_half() -> None:
    line = Line()
    assert max(line.appointment(1000.0) for _one in range(5_000)) <= LATEST
