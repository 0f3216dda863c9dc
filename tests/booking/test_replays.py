"""The same request again, however often and however late, changes nothing and shows the first result."""

from flask import Flask
from sqlalchemy import func, select

from tests.booking.invariants import broken, tally
from tests.booking.steps import HOUR, NOON, asks, gives_back, row, seats, slot, state, states
from tests.builders import an_activity, workers
from yiqi.booking import places
from yiqi.booking.models import Booking, BookingChange
from yiqi.booking.rules.states import State
from yiqi.db import db
from yiqi.people.models import Person


def test_a_form_sent_ten_times_makes_one_booking(site: Flask, 小王: Person) -> None:
    activity = an_activity(places=5, now=NOON)

    answers = [asks(小王, activity, nonce="the-form") for _ in range(10)]

    assert {answer.ref for answer in answers} == {answers[0].ref}
    assert [answer.fresh for answer in answers] == [True] + [False] * 9
    assert tally() == (1, 1, 1)
    assert seats(activity) == (1, 0)


def test_a_replay_does_not_raise_the_version_that_pages_follow(site: Flask, 小王: Person) -> None:
    activity = an_activity(places=5, now=NOON)
    asks(小王, activity, nonce="the-form")
    version = slot(activity).version

    asks(小王, activity, nonce="the-form")

    assert slot(activity).version == version


def test_a_second_form_in_another_tab_shows_the_booking_that_is_there(site: Flask, 小王: Person) -> None:
    activity = an_activity(places=5, max_party=3, now=NOON)
    first = asks(小王, activity, nonce="one-tab", party=2)

    second = asks(小王, activity, nonce="other-tab", party=3)

    assert (second.ref, second.fresh) == (first.ref, False)
    assert seats(activity) == (2, 0)


def test_a_waiting_form_sent_again_after_moving_up_shows_the_place(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    activity = an_activity(places=1, now=NOON)
    held = asks(小王, activity)
    asks(小赵, activity, nonce="the-form")
    gives_back(小王, held)

    again = asks(小赵, activity, nonce="the-form")

    assert (again.state, again.fresh) == (State.CONFIRMED, False)


def test_a_form_sent_again_after_cancelling_shows_what_became_of_it(site: Flask, 小王: Person) -> None:
    activity = an_activity(now=NOON)
    ticket = asks(小王, activity, nonce="the-form")
    gives_back(小王, ticket)
    rows = tally()

    again = asks(小王, activity, nonce="the-form")

    assert (again.ref, again.state, again.fresh) == (ticket.ref, State.CANCELLED, False)
    assert (tally(), seats(activity)) == (rows, (0, 0))


def test_a_form_sent_again_after_closing_still_shows_the_first_result(site: Flask, 小王: Person) -> None:
    activity = an_activity(now=NOON)
    ticket = asks(小王, activity, nonce="the-form")

    late = asks(小王, activity, nonce="the-form", at=activity.ends_at + HOUR)
    places.call_off(activity_id=activity.activity_id, at=NOON)
    off = asks(小王, activity, nonce="the-form")

    assert (late.ref, late.state) == (ticket.ref, State.CONFIRMED)
    assert (off.ref, off.state) == (ticket.ref, State.CALLED_OFF)


def test_the_same_nonce_of_another_person_or_slot_is_another_form(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    one, two = an_activity(places=5, now=NOON), an_activity(places=5, starts_in=99 * HOUR, now=NOON)

    tickets = [asks(*who, nonce="same") for who in ((小王, one), (小赵, one), (小王, two))]

    assert len({ticket.ref for ticket in tickets}) == 3
    assert states(*tickets) == ["confirmed"] * 3


def test_signing_up_again_is_a_new_row_at_the_end_and_the_old_one_stays_ended(site: Flask) -> None:
    activity = an_activity(places=1, now=NOON)
    one, other = workers(2)
    first, waits = asks(one, activity), asks(other, activity)
    gives_back(one, first)

    again = asks(one, activity)

    assert states(first, waits, again) == ["cancelled", "confirmed", "waiting"]
    assert row(again).seq > row(waits).seq > row(first).seq
    assert broken(NOON) == []


def test_a_final_row_never_comes_back_to_life(site: Flask, 小王: Person) -> None:
    activity = an_activity(places=1, now=NOON)
    ended = []
    for _ in range(3):
        ticket = asks(小王, activity)
        gives_back(小王, ticket)
        ended.append(ticket)

    places.set_capacity(slot_id=activity.slot_id, capacity=9, at=NOON)
    places.call_off(activity_id=activity.activity_id, at=NOON)

    assert states(*ended) == ["cancelled"] * 3
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 3


def test_cancelling_ten_times_gives_one_seat_back_and_moves_one_up(site: Flask) -> None:
    activity = an_activity(places=1, now=NOON)
    one, *others = workers(4)
    held = asks(one, activity)
    waits = [asks(person, activity) for person in others]

    answers = [gives_back(one, held, at=NOON + number * HOUR) for number in range(10)]

    assert [answer.fresh for answer in answers] == [True] + [False] * 9
    assert {str(answer.state) for answer in answers} == {"cancelled"}
    assert states(*waits) == ["confirmed", "waiting", "waiting"]
    changes = select(func.count()).where(BookingChange.booking_id == row(held).id)
    assert db.session.scalar(changes) == 2


def test_a_cancel_sent_again_after_the_start_shows_what_it_did_in_time(site: Flask, 小王: Person) -> None:
    activity = an_activity(now=NOON)
    ticket = asks(小王, activity)
    gives_back(小王, ticket)

    again = gives_back(小王, ticket, at=activity.ends_at)

    assert (again.state, state(ticket)) == (State.CANCELLED, "cancelled")
