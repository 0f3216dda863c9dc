"""Checking a certificate by its number, and printing one's own."""

import pytest
from flask import Flask

from tests.browsing import Client, by_id
from tests.builders.certified import a_certificate
from yiqi import clock
from yiqi.certificates import issuing
from yiqi.db import writing
from yiqi.people.models import Person


def test_anybody_sees_that_it_is_true_and_not_whose_it_is(client: Client, 小王: Person) -> None:
    number = a_certificate(小王)

    page = client.get(f"/verify/{number.lower().replace('-', '')}")

    assert page.status_code == 200
    assert number in page.text
    assert 小王.name not in page.text
    assert "证件尾号" not in page.text


def test_its_person_prints_it_whole_and_nobody_else_does(client: Client, 小王: Person, 小赵: Person) -> None:
    number = a_certificate(小王)

    client.sign_in(小王)
    page = client.get(f"/me/certificates/{number}")
    assert 小王.name in page.text
    assert "证件尾号" in page.text
    client.sign_in(小赵)
    assert client.get(f"/me/certificates/{number}").status_code == 404


def test_a_certificate_says_its_day_with_the_year_wherever_it_is_shown(client: Client, 小王: Person) -> None:
    number = a_certificate(小王)
    day = clock.today()
    client.sign_in(小王)

    for language, said in (
        ("zh", f"{day.year}年{day.month}月{day.day}日"),
        ("en", f"{day.day} {day:%B} {day.year}"),
    ):
        client.get(f"/display?lang={language}&back=/me")
        for url in (f"/verify/{number}", "/me/certificates", f"/me/certificates/{number}"):
            assert said in client.get(url).text, url


def test_a_number_that_nobody_has_is_said_to_be_none_and_kept_in_the_form(client: Client) -> None:
    page = client.get("/verify/PX-2026-999999-7K3M")

    assert page.status_code == 404
    assert by_id(page, "number").get("value") == "PX-2026-999999-7K3M"


def test_what_is_typed_badly_stays_in_the_form(client: Client) -> None:
    page = client.get("/verify?number=12")

    assert page.status_code == 422
    assert by_id(page, "number").get("value") == "12"


def test_one_that_was_revoked_says_so_everywhere(client: Client, 小王: Person) -> None:
    number = a_certificate(小王)

    with writing() as session:
        here = session.connection()
        assert issuing.revoke(here, number=number, because="成绩更正", at=clock.now())
        assert not issuing.revoke(here, number=number, because="再来一次", at=clock.now())

    assert "成绩更正" in client.get(f"/verify/{number}").text
    client.sign_in(小王)
    assert "成绩更正" in client.get(f"/me/certificates/{number}").text


def test_the_same_fact_is_certified_once_and_numbers_run(site: Flask, 小王: Person, 小赵: Person) -> None:
    first, again, other = (
        a_certificate(小王, key="x"),
        a_certificate(小王, key="x"),
        a_certificate(小赵, key="y"),
    )

    assert first == again
    assert [int(one.split("-")[2]) for one in (first, other)] == [1, 2]


def test_nobody_gets_no_certificate(site: Flask) -> None:
    with pytest.raises(LookupError):
        a_certificate(Person(id=987654))
