"""Background work: settle what the clock made due, deliver the outbox, forget what has expired, leave a heartbeat.

Truth stays in the tables. Any number of processes may run it: a notice is claimed before it is sent, and settling or
purging twice equals once.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from flask import Flask

from yiqi import clock
from yiqi.booking import offers
from yiqi.db import db
from yiqi.notices import outbox
from yiqi.notices.channels import console
from yiqi.notices.heartbeat import BACKGROUND, beat
from yiqi.notices.outbox import Compose
from yiqi.people import codes

EVERY_SECONDS = 1.0
BEAT_EVERY, PURGE_EVERY = timedelta(seconds=15), timedelta(hours=1)
CHANNELS = {"console": console.send}

log = structlog.get_logger()


class Background:
    """The loop, with what it did last."""

    def __init__(self, app: Flask, composers: "dict[str, Compose]") -> None:
        self._app = app
        self._composers = composers
        self._send = CHANNELS[app.config["YIQI"].messages]
        self._keep_codes: bool = app.config["YIQI"].is_demo
        self._beaten: datetime | None = None
        self._purged: datetime | None = None

    def once(self, at: datetime, stop: threading.Event | None = None) -> int:
        """One round; answers how many notices were delivered. `stop` ends it between two notices."""
        sent = 0
        with self._app.test_request_context(base_url=self._app.config["YIQI"].base_url or None):
            try:
                self._keep_house(at)
                offers.settle_due(at)
                for notice_id in outbox.due(at):
                    if stop is not None and stop.is_set():
                        break
                    sent += outbox.deliver(
                        notice_id, self._composers, self._send, at, keep_codes=self._keep_codes
                    )
                    self._keep_house(clock.now())
            finally:
                db.session.remove()
        return sent

    def _keep_house(self, at: datetime) -> None:
        """The heartbeat and the purges, each when it is time."""
        if self._beaten is None or at - self._beaten >= BEAT_EVERY:
            beat(BACKGROUND, at)
            self._beaten = at
        if self._purged is None or at - self._purged >= PURGE_EVERY:
            outbox.purge(at)
            codes.purge(at)
            self._purged = at

    def run(self, stop: threading.Event) -> None:
        """Round after round until `stop` is set; a failed one is logged and the next tried."""
        while not stop.wait(EVERY_SECONDS):
            try:
                self.once(clock.now(), stop)
            except Exception:
                log.exception("background_round_failed")


def start(app: Flask) -> Callable[[], None]:
    """Run in a thread of this process; answers how to stop it, which waits for the round under way."""
    stop = threading.Event()
    worker: Background = app.extensions["yiqi.background"]
    thread = threading.Thread(target=worker.run, args=(stop,), name="background", daemon=True)
    thread.start()

    def end() -> None:
        stop.set()
        thread.join(timeout=10)

    return end
