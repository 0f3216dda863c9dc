"""A number that nobody used for half a year may have a new owner: they see nothing of who had it before."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.browsing import Client, at_time
from tests.builders import a_union, a_worker, an_activity
from yiqi.booking import places
from yiqi.db import db, writing
from yiqi.notices.models import Notice
from yiqi.people.models import Person
from yiqi.people.rules import may_be_recycled
from yiqi.privacy import rules

NOON = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LATER = NOON + 180 * DAY


@pytest.fixture
def 王小明(site: Flask) -> Person:
    """A member with a booking, who came in once."""
    person = a_worker("王小明", phone="+8613800138777", at=NOON)
    with writing() as session:
        session.add(person)
        person.signed_in_at = NOON
    a_union("北方精密工会", members=[person])
    made = an_activity(now=NOON, title="只有他知道的课")
    places.sign_up(slot_id=made.slot_id, person_id=person.id, party=1, nonce="n", at=NOON)
    return person


def comes_in(client: Client) -> TestResponse:
    """By the code that was sent to the number; answers where that leads."""
    client.press(client.get("/sign-in"), "/sign-in", phone="13800138777")
    code = db.session.scalars(select(Notice).where(Notice.kind == "code").order_by(Notice.id.desc())).first()
    assert code is not None
    return client.press(client.get("/sign-in/code"), "/sign-in/code", code=code.facts["code"])


def with_number() -> Person:
    db.session.rollback()
    return db.session.scalars(select(Person).where(Person.phone == "+8613800138777")).one()


def test_who_says_surname_and_enterprise_finds_what_was_theirs(client: Client, 王小明: Person) -> None:
    with at_time(LATER):
        page = client.follow(comes_in(client))
        assert client.get("/me").status_code == 401
        assert "王小明" not in page.text
        assert "北方精密" not in page.text

        assert client.press(page, "/sign-in/whose", surname="王", union="北方精密").status_code == 303

        assert "只有他知道的课" in client.get("/me?tab=past").text


def test_who_does_not_know_begins_anew_and_the_old_record_is_nobodys(client: Client, 王小明: Person) -> None:
    with at_time(LATER):
        page = client.follow(comes_in(client))
        for left in (2, 1):
            again = client.press(page, "/sign-in/whose", surname="李", union="北方精密")
            assert again.status_code == 422
            assert f"还可以试 {left} 次" in again.text
        assert client.press(page, "/sign-in/whose", surname="王", union="别的厂").status_code == 303

        assert "只有他知道的课" not in client.get("/me?tab=past").text
    new = with_number()
    assert (new.id == 王小明.id, new.name) == (False, "")
    old = db.session.get_one(Person, 王小明.id, populate_existing=True)
    assert (old.phone, old.name) == (f"gone-{old.id}", "王小明")


def test_a_new_owner_of_a_number_does_not_inherit_the_language_of_who_had_it(
    client: Client, 王小明: Person
) -> None:
    with writing() as session:
        session.add(王小明)
        王小明.lang = "en"
    with at_time(LATER):
        client.press(client.follow(comes_in(client)), "/sign-in/whose", anew="1")

        assert with_number().lang == "zh-CN"
        assert '<html lang="zh-CN">' in client.get("/me/name").text


def test_who_says_it_is_not_them_begins_anew_at_once(client: Client, 王小明: Person) -> None:
    with at_time(LATER):
        page = client.follow(comes_in(client))
        client.press(page, "/sign-in/whose", anew="1")

        assert client.get("/me").status_code == 200
    assert with_number().id != 王小明.id


def test_who_tries_in_vain_while_another_phone_shows_that_the_record_is_theirs_signs_in_anew(
    client: Client, site: Flask, 王小明: Person
) -> None:
    other = Client(site)
    with at_time(LATER):
        page = client.follow(comes_in(client))
        for _try in range(2):
            client.press(page, "/sign-in/whose", surname="李", union="北方精密")
    with at_time(LATER + timedelta(minutes=2)):
        theirs = other.follow(comes_in(other))
        assert other.press(theirs, "/sign-in/whose", surname="王", union="北方精密").location == "/"
        third = client.press(page, "/sign-in/whose", surname="李", union="北方精密")

    assert (third.status_code, (third.location or "").partition("?")[0]) == (303, "/sign-in")
    assert with_number().id == 王小明.id


def test_a_day_before_the_time_is_over_nobody_is_asked(client: Client, 王小明: Person) -> None:
    """The control of those above."""
    with at_time(LATER - DAY):
        assert comes_in(client).location == "/"
        assert "只有他知道的课" in client.get("/me?tab=past").text


def test_a_quarter_of_an_hour_later_one_signs_in_again(client: Client, 王小明: Person) -> None:
    with at_time(LATER):
        page = client.follow(comes_in(client))
    with at_time(LATER + timedelta(minutes=16)):
        answer = client.press(page, "/sign-in/whose", surname="王", union="北方精密")

    assert answer.location.startswith("/sign-in")
    assert with_number().id == 王小明.id


@pytest.mark.parametrize(
    ("typed", "name", "fits"),
    [
        ("王", "王小明", True),
        ("欧阳", "欧阳娜娜", True),
        ("王小明", "王小明", True),
        ("王小", "王小明", True),
        ("李", "王小明", False),
        ("", "王小明", False),
        ("王", "", False),
    ],
)
def test_a_surname_is_the_beginning_of_a_name(typed: str, name: str, fits: bool) -> None:
    assert rules.is_surname(typed, name) is fits


@pytest.mark.parametrize(
    ("typed", "union"),
    [
        ("北方精密", "北方精密机械厂工会"),
        ("奔驰", "北京奔驰汽车有限公司工会委员会"),
        ("北京奔驰", "北京奔驰汽车有限公司工会委员会"),
        ("京东集团", "京东集团工会"),
        ("北京经济技术开发区总工会", "北京经济技术开发区总工会"),
        ("SMC", "SMC（中国）"),
        ("Schneider", "Schneider Electric"),
        ("jd.com", "JD.com"),
    ],
)
def test_an_enterprise_is_named_as_people_name_it(typed: str, union: str) -> None:
    assert rules.is_of_union(typed, union)


@pytest.mark.parametrize(
    "vague", ["工会", "北", "", "公司", "北京", "有限公司", "北京科技有限公司", "集团 工会", "亦庄"]
)
def test_an_enterprise_is_more_than_the_word_for_one(vague: str) -> None:
    """Whoever knows only what every name has in it knows nothing."""
    for union in ("北方精密机械公司工会", "北京奔驰科技集团有限公司工会", "亦庄小微企业联合工会"):
        assert not rules.is_of_union(vague, union)


@pytest.mark.parametrize("vague", ["of", "Co", "Ltd", "Union", "e", "Sch", "the Beijing Union"])
def test_nor_are_the_words_of_english_names(vague: str) -> None:
    for union in ("Schneider Electric Co Ltd of Beijing", "Joint Union of E-Town’s Small Firms"):
        assert not rules.is_of_union(vague, union)


def test_never_used_counts_from_when_it_was_written_down() -> None:
    assert may_be_recycled(None, NOON, LATER)
    assert not may_be_recycled(None, NOON, LATER - DAY)
    assert not may_be_recycled(LATER - DAY, NOON, LATER)
