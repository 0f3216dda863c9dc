"""Eight seconds of everything at once: people book and cancel at clashing times while the seats go up and down."""

import random
import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.booking.invariants import broken
from tests.concurrency.crowd import ask, publish, token, workers
from tests.databases import built
from yiqi import clock
from yiqi.booking import places

pytestmark = pytest.mark.race
PEOPLE, SLOTS = 30, 3


def test_after_eight_seconds_of_everything_at_once_all_is_as_it_must_be(
    site: str, database_url: str, tmp_path: Path
) -> None:
    statuses, faults = a_rush(site, database_url, tmp_path, seconds=8)

    assert faults == []
    assert set(statuses) <= {303, 409}
    assert statuses[303] > PEOPLE


def test_without_the_guards_it_is_not(unguarded: str, database_url: str, tmp_path: Path) -> None:
    _statuses, faults = a_rush(unguarded, database_url, tmp_path, seconds=3)

    assert faults != []


def a_rush(base: str, database_url: str, tmp_path: Path, seconds: float) -> tuple[Counter[int], list[str]]:
    """Three activities at one time; answers the statuses, and what is wrong with the tables afterwards."""
    slots = [publish(database_url, "--capacity", "4", "--max-party", "3")[1] for _ in range(SLOTS)]
    cookies = workers(database_url, PEOPLE)
    statuses: Counter[int] = Counter()
    counting = threading.Lock()
    with built(database_url, tmp_path) as app, ThreadPoolExecutor(PEOPLE + 1) as pool:
        until = time.monotonic() + seconds

        def somebody(number: int, cookie: str) -> None:
            chance, held = random.Random(number), token(ask(base, "GET", "/me/name", cookie))
            while time.monotonic() < until:
                answer = one_step(base, cookie, held, chance.choice(slots), chance)
                with counting:
                    statuses[answer] += 1

        def the_desk() -> None:
            chance = random.Random(0)
            with app.app_context():
                while time.monotonic() < until:
                    seats = chance.choice((2, 3, 4, 5, 6))
                    places.set_capacity(slot_id=chance.choice(slots), capacity=seats, at=clock.now())
                    time.sleep(0.05)

        done = [pool.submit(the_desk)]
        done += [pool.submit(somebody, number, cookie) for number, cookie in enumerate(cookies)]
        for one in done:
            one.result()
        with app.app_context():
            return statuses, broken(clock.now(), lowered=slots)


def one_step(base: str, cookie: str, held: str, slot: int, chance: random.Random) -> int:
    """Book what one has not, give back what one has."""
    mine = ask(base, "GET", f"/slots/{slot}/_booking", cookie, htmx=True).text
    state, ref = re.search(r'data-state="(\w+)"', mine), re.search(r'data-ref="(\w+)"', mine)
    fields = {"csrf_token": held}
    if state is not None and ref is not None and state[1] in ("confirmed", "waiting"):
        return ask(base, "POST", f"/bookings/{ref[1]}/cancel", cookie, fields).status
    fields |= {"party": str(chance.choice((1, 1, 2, 3))), "nonce": str(chance.random())}
    return ask(base, "POST", f"/slots/{slot}/bookings", cookie, fields).status
