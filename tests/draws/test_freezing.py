"""Before a draw: naming the number, closing the list, and what an entry counts for."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.booking.steps import HOUR, NOON, SECOND, asks, gives_back, row, slot
from tests.builders import Made, a_worker, an_activity
from tests.draws.steps import (
    CLOSES,
    DRAWS,
    a_draw,
    announces,
    draws,
    enter,
    freezes,
    held,
    lines,
    the_draw,
)
from yiqi.activities.models import Programme
from yiqi.activities.planning import Meeting, Pool
from yiqi.booking import places
from yiqi.db import db
from yiqi.draws import lottery
from yiqi.draws.models import Draw
from yiqi.draws.rules import lottery as rules
from yiqi.draws.rules.steps import Hindered, Hindrance
from yiqi.people.models import Person


def draws_kept() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Draw)) or 0


def test_naming_the_number_promises_a_secret_and_twice_is_once(site: Flask) -> None:
    made = a_draw()
    secret = the_draw(made).secret

    announces(made)

    assert draws_kept() == 1
    assert (len(secret), the_draw(made).secret) == (64, secret)


def test_the_number_can_be_named_better_until_the_list_is_frozen_and_the_promise_stays(site: Flask) -> None:
    made = a_draw()
    secret = the_draw(made).secret
    announces(made, "11月22日收盘的上证指数")
    assert (the_draw(made).source, the_draw(made).secret) == ("11月22日收盘的上证指数", secret)

    freezes(made)
    with pytest.raises(Hindered) as hindered:
        announces(made)

    assert hindered.value.why is Hindrance.FROZEN
    announces(made, "11月22日收盘的上证指数")
    assert "source 11月22日收盘的上证指数\n" in the_draw(made).listing


def test_a_number_that_may_be_known_already_cannot_be_named(site: Flask) -> None:
    made = a_draw(announced=False)

    with pytest.raises(Hindered) as hindered:
        announces(made, at=DRAWS)

    assert hindered.value.why is Hindrance.TOO_LATE
    announces(made, at=DRAWS - SECOND)
    assert draws_kept() == 1


@pytest.mark.parametrize("source", ["", "  ", "长" * 121, "一\u202e二"])
def test_a_source_is_a_line_of_plain_text(site: Flask, source: str) -> None:
    made = a_draw(announced=False)
    with pytest.raises(ValueError, match=r".+"):
        announces(made, source)
    assert draws_kept() == 0


def test_a_list_is_frozen_when_sign_up_closes_and_not_before(site: Flask) -> None:
    made = a_draw()
    enter(made, 3)

    with pytest.raises(Hindered) as hindered:
        freezes(made, at=CLOSES - SECOND)
    assert hindered.value.why is Hindrance.STILL_OPEN
    assert lines(made) == {}

    digest = freezes(made)
    kept = the_draw(made)
    assert digest == kept.digest == rules.digest(kept.listing)
    assert f"commitment {rules.digest(kept.secret)}" in kept.listing
    assert kept.frozen_at == CLOSES
    assert kept.secret not in kept.listing


def test_every_entry_has_a_line_whose_code_tells_nothing_of_it(site: Flask) -> None:
    made = a_draw(places=6, max_party=3)
    people, tickets = enter(made, 2, party=3)
    withdrawn, theirs = enter(made, 1)
    gives_back(withdrawn[0], theirs[0])

    freezes(made)

    listed = rules.entries(the_draw(made).listing)
    assert [(one.slot, one.party, one.weight) for one in listed] == [(made.slot_id, 3, 1)] * 2
    assert {one.code for one in listed} == set(lines(made))
    text = the_draw(made).listing
    telling = [secret for one in tickets for secret in (one.ref, row(one).nonce)] + [p.phone for p in people]
    assert not [secret for secret in telling if secret in text]
    assert not {one.code for one in listed} & {ticket.ref[:6] for ticket in tickets}


def test_frozen_twice_is_frozen_once(site: Flask) -> None:
    made = a_draw()
    enter(made, 3)
    digest, text = freezes(made), the_draw(made).listing

    assert freezes(made, at=CLOSES + HOUR) == digest
    assert (the_draw(made).listing, the_draw(made).frozen_at) == (text, CLOSES)
    assert len(lines(made)) == 3


def test_no_list_is_frozen_before_its_number_is_named(site: Flask) -> None:
    made = a_draw(announced=False)
    enter(made, 1)

    with pytest.raises(Hindered) as hindered:
        freezes(made)
    assert hindered.value.why is Hindrance.NOT_ANNOUNCED

    announces(made, at=CLOSES + HOUR)
    freezes(made, at=CLOSES + HOUR)
    assert len(lines(made)) == 1


def test_freezing_makes_open_pages_show_it(site: Flask) -> None:
    made = a_draw()
    enter(made, 1)
    before = slot(made).version
    freezes(made)
    assert slot(made).version > before


def test_what_is_due_is_frozen_and_nothing_else(site: Flask) -> None:
    due, later = a_draw(), a_draw(now=NOON + 2 * HOUR)
    unannounced, off = a_draw(announced=False), a_draw()
    an_activity(now=NOON)
    places.call_off(activity_id=off.activity_id, at=NOON)

    assert lottery.freeze_due(CLOSES - SECOND) == 0
    assert lottery.freeze_due(CLOSES) == 1
    assert lottery.freeze_due(CLOSES) == 0

    assert the_draw(due).frozen_at == CLOSES
    assert [the_draw(one).frozen_at for one in (later, off)] == [None, None]
    assert draws_kept() == 3, unannounced


def a_lost_one(person: Person, *, wins: bool = False, programme: Programme = Programme.READING) -> None:
    """An earlier draw in which somebody was not drawn, or was."""
    earlier = a_draw(places=1 if wins else 0, programme=programme)
    asks(person, earlier)
    held(earlier)
    if wins:
        places.cancel(ref=ref_in(earlier), person_id=person.id, at=DRAWS + SECOND)


def ref_in(made: Made) -> str:
    return next(booking.ref for _entry, booking in lines(made).values())


def weight_next(person: Person, made: Made | None = None) -> int:
    made = made or a_draw(now=NOON + 96 * HOUR)
    asks(person, made, at=made.opens_at)
    freezes(made, at=made.closes_at)
    (entry,) = (entry for entry, booking in lines(made).values() if booking.person_id == person.id)
    assert f"entry {entry.code} {made.slot_id} 1 {entry.weight}\n" in the_draw(made).listing
    return entry.weight


def test_who_was_not_drawn_three_times_counts_double_and_it_stands_in_the_list(site: Flask) -> None:
    often, sometimes, fresh = a_worker(), a_worker(), a_worker()
    for _time in range(3):
        a_lost_one(often)
    for _time in range(2):
        a_lost_one(sometimes)

    assert (weight_next(often), weight_next(sometimes), weight_next(fresh)) == (2, 1, 1)


def test_being_drawn_once_starts_the_count_again(site: Flask) -> None:
    person = a_worker()
    for wins in (False, False, True, False):
        a_lost_one(person, wins=wins)
    assert weight_next(person) == 1
    a_lost_one(person)
    a_lost_one(person)
    assert weight_next(person, a_draw(now=NOON + 120 * HOUR)) == 2


def test_only_draws_of_the_same_programme_that_were_held_and_not_withdrawn_from_count(site: Flask) -> None:
    person = a_worker()
    a_lost_one(person)
    a_lost_one(person)
    a_lost_one(person, programme=Programme.LEAGUE)
    not_held = a_draw(places=0)
    asks(person, not_held)
    freezes(not_held)
    given_up = a_draw(places=0)
    gives_back(person, asks(person, given_up))
    left_later = a_draw(places=0)
    ticket = asks(person, left_later)
    freezes(left_later)
    gives_back(person, ticket, at=CLOSES)
    draws(left_later)

    assert weight_next(person) == 1


def test_several_entries_in_one_draw_are_one_try_and_drawn_when_one_of_them_was(site: Flask) -> None:
    lost, drawn = a_worker(), a_worker()
    evenings = [Meeting(NOON + days * 24 * HOUR, NOON + (days * 24 + 2) * HOUR) for days in (3, 4)]
    for person, seats in ((lost, 0), (drawn, 1)):
        a_lost_one(person)
        both = a_draw(meetings=evenings, pools=[Pool(0, meetings=(0,)), Pool(seats, meetings=(1,))], now=NOON)
        for slot_id in both.slot_ids:
            asks(person, slot_id)
        held(both)
        a_lost_one(person)

    assert weight_next(lost) == 2
    assert weight_next(drawn) == 1
    only_two = a_worker()
    twice = a_draw(meetings=evenings, pools=[Pool(0, meetings=(0,)), Pool(0, meetings=(1,))])
    for slot_id in twice.slot_ids:
        asks(only_two, slot_id)
    held(twice)
    a_lost_one(only_two)
    assert weight_next(only_two) == 1
