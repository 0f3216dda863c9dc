"""An organizer takes somebody out, lets somebody in, adds somebody: inside the rules, or beyond them with a reason."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.booking.invariants import broken
from tests.booking.steps import HOUR, MINUTE, NOON, asks, gives_back, row, seats, slot, state, states
from tests.builders import Made, a_union, a_worker, an_activity, workers
from yiqi.activities.models import Allocation
from yiqi.activities.planning import Pool, Share
from yiqi.booking import approval, attendance, by_hand, mine, moving, places
from yiqi.booking.asking import Ticket
from yiqi.booking.doctor import checks
from yiqi.booking.models import BookingChange, Mark
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.states import State
from yiqi.db import db
from yiqi.notices.models import Notice
from yiqi.pages.composing import letter
from yiqi.people.models import Person
from yiqi.roles.models import Deed


@pytest.fixture
def organizer(site: Flask) -> Person:
    return a_worker("陈老师")


def takes_out(organizer: Person, ticket: Ticket, because: str = "报错了人", at: object = NOON) -> Ticket:
    return by_hand.take_out(ref=ticket.ref, by_id=organizer.id, because=because, at=at)  # type: ignore[arg-type]


def promotes(organizer: Person, ticket: Ticket, *, beyond: bool = False, at: object = NOON) -> Ticket:
    return by_hand.promote(
        ref=ticket.ref,
        by_id=organizer.id,
        because="带队的",
        beyond=beyond,
        at=at,  # type: ignore[arg-type]
    )


def adds(
    organizer: Person,
    where: Made,
    *,
    phone: str = "+8613811112222",
    name: str = "孙丽",
    party: int = 1,
    nonce: str = "n",
    because: str = "",
    beyond: bool = False,
) -> Ticket:
    return by_hand.add(
        slot_id=where.slot_id,
        phone=phone,
        name=name,
        party=party,
        nonce=nonce,
        by_id=organizer.id,
        because=because,
        beyond=beyond,
        at=NOON,
    )


def deeds() -> list[tuple[str, str, str]]:
    db.session.rollback()
    return [
        (str(one.what), one.booking_ref, one.because)
        for one in db.session.scalars(select(Deed).order_by(Deed.id))
    ]


def texts(person_id: int) -> list[str]:
    notices = db.session.scalars(select(Notice).where(Notice.person_id == person_id).order_by(Notice.id))
    return [sent.text for notice in notices if (sent := letter(notice)) is not None]


def all_is_well() -> bool:
    return broken(NOON) == [] and findings() == []


def findings() -> list[object]:
    return [found for check in checks.CHECKS.values() for found in check(NOON)]


def test_who_is_taken_out_gets_no_mark_reads_why_and_the_next_one_comes_in(organizer: Person) -> None:
    activity = an_activity(places=1, now=NOON, starts_in=30 * HOUR)
    people = workers(2)
    first, second = (asks(person, activity) for person in people)

    takes_out(organizer, first)

    assert states(first, second) == ["cancelled", "confirmed"]
    assert db.session.scalars(select(Mark)).all() == []
    assert deeds() == [("taken_out", first.ref, "报错了人")]
    assert any("报错了人" in text for text in texts(people[0].id))
    assert all_is_well()


def test_taken_out_inside_the_last_two_hours_there_is_no_mark_either(organizer: Person, 小王: Person) -> None:
    activity = an_activity(places=1, now=NOON, starts_in=HOUR)

    takes_out(organizer, asks(小王, activity))

    assert db.session.scalars(select(Mark)).all() == []
    assert all_is_well()


def test_taken_out_twice_equals_once_and_without_a_reason_nothing_happens(
    organizer: Person, 小王: Person
) -> None:
    activity = an_activity(places=1, now=NOON)
    ticket = asks(小王, activity)

    with pytest.raises(ValueError, match="reason"):
        takes_out(organizer, ticket, because=" ")
    first, again = takes_out(organizer, ticket), takes_out(organizer, ticket)

    assert (first.fresh, again.fresh) == (True, False)
    assert len(deeds()) == 1
    assert len(db.session.scalars(select(Notice).where(Notice.kind == "by_hand")).all()) == 1


def test_who_is_checked_in_is_not_taken_out(organizer: Person, 小王: Person) -> None:
    activity = an_activity(places=1, now=NOON, starts_in=30 * MINUTE)
    ticket = asks(小王, activity)
    occurrence = slot(activity).occurrences[0]
    attendance.check_in(ref=ticket.ref, occurrence_id=occurrence.id, at=NOON, by_id=None)

    with pytest.raises(Refused) as refused:
        takes_out(organizer, ticket)

    assert refused.value.why is Refusal.CLOSED
    assert state(ticket) == "confirmed"


def test_a_booking_that_is_not_there_is_missing(organizer: Person) -> None:
    with pytest.raises(LookupError):
        by_hand.take_out(ref="ZZZZZZZ2", by_id=organizer.id, because="没有", at=NOON)
    with pytest.raises(LookupError):
        by_hand.promote(ref="ZZZZZZZ2", by_id=organizer.id, because="没有", at=NOON)


def test_nobody_is_let_in_where_no_seat_is_left_but_beyond_it_with_a_word(organizer: Person) -> None:
    activity = an_activity(places=1, now=NOON)
    held, waits, behind = (asks(person, activity) for person in workers(3))

    with pytest.raises(Refused) as refused:
        promotes(organizer, behind)
    assert refused.value.why is Refusal.FULL
    promotes(organizer, behind, beyond=True)

    assert states(held, waits, behind) == ["confirmed", "waiting", "confirmed"]
    assert (seats(activity), slot(activity).over) == ((2, 1), 1)
    assert deeds() == [("promoted", behind.ref, "带队的")]
    assert all_is_well()


def test_what_was_given_beyond_drains_before_the_queue_moves_again(organizer: Person) -> None:
    activity = an_activity(places=1, now=NOON)
    people = workers(3)
    held, waits, behind = (asks(person, activity) for person in people)
    promotes(organizer, behind, beyond=True)

    gives_back(people[0], held)
    assert (state(waits), slot(activity).over) == ("waiting", 0)
    gives_back(people[2], behind)

    assert state(waits) == "confirmed"
    assert all_is_well()


def test_a_small_party_is_let_in_before_a_big_one_for_which_seats_are_kept(organizer: Person) -> None:
    activity = an_activity(places=3, max_party=3, now=NOON)
    people = workers(3)
    asks(people[0], activity, party=2)
    big, small = asks(people[1], activity, party=3), asks(people[2], activity)
    assert states(big, small) == ["waiting", "confirmed"]
    late = asks(a_worker(), activity)
    places.set_capacity(slot_id=activity.slot_id, capacity=4, at=NOON)

    answered = promotes(organizer, late)

    assert answered.state is State.CONFIRMED
    assert slot(activity).over == 0
    assert all_is_well()


def test_promoted_twice_equals_once(organizer: Person) -> None:
    activity = an_activity(places=1, now=NOON)
    _held, waits = (asks(person, activity) for person in workers(2))

    first, again = (promotes(organizer, waits, beyond=True) for _time in range(2))

    assert (first.fresh, again.fresh, again.state) == (True, False, State.CONFIRMED)
    assert (seats(activity), len(deeds())) == ((2, 0), 1)


def test_an_offer_is_taken_on_somebodys_behalf(organizer: Person) -> None:
    activity = an_activity(places=1, now=NOON, starts_in=10 * HOUR)
    people = workers(2)
    held, waits = (asks(person, activity) for person in people)
    gives_back(people[0], held)
    assert state(waits) == "offered"

    promotes(organizer, waits)

    assert (state(waits), row(waits).offer_until, seats(activity)) == ("confirmed", None, (1, 0))
    assert all_is_well()


def test_who_has_something_else_at_the_time_is_let_in_only_beyond_the_rules(
    organizer: Person, 小王: Person
) -> None:
    full = an_activity(places=1, now=NOON)
    other = an_activity(places=1, now=NOON)
    asks(a_worker(), full)
    waits = asks(小王, full)
    asks(小王, other)
    places.set_capacity(slot_id=full.slot_id, capacity=2, at=NOON)
    assert row(waits).skipped_because == "clash"

    with pytest.raises(Refused) as refused:
        promotes(organizer, waits)
    assert refused.value.why is Refusal.CLASH
    promotes(organizer, waits, beyond=True)

    assert (state(waits), slot(full).over) == ("confirmed", 0)
    assert findings() == []


def test_a_full_quota_holds_and_counts_who_was_let_in_beyond_it(organizer: Person) -> None:
    people = workers(3)
    ours = a_union("北方华创工会", members=people)
    activity = an_activity(places=5, now=NOON, quotas=[Share("北方华创", most=1, unions=(ours.id,))])
    _held, waits = (asks(person, activity) for person in people[:2])

    with pytest.raises(Refused) as refused:
        promotes(organizer, waits)
    assert refused.value.why is Refusal.QUOTA_FULL
    promotes(organizer, waits, beyond=True)

    assert (state(waits), slot(activity).over) == ("confirmed", 0)
    assert all_is_well()


def test_nobody_lets_themselves_in(organizer: Person) -> None:
    activity = an_activity(places=1, now=NOON)
    asks(a_worker(), activity)
    mine_waits = asks(organizer, activity)

    with pytest.raises(Refused) as refused:
        promotes(organizer, mine_waits, beyond=True)
    with pytest.raises(Refused) as added:
        adds(
            organizer,
            an_activity(places=0, now=NOON),
            phone=organizer.phone,
            because="自己",
            beyond=True,
        )

    assert (refused.value.why, added.value.why) == (Refusal.NOT_YOURS, Refusal.NOT_YOURS)


@pytest.mark.parametrize("own", [True, False])
def test_organizers_do_by_hand_for_others_only(organizer: Person, own: bool) -> None:
    """Else they would give places back without a mark, and pass their own sign-ups. The control: another organizer."""
    by = organizer if own else a_worker("李姐")
    given = asks(organizer, an_activity(now=NOON))
    asked = asks(organizer, an_activity(now=NOON, starts_in=9 * HOUR, allocation=Allocation.APPROVAL))
    moved = asks(organizer, an_activity(now=NOON, starts_in=19 * HOUR, pools=[Pool(1), Pool(1)]))
    (other,) = {one.id for one in slot(moved.slot_id).activity.slots} - {moved.slot_id}
    word: dict[str, Any] = {"by_id": by.id, "at": NOON}
    verbs: list[Callable[[], Ticket]] = [
        lambda: by_hand.take_out(ref=given.ref, because="有事", **word),
        lambda: moving.move(ref=moved.ref, slot_id=other, because="换一组", **word),
        lambda: approval.approve(ref=asked.ref, **word),
        lambda: approval.reject(ref=asked.ref, because="不来了", **word),
    ]

    refusals = []
    for verb in verbs:
        try:
            verb()
        except Refused as refused:
            refusals.append(refused.why)

    assert refusals == ([Refusal.NOT_YOURS] * 4 if own else [])
    assert (state(given), state(asked), state(moved)) == (
        ("confirmed", "pending", "confirmed") if own else ("cancelled", "confirmed", "cancelled")
    )
    assert broken(NOON) == []


def test_after_the_cut_off_who_is_let_in_is_confirmed_and_after_the_end_nobody_is(organizer: Person) -> None:
    activity = an_activity(places=1, now=NOON)
    _held, waits = (asks(person, activity) for person in workers(2))
    started = activity.starts_at + MINUTE

    with pytest.raises(Refused) as refused:
        promotes(organizer, waits, beyond=True, at=activity.ends_at)
    assert refused.value.why is Refusal.CLOSED
    assert promotes(organizer, waits, beyond=True, at=started).state is State.CONFIRMED


def test_somebody_nobody_knew_is_added_by_phone_and_told(organizer: Person) -> None:
    activity = an_activity(places=1, now=NOON)

    ticket = adds(organizer, activity)

    person = db.session.scalars(select(Person).where(Person.phone == "+8613811112222")).one()
    assert (person.name, person.pinyin, state(ticket)) == ("孙丽", "sun li", "confirmed")
    assert any("组织者帮你报了名" in text for text in texts(person.id))
    assert [entry.booking.ref for entry in mine.coming(person.id, NOON)] == [ticket.ref]
    assert deeds() == [("added", ticket.ref, "")]
    assert all_is_well()


def test_added_to_a_full_slot_they_wait_and_are_told_so(organizer: Person) -> None:
    activity = an_activity(places=1, now=NOON)
    asks(a_worker(), activity)

    ticket = adds(organizer, activity)

    assert (state(ticket), seats(activity)) == ("waiting", (1, 1))
    assert any("现在在候补" in text for text in texts(row(ticket).person_id))
    assert all_is_well()


def test_adding_obeys_the_rules_and_a_refusal_leaves_nobody_behind(organizer: Person) -> None:
    activity = an_activity(places=1, waitlist=0, now=NOON)
    asks(a_worker(), activity)

    with pytest.raises(Refused) as refused:
        adds(organizer, activity)

    assert refused.value.why is Refusal.FULL
    assert db.session.scalars(select(Person).where(Person.phone == "+8613811112222")).all() == []


def test_added_beyond_the_rules_they_have_a_place_with_a_reason(organizer: Person) -> None:
    activity = an_activity(places=1, waitlist=0, now=NOON, closes_in=-MINUTE, opens_in=timedelta(days=-1))

    with pytest.raises(ValueError, match="reason"):
        adds(organizer, activity, beyond=True)
    ticket = adds(organizer, activity, beyond=True, because="领导安排", party=3)

    assert (state(ticket), seats(activity), slot(activity).over) == ("confirmed", (3, 0), 2)
    change = db.session.scalars(select(BookingChange)).one()
    assert (change.by_id, change.why) == (organizer.id, "领导安排")
    assert all_is_well()


@pytest.mark.parametrize("beyond", [False, True])
def test_the_same_form_adds_once_and_who_is_there_already_stays_as_they_are(
    organizer: Person, beyond: bool
) -> None:
    activity = an_activity(places=2, now=NOON)
    first = adds(organizer, activity, because="补报", beyond=beyond)

    again = adds(organizer, activity, because="补报", beyond=beyond)
    another = adds(organizer, activity, because="补报", beyond=beyond, nonce="m", name="别的名字")

    assert (first.ref, again.ref, another.ref) == (first.ref,) * 3
    assert (first.fresh, again.fresh, another.fresh) == (True, False, False)
    assert (seats(activity), len(deeds())) == ((1, 0), 1)


def test_added_where_sign_ups_are_checked_they_are_to_be_checked(organizer: Person) -> None:
    activity = an_activity(places=2, now=NOON, allocation=Allocation.APPROVAL)

    ticket = adds(organizer, activity)

    assert state(ticket) == "pending"
    assert any("还在审核" in text for text in texts(row(ticket).person_id))
