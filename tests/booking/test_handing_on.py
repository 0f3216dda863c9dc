"""Handing a place on: to whoever has the link and may have it, inside the same quotas, and never past the queue."""

import pytest
from flask import Flask

from tests.booking.invariants import broken
from tests.booking.marking import noted
from tests.booking.steps import HOUR, MINUTE, NOON, SECOND, asks, gives_back, row, seats, state, states
from tests.builders import Made, a_union, an_activity, workers
from yiqi.activities.models import Allocation
from yiqi.activities.planning import Share
from yiqi.booking import handing
from yiqi.booking.asking import Ticket
from yiqi.booking.handing import HeldOut
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.states import State
from yiqi.people.models import Person


def holds_out(person: Person, ticket: Ticket) -> HeldOut:
    return handing.hold_out(ref=ticket.ref, person_id=person.id, at=NOON)


def takes(person: Person, link: HeldOut, at: object = NOON) -> Ticket:
    return handing.take_over(token=link.token, person_id=person.id, at=at)  # type: ignore[arg-type]


def refusal(person: Person, link: HeldOut, at: object = NOON) -> Refusal:
    with pytest.raises(Refused) as refused:
        takes(person, link, at)
    return refused.value.why


def test_who_opens_the_link_has_the_whole_place_and_the_giver_none(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    activity = an_activity(places=3, max_party=3, now=NOON)
    mine = asks(小王, activity, party=2)

    theirs = takes(小赵, holds_out(小王, mine))

    assert (state(mine), theirs.state, row(theirs).party) == ("cancelled", State.CONFIRMED, 2)
    assert row(theirs).person_id == 小赵.id
    assert seats(activity) == (2, 0)
    assert broken(NOON) == []


def test_the_link_is_the_same_until_it_is_taken_back(site: Flask, 小王: Person, 小赵: Person) -> None:
    activity = an_activity(places=3, now=NOON)
    mine = asks(小王, activity)
    first, again = holds_out(小王, mine), holds_out(小王, mine)

    handing.keep(ref=mine.ref, person_id=小王.id, at=NOON)

    assert first == again
    assert refusal(小赵, first) is Refusal.CLOSED
    assert holds_out(小王, mine).token != first.token
    assert state(mine) == "confirmed"


def test_it_is_taken_once_and_pressing_twice_changes_nothing(site: Flask) -> None:
    activity = an_activity(places=3, now=NOON)
    giver, one, other = workers(3)
    link = holds_out(giver, asks(giver, activity))

    first, again = takes(one, link), takes(one, link)

    assert (first.ref, first.fresh, again.ref, again.fresh) == (first.ref, True, first.ref, False)
    assert refusal(other, link) is Refusal.CLOSED
    assert seats(activity) == (1, 0)


def test_ones_own_link_changes_nothing(site: Flask, 小王: Person) -> None:
    activity = an_activity(places=3, now=NOON)
    mine = asks(小王, activity)

    assert takes(小王, holds_out(小王, mine)).fresh is False
    assert state(mine) == "confirmed"


def test_a_link_ends_after_a_day_and_at_the_start(site: Flask, 小王: Person, 小赵: Person) -> None:
    late = an_activity(places=3, now=NOON, starts_in=72 * HOUR)
    soon = an_activity(places=3, now=NOON, starts_in=5 * HOUR)
    a_day, hours = holds_out(小王, asks(小王, late)), holds_out(小王, asks(小王, soon))

    assert (a_day.ends_at, hours.ends_at) == (NOON + 24 * HOUR, soon.starts_at)
    assert refusal(小赵, a_day, a_day.ends_at) is Refusal.CLOSED
    assert takes(小赵, a_day, a_day.ends_at - SECOND).state is State.CONFIRMED


def test_the_queue_comes_first(site: Flask) -> None:
    activity = an_activity(places=1, now=NOON)
    giver, waiting, friend = workers(3)
    mine, waits = asks(giver, activity), asks(waiting, activity)
    link = holds_out(giver, mine)

    assert refusal(friend, link) is Refusal.FULL
    assert states(mine, waits) == ["confirmed", "waiting"]

    gives_back(waiting, waits)
    assert takes(friend, link).state is State.CONFIRMED


def test_who_waits_and_cannot_come_holds_nobody_up(site: Flask) -> None:
    activity = an_activity(places=1, now=NOON)
    elsewhere = an_activity(places=9, now=NOON)
    giver, waiting, friend = workers(3)
    mine = asks(giver, activity)
    asks(waiting, activity)
    asks(waiting, elsewhere)

    assert takes(friend, holds_out(giver, mine)).state is State.CONFIRMED
    assert broken(NOON) == []


def test_it_stays_inside_the_same_quotas(site: Flask) -> None:
    giver, colleague, stranger = workers(3)
    ours = a_union("北方华创工会", members=[giver, colleague])
    activity = an_activity(places=5, now=NOON, quotas=[Share("北方华创", most=1, unions=(ours.id,))])
    link = holds_out(giver, asks(giver, activity))

    assert refusal(stranger, link) is Refusal.NOT_ELIGIBLE
    assert takes(colleague, link).state is State.CONFIRMED
    assert broken(NOON) == []


def test_who_is_somewhere_else_or_here_already_cannot_take_it(site: Flask) -> None:
    activity, elsewhere = an_activity(places=5, now=NOON), an_activity(places=5, now=NOON)
    giver, busy, here = workers(3)
    link = holds_out(giver, asks(giver, activity))
    asks(busy, elsewhere)
    asks(here, activity)

    assert refusal(busy, link) is Refusal.CLASH
    assert refusal(here, link) is Refusal.ALREADY_BOOKED


@pytest.mark.parametrize("allocation", [Allocation.APPROVAL])
def test_what_was_given_to_a_person_is_not_handed_on(
    site: Flask, allocation: Allocation, 小王: Person
) -> None:
    activity = an_activity(places=5, now=NOON, allocation=allocation)
    mine = asks(小王, activity)

    with pytest.raises(Refused):
        holds_out(小王, mine)


def test_handing_on_late_leaves_no_mark(site: Flask, 小王: Person, 小赵: Person) -> None:
    activity = an_activity(places=3, now=NOON, starts_in=HOUR)
    link = holds_out(小王, asks(小王, activity))

    takes(小赵, link, NOON + 30 * MINUTE)

    assert noted(小王) == []


def test_the_time_of_who_gives_comes_free_for_other_queues(site: Flask) -> None:
    activity: Made = an_activity(places=3, now=NOON)
    other = an_activity(places=1, now=NOON)
    giver, holder, friend = workers(3)
    held = asks(holder, other)
    waits = asks(giver, other)
    mine = asks(giver, activity)
    gives_back(holder, held)
    assert state(waits) == "waiting"

    takes(friend, holds_out(giver, mine))

    assert state(waits) == "confirmed"
    assert broken(NOON) == []


def test_nobody_holds_out_what_is_not_theirs(site: Flask, 小王: Person, 小赵: Person) -> None:
    activity = an_activity(places=3, now=NOON)
    mine = asks(小王, activity)

    for verb in (handing.hold_out, handing.keep):
        with pytest.raises(Refused) as refused:
            verb(ref=mine.ref, person_id=小赵.id, at=NOON)
        assert refused.value.why is Refusal.NOT_YOURS
