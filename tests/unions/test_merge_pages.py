"""Merging two records at the desk: found by their numbers, shown before, done once; the old number opens nothing of it."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.booking.steps import asks, state
from tests.browsing import Client, by_id, form_of, words
from tests.builders import a_union, a_worker, an_activity, an_organizer
from tests.desk.proving import proves_anew
from tests.web.asking import a_token
from tests.web.test_permissions import same
from yiqi import clock
from yiqi.booking import places
from yiqi.cli.doctor import CHECKS
from yiqi.db import db
from yiqi.people import persons
from yiqi.people.models import Person
from yiqi.roles.models import Deed
from yiqi.roles.rules.permissions import Role

SURE = {"keeps": "kept", "because": "换了手机号", "sure": "1"}


@pytest.fixture
def 林静(client: Client, site: Flask) -> Person:
    admin = an_organizer(a_union("开发区总工会"), role=Role.FEDERATION_ADMIN, name="林静")
    client.sign_in(admin)
    proves_anew(admin)
    return admin


def two() -> tuple[Person, Person, str]:
    """Two records of one person, and the address of their merging."""
    kept, gone = a_worker("王芳", phone="+8613800000101"), a_worker("王小芳", phone="+8613900000202")
    return kept, gone, f"/desk/people/{kept.id}/merge/{gone.id}"


def test_two_numbers_lead_to_both_records(client: Client, 林静: Person) -> None:
    _kept, _gone, path = two()
    find = "/desk/people/merge"
    page = client.get(find)

    found = client.press(page, find, kept="138 0000 0101", gone="13900000202")
    nobody = client.press(page, find, kept="13800000101", gone="13700000303")
    same_one = client.press(page, find, kept="13800000101", gone="13800000101")

    assert found.location == path
    assert (nobody.status_code, same_one.status_code) == (422, 422)
    assert "没有人用这个手机号" in words(by_id(nobody, "gone-err"))
    assert form_of(nobody, find)["gone"] == "13700000303"


def test_what_would_become_of_it_is_shown_and_then_done_once(client: Client, 林静: Person) -> None:
    kept, gone, path = two()
    made = an_activity(places=5, title="读书会")
    stays, ends = asks(kept, made, at=clock.now()), asks(gone, made, at=clock.now())
    theirs = asks(gone, an_activity(title="电工班", starts_in=timedelta(hours=200)), at=clock.now())
    page = client.get(path)
    shown = words(by_id(page, "main"))
    assert "重复，会作废" in shown
    assert "重复，留这一个" in shown
    assert "电工班" in shown

    unsure = client.press(page, path, keeps="kept", because="换了手机号")
    done = client.press(page, path, **SURE)
    again = client.press(page, path, **SURE)

    assert (unsure.status_code, done.status_code, again.status_code) == (422, 303, 303)
    assert [state(one) for one in (stays, ends, theirs)] == ["confirmed", "cancelled", "confirmed"]
    assert "已经合成一份" in client.follow(again).text
    assert len(db.session.scalars(select(Deed).where(Deed.what == "merged")).all()) == 1
    assert [one for check in CHECKS.values() for one in check(clock.now())] == []
    db.session.rollback()
    client.sign_in(kept)
    mine = client.get("/me").text
    assert "电工班" in mine
    assert "读书会" in mine


def test_places_at_the_same_time_are_named_and_nothing_is_lost(client: Client, 林静: Person) -> None:
    kept, gone, path = two()
    one, other = an_activity(title="读书会"), an_activity(title="电工班")
    mine, theirs = asks(kept, one, at=clock.now()), asks(gone, other, at=clock.now())
    page = client.get(path)
    problem = "两边的名额时间冲突"
    assert problem in page.text

    refused = client.press(page, path, **SURE)

    assert refused.status_code == 409
    assert problem in refused.text
    assert form_of(refused, path)["because"] == "换了手机号"
    assert [state(one) for one in (mine, theirs)] == ["confirmed", "confirmed"]
    places.cancel(ref=theirs.ref, person_id=gone.id, at=clock.now())
    assert client.press(page, path, **SURE).status_code == 303


def test_the_session_of_the_record_that_goes_is_over_and_its_number_finds_nobody(
    site: Flask, client: Client, 林静: Person
) -> None:
    kept, gone, path = two()
    theirs = Client(site)
    theirs.sign_in(gone)
    assert theirs.get("/me").status_code == 200

    client.press(client.get(path), path, **SURE | {"keeps": "gone"})

    assert theirs.get("/me").status_code == 401
    db.session.rollback()
    found = persons.person_by_phone("+8613900000202")
    assert found is not None
    assert found.id == kept.id
    assert persons.person_by_phone("+8613800000101") is None


def test_it_needs_a_proof_and_is_not_there_for_others(client: Client, site: Flask) -> None:
    kept, gone, path = two()
    union = a_union("京东方工会")
    client.sign_in(an_organizer(union, role=Role.FEDERATION_ADMIN, name="周主任"))
    asked = client.get(path)
    assert (asked.status_code, asked.location[:14]) == (303, "/desk/step-up?")

    client.sign_in(an_organizer(union))
    token = {"csrf_token": a_token(client)}
    for address in (path, f"/desk/people/987654/merge/{gone.id}"):
        found, nothing = client.get(address), client.get("/desk/people/987654/merge/987655")
        assert (found.status_code, same(found.text)) == (404, same(nothing.text))
        assert client.post(address, data=SURE | token).status_code == 404
    assert db.session.get_one(Person, gone.id).merged_into_id is None
    assert kept.id


def test_a_record_that_is_not_there_and_ones_own_are_refused(client: Client, 林静: Person) -> None:
    kept, _gone, _path = two()
    token = {"csrf_token": a_token(client)}

    missing = client.post(f"/desk/people/{kept.id}/merge/987654", data=SURE | token)
    own = client.post(f"/desk/people/{kept.id}/merge/{林静.id}", data=SURE | token)
    itself = client.post(f"/desk/people/{kept.id}/merge/{kept.id}", data=SURE | token)

    assert (missing.status_code, own.status_code, itself.status_code) == (404, 409, 409)
    assert persons.person_by_phone("+8613800000101") is not None
