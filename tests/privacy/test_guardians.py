"""Nobody under fourteen takes part before a guardian has agreed (个人信息保护法 31)."""

from datetime import UTC, date, datetime

from flask import Flask
from sqlalchemy import func, select

from tests.browsing import Client, at_time
from tests.builders import Made, an_activity
from tests.web.asking import a_token
from yiqi.booking.models import Booking
from yiqi.db import db
from yiqi.people import agreeing, persons
from yiqi.people.models import Person
from yiqi.privacy.rules import needs_guardian

NOON = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)


def asks_for_a_place(client: Client, made: Made) -> str:
    fields = {"party": "1", "nonce": "n", "csrf_token": a_token(client)}
    answer = client.post(f"/slots/{made.slot_id}/bookings", data=fields)
    assert answer.status_code == 303
    return str(answer.location)


def bookings() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Booking)) or 0


def test_a_child_is_led_to_the_guardians_form_and_may_come_afterwards(
    site: Flask, client: Client, 小王: Person
) -> None:
    made = an_activity(now=NOON)
    persons.tell_birthday(person_id=小王.id, born_on=date(2013, 7, 2))
    with at_time(NOON):
        client.sign_in(小王)
        assert asks_for_a_place(client, made) == "/me/guardian"
        assert bookings() == 0
        page = client.get("/me/guardian")

        assert client.press(page, "/me/guardian", name="王建国", phone="13800138000").status_code == 422
        assert client.press(page, "/me/guardian", name="王建国", phone="1", ok="y").status_code == 422
        done = client.press(page, "/me/guardian", name="王建国", phone="13800138000", ok="y")

        assert done.status_code == 303
        assert asks_for_a_place(client, made).startswith(f"/activities/{made.activity_id}")
    assert bookings() == 1
    (consent,) = agreeing.of(小王.id)
    assert (consent.guardian_name, consent.guardian_phone) == ("王建国", "+8613800138000")


def test_a_word_that_was_taken_back_counts_no_more(site: Flask, client: Client, 小王: Person) -> None:
    made = an_activity(now=NOON)
    persons.tell_birthday(person_id=小王.id, born_on=date(2013, 7, 2))
    agreeing.guard(person_id=小王.id, name="王建国", phone="+8613800138000", at=NOON)
    with at_time(NOON):
        client.sign_in(小王)
        client.press(client.get("/me/guardian"), "/me/guardian")
        assert asks_for_a_place(client, made) == "/me/guardian"


def test_fourteen_is_old_enough_on_the_day_itself() -> None:
    assert needs_guardian(date(2012, 7, 2), date(2026, 7, 1))
    assert not needs_guardian(date(2012, 7, 1), date(2026, 7, 1))
    assert not needs_guardian(None, date(2026, 7, 1))
