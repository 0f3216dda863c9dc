"""Whose phone is left alone at night, whose number is none any more, and who does not wait for a crowd."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.booking.steps import NOON
from tests.browsing import Client
from tests.builders import a_worker, workers
from tests.notices.test_reaching import Told, books
from yiqi import background, clock
from yiqi.background import Background
from yiqi.db import db, writing
from yiqi.notices import outbox, reach
from yiqi.notices.letter import Letter, Refused
from yiqi.notices.models import Notice, Reach
from yiqi.notices.post import Post
from yiqi.notices.rules.ways import Way
from yiqi.pages import composing
from yiqi.people.merging import no_phone
from yiqi.people.models import Person

HOUR = timedelta(hours=1)
LATE, MORNING = NOON + 11 * HOUR, NOON + 19 * HOUR  # 23:00 and 7:00 in Beijing


def shows(person_id: int, address: str, way: Way) -> None:
    """An address that was shown to be theirs, and the way they chose since."""
    reach.ask_email(person_id=person_id, address=address, at=NOON - HOUR)
    with writing() as session:
        session.execute(update(Reach).where(Reach.person_id == person_id).values(email_at=NOON, way=way))
        session.execute(update(Notice).where(Notice.kind == "email_link").values(sent_at=NOON))


def test_who_keeps_a_mail_address_and_wants_short_messages_sleeps_too(site: Flask, 小王: Person) -> None:
    told = Told(Way.EMAIL)
    shows(小王.id, "wang@example.com", Way.SMS)
    books(小王, at=LATE)

    assert told.at(site, LATE) == []
    assert len(told.at(site, MORNING)) == 1
    assert [one.way for one in told.letters] == [Way.SMS]


def test_mail_wakes_nobody_and_goes_at_once(site: Flask, 小王: Person) -> None:
    told = Told(Way.EMAIL)
    shows(小王.id, "wang@example.com", Way.EMAIL)
    books(小王, at=LATE)

    assert len(told.at(site, LATE)) == 1
    assert [one.way for one in told.letters] == [Way.EMAIL]


def test_what_a_mailbox_refuses_at_night_comes_as_a_short_message_in_the_morning(
    site: Flask, 小王: Person
) -> None:
    told = Told()

    def refuse(_letter: Letter) -> str:
        raise Refused("SMTP 550")

    told.post = Post({Way.SMS: told._keep, Way.EMAIL: refuse})
    shows(小王.id, "wang@example.com", Way.EMAIL)
    books(小王, at=LATE)

    assert told.at(site, LATE) == []
    assert len(told.at(site, MORNING)) == 1


def test_no_short_message_goes_to_a_number_that_a_record_has_no_more(site: Flask, 小王: Person) -> None:
    told, person_id = Told(), 小王.id
    books(小王)
    with writing() as session:
        session.execute(update(Person).where(Person.id == person_id).values(phone=no_phone(person_id)))

    assert told.at(site, NOON) == []
    kept = db.session.scalars(select(Notice).where(Notice.person_id == person_id)).one()
    assert (kept.way, kept.dead_at, kept.sent_at) == (None, None, NOON), "no dead letter: nobody can mend it"


@pytest.mark.parametrize("is_patient", [False, True], ids=["as it is", "control"])
def test_a_code_does_not_wait_until_a_crowd_has_heard(
    site: Flask, monkeypatch: pytest.MonkeyPatch, is_patient: bool
) -> None:
    """Each letter takes the gateway a second; after the third one somebody wants to sign in."""
    if is_patient:
        monkeypatch.setattr(background, "AT_A_STRETCH", HOUR)
    for person in workers(9):
        books(person)
    newcomer, now, heard = a_worker().phone, [NOON], []

    def slow(letter: Letter) -> str:
        heard.append(letter.code)
        now[0] += timedelta(seconds=1)
        if len(heard) == 3:
            with writing() as session:
                here = session.connection()
                outbox.put(here, "code", key="code-1", phone=newcomer, at=now[0], code="123456")
        return ""

    worker = Background(site, composing.composers(), Post({Way.SMS: slow}))
    worker._chores = ()
    monkeypatch.setattr(clock, "now", lambda: now[0])
    while len(heard) < 10:
        worker.once(now[0])

    assert heard.index("123456") == (9 if is_patient else 3)


def test_a_kind_that_only_the_next_version_knows_spoils_nobodys_inbox(
    site: Flask, client: Client, 小王: Person
) -> None:
    """Two versions serve side by side while the site is upgraded."""
    with writing() as session:
        outbox.put(session.connection(), "of_tomorrow", key="t-1", person_id=小王.id, at=NOON)
    client.sign_in(小王)

    assert "以最新的为准" in client.get("/me/notices").text
    assert Told().at(site, NOON) == []
    assert db.session.scalars(select(Notice.sent_at)).one() is None, "who knows it sends it"
