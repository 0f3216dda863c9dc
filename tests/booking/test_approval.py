"""Approval: a checked sign-up holds nothing until the organizer has spoken; pending is not waiting."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.booking.invariants import broken
from tests.booking.steps import HOUR, NOON, asks, gives_back, place_of, row, seats, state, states
from tests.builders import a_worker, an_activity, workers
from yiqi.activities.models import Allocation
from yiqi.booking import approval, mine, places
from yiqi.booking.asking import Ticket
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.states import State
from yiqi.db import db, writing
from yiqi.notices.models import Notice
from yiqi.people.models import Person


@pytest.fixture
def organizer(site: Flask) -> Person:
    return a_worker("组织者")


def approves(organizer: Person, ticket: Ticket) -> Ticket:
    return approval.approve(ref=ticket.ref, by_id=organizer.id, at=NOON)


def rejects(organizer: Person, ticket: Ticket, because: str = "工种不符") -> Ticket:
    return approval.reject(ref=ticket.ref, by_id=organizer.id, because=because, at=NOON)


def test_a_checked_sign_up_holds_no_place_and_no_place_in_the_queue(organizer: Person, 小王: Person) -> None:
    activity = an_activity(places=1, now=NOON, allocation=Allocation.APPROVAL)

    ticket = asks(小王, activity)

    assert ticket.state is State.PENDING
    assert seats(activity) == (0, 0)
    assert mine.coming(小王.id, NOON) == []
    assert [entry.standing.state for entry in mine.queued(小王.id, NOON)] == ["pending"]
    assert broken(NOON) == []


def test_approved_it_has_a_place_while_there_is_one_and_then_the_end_of_the_queue(organizer: Person) -> None:
    activity = an_activity(places=1, now=NOON, allocation=Allocation.APPROVAL)
    people = workers(4)
    tickets = [asks(person, activity) for person in people]

    order = [tickets[2], tickets[0], tickets[3], tickets[1]]
    answers = [approves(organizer, ticket).state for ticket in order]

    assert answers == [State.CONFIRMED, State.WAITING, State.WAITING, State.WAITING]
    assert [place_of(row(ticket)) for ticket in order[1:]] == [1, 2, 3]
    gives_back(people[2], tickets[2])
    assert states(*order) == ["cancelled", "confirmed", "waiting", "waiting"]
    assert broken(NOON) == []


def test_more_seats_book_nobody_who_was_not_approved(organizer: Person) -> None:
    activity = an_activity(places=1, now=NOON, allocation=Allocation.APPROVAL)
    tickets = [asks(person, activity) for person in workers(3)]
    approves(organizer, tickets[0])

    places.set_capacity(slot_id=activity.slot_id, capacity=None, at=NOON)

    assert states(*tickets) == ["confirmed", "pending", "pending"]


def test_approving_twice_equals_once(organizer: Person, 小王: Person) -> None:
    activity = an_activity(places=2, now=NOON, allocation=Allocation.APPROVAL)
    ticket = asks(小王, activity)

    first, again = approves(organizer, ticket), approves(organizer, ticket)

    assert (first.state, again.state) == (State.CONFIRMED, State.CONFIRMED)
    assert seats(activity) == (1, 0)
    assert broken(NOON) == []


def test_who_is_rejected_reads_why_and_may_ask_again(organizer: Person, 小王: Person) -> None:
    activity = an_activity(places=2, now=NOON, allocation=Allocation.APPROVAL)
    ticket = asks(小王, activity)

    rejects(organizer, ticket)

    assert (state(ticket), row(ticket).rejected_because) == ("rejected", "工种不符")
    told = db.session.scalars(select(Notice).where(Notice.person_id == 小王.id)).all()
    assert [notice.facts["state"] for notice in told] == ["rejected"]
    assert asks(小王, activity).ref != ticket.ref
    assert broken(NOON) == []


def test_a_rejection_needs_a_reason(organizer: Person, 小王: Person) -> None:
    activity = an_activity(places=2, now=NOON, allocation=Allocation.APPROVAL)

    with pytest.raises(ValueError, match="reason"):
        rejects(organizer, asks(小王, activity), because="  ")


def test_what_was_withdrawn_is_not_approved_any_more(organizer: Person, 小王: Person) -> None:
    activity = an_activity(places=2, now=NOON, allocation=Allocation.APPROVAL)
    ticket = asks(小王, activity)
    gives_back(小王, ticket, at=activity.starts_at - HOUR)

    answered = approves(organizer, ticket)

    assert (answered.state, answered.fresh, state(ticket)) == (State.CANCELLED, False, "cancelled")
    assert seats(activity) == (0, 0)


def test_who_is_elsewhere_by_now_cannot_be_approved(organizer: Person, 小王: Person) -> None:
    activity = an_activity(places=2, now=NOON, allocation=Allocation.APPROVAL)
    ticket = asks(小王, activity)
    asks(小王, an_activity(places=2, now=NOON))

    with pytest.raises(Refused) as refused:
        approves(organizer, ticket)

    assert refused.value.why is Refusal.CLASH
    assert state(ticket) == "pending"


def test_a_confirmed_place_that_was_not_changed_cannot_be_rejected(organizer: Person, 小王: Person) -> None:
    activity = an_activity(places=2, now=NOON)
    ticket = asks(小王, activity)

    assert rejects(organizer, ticket).fresh is False
    assert state(ticket) == "confirmed"


def test_changed_answers_are_looked_at_while_the_place_is_kept(organizer: Person) -> None:
    activity = an_activity(places=1, now=NOON, allocation=Allocation.APPROVAL)
    people = workers(2)
    held, waits = (asks(person, activity) for person in people)
    approves(organizer, held)
    approves(organizer, waits)
    with writing() as session:
        booking = session.merge(row(held))
        booking.recheck_since = NOON
    approves(organizer, held)
    assert (state(held), row(held).recheck_since) == ("confirmed", None)

    with writing() as session:
        booking = session.merge(row(held))
        booking.recheck_since = NOON
    rejects(organizer, held)

    assert states(held, waits) == ["rejected", "confirmed"]
    assert broken(NOON) == []


def test_an_approved_worker_is_confirmed_even_on_the_last_day(organizer: Person, 小王: Person) -> None:
    activity = an_activity(places=1, now=NOON, starts_in=10 * HOUR, allocation=Allocation.APPROVAL)

    assert approves(organizer, asks(小王, activity)).state is State.CONFIRMED


def test_after_the_cut_off_an_approved_worker_takes_what_is_free(organizer: Person, 小王: Person) -> None:
    activity = an_activity(places=1, now=NOON, starts_in=HOUR / 2, allocation=Allocation.APPROVAL)

    assert approves(organizer, asks(小王, activity)).state is State.CONFIRMED
    assert broken(NOON) == []
