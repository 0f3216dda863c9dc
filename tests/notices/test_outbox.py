"""The outbox: one fact, one letter; a failed one waits and holds nobody up; a sent code is forgotten."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from tests.builders import a_worker
from yiqi import clock
from yiqi.db import db, writing
from yiqi.notices import delivery, outbox
from yiqi.notices.letter import Failed, Letter, Refused
from yiqi.notices.models import Notice
from yiqi.notices.rules.trying import FIRST_PAUSE, MAX_TRIES


def compose(notice: Notice) -> Letter | None:
    return Letter(notice.phone or "", str(notice.facts), notice.facts.get("code", ""))


COMPOSERS = {"code": compose}


def put(number: int, until: datetime | None = None) -> None:
    with writing() as session:
        outbox.put(
            session.connection(),
            "code",
            key=f"code-{number}",
            phone=f"+8613800138{number:03d}",
            at=clock.now(),
            until=until,
            code="123456",
        )


def fail(_letter: Letter) -> str | None:
    raise Failed("the gateway is away")


def refuse(_letter: Letter) -> str | None:
    raise Refused("no such number")


def row(notice_id: int) -> Notice:
    return db.session.get_one(Notice, notice_id, populate_existing=True)


@pytest.mark.parametrize("site", ["postgresql"], indirect=True)
def test_while_a_letter_is_handed_over_no_transaction_stands_open(site: Flask) -> None:
    """A gateway may take a minute, and one in which nothing is said for two is ended (`connections.IDLE_MS`)."""
    still = text(
        "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND datname = current_database()"
    )
    seen: list[int] = []

    def look(_letter: Letter | None = None) -> None:
        with db.engine.connect() as looker:
            seen.append(looker.scalar(still) or 0)

    put(1)
    (notice_id,) = delivery.due(clock.now())
    assert delivery.deliver(notice_id, COMPOSERS, look, clock.now())
    with writing() as session:
        session.scalar(text("SELECT 1"))
        look()

    assert seen == [0, 1]


def test_two_deliverers_at_once_send_one_letter(site: Flask) -> None:
    put(1)
    (notice_id,) = delivery.due(clock.now())
    sent: list[Letter] = []

    def send_while_another_tries(letter: Letter) -> None:
        sent.append(letter)
        assert not delivery.deliver(notice_id, COMPOSERS, sent.append, clock.now())

    assert delivery.deliver(notice_id, COMPOSERS, send_while_another_tries, clock.now())

    assert len(sent) == 1


def test_a_failing_number_waits_longer_each_time_and_holds_nobody_up(site: Flask) -> None:
    for number in range(delivery.BATCH):
        put(number)
    now = clock.now()
    for notice_id in delivery.due(now):
        assert not delivery.deliver(notice_id, COMPOSERS, fail, now)

    put(999)

    assert len(delivery.due(clock.now())) == 1
    assert len(delivery.due(now + FIRST_PAUSE)) == delivery.BATCH


def test_after_the_last_try_it_is_a_dead_letter_with_its_reason(site: Flask) -> None:
    put(1)
    at = clock.now()
    (notice_id,) = delivery.due(at)
    for tried in range(MAX_TRIES):
        assert delivery.due(at) == [notice_id]
        assert row(notice_id).dead_at is None, tried
        assert not delivery.deliver(notice_id, COMPOSERS, fail, at)
        at += timedelta(days=30)

    assert delivery.due(at) == []
    dead = row(notice_id)
    assert (dead.reason, dead.tries) == ("the gateway is away", MAX_TRIES)
    assert dead.dead_at is not None


def test_what_can_never_arrive_is_a_dead_letter_at_once(site: Flask) -> None:
    put(1)
    now = clock.now()
    (notice_id,) = delivery.due(now)

    delivery.deliver(notice_id, COMPOSERS, refuse, now)

    assert (row(notice_id).dead_at, row(notice_id).reason) == (now, "no such number")
    assert delivery.due(now + timedelta(days=30)) == []


def test_one_whose_last_try_nobody_survived_is_a_dead_letter_too(site: Flask) -> None:
    put(1)
    at = clock.now()
    (notice_id,) = delivery.due(at)
    for _died in range(MAX_TRIES):
        assert delivery.claim(notice_id, at) is not None
        at += timedelta(days=30)

    assert delivery.due(at) == [notice_id]
    assert not delivery.deliver(notice_id, COMPOSERS, fail, at)

    assert row(notice_id).dead_at == at
    assert delivery.due(at + timedelta(days=30)) == []


def test_a_code_that_is_out_is_not_sent_any_more(site: Flask) -> None:
    now = clock.now()
    put(1, until=now + timedelta(minutes=5))
    (notice_id,) = delivery.due(now)
    sent: list[Letter] = []

    assert not delivery.deliver(notice_id, COMPOSERS, sent.append, now + timedelta(minutes=5))

    assert sent == []
    assert (row(notice_id).dead_at, row(notice_id).way) == (None, None)
    assert delivery.due(now + timedelta(days=1)) == []


def test_codes_overtake_what_is_not_asked_for(site: Flask) -> None:
    person = a_worker()
    with writing() as session:
        for number in range(delivery.BATCH):
            outbox.put(session.connection(), "other", key=f"o-{number}", person_id=person.id, at=clock.now())
    put(1)

    first = delivery.due(clock.now())[0]

    assert row(first).kind == "code"


def test_a_bug_in_a_letter_is_no_end_of_the_others(site: Flask, caplog: pytest.LogCaptureFixture) -> None:
    put(1)
    (notice_id,) = delivery.due(clock.now())

    def broken(_notice: Notice) -> Letter | None:
        raise KeyError("booking")

    assert not delivery.deliver(notice_id, {"code": broken}, fail, clock.now())

    assert (row(notice_id).reason, row(notice_id).tries) == ("KeyError", 1)


def test_a_sent_code_is_forgotten_but_for_the_demo(site: Flask) -> None:
    put(1)
    put(2)
    sent: list[Letter] = []
    first, second = delivery.due(clock.now())
    delivery.deliver(first, COMPOSERS, sent.append, clock.now())
    delivery.deliver(second, COMPOSERS, sent.append, clock.now(), keep_codes=True)

    assert [letter.code for letter in sent] == ["123456", "123456"]
    assert row(first).facts == {}
    assert row(second).facts == {"code": "123456"}


def test_codes_are_purged_after_a_day_and_other_notices_after_thirty(site: Flask) -> None:
    put(1)

    outbox.purge(clock.now() + timedelta(hours=23))
    kept = len(outbox.newest("+8613800138001", None))
    outbox.purge(clock.now() + timedelta(hours=25))

    assert (kept, len(outbox.newest("+8613800138001", None))) == (1, 0)
