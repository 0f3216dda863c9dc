"""Timed offers: inside the last day a freed seat is held out for a while, and runs on by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.booking.invariants import broken
from tests.booking.steps import (
    HOUR,
    MINUTE,
    NOON,
    SECOND,
    asks,
    gives_back,
    place_of,
    row,
    seats,
    state,
    states,
)
from tests.builders import an_activity, workers
from yiqi.activities.models import Slot
from yiqi.booking import mine, offers, places, standing
from yiqi.booking.asking import Ticket
from yiqi.booking.models import BookingChange
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.offers import offer_until
from yiqi.booking.rules.states import State
from yiqi.db import db
from yiqi.notices.models import Notice
from yiqi.people.models import Person

LONGEST, SHORTEST = timedelta(hours=2), timedelta(minutes=15)


def until(at: datetime, starts_at: datetime) -> datetime:
    return offer_until(at, starts_at, longest=LONGEST, shortest=SHORTEST)


def accepts(person: Person, ticket: Ticket, at: datetime) -> Ticket:
    return offers.accept(ref=ticket.ref, person_id=person.id, at=at)


def declines(person: Person, ticket: Ticket, at: datetime) -> Ticket:
    return offers.decline(ref=ticket.ref, person_id=person.id, at=at)


def test_an_offer_runs_two_hours_or_half_of_what_is_left_but_a_quarter_of_an_hour_at_least() -> None:
    assert until(NOON, NOON + 20 * HOUR) == NOON + 2 * HOUR
    assert until(NOON, NOON + 3 * HOUR) == NOON + 90 * MINUTE
    assert until(NOON, NOON + 20 * MINUTE) == NOON + 15 * MINUTE
    assert until(NOON, NOON + 10 * MINUTE) == NOON + 10 * MINUTE


@pytest.mark.parametrize(
    ("made", "ends"),
    [
        ("19:59", "21:59"),
        ("20:00", "07:00"),
        ("23:30", "07:00"),
        ("00:10", "07:00"),
        ("04:59", "07:00"),
        ("05:00", "07:00"),
        ("05:01", "07:01"),
    ],
)
def test_no_offer_runs_out_between_ten_in_the_evening_and_seven(made: str, ends: str) -> None:
    hour, minute = map(int, made.split(":"))
    made_at = datetime(2026, 12, 31, 16, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)

    ended = until(made_at, made_at + 23 * HOUR) + 8 * HOUR

    assert f"{ended:%H:%M}" == ends
    assert ended - 8 * HOUR > made_at


def test_the_start_ends_every_offer_even_at_night() -> None:
    late = datetime(2026, 7, 1, 15, tzinfo=UTC)

    assert until(late, late + 7 * HOUR) == late + 7 * HOUR


def test_more_than_a_day_before_the_start_who_is_next_is_confirmed_and_from_then_on_asked(
    site: Flask,
) -> None:
    activity = an_activity(places=1, now=NOON, starts_in=48 * HOUR)
    a, b, c = workers(3)
    held, second, third = (asks(person, activity) for person in (a, b, c))
    day_before = activity.starts_at - 24 * HOUR

    gives_back(a, held, at=day_before - SECOND)
    confirmed = states(second, third)
    gives_back(b, second, at=day_before)

    assert confirmed == ["confirmed", "waiting"]
    assert state(third) == "offered"
    assert row(third).offer_until == day_before + 2 * HOUR
    assert seats(activity) == (1, 0)
    assert broken(day_before) == []


@pytest.fixture
def last_day(site: Flask) -> tuple[list[Person], list[Ticket], datetime]:
    """One seat, four people, five hours before the start: the first gives it back, the second is asked."""
    activity = an_activity(places=1, now=NOON, starts_in=10 * HOUR)
    people = workers(4)
    tickets = [asks(person, activity) for person in people]
    now = NOON + 3 * HOUR
    gives_back(people[0], tickets[0], at=now)
    assert states(*tickets) == ["cancelled", "offered", "waiting", "waiting"]
    return people, tickets, now


Scene = tuple[list[Person], list[Ticket], datetime]


def test_who_accepts_has_the_seat_and_twice_equals_once(last_day: Scene) -> None:
    people, tickets, now = last_day

    first = accepts(people[1], tickets[1], now + MINUTE)
    again = accepts(people[1], tickets[1], now + 2 * MINUTE)

    assert (first.state, first.fresh, again.state, again.fresh) == (
        State.CONFIRMED,
        True,
        State.CONFIRMED,
        False,
    )
    assert row(tickets[1]).offer_until is None
    assert seats(tickets[1].slot_id) == (1, 2)
    assert broken(now) == []


def test_who_passes_it_on_is_out_and_the_next_is_asked_at_once(last_day: Scene) -> None:
    people, tickets, now = last_day

    declines(people[1], tickets[1], now + MINUTE)
    declines(people[1], tickets[1], now + MINUTE)

    assert states(*tickets[1:]) == ["declined", "offered", "waiting"]
    assert broken(now + MINUTE) == []


def test_passing_on_touches_nothing_but_an_offer(last_day: Scene) -> None:
    people, tickets, now = last_day
    accepts(people[1], tickets[1], now)

    answered = declines(people[1], tickets[1], now + MINUTE)

    assert (answered.state, answered.fresh) == (State.CONFIRMED, False)


def test_nobody_answers_for_somebody_else(last_day: Scene) -> None:
    people, tickets, now = last_day

    for verb in (accepts, declines):
        with pytest.raises(Refused) as refused:
            verb(people[2], tickets[1], now)
        assert refused.value.why is Refusal.NOT_YOURS
    assert state(tickets[1]) == "offered"


def test_an_offer_that_runs_out_goes_to_the_next_and_its_worker_to_the_back(last_day: Scene) -> None:
    _people, tickets, _now = last_day
    ends = row(tickets[1]).offer_until
    assert ends is not None

    before = offers.settle_due(ends - SECOND)
    at_the_second = offers.settle_due(ends)

    assert (before, at_the_second) == (0, 1)
    assert states(*tickets[1:]) == ["waiting", "offered", "waiting"]
    assert place_of(row(tickets[1])) == 2
    assert row(tickets[1]).offer_until is None
    assert broken(ends) == []


def test_twice_run_out_is_out(last_day: Scene) -> None:
    _people, tickets, now = last_day
    ends = now
    for _round in range(6):
        ends = min(row(one).offer_until or now + 99 * HOUR for one in tickets if state(one) == "offered")
        offers.settle_due(ends)
        if state(tickets[1]) == "expired":
            break

    assert state(tickets[1]) == "expired"
    assert [str(change.became) for change in trail(tickets[1])] == [
        "waiting",
        "offered",
        "waiting",
        "offered",
        "expired",
    ]
    assert broken(ends) == []


def trail(ticket: Ticket) -> list[BookingChange]:
    of_it = select(BookingChange).where(BookingChange.booking_id == row(ticket).id)
    return list(db.session.scalars(of_it.order_by(BookingChange.id)))


def test_accepting_a_second_too_late_settles_it_first(last_day: Scene) -> None:
    people, tickets, _now = last_day
    ends = row(tickets[1]).offer_until
    assert ends is not None

    answered = accepts(people[1], tickets[1], ends)

    assert (answered.state, answered.fresh) == (State.WAITING, False)
    assert states(*tickets[1:3]) == ["waiting", "offered"]


def test_accepting_a_second_before_the_end_holds(last_day: Scene) -> None:
    people, tickets, _now = last_day
    ends = row(tickets[1]).offer_until
    assert ends is not None

    assert accepts(people[1], tickets[1], ends - SECOND).state is State.CONFIRMED
    assert offers.settle_due(ends) == 0


def test_no_page_shows_a_dead_offer(last_day: Scene) -> None:
    people, tickets, _now = last_day
    ends = row(tickets[1]).offer_until
    assert ends is not None

    seen = standing.of_slots([tickets[1].slot_id], people[1].id, ends)[0]

    assert (seen.state, seen.place) == ("waiting", 2)
    assert state(tickets[2]) == "offered"


def test_my_list_shows_no_dead_offer_either(last_day: Scene) -> None:
    people, tickets, now = last_day
    ends = row(tickets[1]).offer_until
    assert ends is not None

    assert [entry.standing.state for entry in mine.offered(people[1].id, now)] == ["offered"]
    assert mine.to_do(people[1].id, now) == 1
    assert mine.offered(people[1].id, ends) == []
    assert [entry.standing.state for entry in mine.queued(people[1].id, ends)] == ["waiting"]
    assert mine.to_do(people[1].id, ends) == 0


def test_a_newcomer_meets_the_slot_as_it_is_after_the_offer_has_run_out(last_day: Scene) -> None:
    _people, tickets, _now = last_day
    ends = row(tickets[1]).offer_until
    assert ends is not None
    (late_comer,) = workers(1)

    ticket = asks(late_comer, tickets[1].slot_id, at=ends)

    assert ticket.state is State.WAITING
    assert states(*tickets[1:]) == ["waiting", "offered", "waiting"]
    assert place_of(row(ticket)) == 3


def test_an_offered_seat_is_held_and_keeps_its_time_free(last_day: Scene) -> None:
    people, tickets, now = last_day
    slot = db.session.get_one(Slot, tickets[1].slot_id)
    other = an_activity(places=5, now=NOON, starts_in=slot.starts_at - NOON)

    with pytest.raises(Refused) as refused:
        asks(people[1], other, at=now)

    assert refused.value.why is Refusal.CLASH


def test_declining_frees_the_time_and_moves_the_other_queue(last_day: Scene) -> None:
    people, tickets, now = last_day
    slot = db.session.get_one(Slot, tickets[1].slot_id)
    other = an_activity(places=1, now=NOON, starts_in=slot.starts_at - NOON)
    (holder,) = workers(1)
    held = asks(holder, other, at=NOON)
    waits = asks(people[3], other, at=NOON)
    gives_back(holder, held, at=now)
    assert state(waits) == "offered"

    declines(people[1], tickets[1], now)
    declines(people[2], tickets[2], now)

    assert state(tickets[3]) == "waiting"
    declines(people[3], waits, now)
    assert state(tickets[3]) == "offered"
    assert broken(now) == []


def test_each_step_of_an_offer_is_told(last_day: Scene) -> None:
    people, tickets, _now = last_day
    ends = row(tickets[1]).offer_until
    assert ends is not None
    offers.settle_due(ends)

    told = db.session.scalars(select(Notice).where(Notice.person_id == people[1].id).order_by(Notice.id))

    assert [notice.facts["state"] for notice in told] == ["offered", "waiting"]


def test_after_the_cut_off_nobody_is_asked_any_more(last_day: Scene) -> None:
    people, tickets, _now = last_day
    cut_off = NOON + 9 * HOUR

    declines(people[1], tickets[1], cut_off)

    assert states(*tickets[2:]) == ["waiting", "waiting"]
    assert broken(cut_off) == []


def test_after_the_cut_off_free_seats_go_to_who_asks_first_waiting_or_not(last_day: Scene) -> None:
    people, tickets, _now = last_day
    cut_off = NOON + 9 * HOUR
    offers.settle_due(cut_off)
    for person, ticket in zip(people[1:], tickets[1:], strict=True):
        if state(ticket) == "offered":
            declines(person, ticket, cut_off)
    waiting = [
        (person, ticket) for person, ticket in zip(people, tickets, strict=True) if state(ticket) == "waiting"
    ]
    person, ticket = waiting[-1]
    replayed = asks(person, ticket.slot_id, at=cut_off, nonce=row(ticket).nonce)

    taken = asks(person, ticket.slot_id, at=cut_off)
    (late_comer,) = workers(1)
    with pytest.raises(Refused) as refused:
        asks(late_comer, ticket.slot_id, at=cut_off)

    assert replayed.state is State.WAITING
    assert (taken.ref, taken.state) == (ticket.ref, State.CONFIRMED)
    assert refused.value.why is Refusal.FULL
    assert seats(ticket.slot_id)[0] == 1


def test_calling_off_ends_an_offer(last_day: Scene) -> None:
    _people, tickets, now = last_day

    places.call_off(activity_id=tickets[1].activity_id, at=now)

    assert states(*tickets[1:]) == ["called_off"] * 3
    assert seats(tickets[1].slot_id) == (0, 0)
    assert broken(now) == []
    assert offers.settle_due(now + 9 * HOUR) == 0


def test_an_organizer_may_set_all_four_numbers(site: Flask) -> None:
    activity = an_activity(
        places=1,
        now=NOON,
        starts_in=10 * HOUR,
        auto_minutes=360,
        offer_minutes=30,
        offer_least_minutes=10,
        promotion_minutes=20,
    )
    a, b, c = workers(3)
    held, second, third = (asks(person, activity) for person in (a, b, c))

    gives_back(a, held, at=NOON + 3 * HOUR)
    assert state(second) == "confirmed"
    gives_back(b, second, at=NOON + 5 * HOUR)

    assert row(third).offer_until == NOON + 5 * HOUR + 30 * MINUTE
    assert declines(c, third, NOON + 5 * HOUR).state is State.DECLINED


def test_an_offer_to_a_party_is_whole(site: Flask) -> None:
    activity = an_activity(places=3, max_party=3, now=NOON, starts_in=10 * HOUR)
    a, b, c, d = workers(4)
    held = asks(a, activity, party=2)
    asks(b, activity)
    party, single = asks(c, activity, party=2), asks(d, activity)

    gives_back(a, held, at=NOON + HOUR)

    assert states(party, single) == ["offered", "waiting"]
    assert seats(activity) == (3, 1)


def test_a_form_from_before_the_promotion_does_not_give_the_place_back(last_day: Scene) -> None:
    people, tickets, now = last_day

    with pytest.raises(Refused) as refused:
        places.cancel(ref=tickets[1].ref, person_id=people[1].id, at=now, seen=State.WAITING)

    assert refused.value.why is Refusal.STALE_FORM
    assert state(tickets[1]) == "offered"
