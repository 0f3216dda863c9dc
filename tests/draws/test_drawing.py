"""Holding a draw: who is confirmed, who queues in which order, who hears, and that it happens once."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.booking.steps import HOUR, MINUTE, NOON, asks, gives_back, row, seats, state, states
from tests.builders import Made, a_union, a_worker, an_activity
from tests.draws.steps import CLOSES, DRAWS, a_draw, draws, enter, freezes, held, lines, the_draw
from yiqi.activities.models import Activity, Slot, Status
from yiqi.activities.planning import Pool, Share
from yiqi.booking import places
from yiqi.booking.models import Booking, BookingChange
from yiqi.booking.rules.states import State
from yiqi.db import db, writing
from yiqi.draws.rules.steps import Hindered, Hindrance
from yiqi.notices.models import Notice
from yiqi.people.models import Person


def outcomes(made: Made) -> list[str]:
    return [str(entry.outcome) for entry, _booking in lines(made).values()]


def published(made: Made) -> dict[str, Any]:
    result = the_draw(made).result
    assert result is not None
    return result


def test_the_first_of_the_draw_are_confirmed_and_the_others_queue_in_its_order(site: Flask) -> None:
    made = a_draw(places=2)
    _people, tickets = enter(made, 6)
    assert states(*tickets) == ["entered"] * 6
    assert seats(made) == (0, 0)

    held(made)

    assert outcomes(made) == ["confirmed"] * 2 + ["waiting"] * 4
    assert [entry.rank for entry, _booking in lines(made).values()] == [1, 2, 3, 4, 5, 6]
    assert seats(made) == (2, 4)
    queue = [booking for _entry, booking in lines(made).values() if booking.state == State.WAITING]
    assert [booking.seq for booking in queue] == sorted(booking.seq for booking in queue)


def test_a_place_given_back_after_the_draw_goes_to_the_next_of_the_draw(site: Flask) -> None:
    made = a_draw(places=1)
    people, _tickets = enter(made, 3)
    held(made)
    first, second, third = (booking for _entry, booking in lines(made).values())
    winner = next(person for person in people if person.id == first.person_id)

    places.cancel(ref=first.ref, person_id=winner.id, at=DRAWS + HOUR)

    assert [row_state(one) for one in (first, second, third)] == ["cancelled", "confirmed", "waiting"]


def row_state(booking: Booking) -> str:
    db.session.rollback()
    return str(db.session.scalar(select(Booking.state).where(Booking.id == booking.id)))


def test_everybody_hears_of_it_once(site: Flask) -> None:
    made = a_draw(places=1)
    people, tickets = enter(made, 4)
    gives_back(people[0], tickets[0])
    freezes(made)
    gives_back(people[1], tickets[1], at=CLOSES + MINUTE)
    before = db.session.scalar(select(func.count()).select_from(Notice))

    draws(made)
    draws(made)

    told = db.session.execute(select(Notice.person_id, Notice.facts).order_by(Notice.id)).all()[before:]
    assert sorted(person_id for person_id, _facts in told) == sorted(person.id for person in people[2:])
    assert sorted(facts["state"] for _person_id, facts in told) == ["confirmed", "waiting"]


def test_who_held_it_stands_in_the_audit(site: Flask, 李姐: Person) -> None:
    made = a_draw(places=1)
    _people, tickets = enter(made, 2)
    freezes(made)

    draws(made, by_id=李姐.id)

    changes = db.session.scalars(select(BookingChange).where(BookingChange.was == State.ENTERED)).all()
    assert {change.booking_id for change in changes} == {row(ticket).id for ticket in tickets}
    assert {change.by_id for change in changes} == {李姐.id}


def test_the_same_number_again_changes_nothing_and_another_one_is_refused(site: Flask) -> None:
    made = a_draw(places=2)
    enter(made, 5)
    held(made, "12 34 56")
    result, changes = the_draw(made).result, db.session.scalar(select(func.count(BookingChange.id)))

    draws(made, "123456", at=DRAWS + HOUR)
    with pytest.raises(Hindered) as hindered:
        draws(made, "12 34 57", at=DRAWS + HOUR)

    assert hindered.value.why is Hindrance.DRAWN
    assert (the_draw(made).result, the_draw(made).drawn_at) == (result, DRAWS)
    assert db.session.scalar(select(func.count(BookingChange.id))) == changes
    assert seats(made) == (2, 3)


def test_an_entry_withdrawn_after_freezing_keeps_its_line_and_is_passed_over(site: Flask) -> None:
    made = a_draw(places=2)
    people, tickets = enter(made, 3)
    digest = freezes(made)
    gives_back(people[1], tickets[1], at=CLOSES + HOUR)

    draws(made)

    assert the_draw(made).digest == digest
    found = {booking.ref: entry for entry, booking in lines(made).values()}
    assert str(found[tickets[1].ref].outcome) == "cancelled"
    assert states(*tickets) == ["confirmed", "cancelled", "confirmed"]
    assert sorted(became for _code, became in published(made)["ranked"]) == [
        "confirmed",
        "confirmed",
        "withdrawn",
    ]


def test_a_party_too_big_for_what_is_left_lets_smaller_ones_go_first(site: Flask) -> None:
    made = a_draw(places=4, max_party=3)
    for party in (3, 3, 1, 1, 2):
        enter(made, 1, party=party)

    held(made)

    left = 4
    for entry, booking in lines(made).values():
        fits = booking.party <= left
        assert str(entry.outcome) == ("confirmed" if fits else "waiting")
        left -= booking.party if fits else 0
    assert seats(made)[0] == 4 - left


def test_who_has_another_place_at_that_time_is_passed_over_and_waits_with_the_reason(site: Flask) -> None:
    made = a_draw(places=1)
    busy = a_worker()
    ticket = asks(busy, made)
    freezes(made)
    asks(busy, an_activity(now=NOON, starts_in=timedelta(hours=72)), at=CLOSES)

    draws(made)

    assert state(ticket) == "waiting"
    assert row(ticket).skipped_because == "clash"
    assert published(made)["ranked"] == [[next(iter(lines(made))), "clash"]]
    assert seats(made) == (0, 1)


def test_two_slots_at_one_time_give_a_person_one_place_and_the_better_rank_decides(site: Flask) -> None:
    made = a_draw(pools=[Pool(1, label="东看台"), Pool(1, label="西看台")])
    both = a_worker()
    for slot_id in made.slot_ids:
        asks(both, slot_id)

    held(made)

    first, second = lines(made).values()
    assert (str(first[0].outcome), str(second[0].outcome)) == ("confirmed", "waiting")
    assert second[1].skipped_because == "clash"


def test_places_kept_for_a_union_are_drawn_by_its_members_alone(site: Flask) -> None:
    union = a_union("京东方工会")
    made = a_draw(places=2, quotas=[Share("京东方", unions=(union.id,), least=1)])
    _others, outside = enter(made, 3)
    member = a_worker()
    a_union("京东方工会", members=[member])
    inside = asks(member, made)

    held(made)

    assert state(inside) == "confirmed"
    assert sorted(states(*outside)) == ["confirmed", "waiting", "waiting"]
    became = dict(published(made)["ranked"])
    assert set(became.values()) <= {"confirmed", "waiting", "kept"}


def test_a_full_quota_passes_its_people_over_across_slots(site: Flask) -> None:
    union = a_union("京东方工会")
    pools = [Pool(3, label="东看台"), Pool(3, label="西看台")]
    made = a_draw(pools=pools, quotas=[Share("京东方", unions=(union.id,), most=2)])
    tickets = []
    for slot_id in (*made.slot_ids, *made.slot_ids):
        people, more = enter(slot_id, 1)
        a_union("京东方工会", members=people)
        tickets += more

    held(made)

    assert sorted(states(*tickets)) == ["confirmed", "confirmed", "waiting", "waiting"]
    became = [became for _code, became in published(made)["ranked"]]
    assert became == ["confirmed", "confirmed", "quota_full", "quota_full"]
    waiting = [ticket for ticket in tickets if state(ticket) == "waiting"]
    assert [row(ticket).skipped_because for ticket in waiting] == ["quota_full"] * 2


def test_seats_that_staff_gave_before_are_not_drawn(site: Flask) -> None:
    made = a_draw(places=3)
    enter(made, 3)
    freezes(made)
    with writing() as session:
        session.get_one(Slot, made.slot_id).held = 2

    draws(made)

    assert outcomes(made) == ["confirmed", "waiting", "waiting"]
    assert published(made)["seats"] == {str(made.slot_id): 1}


def test_a_slot_without_limit_takes_everybody_and_one_that_has_begun_nobody(site: Flask) -> None:
    open_to_all, begun = a_draw(places=None), a_draw(places=5)
    enter(open_to_all, 3)
    enter(begun, 3)
    freezes(begun)

    held(open_to_all)
    draws(begun, at=begun.starts_at)

    assert outcomes(open_to_all) == ["confirmed"] * 3
    assert outcomes(begun) == ["waiting"] * 3


def test_who_came_in_after_the_list_was_frozen_queues_behind_the_drawn(site: Flask) -> None:
    made = a_draw(places=1)
    enter(made, 2)
    freezes(made)
    with writing() as session:
        session.get_one(Activity, made.activity_id).closes_at = CLOSES + HOUR
    late = asks(a_worker(), made, at=CLOSES + MINUTE)

    draws(made)

    assert state(late) == "waiting"
    queue = [booking.seq for _entry, booking in lines(made).values() if booking.state == State.WAITING]
    assert queue < [row(late).seq]


def test_nobody_entered_is_a_draw_too(site: Flask) -> None:
    made = a_draw()
    held(made)
    assert the_draw(made).result == {"seats": {str(made.slot_id): 2}, "ranked": []}


@pytest.mark.parametrize(
    ("why", "frozen", "at"),
    [(Hindrance.NOT_FROZEN, False, DRAWS), (Hindrance.TOO_EARLY, True, DRAWS - MINUTE)],
)
def test_a_draw_waits_for_its_list_and_its_time(
    site: Flask, why: Hindrance, frozen: bool, at: datetime
) -> None:
    made = a_draw()
    _people, tickets = enter(made, 3)
    if frozen:
        freezes(made)

    with pytest.raises(Hindered) as hindered:
        draws(made, at=at)

    assert hindered.value.why is why
    assert states(*tickets) == ["entered"] * 3


def test_without_an_announced_source_nothing_is_drawn(site: Flask) -> None:
    made = a_draw(announced=False)
    with pytest.raises(Hindered) as hindered:
        draws(made)
    assert hindered.value.why is Hindrance.NOT_ANNOUNCED


def test_where_places_are_not_drawn_there_is_no_draw(site: Flask) -> None:
    queued, off, hidden = an_activity(now=NOON), a_draw(), a_draw()
    enter(off, 1)
    freezes(off)
    places.call_off(activity_id=off.activity_id, at=CLOSES)
    with writing() as session:
        session.get_one(Activity, hidden.activity_id).status = Status.DRAFT

    for made, why in ((queued, Hindrance.NOT_BY_LOT), (off, Hindrance.CALLED_OFF)):
        with pytest.raises(Hindered) as hindered:
            draws(made)
        assert hindered.value.why is why
    for missing in (hidden, replace(queued, activity_id=987654)):
        with pytest.raises(LookupError):
            draws(missing)
