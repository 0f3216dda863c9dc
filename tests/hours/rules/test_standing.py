"""What may follow what in the ledger."""

from datetime import UTC, datetime, timedelta

from yiqi.hours.rules.standing import Deed, State, may_be_disputed, needs_second

SAID = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def test_thirty_days_are_thirty_days() -> None:
    assert may_be_disputed(State.CREDITED, Deed.CONFIRMED, SAID, SAID + 30 * DAY - timedelta(seconds=1))
    assert not may_be_disputed(State.CREDITED, Deed.CONFIRMED, SAID, SAID + 30 * DAY)


def test_what_nobody_decided_and_what_was_answered_is_not_disputed() -> None:
    assert not may_be_disputed(State.PENDING, Deed.COUNTED, SAID, SAID)
    assert not may_be_disputed(State.DISPUTED, Deed.DISPUTED, SAID, SAID)
    assert not may_be_disputed(State.CREDITED, Deed.ANSWERED, SAID, SAID)
    assert may_be_disputed(State.REVERSED, Deed.REVERSED, SAID, SAID)
    assert may_be_disputed(State.CREDITED, Deed.ADJUSTED, SAID, SAID)


def test_long_hours_need_two_people() -> None:
    assert not needs_second(480, 480, said_by=None, by_id=1)
    assert needs_second(481, 480, said_by=None, by_id=1)
    assert needs_second(481, 480, said_by=1, by_id=1)
    assert not needs_second(481, 480, said_by=2, by_id=1)
