"""Letters that can wait do not wake anybody."""

from datetime import datetime, timedelta

import pytest

from tests.booking.steps import NOON
from yiqi.notices.rules.quiet import not_before

HOUR = timedelta(hours=1)
MIDNIGHT = NOON + 12 * HOUR
TOMORROW_NOON, DAY_AFTER = NOON + 24 * HOUR, NOON + 48 * HOUR


@pytest.mark.parametrize(
    ("at", "starts", "until"),
    [
        (NOON, DAY_AFTER, NOON),
        (NOON + 10 * HOUR - timedelta(seconds=1), DAY_AFTER, NOON + 10 * HOUR - timedelta(seconds=1)),
        (NOON + 10 * HOUR, DAY_AFTER, NOON + 19 * HOUR),
        (MIDNIGHT + HOUR, DAY_AFTER, NOON + 19 * HOUR),
        (NOON + 19 * HOUR, DAY_AFTER, NOON + 19 * HOUR),
        # The same day, and what begins before the morning, cannot wait.
        (MIDNIGHT + HOUR, TOMORROW_NOON, MIDNIGHT + HOUR),
        (NOON + 11 * HOUR, NOON + 18 * HOUR, NOON + 11 * HOUR),
        (NOON + 11 * HOUR, TOMORROW_NOON, NOON + 19 * HOUR),
        # What is over can.
        (NOON + 11 * HOUR, NOON + 6 * HOUR, NOON + 19 * HOUR),
    ],
)
def test_from_ten_to_seven_a_letter_waits_unless_it_is_about_that_day(
    at: datetime, starts: datetime, until: datetime
) -> None:
    assert not_before(at, starts, starts + 2 * HOUR) == until
