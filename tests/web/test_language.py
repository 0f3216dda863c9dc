"""Pages speak the language that their person reads, unless another was chosen on the phone in their hand."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from tests.browsing import Client, at_time, parsed
from tests.builders import Made, a_worker, an_activity
from tests.promises.measured import counted
from tests.promises.route import Kind, Route
from tests.promises.routes import ROUTES
from tests.promises.scene import Scene, whole_scene
from tests.web.test_live import poll, poller, takes
from yiqi import clock
from yiqi.booking import places
from yiqi.db import db, writing
from yiqi.live import snapshot
from yiqi.notices import outbox
from yiqi.people.letters import code_letter
from yiqi.people.models import Person

DANIEL = "13700138019"


@pytest.fixture
def daniel(site: Flask) -> Person:
    """Somebody who chose English before, on another phone."""
    return a_worker("Daniel", phone=f"+86{DANIEL}", lang="en")


@pytest.fixture
def made(site: Flask, daniel: Person) -> Made:
    made = an_activity(places=6)
    places.sign_up(slot_id=made.slot_id, person_id=daniel.id, party=1, nonce="n", at=clock.now())
    return made


def language(page: TestResponse) -> str:
    tree = parsed(page)
    root = tree if tree.tag == "html" else tree.find(".//html")
    assert root is not None
    return root.get("lang", "")


def signs_in(client: Client) -> None:
    client.press(client.get("/sign-in"), "/sign-in", phone=DANIEL)
    code = outbox.newest(f"+86{DANIEL}", None)[0].facts["code"]
    assert client.press(client.get("/sign-in/code"), "/sign-in/code", code=code).status_code == 303


def reads(person: Person) -> str:
    db.session.rollback()
    return db.session.get_one(Person, person.id).lang


def test_who_reads_english_and_signs_in_on_another_phone_is_shown_english(
    client: Client, daniel: Person, made: Made
) -> None:
    assert language(client.get("/")) == "zh-CN"
    signs_in(client)

    for path in ("/", "/me", "/me/codes", f"/activities/{made.activity_id}", "/nothing-here"):
        assert language(client.get(path)) == "en", path
    assert reads(daniel) == "en"


def test_the_code_by_message_is_in_the_language_of_whoever_has_the_number(
    client: Client, daniel: Person
) -> None:
    stranger = "13700138018"
    told = {}
    for page in ("zh-CN", "en"):
        client.get(f"/display?lang={page}")
        for phone in (DANIEL, stranger):
            with at_time(clock.now() + timedelta(hours=page == "en")):
                client.press(client.get("/sign-in"), "/sign-in", phone=phone)
            (letter, *_older) = outbox.newest(f"+86{phone}", None)
            told[phone, page] = code_letter(letter)

    assert {key: letter.lang for key, letter in told.items() if letter} == {
        (DANIEL, "zh-CN"): "en",
        (DANIEL, "en"): "en",
        (stranger, "zh-CN"): "zh-CN",
        (stranger, "en"): "en",
    }


def test_what_was_chosen_on_the_phone_counts_there_and_is_remembered(client: Client, daniel: Person) -> None:
    client.get("/display?lang=zh-CN")
    client.sign_in(daniel)
    assert language(client.get("/me")) == "zh-CN"
    assert reads(daniel) == "en"

    client.get("/display?lang=zh-CN&back=/me")

    assert language(client.get("/me")) == "zh-CN"
    assert reads(daniel) == "zh-CN"


def test_what_was_chosen_before_signing_in_is_remembered_too(client: Client, daniel: Person) -> None:
    client.get("/display?lang=zh-CN")
    signs_in(client)

    assert language(client.get("/me")) == "zh-CN"
    assert reads(daniel) == "zh-CN"


def test_two_who_share_a_phone_are_each_spoken_to_in_their_own_language(
    client: Client, daniel: Person
) -> None:
    client.sign_in(daniel)
    assert language(client.get("/")) == "en"
    client.sign_in(a_worker())
    assert language(client.get("/")) == "zh-CN"


@pytest.mark.parametrize("said", ["en", "en-US,en;q=0.9", ""])
def test_what_a_browser_says_of_itself_chooses_nothing(client: Client, daniel: Person, said: str) -> None:
    assert language(client.get("/", headers={"Accept-Language": said})) == "zh-CN"
    client.sign_in(daniel)
    assert language(client.get("/", headers={"Accept-Language": "zh-CN"})) == "en"


@pytest.mark.parametrize("view", ["page", "list"])
def test_what_changes_on_a_page_is_said_in_the_pages_language(
    client: Client, daniel: Person, made: Made, view: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "FRESH_SECONDS", 0)
    client.sign_in(daniel)
    page = client.get("/" if view == "list" else f"/activities/{made.activity_id}")
    for word in ("of 6 left", "5"):
        assert word in page.text
    takes(made, a_worker())

    told = poll(client, page)

    assert told.status_code == 200
    assert "left" in told.text
    assert "余" not in told.text
    takes(made, a_worker())
    assert "left" in client.get(poller(told)[0], headers={"HX-Request": "true"}).text


def test_a_poll_of_a_list_looks_nobody_up_for_their_language(
    client: Client, daniel: Person, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "FRESH_SECONDS", 0)
    client.sign_in(a_worker())
    page = client.get("/")
    takes(made, a_worker())
    poll(client, page)

    with counted() as said:
        assert poll(client, page).status_code == 200

    assert not [one for one in said if "browser_session" in one], said


@pytest.mark.parametrize(
    ("lang", "tab", "title"), [("zh-CN", "签到码", "签到码"), ("en", "My codes", "Code")]
)
def test_the_tab_leads_to_all_my_codes_and_a_ticket_is_one(
    client: Client, daniel: Person, made: Made, lang: str, tab: str, title: str
) -> None:
    ref = takes(made, me := a_worker())
    client.sign_in(me)
    client.set_cookie("lang", lang)

    assert [link for link in links(client.get("/")) if link == ("/me/codes", tab)]
    assert title in parsed(client.get(f"/t/{ref}")).findtext(".//h1", "")


def links(page: TestResponse) -> list[tuple[str, str]]:
    return [(one.get("href", ""), "".join(one.itertext()).strip()) for one in parsed(page).iter("a")]


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_no_address_answers_who_reads_english_in_another_language(client: Client) -> None:
    """Pages and parts of pages alike: what an English reader is shown is English wherever it comes from."""
    stage = whole_scene()
    stage.enter(client, "owner")
    addresses = [asked(route, stage) for route in ROUTES if route.endpoint != "booking.live"]
    with writing() as session:
        session.execute(update(Person).values(lang="en"))
    client.checks = False
    said = {}
    for address in addresses:
        for headers in ({}, {"HX-Request": "true"}):
            page = client.get(address, headers=headers)
            if page.mimetype == "text/html" and page.status_code < 300:
                said[address, *headers] = [one for one in CHINESE if one in page.text]
            page.close()

    assert {where: found for where, found in said.items() if found} == {}
    assert len(said) > 100


def asked(route: Route, stage: Scene) -> str:
    """An address as it is asked for: that of a part of a page may say which language the page is in."""
    return route.url(stage.samples) + ("?lang=en" if route.kind is Kind.FRAGMENT else "")


CHINESE = ("跳到正文", "连上后自动更新", "未开始", "已结束", "这个页面找不到了", "名额，")
"""Words of the frame, of counts and of what is polled."""
