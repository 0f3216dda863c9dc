"""People are locked in the order of their ids: a verb that moves several queues locks those who wait in them at once,
and who signs up beside others is locked with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from tests.booking.invariants import broken
from tests.booking.steps import HOUR, NOON, asks, gives_back, states
from tests.booking.test_changes import a_series
from tests.builders import an_activity, workers
from yiqi.activities.planning import Pool, Share
from yiqi.booking import at_once, enrolling, handing, seats
from yiqi.db import db


@contextmanager
def people_locked() -> Iterator[list[set[int]]]:
    """Whom each statement locks that were not locked before it; what locks nobody new is left out."""
    several, of_one = seats._LOCK_PEOPLE, (at_once.LOCK_PERSON, at_once._WANTED)
    seen: list[set[int]] = []

    def note(_here: Any, statement: Any, many: Any, known: Any, _options: Any) -> None:
        if statement is several or any(statement is one for one in of_one):
            told = {**known, **(many[0] if many else {})}
            people = set(told["people"]) if statement is several else {told["person"]}
            fresh = people - {person for before in seen for person in before}
            seen.extend([fresh] if fresh else [])

    event.listen(db.engine, "before_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_execute", note)


def test_who_waits_in_several_queues_that_move_is_locked_at_once(site: Flask) -> None:
    activity = an_activity(now=NOON, pools=[Pool(1), Pool(3)], quotas=[Share("两场合计", most=2)])
    first, second, *others = workers(6)
    held = asks(first, activity.slot_ids[0]), asks(second, activity.slot_ids[1])
    waiting = [
        asks(person, slot_id)
        for person, slot_id in zip(others, (*reversed(activity.slot_ids), *activity.slot_ids), strict=True)
    ]

    with people_locked() as locked:
        gives_back(first, held[0])

    assert locked == [{first.id}, {person.id for person in others}]
    assert states(held[1], *waiting).count("confirmed") == 2
    assert broken(NOON) == []


def test_who_signs_up_beside_others_is_locked_with_them(site: Flask) -> None:
    activity = an_activity(places=3, max_party=3, now=NOON)
    newcomer, holder, waiting = workers(3)
    asks(holder, activity, party=2)
    asks(waiting, activity, party=2)

    with people_locked() as locked:
        asks(newcomer, activity)

    assert locked == [{newcomer.id, waiting.id}]


def test_nobody_is_locked_who_waits_where_nothing_is_free(site: Flask) -> None:
    activity = an_activity(now=NOON, pools=[Pool(1), Pool(1)], quotas=[Share("两场合计", most=2)])
    holder, other, waiting = workers(3)
    asks(holder, activity.slot_ids[0])
    held = asks(other, activity.slot_ids[1])
    waits = asks(waiting, activity.slot_ids[0])

    with people_locked() as locked:
        gives_back(other, held)

    assert locked == [{other.id}]
    assert states(waits) == ["waiting"]


def test_who_signs_up_for_every_date_is_locked_with_all_who_wait(site: Flask) -> None:
    made, elsewhere = a_series(drop_in=True, places=1, weeks=2), a_series(drop_in=True, places=9, weeks=2)
    newcomer, holder, *waiting = workers(4)
    for where, other, person in zip(made.slot_ids, elsewhere.slot_ids, waiting, strict=True):
        held = asks(holder, where)
        asks(person, where)
        asks(person, other)
        gives_back(holder, held)

    with people_locked() as locked:
        enrolling.enrol(activity_id=made.activity_id, person_id=newcomer.id, nonce="once", at=NOON)

    assert locked == [{newcomer.id, *(person.id for person in waiting)}]


def test_handing_a_place_on_locks_those_who_wait_for_the_givers_time_at_once(site: Flask) -> None:
    here, elsewhere = an_activity(places=2, now=NOON), an_activity(places=2, max_party=2, now=NOON)
    giver, waiting, holder, friend = workers(4)
    asks(holder, elsewhere)
    asks(giver, elsewhere, party=2)
    asks(waiting, elsewhere, party=2)
    mine = asks(giver, here)
    link = handing.hold_out(ref=mine.ref, person_id=giver.id, at=NOON)

    with people_locked() as locked:
        handing.take_over(token=link.token, person_id=friend.id, at=NOON + HOUR)

    assert locked == [{giver.id, friend.id}, {waiting.id}]
