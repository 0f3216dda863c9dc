"""How queues went is written down once they are over, and says to those who wait how likely their turn is."""

from datetime import datetime, timedelta

import pytest
from flask import Flask, render_template
from sqlalchemy import insert, select

from tests.booking.steps import HOUR, MINUTE, NOON, SECOND, asks, gives_back, slot
from tests.builders import Made, an_activity, workers
from tests.promises.measured import counted
from yiqi.activities.models import Programme, Topic
from yiqi.booking import chance, offers, places, standing
from yiqi.booking.models import QueueHistory
from yiqi.booking.rules.chance import Chance, Word
from yiqi.db import db, writing
from yiqi.i18n import in_language
from yiqi.people.models import Person

DAY = 24 * HOUR


def histories() -> list[QueueHistory]:
    db.session.rollback()
    return list(db.session.scalars(select(QueueHistory).order_by(QueueHistory.slot_id)))


def went(
    times: int,
    *,
    moves: list[int],
    programme: Programme = Programme.READING,
    ended_at: datetime = NOON - 10 * DAY,
) -> None:
    """Past activities of ten places whose queues went like this, a day after each other."""
    made = [an_activity(places=10, now=NOON - 60 * DAY).slot_id for _time in range(times)]
    rows = [
        {
            "slot_id": slot_id,
            "programme": programme,
            "topic": "",
            "capacity": 10,
            "joined": 9,
            "moves": moves,
            "ended_at": ended_at + number * DAY,
        }
        for number, slot_id in enumerate(made)
    ]
    with writing() as session:
        session.execute(insert(QueueHistory), rows)


def full_with(activity: Made, waiting: int) -> list[Person]:
    people = workers(slot(activity).capacity or 0)
    for person in people:
        asks(person, activity)
    waiters = workers(waiting)
    for person in waiters:
        asks(person, activity)
    return waiters


def seen(activity: Made, person: Person | None, at: datetime = NOON) -> dict[int, Chance]:
    db.session.rollback()
    return chance.of(standing.of_activity(activity.activity_id, person.id if person else None, at))


def test_a_queue_is_remembered_once_with_who_joined_and_when_each_moved_up(site: Flask) -> None:
    activity = an_activity(places=2, now=NOON, topic=Topic.WOMEN)
    one, two, three, four, five = workers(5)
    first, second = asks(one, activity), asks(two, activity)
    waits, leaves, left_over = (asks(who, activity) for who in (three, four, five))
    gives_back(one, first, at=activity.starts_at - 30 * HOUR)
    gives_back(four, leaves, at=activity.starts_at - 29 * HOUR)
    gives_back(two, second, at=activity.starts_at - 10 * HOUR)
    offers.accept(ref=left_over.ref, person_id=five.id, at=activity.starts_at - 9 * HOUR - 30 * SECOND)

    assert chance.remember(activity.ends_at - SECOND) == 0
    assert [chance.remember(activity.ends_at + n * MINUTE) for n in range(3)] == [1, 0, 0]

    (kept,) = histories()
    assert (kept.slot_id, kept.programme, kept.topic, kept.capacity) == (
        activity.slot_id,
        "reading",
        "women",
        2,
    )
    assert (kept.joined, kept.moves, kept.ended_at) == (3, [30 * 60, 9 * 60], activity.ends_at)
    assert waits.ref


def test_offers_that_are_declined_or_run_out_moved_nobody_and_who_queues_twice_joined_once(
    site: Flask,
) -> None:
    activity = an_activity(places=1, now=NOON)
    one, two, three = workers(3)
    held, declines, runs_out = (asks(who, activity) for who in (one, two, three))
    gives_back(one, held, at=activity.starts_at - 20 * HOUR)
    offers.decline(ref=declines.ref, person_id=two.id, at=activity.starts_at - 20 * HOUR)
    offers.settle_due(activity.starts_at - 15 * HOUR)
    assert runs_out.ref

    chance.remember(activity.ends_at)

    (kept,) = histories()
    assert (kept.joined, kept.moves) == (2, [])


def test_slots_without_limit_without_queue_or_called_off_tell_nothing(site: Flask) -> None:
    one, two = workers(2)
    asks(one, an_activity(places=None, now=NOON))
    asks(one, an_activity(places=1, now=NOON, starts_in=90 * HOUR))
    off = an_activity(places=1, now=NOON, starts_in=100 * HOUR)
    asks(one, off)
    asks(two, off)
    places.call_off(activity_id=off.activity_id, at=NOON)

    assert chance.remember(off.ends_at + DAY) == 0


