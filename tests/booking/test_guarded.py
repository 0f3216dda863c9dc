"""Who is not of age is added by others only with their guardian's word, as when they sign up themselves (个人信息保护法 31, 民法典
19): at the desk, from a list, and also beyond every rule."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.browsing import Client, at_time, by_id, words
from tests.builders import Made, a_union, a_worker, an_activity, an_organizer
from yiqi.activities.models import Programme
from yiqi.booking import by_hand, guarded, listing
from yiqi.booking.guarded import Guarded, Guardian
from yiqi.booking.models import Booking
from yiqi.booking.rules.listing import Listed
from yiqi.db import db, writing
from yiqi.people import agreeing, persons
from yiqi.people.models import Consent, Person
from yiqi.roles.models import Deed

NOON = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
FIFTEEN, TWELVE, EIGHTEEN = date(2011, 1, 1), date(2014, 1, 1), date(2008, 7, 1)
FATHER = Guardian("王建国", "+8613800138000")


@pytest.fixture
def organizer(site: Flask) -> Person:
    return a_worker("陈老师")


@pytest.fixture
def young(小王: Person) -> Person:
    persons.tell_birthday(person_id=小王.id, born_on=FIFTEEN)
    return 小王


def adds(
    organizer: Person, who: Person, made: Made, guardian: Guardian | None = None, *, beyond: bool = False
) -> str:
    ticket = by_hand.add(
        slot_id=made.slot_id,
        phone=who.phone,
        name="",
        party=1,
        nonce="n",
        by_id=organizer.id,
        because="带队的" if beyond else "",
        beyond=beyond,
        guardian=guardian,
        at=NOON,
    )
    return str(ticket.state)


def many(model: type[Booking] | type[Consent]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def a_shift() -> Made:
    return an_activity(now=NOON, programme=Programme.VOLUNTEERING)


@pytest.mark.parametrize("beyond", [False, True])
def test_a_young_volunteer_is_not_added_without_a_guardians_word_even_beyond_the_rules(
    organizer: Person, young: Person, beyond: bool
) -> None:
    shift = a_shift()
    with pytest.raises(Guarded) as refused:
        adds(organizer, young, shift, beyond=beyond)
    assert refused.value.below == 18
    assert many(Booking) == 0

    assert adds(organizer, young, shift, FATHER, beyond=beyond) == "confirmed"
    (word,) = agreeing.of(young.id)
    assert (word.guardian_name, word.guardian_phone) == ("王建国", "+8613800138000")
    (deed,) = db.session.scalars(select(Deed))
    assert deed.facts["guarded"] is True


def test_the_control_with_the_rule_off_the_young_volunteer_is_added(
    organizer: Person, young: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded, "needs_guardian", lambda *_facts: False)
    assert adds(organizer, young, a_shift()) == "confirmed"
    assert many(Booking) == 1


@pytest.mark.parametrize(
    ("which", "born_on", "is_asked"),
    [
        (Programme.VOLUNTEERING, EIGHTEEN, False),
        (Programme.VOLUNTEERING, None, False),
        (Programme.READING, FIFTEEN, False),
        (Programme.READING, TWELVE, True),
    ],
)
def test_the_ages_are_those_of_the_workers_own_form(
    organizer: Person, 小王: Person, which: Programme, born_on: date | None, is_asked: bool
) -> None:
    if born_on is not None:
        persons.tell_birthday(person_id=小王.id, born_on=born_on)
    made = an_activity(now=NOON, programme=which)
    if is_asked:
        with pytest.raises(Guarded):
            adds(organizer, 小王, made)
    else:
        assert adds(organizer, 小王, made, FATHER) == "confirmed"
        assert many(Consent) == 0, "of who needs no guardian none is written down"


def test_a_word_that_holds_is_enough_and_one_that_was_taken_back_is_not(
    organizer: Person, young: Person
) -> None:
    agreeing.guard(person_id=young.id, name="王建国", phone="+8613800138000", at=NOON)
    assert adds(organizer, young, a_shift()) == "confirmed"
    agreeing.unguard(person_id=young.id, at=NOON)
    with pytest.raises(Guarded):
        adds(
            organizer,
            young,
            an_activity(now=NOON, programme=Programme.VOLUNTEERING, starts_in=timedelta(days=9)),
        )


def test_a_list_leaves_out_who_has_no_guardians_word_and_takes_the_others(
    organizer: Person, young: Person
) -> None:
    shift, grown = a_shift(), a_worker("李姐")
    told = [
        Listed(row, "", who.phone, slot_id=shift.slot_id) for row, who in enumerate((young, grown), start=2)
    ]
    with writing() as session:
        found = listing.ask_all(session.connection(), told, nonce="l", by_id=organizer.id, at=NOON)
    assert [(one.verdict, dict(one.facts)) for one in found] == [
        ("no_guardian", {"below": 18}),
        ("confirmed", {}),
    ]
    assert many(Booking) == 1


def test_the_desk_asks_for_the_guardian_keeps_the_form_and_adds(client: Client, young: Person) -> None:
    union = a_union()
    shift = an_activity(now=NOON, programme=Programme.VOLUNTEERING, owner=union)
    form = f"/desk/activities/{shift.activity_id}/add"
    with at_time(NOON):
        client.sign_in(an_organizer(union))
        first = client.get(form)
        assert 'id="guardian"' not in first.text
        typed = {"slot": str(shift.slot_id), "phone": young.phone, "name": "小王", "party": "1"}
        asked = client.press(first, form, **typed)
        assert asked.status_code == 409
        assert "不满 18 岁" in words(by_id(asked, "why-guardian"))
        assert by_id(asked, "name").get("value") == "小王"
        assert many(Booking) == 0

        half = client.press(asked, form, guardian_name="王建国", guardian_phone="13800138000")
        assert (half.status_code, many(Booking)) == (422, 0)
        assert by_id(half, "guardian_name").get("value") == "王建国"

        done = client.press(half, form, guardian_name="王建国", guardian_phone="13800138000", guardian_ok="1")
        assert (done.status_code, many(Booking)) == (303, 1)
    (word,) = agreeing.of(young.id)
    assert (word.guardian_name, word.guardian_phone) == ("王建国", "+8613800138000")


def test_who_puts_another_number_in_is_asked_no_more(client: Client, young: Person) -> None:
    union = a_union()
    shift = an_activity(now=NOON, programme=Programme.VOLUNTEERING, owner=union)
    form = f"/desk/activities/{shift.activity_id}/add"
    with at_time(NOON):
        client.sign_in(an_organizer(union))
        typed = {"slot": str(shift.slot_id), "phone": young.phone, "name": "小王", "party": "1"}
        asked = client.press(client.get(form), form, **typed)
        assert client.press(asked, form, phone="13711112222", name="李姐").status_code == 303
    assert (many(Booking), many(Consent)) == (1, 0)
