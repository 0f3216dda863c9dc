"""Quotas: limits and kept places inside a slot, and the queue that moves when they end."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.booking.invariants import broken
from tests.booking.steps import HOUR, NOON, SECOND, asks, gives_back, row, seats, slot, state, states
from tests.builders import a_union, an_activity, workers
from yiqi.activities.models import Quota
from yiqi.activities.planning import Pool, Share
from yiqi.booking import ledger, offers, places
from yiqi.booking.models import Consumed
from yiqi.booking.rules import quotas as rules
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.quotas import Pool as Left
from yiqi.booking.rules.states import State
from yiqi.db import db, writing
from yiqi.people.models import PersonTag

RELEASE = NOON + 10 * HOUR


def used(name: str) -> int:
    db.session.rollback()
    return db.session.scalars(select(Quota.used).where(Quota.name == name)).one()


def test_what_is_left_for_somebody_is_the_least_of_everything_that_counts_them() -> None:
    ours = rules.Share(1, most=5, used=3)
    women = rules.Share(2, most=10, used=9)
    kept = rules.Share(3, least=4, used=1)
    pool = Left.of(8, [ours, women, kept], NOON)

    assert pool.room(frozenset()) == 5
    assert pool.room(frozenset({1})) == 2
    assert pool.room(frozenset({1, 2})) == 1
    assert pool.room(frozenset({3})) == 8
    assert pool.binding(frozenset({1, 2})) == women


def test_from_its_release_on_a_quota_neither_limits_nor_keeps() -> None:
    share = rules.Share(1, most=2, least=2, used=2, releases_at=RELEASE)

    assert Left.of(5, [share], RELEASE - SECOND).room(frozenset({1})) == 0
    assert Left.of(5, [share], RELEASE).room(frozenset({1})) == 5
    assert Left.of(5, [rules.Share(1, least=3, releases_at=RELEASE)], RELEASE - SECOND).room(frozenset()) == 2
    assert Left.of(5, [rules.Share(1, least=3, releases_at=RELEASE)], RELEASE).room(frozenset()) == 5


def test_a_limit_of_a_union_holds_for_it_alone_and_the_refusal_names_it(site: Flask) -> None:
    people = workers(4)
    ours = a_union("北方华创工会", members=people[:3])
    activity = an_activity(
        places=10,
        waitlist=0,
        now=NOON,
        quotas=[Share("北方华创", most=2, unions=(ours.id,), releases_at=RELEASE)],
    )

    first, second = asks(people[0], activity), asks(people[1], activity)
    with pytest.raises(Refused) as refused:
        asks(people[2], activity)
    other = asks(people[3], activity)

    assert states(first, second, other) == ["confirmed"] * 3
    assert refused.value.why is Refusal.QUOTA_FULL
    quota = refused.value.facts["quota"]
    assert isinstance(quota, rules.Share)
    assert (quota.name, quota.used, quota.most, quota.releases_at) == ("北方华创", 2, 2, RELEASE)
    assert refused.value.facts["free"] == 8
    assert used("北方华创") == 2


def test_whose_quota_is_full_may_wait_and_moves_up_at_the_very_release(site: Flask) -> None:
    people = workers(3)
    ours = a_union("北方华创工会", members=people)
    activity = an_activity(
        places=10, now=NOON, quotas=[Share("北方华创", most=2, unions=(ours.id,), releases_at=RELEASE)]
    )
    tickets = [asks(person, activity) for person in people]
    assert states(*tickets) == ["confirmed", "confirmed", "waiting"]
    assert slot(activity).due_at == RELEASE

    early = offers.settle_due(RELEASE - SECOND)
    on_time = offers.settle_due(RELEASE)

    assert (early, on_time) == (0, 1)
    assert state(tickets[2]) == "confirmed"
    assert seats(activity) == (3, 0)
    assert slot(activity).due_at is None
    assert broken(RELEASE) == []


def test_a_newcomer_passes_those_whose_own_quota_is_full(site: Flask) -> None:
    people = workers(4)
    ours = a_union("北方华创工会", members=people[:3])
    activity = an_activity(places=10, now=NOON, quotas=[Share("北方华创", most=2, unions=(ours.id,))])
    mine = [asks(person, activity) for person in people[:3]]

    other = asks(people[3], activity)

    assert states(*mine, other) == ["confirmed", "confirmed", "waiting", "confirmed"]
    assert row(mine[2]).passed_over == 0


def test_when_one_of_the_union_cancels_the_next_of_the_union_moves_up_and_not_the_first_in_line(
    site: Flask,
) -> None:
    people = workers(5)
    ours = a_union("北方华创工会", members=people[:3])
    activity = an_activity(places=3, now=NOON, quotas=[Share("北方华创", most=2, unions=(ours.id,))])
    held = [asks(people[0], activity), asks(people[1], activity), asks(people[3], activity)]
    blocked = asks(people[2], activity)
    other = asks(people[4], activity)

    gives_back(people[3], held[2])
    assert states(blocked, other) == ["waiting", "confirmed"]
    assert row(blocked).skipped_because == Refusal.QUOTA_FULL

    gives_back(people[0], held[0])
    assert state(blocked) == "confirmed"
    assert used("北方华创") == 2
    assert broken(NOON) == []


def test_places_kept_for_a_union_are_not_given_to_others_until_they_are_released(site: Flask) -> None:
    people = workers(6)
    ours = a_union("小微企业联合工会", members=people[:1])
    activity = an_activity(
        places=4, now=NOON, quotas=[Share("小微企业", least=2, unions=(ours.id,), releases_at=RELEASE)]
    )
    others = [asks(person, activity) for person in people[1:5]]
    assert states(*others) == ["confirmed", "confirmed", "waiting", "waiting"]

    ours_later = asks(people[0], activity)
    offers.settle_due(RELEASE)

    assert state(ours_later) == "confirmed"
    assert states(*others) == ["confirmed", "confirmed", "confirmed", "waiting"]
    assert seats(activity) == (4, 1)
    assert broken(RELEASE) == []


def test_kept_places_are_a_floor_and_no_ceiling(site: Flask) -> None:
    people = workers(4)
    ours = a_union("小微企业联合工会", members=people)
    activity = an_activity(places=4, now=NOON, quotas=[Share("小微企业", least=2, unions=(ours.id,))])

    assert [asks(person, activity).state for person in people] == [State.CONFIRMED] * 4


def test_a_member_of_a_group_counts_for_the_union_above(site: Flask) -> None:
    above = a_union("京东方工会")
    people = workers(2)
    a_union("京东方二车间小组", parent=above, members=people)
    activity = an_activity(
        places=9, waitlist=0, now=NOON, quotas=[Share("京东方", most=1, unions=(above.id,))]
    )
    asks(people[0], activity)

    with pytest.raises(Refused):
        asks(people[1], activity)


def test_a_booking_consumes_every_quota_that_counts_it_and_gives_all_of_it_back(site: Flask) -> None:
    (person,) = workers(1)
    ours = a_union("北方华创工会", members=[person])
    with writing() as session:
        session.add(PersonTag(person_id=person.id, tag="女职工"))
    activity = an_activity(
        places=9,
        max_party=3,
        now=NOON,
        quotas=[
            Share("北方华创", most=5, unions=(ours.id,)),
            Share("女职工", most=4, tag="女职工"),
            Share("别的单位", most=4, unions=(a_union("别的工会").id,)),
        ],
    )
    ticket = asks(person, activity, party=3)
    taken = dict(
        db.session.execute(
            select(Quota.name, Consumed.units).join(Consumed, Consumed.quota_id == Quota.id)
        ).all()
    )

    gives_back(person, ticket)

    assert taken == {"北方华创": 3, "女职工": 3}
    assert [used(name) for name in ("北方华创", "女职工", "别的单位")] == [0, 0, 0]
    assert set(db.session.scalars(select(Consumed.units))) == {0}


def test_a_party_too_big_for_its_own_quota_waits_and_is_not_passed_over(site: Flask) -> None:
    people = workers(3)
    ours = a_union("北方华创工会", members=people[:1])
    activity = an_activity(
        places=9, max_party=3, now=NOON, quotas=[Share("北方华创", most=2, unions=(ours.id,))]
    )
    party = asks(people[0], activity, party=3)

    assert [asks(person, activity).state for person in people[1:]] == [State.CONFIRMED] * 2
    assert (state(party), row(party).passed_over) == ("waiting", 0)


def test_one_limit_over_two_slots_is_one(site: Flask) -> None:
    people = workers(4)
    ours = a_union("北方华创工会", members=people)
    activity = an_activity(
        pools=[Pool(5, label="上午"), Pool(5, label="下午")],
        now=NOON,
        quotas=[Share("北方华创", most=2, unions=(ours.id,))],
    )
    morning, afternoon = activity.slot_ids
    held = [asks(people[0], morning), asks(people[1], afternoon)]
    waits = [asks(people[2], afternoon), asks(people[3], morning)]
    assert states(*held, *waits) == ["confirmed", "confirmed", "waiting", "waiting"]

    gives_back(people[0], held[0])

    assert states(*waits) == ["confirmed", "waiting"] or states(*waits) == ["waiting", "confirmed"]
    assert used("北方华创") == 2
    assert broken(NOON) == []


def test_a_party_that_seats_are_kept_for_does_not_stop_those_with_places_of_their_own(site: Flask) -> None:
    people = workers(9)
    ours = a_union("小微企业联合工会", members=people[7:])
    activity = an_activity(
        places=6, max_party=3, now=NOON, quotas=[Share("小微", least=2, unions=(ours.id,))]
    )
    held = [asks(person, activity) for person in people[:4]]
    party = asks(people[4], activity, party=3)
    behind = [asks(person, activity) for person in people[5:7]]

    mine = asks(people[7], activity)

    assert states(*held, party, *behind) == ["confirmed"] * 4 + ["waiting"] * 3
    assert mine.state is State.CONFIRMED
    assert row(party).passed_over == 0


def test_more_seats_go_to_those_that_nothing_else_stops(site: Flask) -> None:
    people = workers(4)
    ours = a_union("北方华创工会", members=people[:2])
    activity = an_activity(places=1, now=NOON, quotas=[Share("北方华创", most=1, unions=(ours.id,))])
    tickets = [asks(person, activity) for person in people]

    places.set_capacity(slot_id=activity.slot_id, capacity=3, at=NOON)

    assert states(*tickets) == ["confirmed", "waiting", "confirmed", "confirmed"]
    assert broken(NOON) == []


def test_an_offer_consumes_and_passing_it_on_gives_back(site: Flask) -> None:
    people = workers(3)
    ours = a_union("北方华创工会", members=people)
    activity = an_activity(
        places=5, now=NOON, starts_in=10 * HOUR, quotas=[Share("北方华创", most=1, unions=(ours.id,))]
    )
    tickets = [asks(person, activity) for person in people]
    gives_back(people[0], tickets[0], at=NOON + HOUR)
    assert (state(tickets[1]), used("北方华创")) == ("offered", 1)

    offers.decline(ref=tickets[1].ref, person_id=people[1].id, at=NOON + HOUR)

    assert (state(tickets[2]), used("北方华创")) == ("offered", 1)
    offers.decline(ref=tickets[2].ref, person_id=people[2].id, at=NOON + HOUR)
    assert used("北方华创") == 0


def test_the_ledger_says_who_got_what_and_who_gave_it_back(site: Flask) -> None:
    people = workers(4)
    ours = a_union("北方华创工会", members=people[:3])
    activity = an_activity(
        places=9,
        max_party=2,
        now=NOON,
        quotas=[
            Share("北方华创", most=3, unions=(ours.id,), releases_at=RELEASE),
            Share("小微", least=1, unions=(a_union("小微工会").id,)),
        ],
    )
    first, second = asks(people[0], activity, party=2), asks(people[1], activity)
    asks(people[2], activity)
    asks(people[3], activity)
    gives_back(people[1], second)

    limited, kept = ledger.of_activity(activity.activity_id)

    assert [(entry.person_id, entry.units, str(entry.state)) for entry in limited.entries] == [
        (people[0].id, 2, "confirmed"),
        (people[1].id, 0, "cancelled"),
        (people[2].id, 1, "confirmed"),
    ]
    assert (limited.quota.used, limited.quota.most, limited.kept) == (3, 3, 0)
    assert (limited.binds(RELEASE - SECOND), limited.binds(RELEASE)) == (True, False)
    assert (kept.entries, kept.kept) == ((), 1)
    assert row(first).party == 2
