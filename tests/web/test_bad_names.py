"""Names and notes: kept clean, or refused with the form kept and the reason in the visitor's language."""

import unicodedata
from urllib.parse import quote

import pytest

from tests.browsing import Client, form_of
from tests.promises.scene import scene
from tests.web import bad_texts
from tests.web.answers import (
    FORBIDDEN,
    LANGUAGES,
    Worker,
    asked,
    complaint,
    in_language,
    no_fault,
    nothing_is_stored_raw,
    raw,
)
from tests.web.asking import a_token
from yiqi import clock
from yiqi.booking import places
from yiqi.db import db
from yiqi.people.models import Person
from yiqi.people.persons import tell_name


def test_a_name_is_kept_clean_or_refused_with_the_form_kept(client: Client) -> None:
    stage = scene()
    stage.enter(client, "other")
    page = client.get("/me/name?next=/me")
    for typed in ("", " ", *bad_texts.NAMES):
        tell_name(person_id=stage.other.id, name="赵小兰")

        answer = no_fault(client.press(page, "/me/name", name=typed))

        db.session.rollback()
        name = db.session.get_one(Person, stage.other.id, populate_existing=True).name
        if answer.status_code == 422:
            assert name == "赵小兰", ascii(typed)
            in_language(complaint(answer, "name"), "zh-CN")
            kept = form_of(answer, "/me/name")
            assert kept["next"] == "/me"
            assert one_line(kept["name"]) == one_line(shown(typed)[:2000]), ascii(typed)
        else:
            assert (answer.status_code, answer.location) == (303, "/me"), ascii(typed)
            assert 0 < len(name) <= 50
            assert client.get("/me").status_code == 200
        nothing_is_stored_raw()


def one_line(text: str) -> str:
    return text.replace("\n", "").strip()


def shown(typed: str) -> str:
    """What a form can show again of something typed."""
    text = typed.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        char
        for char in text
        if char in "\n\t"
        or not (
            unicodedata.category(char) == "Cc"
            or ord(char) in FORBIDDEN
            or 0xFDD0 <= ord(char) <= 0xFDEF
            or ord(char) & 0xFFFE == 0xFFFE
        )
    )


def test_a_note_is_kept_clean_or_refused_with_the_form_kept(client: Client) -> None:
    worker = Worker(client)
    for typed in bad_texts.NAMES:
        before = worker.booking()

        answer = worker.submit(note=typed, party="2")

        booking = worker.booking()
        if answer.status_code == 422:
            assert (booking and booking.id) == (before and before.id), ascii(typed)
            in_language(complaint(answer, "note"), "zh-CN")
            kept = form_of(answer, worker.address)
            assert (kept["party"], kept["nonce"] != "") == ("2", True)
            assert kept["note"].strip() == shown(typed)[:2000].strip(), ascii(typed)
        else:
            assert answer.status_code == 303, ascii(typed)
            assert booking is not None
            assert len(booking.note) <= 200
            assert "49" not in booking.note
            page = client.follow(answer)
            assert "<img src=x" not in page.text
            places.cancel(ref=booking.ref, person_id=worker.stage.other.id, at=clock.now())
        nothing_is_stored_raw()


@pytest.mark.parametrize(
    "good", ["𠮷野家", "𬱖", "㛃䶮", "阿卜杜拉·买买提", "O'Neil", "\U00031350", "张" * 50]
)
def test_real_names_are_kept_as_they_are(client: Client, good: str) -> None:
    stage = scene()
    stage.enter(client, "other")
    client.post("/me/name", data={"name": f" {good}\u3000", "csrf_token": a_token(client)})
    db.session.rollback()
    assert db.session.get_one(Person, stage.other.id).name == good


def test_two_spellings_of_one_name_are_stored_as_one(client: Client) -> None:
    stage = scene()
    for typed in ("é", "e\u0301"):
        stage.enter(client, "other")
        client.post("/me/name", data={"name": typed, "csrf_token": a_token(client)})
        db.session.rollback()
        assert db.session.get_one(Person, stage.other.id).name == "\u00e9"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("action", "field", "typed"),
    [
        ("/me/name", "name", ""),
        ("/me/name", "name", "x\x00"),
        ("/me/name", "name", "张" * 51),
        ("/sign-in", "phone", "138"),
        ("/sign-in", "phone", "abc"),
        ("/sign-in/code", "code", "12"),
        ("/sign-in/code", "code", "000000"),
    ],
)
def test_what_is_wrong_is_said_in_the_visitors_language(
    client: Client, lang: str, action: str, field: str, typed: str
) -> None:
    stage = scene()
    client.set_cookie("lang", lang)
    if action == "/me/name":
        stage.enter(client, "other")
    if action == "/sign-in/code":
        asked(client)

    page = client.get(action)
    answer = client.press(page, action, **{field: typed})

    assert answer.status_code == 422
    assert f'<html lang="{lang}"' in answer.text
    in_language(complaint(answer, field), lang)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("field", "typed"), [("note", "x\x00"), ("note", "长" * 201), ("party", "x")])
def test_the_same_when_signing_up(client: Client, lang: str, field: str, typed: str) -> None:
    worker = Worker(client, lang)
    answer = worker.submit(**{"note": "好", field: typed})
    assert answer.status_code == 422
    in_language(complaint(answer, field), lang)


@pytest.mark.parametrize("escapes", bad_texts.BROKEN_BYTES)
def test_bytes_that_are_no_text_never_reach_the_database(client: Client, escapes: str) -> None:
    worker = Worker(client)
    token = quote(a_token(client))
    client.checks = False

    for address, field in (("/me/name", "name"), (worker.address, "note"), (worker.address, "nonce")):
        body = f"csrf_token={token}&party=1&name=%E7%8E%8B&{field}={escapes}&x"
        body = body.replace("&name=%E7%8E%8B", "") if field == "name" else body
        answer = client.post(address, data=body, content_type="application/x-www-form-urlencoded")
        no_fault(answer)
    for address in (f"/?q={escapes}", f"/{escapes}", f"/t/{escapes}", f"/activities/{escapes}"):
        no_fault(raw(client, address))
    for address in (f"/live?slots={escapes}&was={escapes}", f"/demo/messages?phone={escapes}"):
        no_fault(raw(client, address))
    nothing_is_stored_raw()
