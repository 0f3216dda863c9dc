"""Phones and codes: every spelling of one number is one number; what is none costs nothing."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select

from tests.browsing import Client, at_time, form_of
from tests.promises.scene import scene
from tests.web import bad_texts
from tests.web.answers import SQLITE, asked, complaint, in_language, no_fault, sent_code
from tests.web.asking import a_token
from yiqi import clock
from yiqi.db import db
from yiqi.people.models import SignInCode


@pytest.mark.parametrize("typed", bad_texts.GOOD_PHONES, ids=ascii)
def test_every_spelling_of_a_number_is_one_number(client: Client, typed: str) -> None:
    page = client.get("/sign-in?next=/me")

    answer = client.press(page, "/sign-in", phone=typed)

    assert (answer.status_code, answer.location) == (303, "/sign-in/code?next=/me")
    assert db.session.scalars(select(SignInCode.phone)).all() == ["+8613800138000"]


def test_what_is_no_number_is_refused_and_shown_again(client: Client) -> None:
    page = client.get("/sign-in?next=/me")
    for typed in bad_texts.BAD_PHONES:
        answer = no_fault(client.press(page, "/sign-in", phone=typed))

        assert answer.status_code == 422, ascii(typed)
        in_language(complaint(answer, "phone"), "zh-CN")
        kept = form_of(answer, "/sign-in")
        assert kept["next"] == "/me"
        assert numbers(kept["phone"]) == numbers(typed), ascii(typed)
    assert db.session.scalars(select(SignInCode.phone)).all() == []


def numbers(text: str) -> list[str]:
    return [char for char in text if char.isdigit()]


@pytest.mark.parametrize(
    "fields",
    [
        [("phone", "13800138000"), ("phone", "13900139000")],
        [("phone", "13800138000"), ("phone", "13800138000")],
        [("phone", ""), ("phone", "13800138000")],
        [("phone[]", "13800138000")],
        [("phone[$ne]", "1")],
        [("phone[0]", "13800138000")],
        [("Phone", "13800138000")],
        [(" phone", "13800138000")],
        [],
    ],
)
@SQLITE
def test_a_number_sent_twice_or_under_another_name_is_none(
    site: Flask, client: Client, fields: list[tuple[str, str]]
) -> None:
    token = a_token(client)
    body = "&".join(f"{quote(name)}={value}" for name, value in [*fields, ("csrf_token", quote(token))])
    answer = client.post("/sign-in", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422
    assert db.session.scalars(select(SignInCode)).all() == []


def test_known_and_unknown_numbers_get_the_same_answer(site: Flask) -> None:
    stage = scene()
    known, unknown = stage.owner.phone.removeprefix("+86"), "13800138999"
    answers = []
    for phone in (known, unknown):
        client = Client(site)
        sent = client.press(client.get("/sign-in"), "/sign-in", phone=phone)
        page = client.follow(sent)
        wrong = client.press(page, "/sign-in/code", code="000000")
        again = client.press(client.get("/sign-in"), "/sign-in", phone=phone)
        answers.append(
            [
                (
                    one.status_code,
                    one.headers.get("Location"),
                    blank(one.text, phone),
                    set(one.headers.keys()),
                )
                for one in (sent, page, wrong, again)
            ]
        )
    assert answers[0] == answers[1]


def blank(body: str, phone: str) -> str:
    body = re.sub(r'(name="csrf_token" value=)"[^"]*"', r"\1", body)
    for spelled in (phone, f"{phone[:3]} {phone[3:7]} {phone[7:]}"):
        body = body.replace(spelled, "□")
    return re.sub(r"[0-9]+ 秒", "□ 秒", body)


def full_width(code: str) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in code)


def test_what_is_no_code_costs_no_try(client: Client) -> None:
    page = asked(client)
    for typed in bad_texts.BAD_CODES:
        answer = no_fault(client.press(page, "/sign-in/code", code=typed))

        assert answer.status_code == 422, ascii(typed)
        in_language(complaint(answer, "code"), "zh-CN")
    db.session.rollback()
    assert db.session.scalar(select(SignInCode.tries)) == 0


@pytest.mark.parametrize(
    "spell", [str, full_width, lambda code: f" {code} ", lambda code: f"{code[:3]} {code[3:]}"]
)
def test_a_code_may_be_typed_as_it_was_read(client: Client, spell: type[str]) -> None:
    page = asked(client)
    answer = client.press(page, "/sign-in/code", code=spell(sent_code(client)))
    assert (answer.status_code, answer.location) == (303, "/me/name?next=/")


def wrong_for(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_a_code_works_once_here_in_time_and_after_few_errors(site: Flask, client: Client) -> None:
    page = asked(client)
    code = sent_code(client)
    thief = Client(site)
    refused = thief.press(asked(thief, "13800138001"), "/sign-in/code", code=code)
    assert refused.status_code == 422

    for left in (4, 3, 2, 1):
        said = complaint(client.press(page, "/sign-in/code", code=wrong_for(code)), "code")
        assert str(left) in said
    client.press(page, "/sign-in/code", code=wrong_for(code))
    assert client.press(page, "/sign-in/code", code=code).status_code == 422
    assert client.get("/me").status_code == 401


def test_a_used_an_old_and_a_late_code_are_refused(site: Flask) -> None:
    now = clock.now()
    with at_time(now):
        first = Client(site)
        asked(first)
        code = sent_code(first)
    with at_time(now + timedelta(seconds=61)):
        page = asked(first)
        newer = sent_code(first)
        if newer != code:
            assert first.press(page, "/sign-in/code", code=code).status_code == 422
    with at_time(now + timedelta(seconds=62)):
        assert first.press(page, "/sign-in/code", code=newer).status_code == 303
    with at_time(now + timedelta(seconds=63)):
        second = Client(site)
        page = asked(second, "13800138001")
        late = sent_code(second, "13800138001")
        assert second.press(page, "/sign-in/code", code=newer).status_code == 422
    with at_time(now + timedelta(seconds=63 + 300)):
        assert second.press(page, "/sign-in/code", code=late).status_code == 422