def test_batches_follow_each_other_and_what_is_long_over_is_let_go(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chance, "_ENDED", chance._ENDED.limit(1))
    monkeypatch.setattr(chance, "BATCH", 1)
    made = [an_activity(places=1, now=NOON, starts_in=hours * HOUR) for hours in (30, 40, 50)]
    for activity in made:
        full_with(activity, 1)

    assert chance.remember(made[0].ends_at + timedelta(days=30)) == 2
    assert [kept.slot_id for kept in histories()] == [one.slot_id for one in made[1:]]


def test_a_waiter_is_told_the_chance_of_their_place_and_a_newcomer_of_the_next(site: Flask) -> None:
    went(8, moves=[24 * 60, 20 * 60])
    went(2, moves=[], ended_at=NOON - 40 * DAY)
    activity = an_activity(places=10, now=NOON)
    first, _second = full_with(activity, 2)
    (newcomer,) = workers(1)

    assert seen(activity, first) == {activity.slot_id: Chance(Word.GOOD, 8, 10)}
    assert seen(activity, newcomer) == {activity.slot_id: Chance(Word.SLIM, 0, 10)}
    assert seen(activity, None) == {}


def test_a_party_needs_seats_for_everybody(site: Flask) -> None:
    went(10, moves=[24 * 60, 20 * 60])
    activity = an_activity(places=10, max_party=3, now=NOON)
    full_with(activity, 0)
    (family,) = workers(1)
    asks(family, activity, party=3)

    assert seen(activity, family)[activity.slot_id].word is Word.SLIM


def test_only_the_programmes_own_history_speaks(site: Flask) -> None:
    went(10, moves=[24 * 60], programme=Programme.TRAINING)
    activity = an_activity(places=10, now=NOON)
    (waiter,) = full_with(activity, 1)

    assert seen(activity, waiter) == {activity.slot_id: Chance(Word.UNSURE, 0, 0)}


def test_the_chance_is_not_told_once_the_queue_stands_still_or_takes_nobody(site: Flask) -> None:
    went(10, moves=[24 * 60])
    activity = an_activity(places=10, waitlist=1, now=NOON)
    (waiter,) = full_with(activity, 1)
    (newcomer,) = workers(1)
    last = activity.starts_at - 60 * MINUTE

    assert seen(activity, waiter, last - SECOND) != {}
    assert seen(activity, waiter, last) == {}
    assert seen(activity, newcomer) == {}


def test_a_page_of_many_queues_asks_once_and_of_none_not_at_all(site: Flask) -> None:
    went(10, moves=[24 * 60])
    (me,) = workers(1)
    made = [
        an_activity(places=10, now=NOON, starts_in=hours * HOUR, programme=programme)
        for hours, programme in ((30, Programme.READING), (40, Programme.TRAINING), (50, Programme.LEAGUE))
    ]
    for activity in made:
        full_with(activity, 0)
        asks(me, activity)
    waiting = [one for activity in made for one in standing.of_activity(activity.activity_id, me.id, NOON)]
    roomy = standing.of_activity(an_activity(now=NOON).activity_id, me.id, NOON)

    with counted() as said:
        found = chance.of(waiting)
        assert chance.of(roomy) == {}

    assert len(said) == 1
    assert [found[activity.slot_id].word for activity in made] == [Word.GOOD, Word.UNSURE, Word.UNSURE]


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Chance(Word.GOOD, 8, 10), "轮到的机会：大最近 10 场里，这个位置有 8 场轮到。"),
        (Chance(Word.SLIM, 0, 5), "轮到的机会：小最近 5 场里，这个位置有 0 场轮到。"),
        (Chance(Word.UNSURE, 1, 3), "轮到的机会：说不准只有 3 场可以比，其中 1 场轮到了这个位置。"),
        (
            Chance(Word.UNSURE, 0, 0),
            "轮到的机会：说不准这类活动第一次办，没有可比的。",
        ),
        (None, ""),
    ],
)
def test_the_word_always_stands_beside_its_evidence_and_never_a_percentage(
    site: Flask, found: Chance | None, said: str
) -> None:
    with site.test_request_context(), in_language("zh-CN"):
        html = render_template("booking/_chance.html", chance=found)

    text = "".join(part.split(">")[-1] for part in html.split("<"))
    assert text.replace("\u00a0", " ").replace("\n", "") == said
    assert "%" not in text
