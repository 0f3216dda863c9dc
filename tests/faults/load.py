"""People who sign up and cancel without a pause while the site is being killed, and what they were told.

Each of them sends a form again until it is answered, as a phone in a bad network does. What was answered was
acknowledged, and is held against the tables afterwards.
"""

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPException

from tests.concurrency.crowd import Answer, Browser, Door
from yiqi.db import db

PEOPLE, SLOTS, PLACES = 16, 6, 5
MOST_SECONDS, PAUSE_SECONDS = 60.0, 0.1
LIVE = ("waiting", "confirmed")


@dataclass
class Load:
    """What was acknowledged so far: by person, slot and form, whether the booking must be live; and every answer that
    came, with 0 for a connection that broke."""

    door: Door
    slots: list[int]
    told: dict[tuple[int, int, str], bool] = field(default_factory=dict)
    answers: Counter[int] = field(default_factory=Counter)
    answered_again: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def lost(self) -> list[tuple[int, int, str]]:
        """What was acknowledged and is not so in the tables."""
        rows = self.door.rows("SELECT person_id, slot_id, nonce, state FROM booking")
        stored: dict[tuple[int, int, str], list[bool]] = {}
        for row in rows:
            stored.setdefault((row.person_id, row.slot_id, row.nonce), []).append(row.state in LIVE)
        return [form for form, live in self.told.items() if stored.get(form) != [live]]

    def goes_on(self, acknowledged: int) -> None:
        """Wait until so much more is acknowledged."""
        enough, until = self.answers[200] + acknowledged, time.monotonic() + MOST_SECONDS
        while self.answers[200] < enough:
            assert time.monotonic() < until, f"nothing goes on: {self.answers}"
            time.sleep(0.005)

    def person(self, who: Browser) -> None:
        """Sign up where they have nothing, cancel what they have: until it is over."""
        chance, number = random.Random(who.person_id), 0
        mine: dict[int, tuple[str, str]] = {}
        while not self.over.is_set():
            slot = chance.choice(self.slots)
            if slot in mine:
                ref, nonce = mine.pop(slot)
                if self._persistently(who, f"/bookings/{ref}/cancel").status == 200:
                    self._note(who, slot, nonce, live=False)
                continue
            number += 1
            nonce = f"n{number}"
            answer = self._persistently(who, f"/slots/{slot}/bookings", party="1", nonce=nonce)
            if answer.status == 200:
                self._note(who, slot, nonce, live=True)
                shown = re.search(r'data-ref="(\w+)"', answer.text)
                mine[slot] = (shown[1] if shown else "22222222", nonce)

    def _note(self, who: Browser, slot: int, nonce: str, *, live: bool) -> None:
        with self._counting:
            self.told[who.person_id, slot, nonce] = live

    def _persistently(self, who: Browser, path: str, **fields: str) -> Answer:
        """Send a form until it is answered, by whatever is not a fault of the site."""
        typed = {"csrf_token": who.csrf, **fields}
        until, tries = time.monotonic() + MOST_SECONDS, 0
        while time.monotonic() < until:
            try:
                answer = self.door.ask("POST", path, who.cookie, typed, htmx=True)
            except (OSError, HTTPException):
                answer = Answer(0, "")
            with self._counting:
                self.answers[answer.status] += 1
                self.answered_again += tries > 0 and answer.status == 200
            if 0 < answer.status < 500:
                return answer
            tries += 1
            time.sleep(PAUSE_SECONDS)
        raise AssertionError(f"{path} is not answered: {self.answers}")


@contextmanager
def under_load(door: Door) -> Iterator[Load]:
    """People press while the body runs; at its end each of them waits for their last answer."""
    slots = [
        door.activity(places=PLACES, starts_in=timedelta(days=3, hours=3 * number)).slot_id
        for number in range(SLOTS)
    ]
    load, crowd = Load(door, slots), door.people(PEOPLE)
    with door.app.app_context():
        db.engine.dispose()  # our own connections must not be among those that break
    with ThreadPoolExecutor(PEOPLE) as pool:
        pressing = [pool.submit(load.person, who) for who in crowd]
        try:
            yield load
        finally:
            load.over.set()
    for one in pressing:
        one.result()
