"""Calling an activity off: every live booking ends, everybody concerned hears of it once, nothing moves any more."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.booking.invariants import broken, tally
from tests.booking.steps import NOON, asks, gives_back, seats, state, states
from tests.builders import an_activity, workers
from yiqi.activities.models import Activity
from yiqi.activities.planning import Pool
from yiqi.booking import places
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.db import db
from yiqi.notices.models import Notice
from yiqi.people.models import Person


def test_everybody_with_a_place_or_in_the_queue_is_called_off(site: Flask) -> None:
    activity = an_activity(places=2, pools=[Pool(1, label="东"), Pool(1, label="西")], now=NOON)
    east, west = activity.slot_ids
    people = workers(4)
    tickets = [
        asks(person, slot_id) for person, slot_id in zip(people, (east, west, east, west), strict=True)
    ]

    places.call_off(activity_id=activity.activity_id, because="大风蓝色预警", at=NOON)

    assert states(*tickets) == ["called_off"] * 4
    assert (seats(east), seats(west)) == ((0, 0), (0, 0))
    assert broken(NOON) == []


def test_each_of_them_hears_of_it_once_and_the_reason_is_kept(
    site: Flask, 李姐: Person, 小王: Person, 小赵: Person
) -> None:
    activity = an_activity(places=1, now=NOON)
    asks(小王, activity)
    asks(小赵, activity)

    for _ in range(2):
        places.call_off(activity_id=activity.activity_id, because="场馆停电", by_id=李姐.id, at=NOON)

    first, *told = db.session.scalars(select(Notice).order_by(Notice.id)).all()
    assert (first.person_id, first.facts["state"]) == (小王.id, "confirmed")
    heard = sorted((one.person_id, one.facts["state"]) for one in told)
    assert heard == [(小王.id, "called_off"), (小赵.id, "called_off")]
    assert db.session.get_one(Activity, activity.activity_id).called_off_because == "场馆停电"


def test_who_had_cancelled_before_is_not_bothered(site: Flask, 小王: Person) -> None:
    activity = an_activity(now=NOON)
    ticket = asks(小王, activity)
    gives_back(小王, ticket)
    rows = tally()

    places.call_off(activity_id=activity.activity_id, at=NOON)

    assert state(ticket) == "cancelled"
    assert tally() == rows


def test_nobody_signs_up_for_what_is_called_off(site: Flask, 小王: Person) -> None:
    activity = an_activity(places=5, now=NOON)
    places.call_off(activity_id=activity.activity_id, at=NOON)

    with pytest.raises(Refused) as refused:
        asks(小王, activity)

    assert refused.value.why is Refusal.CALLED_OFF


def test_more_seats_for_what_is_called_off_bring_nobody_back(site: Flask) -> None:
    activity = an_activity(places=1, now=NOON)
    tickets = [asks(person, activity) for person in workers(2)]
    places.call_off(activity_id=activity.activity_id, at=NOON)

    places.set_capacity(slot_id=activity.slot_id, capacity=5, at=NOON)

    assert states(*tickets) == ["called_off"] * 2
    assert seats(activity) == (0, 0)


def test_cancelling_what_is_called_off_already_changes_nothing(site: Flask, 小王: Person) -> None:
    activity = an_activity(now=NOON)
    ticket = asks(小王, activity)
    places.call_off(activity_id=activity.activity_id, at=NOON)
    rows = tally()

    answer = gives_back(小王, ticket)

    assert (str(answer.state), answer.fresh) == ("called_off", False)
    assert tally() == rows


def test_the_time_it_frees_gives_people_the_places_they_wait_for_elsewhere(
    site: Flask, 小王: Person, 小赵: Person, 老陈: Person
) -> None:
    wanted = an_activity(places=1, now=NOON)
    held = asks(小赵, wanted)
    waits = asks(小王, wanted)
    off = an_activity(places=5, now=NOON)
    asks(小王, off)
    gives_back(小赵, held)
    assert state(waits) == "waiting"

    places.call_off(activity_id=off.activity_id, at=NOON)

    assert state(waits) == "confirmed"
    assert seats(wanted) == (1, 0)
    assert broken(NOON) == []
