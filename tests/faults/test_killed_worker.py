"""kill -9 of the worker between the yes of the mail server, or of WeChat, and the note of it: everybody hears, and the
one letter that was under way comes twice under one name, by which whoever takes it drops the second."""

import os
import threading
from collections import Counter
from datetime import timedelta
from email import message_from_bytes, policy
from signal import SIGKILL
from typing import Any

import pytest
from flask import Flask

from tests.builders import an_activity, workers
from tests.faults.test_notice_workers import a_worker_process
from tests.notices.mailing import CERTIFICATE, Keeps
from tests.notices.stubs import Asked
from tests.notices.test_outage import Gateway
from yiqi import clock
from yiqi.background import Background
from yiqi.booking import places
from yiqi.db import db
from yiqi.notices.rules.trying import FIRST_PAUSE
from yiqi.notices.rules.ways import Way
from yiqi.pages import composing

pytestmark = pytest.mark.fault

MANY, LAST = 8, 5


class Halts(Gateway):
    """A channel that has taken the fifth letter, and says so only after the worker was killed."""

    def __init__(self, way: Way) -> None:
        super().__init__(way)
        self.fifth, self.killed = threading.Event(), threading.Event()
        self.stub.answers = self._answers
        self.keeps = _Halting(self)

    def took_one(self) -> None:
        if len(self.heard) == LAST:
            self.fifth.set()
            self.killed.wait(timeout=30)

    def _answers(self, asked: Asked) -> tuple[int, Any]:
        said = self.account(asked)
        if asked.path.endswith("/template/send"):
            self.took_one()
        return said

    @property
    def settings(self) -> dict[str, str]:
        if self.way is Way.EMAIL:
            return {
                "YIQI_MAIL_URL": f"smtp://localhost:{self.port}",
                "YIQI_MAIL_FROM": "y@example.com",
                "YIQI_MAIL_CA": str(CERTIFICATE),
            }
        return {
            "YIQI_WECHAT_APPID": "wx",
            "YIQI_WECHAT_SECRET": self.account.secret,
            "YIQI_WECHAT_TEMPLATE": "T",
            "YIQI_WECHAT_API": self.stub.url,
        }

    @property
    def names(self) -> list[str]:
        """Under which letters came in."""
        if self.way is Way.EMAIL:
            letters = [message_from_bytes(one.content, policy=policy.default) for one in self.keeps.letters]
            return [one["Message-ID"] for one in letters]
        sent = [one for one in self.stub.asked if one.path.endswith("/template/send")]
        return [one.said["client_msg_id"] for one in sent]


class _Halting(Keeps):
    def __init__(self, gateway: Halts) -> None:
        super().__init__()
        self._gateway = gateway

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        said = await super().handle_DATA(server, session, envelope)
        self._gateway.took_one()
        return said


@pytest.mark.parametrize("way", [Way.WECHAT, Way.EMAIL])
def test_everybody_hears_and_the_letter_under_way_comes_again_under_its_name(site: Flask, way: Way) -> None:
    gateway, people = Halts(way), workers(MANY)
    gateway.chosen_by(people)
    made = an_activity(places=MANY, starts_in=timedelta(hours=1))  # of the same day: told at any hour
    for one in people:
        places.sign_up(slot_id=made.slot_id, person_id=one.id, party=1, nonce="n", at=clock.now())
    with gateway.come_back():
        with a_worker_process(site, gateway.stub, **gateway.settings) as process:
            assert gateway.fifth.wait(timeout=60)
            os.kill(process.pid, SIGKILL)
            process.wait()
            gateway.killed.set()
        rest(site, gateway)

    heard = Counter(gateway.heard)
    assert heard.keys() == {one.phone[-8:] for one in people}
    assert sorted(heard.values())[-2:] == [1, 2]
    assert len(set(gateway.names)) == MANY


def rest(site: Flask, gateway: Gateway) -> None:
    """Another worker, once the claim of the dead one has run out."""
    db.session.rollback()
    worker = Background(site, composing.composers(), gateway.post)
    worker._chores = ()
    with site.app_context():
        worker.once(clock.now() + FIRST_PAUSE + timedelta(seconds=1))
