"""Giving a place back: free until the deadline, late after it, impossible once it has begun."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.booking.invariants import broken, tally
from tests.booking.steps import HOUR, NOON, SECOND, asks, gives_back, row, seats, state
from tests.builders import an_activity
from yiqi.booking import places
from yiqi.booking.models import BookingChange
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.states import State
from yiqi.db import db
from yiqi.people.models import Person


@pytest.mark.parametrize(
    ("seconds", "became"),
    [(-1, State.CANCELLED), (0, State.CANCELLED_LATE), (1, State.CANCELLED_LATE)],
    ids=["a second before", "at the deadline", "a second after"],
)
def test_cancelling_is_free_until_two_hours_before_the_start(
    site: Flask, 小王: Person, seconds: int, became: State
) -> None:
    activity = an_activity(now=NOON)
    ticket = asks(小王, activity)

    ended = gives_back(小王, ticket, at=activity.starts_at - 2 * HOUR + seconds * SECOND)

    assert ended.state == became
    assert seats(activity) == (0, 0)


def test_the_deadline_is_the_activitys_own(site: Flask, 小王: Person) -> None:
    activity = an_activity(cancel_minutes=24 * 60, now=NOON)
    ticket = asks(小王, activity)

    ended = gives_back(小王, ticket, at=activity.starts_at - 23 * HOUR)

    assert ended.state == State.CANCELLED_LATE


@pytest.mark.parametrize(("seconds", "fine"), [(-1, True), (0, False), (1, False)])
def test_once_it_has_begun_nothing_can_be_given_back(
    site: Flask, 小王: Person, seconds: int, fine: bool
) -> None:
    activity = an_activity(now=NOON)
    ticket = asks(小王, activity)
    when = activity.starts_at + seconds * SECOND

    if fine:
        gives_back(小王, ticket, at=when)
    else:
        with pytest.raises(Refused, match="closed"):
            gives_back(小王, ticket, at=when)

    assert state(ticket) == ("cancelled_late" if fine else "confirmed")


def test_leaving_the_queue_is_never_late(site: Flask, 小王: Person, 小赵: Person) -> None:
    activity = an_activity(places=1, now=NOON)
    asks(小王, activity)
    waits = asks(小赵, activity)

    left = gives_back(小赵, waits, at=activity.starts_at - SECOND)

    assert left.state == State.LEFT
    assert seats(activity) == (1, 0)


def test_a_party_gives_all_its_seats_back(site: Flask, 小王: Person) -> None:
    activity = an_activity(places=3, max_party=3, now=NOON)
    ticket = asks(小王, activity, party=3)

    gives_back(小王, ticket)

    assert seats(activity) == (0, 0)


def test_a_seat_that_was_given_back_is_there_for_the_next_one(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    activity = an_activity(places=1, now=NOON)
    gives_back(小王, asks(小王, activity))

    ticket = asks(小赵, activity)

    assert ticket.state == State.CONFIRMED
    assert broken(NOON) == []


def test_nobody_cancels_for_somebody_else_or_learns_that_there_is_something(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    ticket = asks(小王, an_activity(now=NOON))
    rows = tally()

    said = []
    for ref in (ticket.ref, "AAAA2222", "", "x" * 300):
        with pytest.raises(Refused) as refused:
            places.cancel(ref=ref, person_id=小赵.id, at=NOON)
        said.append((refused.value.why, refused.value.facts))

    assert said == [(Refusal.NOT_YOURS, {})] * 4
    assert (state(ticket), tally()) == ("confirmed", rows)


def test_the_trail_says_who_cancelled_and_when(site: Flask, 小王: Person) -> None:
    ticket = asks(小王, an_activity(now=NOON))

    gives_back(小王, ticket, at=NOON + HOUR)

    last = db.session.scalars(select(BookingChange).order_by(BookingChange.id.desc())).first()
    assert last is not None
    assert (last.was, last.became) == (State.CONFIRMED, State.CANCELLED)
    assert (last.by_id, last.at) == (小王.id, NOON + HOUR)
    assert row(ticket).changed_at == NOON + HOUR
