"""What a hostile reader found: each was wrong once."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.booking.marking import noted
from tests.booking.steps import HOUR, MINUTE, NOON, SECOND, asks, gives_back, row, seats, slot, state
from tests.builders import a_worker, an_activity, workers
from tests.promises.measured import counted
from yiqi import background
from yiqi.activities.models import Activity, Allocation
from yiqi.activities.planning import Meeting
from yiqi.background import Background
from yiqi.booking import approval, changes, handing, mine, offers, standing
from yiqi.booking.models import Bar
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.changes import MoveOccurrence
from yiqi.booking.rules.states import State
from yiqi.db import db, writing
from yiqi.notices.models import Notice
from yiqi.people.models import Person

DAY = timedelta(days=1)


def moved(activity_slot: int, by: timedelta, at: object = NOON) -> None:
    (occurrence,) = slot(activity_slot).occurrences
    change = MoveOccurrence(occurrence.id, occurrence.starts_at + by, occurrence.ends_at + by)
    db.session.rollback()
    changes.apply(change, seen=changes.preview(change, at=at).version, at=at)  # type: ignore[arg-type]


def version(slot_id: int, at: object = NOON) -> int:
    db.session.rollback()
    return standing.of_slots([slot_id], None, at)[0].version  # type: ignore[arg-type]


def test_an_open_page_sees_that_a_date_was_moved_out_of_the_last_day(site: Flask) -> None:
    activity = an_activity(places=2, now=NOON, starts_in=10 * HOUR)
    before = version(activity.slot_id)

    moved(activity.slot_id, 62 * HOUR)

    assert version(activity.slot_id) > before


def test_what_was_drawn_between_an_offers_end_and_its_settling_does_not_stay(site: Flask) -> None:
    activity = an_activity(places=1, now=NOON, starts_in=10 * HOUR)
    holder, waiter = workers(2)
    held, ticket = asks(holder, activity), asks(waiter, activity)
    gives_back(holder, held, at=NOON)
    ends = row(ticket).offer_until
    assert ends is not None
    times = standing.of_slots([activity.slot_id], None, NOON)[0]
    drawn_from_stale_rows = times.slot.version + sum(one <= ends for one in times.deadlines.instants)

    offers.settle_due(ends)

    assert version(activity.slot_id, ends) > drawn_from_stale_rows


def test_a_list_shows_no_dead_offer(site: Flask, 小王: Person) -> None:
    activity = an_activity(places=1, now=NOON, starts_in=10 * HOUR)
    holder = a_worker()
    held, ticket = asks(holder, activity), asks(小王, activity)
    gives_back(holder, held, at=NOON)
    ends = row(ticket).offer_until
    assert ends is not None

    assert mine.tags(小王.id, [activity.slot_id], ends - SECOND) == {activity.slot_id: (State.OFFERED, 0)}
    assert mine.tags(小王.id, [activity.slot_id], ends) == {}


def test_one_slot_that_cannot_be_settled_does_not_stop_the_others(site: Flask) -> None:
    bad = an_activity(places=1, now=NOON, starts_in=9 * HOUR)
    good = an_activity(places=1, now=NOON, starts_in=20 * HOUR)
    tickets = []
    for activity in (bad, good):
        holder, waiter, behind = workers(3)
        held = asks(holder, activity)
        tickets.append(asks(waiter, activity))
        asks(behind, activity)
        gives_back(holder, held, at=NOON)
    with writing() as session:
        session.execute(
            update(Activity).where(Activity.id == bad.activity_id).values(conditions=[{"kind": "moon"}])
        )

    offers.settle_due(NOON + 2 * HOUR)

    assert state(tickets[1]) == "waiting"
    assert state(tickets[0]) == "offered"


def test_a_clock_that_goes_back_stops_no_chore(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[datetime] = []
    monkeypatch.setattr(background, "CHORES", ((HOUR, done.append),))
    worker = Background(site, {}, site.extensions["yiqi.post"])

    for at in (NOON, NOON + MINUTE, NOON - 2 * HOUR):
        worker.once(at)

    assert done == [NOON, NOON - 2 * HOUR]


def test_a_course_can_be_left_between_two_evenings(site: Flask, 小王: Person) -> None:
    evenings = [Meeting(NOON + n * DAY, NOON + n * DAY + HOUR) for n in (1, 2, 3)]
    course = an_activity(places=3, now=NOON, meetings=evenings)
    people = [小王, *workers(2)]
    early, late, over = (asks(person, course) for person in people)
    second, last = evenings[1].starts_at, evenings[2].starts_at

    assert gives_back(people[0], early, at=second - 2 * HOUR - SECOND).state is State.CANCELLED
    assert gives_back(people[1], late, at=second - HOUR).state is State.CANCELLED_LATE
    with pytest.raises(Refused):
        gives_back(people[2], over, at=last)


def test_nobody_signs_up_when_the_last_date_has_begun(site: Flask, 小王: Person) -> None:
    activity = an_activity(places=3, now=NOON, starts_in=HOUR, closes_in=90 * HOUR)

    with pytest.raises(Refused) as refused:
        asks(小王, activity, at=activity.starts_at)

    assert refused.value.why is Refusal.CLOSED
    assert standing.of_slots([activity.slot_id], 小王.id, activity.starts_at)[0].state == "closed"


def test_who_is_barred_while_waiting_does_not_move_up(site: Flask) -> None:
    activity = an_activity(places=1, now=NOON)
    holder, barred, behind = workers(3)
    held, waits, next_one = (asks(person, activity) for person in (holder, barred, behind))
    with writing() as session:
        session.add(Bar(person_id=barred.id, at=NOON, until=NOON + DAY, because="打架", by_id=holder.id))

    gives_back(holder, held)

    assert (state(waits), state(next_one)) == ("waiting", "confirmed")
    assert row(waits).skipped_because == Refusal.BARRED


def test_an_offer_that_ran_out_elsewhere_is_no_clash(site: Flask) -> None:
    offered, wanted = (an_activity(places=1, now=NOON, starts_in=20 * HOUR) for _ in range(2))
    holder, worker, behind = workers(3)
    held, ticket = asks(holder, offered), asks(worker, offered)
    asks(behind, offered)
    gives_back(holder, held, at=NOON)
    ends = row(ticket).offer_until
    assert ends is not None

    assert asks(worker, wanted, at=ends).state is State.CONFIRMED


def test_who_accepts_at_the_new_time_was_asked_already(site: Flask) -> None:
    activity = an_activity(places=1, now=NOON, starts_in=10 * HOUR)
    holder, worker = workers(2)
    held, ticket = asks(holder, activity), asks(worker, activity)
    moved(activity.slot_id, HOUR)
    gives_back(holder, held, at=NOON)
    offers.accept(ref=ticket.ref, person_id=worker.id, at=NOON)

    assert row(ticket).moved_at is None
    assert gives_back(worker, ticket, at=NOON + 10 * HOUR).state is State.CANCELLED_LATE


def test_a_place_is_not_handed_round_the_organizers_look(site: Flask, 小王: Person, 小赵: Person) -> None:
    for hours in (10, 20):
        missed = an_activity(places=1, now=NOON, starts_in=hours * HOUR)
        gives_back(小赵, asks(小赵, missed), at=missed.starts_at - HOUR)
    at = NOON + 21 * HOUR
    activity = an_activity(places=1, now=NOON, starts_in=90 * HOUR)
    link = handing.hold_out(ref=asks(小王, activity).ref, person_id=小王.id, at=at)

    with pytest.raises(Refused) as refused:
        handing.take_over(token=link.token, person_id=小赵.id, at=at)

    assert len(noted(小赵)) == 2
    assert refused.value.why is Refusal.NOT_ELIGIBLE


def test_no_place_is_taken_over_once_it_has_begun_earlier_than_the_link_knew(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    activity = an_activity(places=1, now=NOON, starts_in=20 * HOUR)
    link = handing.hold_out(ref=asks(小王, activity).ref, person_id=小王.id, at=NOON)
    moved(activity.slot_id, -10 * HOUR)

    with pytest.raises(Refused) as refused:
        handing.take_over(token=link.token, person_id=小赵.id, at=NOON + 11 * HOUR)

    assert refused.value.why is Refusal.CLOSED


def test_the_giver_hears_that_the_place_was_taken(site: Flask, 小王: Person, 小赵: Person) -> None:
    activity = an_activity(places=1, now=NOON)
    link = handing.hold_out(ref=asks(小王, activity).ref, person_id=小王.id, at=NOON)

    handing.take_over(token=link.token, person_id=小赵.id, at=NOON)

    told = db.session.scalars(select(Notice.kind).where(Notice.person_id == 小王.id)).all()
    assert "handed" in told


def test_a_button_of_an_old_offer_does_not_pass_a_new_one_on(site: Flask) -> None:
    activity = an_activity(places=1, now=NOON, starts_in=20 * HOUR)
    holder, worker = workers(2)
    held, ticket = asks(holder, activity), asks(worker, activity)
    gives_back(holder, held, at=NOON)
    first = row(ticket).offer_until
    assert first is not None

    answered = offers.decline(ref=ticket.ref, person_id=worker.id, at=first, seen_until=first)

    assert (answered.state, answered.fresh) == (State.OFFERED, False)
    assert (row(ticket).offer_until or first) > first


def test_nobody_is_approved_for_what_has_begun_or_into_a_queue_that_is_over(site: Flask) -> None:
    activity = an_activity(places=1, now=NOON, starts_in=10 * HOUR, allocation=Allocation.APPROVAL)
    organizer, first, second = workers(3)
    tickets = [asks(person, activity) for person in (first, second)]
    approval.approve(ref=tickets[0].ref, by_id=organizer.id, at=NOON)

    for at, why in ((NOON + 9 * HOUR, Refusal.FULL), (NOON + 10 * HOUR, Refusal.CLOSED)):
        with pytest.raises(Refused) as refused:
            approval.approve(ref=tickets[1].ref, by_id=organizer.id, at=at)
        assert refused.value.why is why
    assert state(tickets[1]) == "pending"


def test_a_queue_of_people_who_cannot_come_costs_a_newcomer_little(site: Flask) -> None:
    activity, elsewhere = an_activity(places=1, now=NOON), an_activity(places=200, now=NOON)
    holder, *people = workers(60)
    held = asks(holder, activity)
    for person in people[:59]:
        asks(person, activity)
        asks(person, elsewhere)
    gives_back(holder, held)
    (newcomer,) = workers(1)

    with counted() as said:
        ticket = asks(newcomer, activity)

    assert ticket.state is State.CONFIRMED
    assert len(said) < 40, len(said)
    assert seats(activity) == (1, 59)


def test_who_asks_for_what_is_left_and_cannot_have_it_is_told_why(site: Flask, 小王: Person) -> None:
    activity, elsewhere = (an_activity(places=1, now=NOON, starts_in=10 * HOUR) for _ in range(2))
    holder = a_worker()
    held, waits = asks(holder, activity), asks(小王, activity)
    other = asks(小王, elsewhere)
    late = activity.starts_at - HOUR / 2
    gives_back(holder, held, at=late)

    with pytest.raises(Refused) as refused:
        asks(小王, activity, at=late)
    assert (refused.value.why, refused.value.facts["clash"]) == (Refusal.CLASH, other.ref)

    gives_back(小王, other, at=late)
    assert asks(小王, activity, at=late).state is State.CONFIRMED
    assert state(waits) == "confirmed"
