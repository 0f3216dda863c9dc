"""Nobody under fourteen takes part before a guardian has agreed (个人信息保护法 31), and nobody under eighteen volunteers
(民法典 19, 中国注册志愿者管理办法)."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.browsing import Client, at_time, by_id, words
from tests.builders import Made, an_activity
from tests.web.asking import a_token
from yiqi.activities.models import Programme
from yiqi.booking import programme
from yiqi.booking.models import Booking
from yiqi.booking.rules.guarding import needs_guardian
from yiqi.db import db
from yiqi.people import agreeing, persons
from yiqi.people.models import Person

NOON = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)


def asks_for_a_place(client: Client, made: Made) -> str:
    fields = {"party": "1", "nonce": "n", "csrf_token": a_token(client)}
    answer = client.post(f"/slots/{made.slot_id}/bookings", data=fields)
    assert answer.status_code == 303
    return str(answer.location)


def is_asked_for_a_guardian(client: Client, path: str, **fields: str) -> bool:
    answer = client.post(path, data={"csrf_token": a_token(client), **fields})
    return answer.status_code == 303 and str(answer.location).startswith("/me/guardian?")


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
        led = asks_for_a_place(client, made)
        assert led.startswith("/me/guardian?under=14&next=")
        assert bookings() == 0
        page = client.get(led)
        assert "不满 14 岁" in words(by_id(page, "why"))

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
        assert asks_for_a_place(client, made).startswith("/me/guardian?")


def test_fourteen_is_old_enough_on_the_day_itself() -> None:
    assert needs_guardian(date(2012, 7, 2), date(2026, 7, 1))
    assert not needs_guardian(date(2012, 7, 1), date(2026, 7, 1))
    assert not needs_guardian(None, date(2026, 7, 1))


FIFTEEN, TWELVE = date(2011, 1, 1), date(2014, 1, 1)
SQLITE = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
TAKES_NO_PART = {
    "league": "change_own decline hand_over invite_all invite_one leave take_back take_out use_code",
    "reading": "give_back lose mark report withdraw",
    "training": "remove_paper withdraw_subsidy",
    "troupe": "announce_absence delete_sizes finish mark note_voice",
    "volunteering": "dispute prove sign_in sign_out",
}
"""Forms of the programmes that end something, find something, or need a part in it that was taken before."""


@pytest.mark.parametrize(
    ("which", "born_on", "below"),
    [
        (Programme.VOLUNTEERING, FIFTEEN, "18"),
        (Programme.VOLUNTEERING, TWELVE, "18"),
        (Programme.VOLUNTEERING, date(2008, 7, 1), None),
        (Programme.READING, FIFTEEN, None),
        (Programme.READING, TWELVE, "14"),
    ],
)
def test_who_volunteers_under_eighteen_brings_a_guardians_word(
    site: Flask, client: Client, 小王: Person, which: Programme, born_on: date, below: str | None
) -> None:
    made = an_activity(now=NOON, programme=which)
    persons.tell_birthday(person_id=小王.id, born_on=born_on)
    with at_time(NOON):
        client.sign_in(小王)
        led = asks_for_a_place(client, made)

    assert led.startswith(f"/me/guardian?under={below}&" if below else f"/activities/{made.activity_id}")
    assert bookings() == (0 if below else 1)


def test_the_guardian_of_a_young_volunteer_reads_what_for_and_gets_back(
    site: Flask, client: Client, 小王: Person
) -> None:
    made = an_activity(now=NOON, programme=Programme.VOLUNTEERING)
    persons.tell_birthday(person_id=小王.id, born_on=FIFTEEN)
    here = f"/activities/{made.activity_id}"
    with at_time(NOON):
        client.sign_in(小王)
        page = client.get(f"/me/guardian?under=18&next={here}")
        assert "不满 18 岁做志愿服务" in words(by_id(page, "why"))
        done = client.follow(client.press(page, "/me/guardian", name="王建国", phone="13800138000", ok="y"))

        assert by_id(done, "go-on").get("href") == here
        assert asks_for_a_place(client, made).startswith(here)


@SQLITE
def test_no_page_elsewhere_is_led_to(client: Client, 小王: Person) -> None:
    agreeing.guard(person_id=小王.id, name="王建国", phone="+8613800138000", at=NOON)
    client.sign_in(小王)

    page = client.get("/me/guardian?next=//evil.example/")

    assert 'name="next" value="/"' in page.text
    assert 'id="go-on"' not in page.text


@SQLITE
def test_the_programmes_own_forms_ask_for_it_too_but_not_to_take_something_back(
    client: Client, 小王: Person
) -> None:
    persons.tell_birthday(person_id=小王.id, born_on=TWELVE)
    token = "A" * 22
    with at_time(NOON):
        client.sign_in(小王)
        for path, fields in (
            (f"/league/join/{token}", {"shirt": "7"}),
            ("/troupe/sizes", {"height": "150"}),
            ("/troupe/name", {"agrees": "1"}),
            ("/reading/essays/1/entry", {"title": "我的书"}),
            ("/reading/name", {"whole": "1"}),
            ("/training/subsidies", {}),
            ("/volunteering/consents/honour", {"given": "1"}),
        ):
            assert is_asked_for_a_guardian(client, path, **fields), path
        for path, fields in (
            ("/troupe/name", {"agrees": "0"}),
            ("/troupe/sizes/delete", {}),
            ("/reading/name", {"whole": "0"}),
            ("/volunteering/consents/honour", {"given": "0"}),
        ):
            assert not is_asked_for_a_guardian(client, path, **fields), path

        agreeing.guard(person_id=小王.id, name="王建国", phone="+8613800138000", at=NOON)
        assert not is_asked_for_a_guardian(client, "/reading/name", whole="1"), "the control"


@SQLITE
def test_every_form_of_a_programme_is_one_that_joins_or_one_that_does_not(site: Flask) -> None:
    for plug in programme.plugs():
        room = plug.blueprints[0].name
        forms = {
            rule.endpoint
            for rule in site.url_map.iter_rules()
            if rule.endpoint.startswith(f"{room}.") and "POST" in (rule.methods or ())
        }
        others = {f"{room}.{name}" for name in TAKES_NO_PART[room].split()}

        assert forms == set(plug.joins) | others
        assert not set(plug.joins) & others
