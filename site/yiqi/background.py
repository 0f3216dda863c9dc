"""Background work: settle what the clock made due, deliver the outbox, forget what has expired, leave a heartbeat.

Truth stays in the tables. Any number of processes may run it: a notice is claimed before it is sent, and settling or
purging twice equals once.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog
from flask import Flask

from yiqi import clock
from yiqi.booking import chance, no_shows, offers, programme, reminders
from yiqi.db import db
from yiqi.desk.files import lists
from yiqi.draws import lottery
from yiqi.kiosk import upkeep
from yiqi.notices import delivery, outbox, spending
from yiqi.notices.delivery import BATCH, Compose
from yiqi.notices.heartbeat import BACKGROUND, beat
from yiqi.notices.post import Post, budget_of
from yiqi.people import codes
from yiqi.privacy import erasing, retention

EVERY_SECONDS = 1.0
AT_A_STRETCH = timedelta(seconds=2)
"""How long a round sends what it found before it looks anew: somebody who waits for a code does not wait for a crowd."""
CHORES: tuple[tuple[timedelta, Callable[[datetime], object]], ...] = (
    (timedelta(seconds=15), partial(beat, BACKGROUND)),
    (timedelta(), offers.settle_due),
    (timedelta(seconds=15), lottery.freeze_due),
    (timedelta(minutes=1), no_shows.sweep),
    (timedelta(minutes=1), reminders.remind),
    (timedelta(minutes=10), chance.remember),
    (timedelta(hours=1), outbox.purge),
    (timedelta(hours=1), spending.purge),
    (timedelta(hours=1), reminders.purge),
    (timedelta(hours=1), lists.purge),
    (timedelta(hours=1), codes.purge),
    (timedelta(hours=1), erasing.forget_latecomers),
    (timedelta(hours=6), retention.purge),
)
"""What is done, in this order, and how often at the most; after it the chores of the programmes."""

log = structlog.get_logger()


class Background:
    """The loop, with what it did last."""

    def __init__(self, app: Flask, composers: "dict[str, Compose]", post: Post) -> None:
        self._app = app
        self._composers = composers
        self._send, self._ways = post, post.ways
        self._budget = budget_of(app.config["YIQI"])
        self._keep_codes: bool = app.config["YIQI"].is_demo
        self._chores = (
            *CHORES,
            *upkeep.CHORES,
            *(chore for plug in programme.plugs() for chore in plug.chores),
        )
        self._done: list[datetime | None] = [None] * len(self._chores)
        self._was_cut_short = False

    def once(self, at: datetime, stop: threading.Event | None = None) -> int:
        """One round; answers how many notices were delivered. `stop` ends it between two notices."""
        sent, self._was_cut_short = 0, False
        with self._app.test_request_context(base_url=self._app.config["YIQI"].base_url or None):
            try:
                self._keep_house(at)
                began = clock.now()
                for notice_id in delivery.due(at):
                    if stop is not None and stop.is_set():
                        break
                    if clock.now() - began > AT_A_STRETCH:
                        self._was_cut_short = True
                        break
                    at = max(at, clock.now())  # a claim counts from the moment it is made
                    sent += delivery.deliver(
                        notice_id,
                        self._composers,
                        self._send,
                        at,
                        ways=self._ways,
                        budget=self._budget,
                        keep_codes=self._keep_codes,
                    )
                    self._keep_house(at)
            finally:
                db.session.remove()
        return sent

    def _keep_house(self, at: datetime) -> None:
        """The chores, each when it is time. One that fails is logged and tried again when its time comes again."""
        for number, (every, chore) in enumerate(self._chores):
            last = self._done[number]
            if last is None or at - last >= every or at < last:
                self._done[number] = at
                try:
                    chore(at)
                except Exception:
                    db.session.rollback()
                    log.exception("chore_failed", number=number)

    def run(self, stop: threading.Event) -> None:
        """Round after round until `stop` is set; a failed one is logged and the next tried."""
        pause = EVERY_SECONDS
        while not stop.wait(pause):
            pause = EVERY_SECONDS
            try:
                if self.once(clock.now(), stop) >= BATCH or self._was_cut_short:
                    pause = 0.0
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
