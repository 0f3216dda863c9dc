"""Several workers at one outbox, and one that is killed between the gateway's yes and the note of it."""

import os
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.notices.stubs import Asked, Stub, running, takes_everything
from tests.servers import background
from yiqi import clock
from yiqi.background import Background
from yiqi.db import db, writing
from yiqi.notices import delivery, outbox
from yiqi.notices.channels.webhook import Webhook
from yiqi.notices.models import Notice
from yiqi.notices.post import Post
from yiqi.notices.rules.trying import FIRST_PAUSE
from yiqi.notices.rules.ways import Way
from yiqi.pages import composing

pytestmark = pytest.mark.fault

SECRET = "a-secret-that-both-sides-know"
MANY = 40


def codes(many: int) -> set[str]:
    """Letters that wait for no hour, as many; answers their keys."""
    with writing() as session:
        for number in range(many):
            phone = f"+8613800138{number:03d}"
            outbox.put(
                session.connection(),
                "code",
                key=f"code-{number}",
                phone=phone,
                at=clock.now(),
                code=f"{number:06d}",
            )
    return {f"code-{number}" for number in range(many)}


def handed(stub: Stub) -> Counter[str]:
    return Counter(one.headers["Idempotency-Key"] for one in stub.asked)


@contextmanager
def a_worker_process(site: Flask, stub: Stub, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
    """`flask jobs` on the site's database; short messages go to a stub."""
    settings = {"YIQI_MESSAGES": "webhook", "YIQI_SMS_URL": stub.url, "YIQI_SMS_SECRET": SECRET}
    with background(site.config["SQLALCHEMY_DATABASE_URI"], **settings, **more) as process:
        yield process


def in_two_threads(site: Flask, stub: Stub) -> None:
    """Both have the same list before either delivers."""
    together = threading.Barrier(2)
    post = Post({Way.SMS: Webhook(stub.url, SECRET)})

    def work() -> None:
        with site.test_request_context():
            at = clock.now()
            ids = delivery.due(at)
            together.wait(timeout=30)
            for notice_id in ids:
                delivery.deliver(notice_id, composing.composers(), post, at)
            db.session.remove()

    both = [threading.Thread(target=work) for _one in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(timeout=60)


def test_two_workers_with_the_same_list_send_each_letter_once(site: Flask) -> None:
    keys = codes(MANY)
    with running(takes_everything) as stub:
        in_two_threads(site, stub)

    assert handed(stub) == dict.fromkeys(keys, 1)


def test_without_the_claim_they_send_letters_twice(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def counted_only(notice_id: int, at: datetime) -> int | None:
        with writing() as session:
            session.execute(update(Notice).where(Notice.id == notice_id).values(tries=Notice.tries + 1))
        return 0

    monkeypatch.setattr(delivery, "claim", counted_only)
    keys = codes(MANY)
    with running(takes_everything) as stub:
        in_two_threads(site, stub)

    assert set(handed(stub)) == keys
    assert max(handed(stub).values()) == 2


def test_two_processes_at_one_outbox_send_each_letter_once(site: Flask) -> None:
    keys, all_in = codes(MANY), threading.Event()

    def answer(_asked: Asked) -> tuple[int, Any]:
        if len(stub.asked) >= MANY:
            all_in.set()
        return 200, {}

    with running(answer) as stub, a_worker_process(site, stub) as one, a_worker_process(site, stub) as other:
        assert all_in.wait(timeout=60)
        for process in (one, other):  # asked to end, it finishes what is under way
            process.terminate()
            assert process.wait(timeout=30) == 0

    assert handed(stub) == dict.fromkeys(keys, 1)
    assert db.session.scalars(select(Notice.id).where(Notice.sent_at.is_(None))).all() == []


def test_a_worker_killed_between_yes_and_note_loses_nothing_and_repeats_one_at_the_most(site: Flask) -> None:
    keys = codes(MANY)
    fifth, killed = threading.Event(), threading.Event()

    def answer(_asked: Asked) -> tuple[int, Any]:
        if len(stub.asked) == 5:
            fifth.set()
            killed.wait(timeout=30)
        return 200, {}

    with running(answer) as stub:
        with a_worker_process(site, stub) as process:
            assert fifth.wait(timeout=60)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            killed.set()
        assert db.session.scalars(select(Notice.id).where(Notice.sent_at.is_(None))).all()
        _rest(site, stub)

    assert handed(stub).keys() == keys
    assert sorted(handed(stub).values())[-2:] == [1, 2], "the one that was under way, under the same key"


def _rest(site: Flask, stub: Stub) -> None:
    """Another worker, once the claims of the dead one have run out."""
    db.session.rollback()
    worker = Background(site, composing.composers(), Post({Way.SMS: Webhook(stub.url, SECRET)}))
    worker._chores = ()
    later = clock.now() + FIRST_PAUSE + timedelta(seconds=1)
    with site.app_context():
        worker.once(later)
        worker.once(later)
