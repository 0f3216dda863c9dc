"""When the doors of check-in are open."""

from datetime import UTC, datetime, timedelta

import pytest

from yiqi.booking.rules.attendance import Doors

START = datetime(2026, 7, 1, 10, 30, tzinfo=UTC)
END = START + timedelta(hours=2)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.mark.parametrize(
    ("at", "are_open"),
    [
        (START - 60 * MINUTE - SECOND, False),
        (START - 60 * MINUTE, True),
        (START, True),
        (END - SECOND, True),
        (END, False),
    ],
)
def test_check_in_opens_an_hour_before_and_closes_at_the_end(at: datetime, are_open: bool) -> None:
    assert Doors(START, END).are_open(at) is are_open


def test_what_was_entered_can_be_put_right_until_no_shows_are_written() -> None:
    assert Doors(START, END).right_until == END + timedelta(hours=24)
