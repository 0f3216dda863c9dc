"""Signing up: who gets a place, who waits, who is told no."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.booking.invariants import broken, tally
from tests.booking.steps import NOON, SECOND, asks, gives_back, row, seats, slot, states
from tests.builders import a_worker, an_activity, workers
from yiqi.activities.models import Status
from yiqi.activities.planning import Pool
from yiqi.booking.models import BookingChange
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.states import State
from yiqi.db import db
from yiqi.notices.models import Notice
from yiqi.people.models import Person


def test_the_last_place_goes_to_one_worker_and_the_next_one_waits(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    activity = an_activity(places=1, now=NOON)

    first, second = asks(小王, activity), asks(小赵, activity)

    assert (first.state, second.state) == (State.CONFIRMED, State.WAITING)
    assert seats(activity) == (1, 1)
    assert broken(NOON) == []


def test_a_party_takes_as_many_seats_as_it_has_heads(site: Flask, 小王: Person) -> None:
    activity = an_activity(places=5, max_party=3, now=NOON)

    ticket = asks(小王, activity, party=3)

    assert ticket.state == State.CONFIRMED
    assert seats(activity) == (3, 0)


def test_a_party_that_does_not_fit_waits_whole(site: Flask, 小王: Person, 小赵: Person) -> None:
    activity = an_activity(places=4, max_party=3, now=NOON)
    asks(小王, activity, party=2)

    party = asks(小赵, activity, party=3)

    assert party.state == State.WAITING
    assert seats(activity) == (2, 1)


def test_a_single_worker_takes_the_seat_that_a_waiting_party_cannot_use(
    site: Flask, 小王: Person, 小赵: Person, 老陈: Person
) -> None:
    activity = an_activity(places=3, max_party=3, now=NOON)
    asks(小王, activity, party=2)
    party = asks(小赵, activity, party=2)

    single = asks(老陈, activity)

    assert single.state == State.CONFIRMED
    assert row(party).passed_over == 1
    assert broken(NOON) == []


def test_without_a_limit_everybody_comes(site: Flask) -> None:
    activity = an_activity(places=None, max_party=3, now=NOON)

    tickets = [asks(person, activity, party=3) for person in workers(12)]

    assert {ticket.state for ticket in tickets} == {State.CONFIRMED}
    assert seats(activity) == (36, 0)


def test_with_no_seat_at_all_everybody_waits(site: Flask) -> None:
    activity = an_activity(places=0, max_party=3, now=NOON)

    tickets = [asks(person, activity, party=2) for person in workers(3)]

    assert {ticket.state for ticket in tickets} == {State.WAITING}
    assert seats(activity) == (0, 3)


def test_where_there_is_no_waitlist_the_next_one_is_told_it_is_full(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    activity = an_activity(places=1, waitlist=0, now=NOON)
    asks(小王, activity)

    with pytest.raises(Refused) as refused:
        asks(小赵, activity)

    assert refused.value.why is Refusal.FULL
    assert seats(activity) == (1, 0)


def test_a_full_waitlist_takes_one_more_when_somebody_leaves_it(site: Flask) -> None:
    activity = an_activity(places=0, waitlist=2, now=NOON)
    first, second, third = workers(3)
    ticket = asks(first, activity)
    asks(second, activity)
    with pytest.raises(Refused, match="full"):
        asks(third, activity)

    gives_back(first, ticket)

    assert asks(third, activity).state == State.WAITING


@pytest.mark.parametrize("party", [0, -1, 4])
def test_more_or_fewer_than_the_activity_allows_is_refused_with_the_number(
    site: Flask, 小王: Person, party: int
) -> None:
    activity = an_activity(places=9, max_party=3, now=NOON)

    with pytest.raises(Refused) as refused:
        asks(小王, activity, party=party)

    assert refused.value.why is Refusal.PARTY_TOO_BIG
    assert refused.value.facts["max_party"] == 3


def test_a_party_bigger_than_the_slot_is_refused_with_what_the_slot_has(site: Flask, 小王: Person) -> None:
    activity = an_activity(places=2, max_party=3, now=NOON)

    with pytest.raises(Refused) as refused:
        asks(小王, activity, party=3)

    assert refused.value.why is Refusal.PARTY_TOO_BIG
    assert refused.value.facts["max_party"] == 2


def test_sign_up_opens_at_the_very_second(site: Flask, 小王: Person) -> None:
    activity = an_activity(now=NOON)

    with pytest.raises(Refused) as early:
        asks(小王, activity, at=activity.opens_at - SECOND)
    ticket = asks(小王, activity, at=activity.opens_at)

    assert early.value.why is Refusal.NOT_OPEN_YET
    assert early.value.facts["opens_at"] == activity.opens_at
    assert ticket.state == State.CONFIRMED


def test_sign_up_closes_at_the_very_second(site: Flask, 小王: Person, 小赵: Person) -> None:
    activity = an_activity(places=2, now=NOON)

    ticket = asks(小王, activity, at=activity.closes_at - SECOND)
    with pytest.raises(Refused) as late:
        asks(小赵, activity, at=activity.closes_at)

    assert ticket.state == State.CONFIRMED
    assert late.value.why is Refusal.CLOSED


def test_a_refusal_leaves_no_trace(site: Flask, 小王: Person, 小赵: Person) -> None:
    activity = an_activity(places=1, waitlist=0, now=NOON)
    asks(小王, activity)
    before, rows = slot(activity).version, tally()

    with pytest.raises(Refused):
        asks(小赵, activity)

    assert tally() == rows
    assert slot(activity).version == before


def test_a_slot_or_a_person_that_is_not_there_is_no_refusal_but_missing(site: Flask, 小王: Person) -> None:
    activity = an_activity(now=NOON)
    draft = an_activity(status=Status.DRAFT, now=NOON)
    nobody = Person(id=999_999)

    for who, where in ((小王, 999_999), (nobody, activity), (小王, draft)):
        with pytest.raises(LookupError):
            asks(who, where)

    assert tally()[0] == 0


def test_a_place_leaves_one_audit_row_and_one_notice_and_a_wait_leaves_no_notice(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    activity = an_activity(places=1, now=NOON)

    got, waits = row(asks(小王, activity)), row(asks(小赵, activity))

    changes = db.session.scalars(select(BookingChange).order_by(BookingChange.id)).all()
    assert [(one.booking_id, one.was, one.became, one.by_id, one.at) for one in changes] == [
        (got.id, None, State.CONFIRMED, 小王.id, NOON),
        (waits.id, None, State.WAITING, 小赵.id, NOON),
    ]
    notices = db.session.scalars(select(Notice)).all()
    assert [(one.person_id, one.facts["state"]) for one in notices] == [(小王.id, "confirmed")]


def test_what_was_asked_for_is_kept_with_the_booking(site: Flask, 小王: Person) -> None:
    activity = an_activity(places=3, max_party=2, now=NOON)

    booking = row(asks(小王, activity, party=2, note="晚到十分钟"))

    assert (booking.party, booking.note, booking.created_at) == (2, "晚到十分钟", NOON)
    assert booking.slot_id == activity.slot_id


def test_every_change_raises_the_version_that_pages_follow(site: Flask, 小王: Person, 小赵: Person) -> None:
    activity = an_activity(places=1, now=NOON)
    seen = [slot(activity).version]

    for person in (小王, 小赵):
        asks(person, activity)
        seen.append(slot(activity).version)

    assert seen == sorted(set(seen))


def test_two_slots_of_one_activity_do_not_touch_each_other(site: Flask) -> None:
    activity = an_activity(pools=[Pool(1, label="东看台"), Pool(1, label="西看台")], now=NOON)
    east, west = activity.slot_ids
    first, second, third = workers(3)

    tickets = asks(first, east), asks(second, west), asks(third, east)

    assert states(*tickets) == ["confirmed", "confirmed", "waiting"]
    assert (seats(east), seats(west)) == ((1, 1), (1, 0))


def test_a_worker_without_a_name_may_sign_up(site: Flask) -> None:
    activity = an_activity(now=NOON)

    ticket = asks(a_worker(name=""), activity)

    assert ticket.state == State.CONFIRMED
