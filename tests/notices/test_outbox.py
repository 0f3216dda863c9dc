"""The outbox: one fact, one letter; a failed one waits and holds nobody up; a sent code is forgotten."""

from datetime import timedelta

from flask import Flask

from yiqi import clock
from yiqi.db import db, writing
from yiqi.notices import outbox
from yiqi.notices.models import Notice
from yiqi.notices.outbox import Letter


def compose(notice: Notice) -> Letter | None:
    return Letter(notice.phone or "", str(notice.facts), notice.facts.get("code", ""))


COMPOSERS = {"code": compose}


def put(number: int) -> None:
    with writing() as session:
        phone = f"+8613800138{number:03d}"
        outbox.put(
            session.connection(), "code", key=f"code-{number}", phone=phone, at=clock.now(), code="123456"
        )


def fail(_letter: Letter) -> None:
    raise ConnectionError("the gateway is away")


def test_two_deliverers_at_once_send_one_letter(site: Flask) -> None:
    put(1)
    (notice_id,) = outbox.due(clock.now())
    sent: list[Letter] = []

    def send_while_another_tries(letter: Letter) -> None:
        sent.append(letter)
        assert not outbox.deliver(notice_id, COMPOSERS, sent.append, clock.now())

    assert outbox.deliver(notice_id, COMPOSERS, send_while_another_tries, clock.now())

    assert len(sent) == 1


def test_a_failing_number_waits_longer_each_time_and_holds_nobody_up(site: Flask) -> None:
    for number in range(outbox.BATCH):
        put(number)
    now = clock.now()
    for notice_id in outbox.due(now):
        assert not outbox.deliver(notice_id, COMPOSERS, fail, now)

    put(999)

    assert len(outbox.due(clock.now())) == 1
    assert len(outbox.due(now + outbox.FIRST_PAUSE)) == outbox.BATCH


def test_after_the_last_try_it_is_given_up(site: Flask) -> None:
    put(1)
    at = clock.now()
    for _try in range(outbox.MAX_TRIES):
        (notice_id,) = outbox.due(at)
        assert not outbox.deliver(notice_id, COMPOSERS, fail, at)
        at += timedelta(days=30)

    assert outbox.due(at) == []


def test_a_sent_code_is_forgotten_but_for_the_demo(site: Flask) -> None:
    put(1)
    put(2)
    sent: list[Letter] = []
    first, second = outbox.due(clock.now())
    outbox.deliver(first, COMPOSERS, sent.append, clock.now())
    outbox.deliver(second, COMPOSERS, sent.append, clock.now(), keep_codes=True)

    assert [letter.code for letter in sent] == ["123456", "123456"]
    assert db.session.get_one(Notice, first).facts == {}
    assert db.session.get_one(Notice, second).facts == {"code": "123456"}


def test_codes_are_purged_after_a_day_and_other_notices_after_thirty(site: Flask) -> None:
    put(1)

    outbox.purge(clock.now() + timedelta(hours=23))
    kept = len(outbox.newest("+8613800138001", None))
    outbox.purge(clock.now() + timedelta(hours=25))

    assert (kept, len(outbox.newest("+8613800138001", None))) == (1, 0)
