"""Some seconds of everything at once, and the tables recounted afterwards."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.concurrency.crowd import Browser, Door
from yiqi import clock
from yiqi.activities.planning import Meeting, Pool, Share
from yiqi.booking import offers

pytestmark = pytest.mark.race

PEOPLE = 30
SECONDS = 7.0
Press = Callable[[random.Random], int]


class TestOffers:
    """Inside the last day three activities at one time take and lose people, seats are added and taken away, and
    offers are accepted, passed on and run out."""

    def test_nothing_is_miscounted_and_nobody_meets_an_error(self, site: Door) -> None:
        statuses, seen = a_rush(site, *last_day(site), SECONDS)

        assert set(statuses) <= {200, 303, 409}
        assert statuses[303] > PEOPLE
        assert {"confirmed", "waiting", "offered"} <= seen

    def test_without_the_guards_much_is(self, unguarded: Door) -> None:
        before = set(unguarded.faults())

        a_rush(unguarded, *last_day(unguarded), SECONDS / 2)

        assert set(unguarded.faults()) - before


class TestKnots:
    """Two activities at one time, two slots each, whose slots share a quota: who cancels in one moves the queues of
    all four, while others sign up in either order."""

    def test_nobody_meets_a_deadlock(self, site: Door) -> None:
        before = site.deadlocks()

        statuses, seen = a_rush(site, *one_time(site), SECONDS)

        assert site.deadlocks() == before
        assert set(statuses) <= {303, 409}
        assert statuses[303] > PEOPLE
        assert {"confirmed", "waiting"} <= seen

    def test_without_order_and_second_tries_they_do(self, tangled: Door) -> None:
        statuses, _seen = a_rush(tangled, *one_time(tangled), 5 * SECONDS, up_to=500)

        assert max(statuses) >= 500


def last_day(door: Door) -> tuple[list[int], list[Press]]:
    """Three slots at one time, and what the desk does with them."""
    slots = [door.activity(places=4, max_party=3, starts_in=timedelta(hours=20)).slot_id for _ in range(3)]
    (organizer,) = door.people(1)

    def changes_seats(chance: random.Random) -> int:
        path = f"/verbs/slots/{chance.choice(slots)}/capacity"
        return door.press(organizer, path, seats=chance.choice((2, 3, 4, 5, 6))).status

    def lets_time_fly(chance: random.Random) -> int:
        return door.press(organizer, f"/verbs/slots/{chance.choice(slots)}/hurry").status

    def sweeps(chance: random.Random) -> int:
        return door.press(organizer, f"/verbs/slots/{chance.choice(slots)}/settle").status

    def reads(chance: random.Random) -> int:
        return door.ask("GET", f"/slots/{chance.choice(slots)}/_places", organizer.cookie, htmx=True).status

    return slots, [changes_seats, changes_seats, lets_time_fly, sweeps, reads]


def one_time(door: Door) -> tuple[list[int], list[Press]]:
    """Four slots at one time, in pairs that share a quota; the desk has nothing to do with them."""
    start = clock.now() + timedelta(days=4)
    slots: list[int] = []
    for _activity in range(2):
        made = door.activity(
            meetings=[Meeting(start, start + timedelta(hours=2))],
            pools=[Pool(4), Pool(4)],
            quotas=[Share("两场合计", most=6)],
            max_party=2,
        )
        slots += made.slot_ids
    return slots, []


def a_rush(
    door: Door, slots: Sequence[int], desk: Sequence[Press], seconds: float, up_to: int = 1000
) -> tuple[Counter[int], set[str]]:
    """People book and give back, and the desk does what it does; answers the statuses, and the states people saw.

    A status of `up_to` or above ends it before its time.
    """
    statuses: Counter[int] = Counter()
    seen: set[str] = set()
    counting = threading.Lock()
    until = time.monotonic() + seconds

    def goes_on() -> bool:
        with counting:
            return time.monotonic() < until and max(statuses, default=0) < up_to

    def somebody(number: int, who: Browser) -> None:
        chance = random.Random(number)
        while goes_on():
            state, status = one_step(door, who, chance.choice(slots), chance)
            with counting:
                statuses[status] += 1
                seen.add(state)

    def the_desk() -> None:
        chance = random.Random(0)
        while desk and goes_on():
            status = chance.choice(desk)(chance)
            with counting:
                statuses[status] += 1
            time.sleep(0.03)

    with ThreadPoolExecutor(PEOPLE + 1) as pool:
        done = [pool.submit(the_desk)]
        done += [pool.submit(somebody, number, who) for number, who in enumerate(door.people(PEOPLE))]
        for one in done:
            one.result()
    with door.app.app_context():  # an offer that has just run out binds nobody, until it is swept
        offers.settle_due(clock.now())
    return statuses, seen


def one_step(door: Door, who: Browser, slot: int, chance: random.Random) -> tuple[str, int]:
    """Book what one has not, give back what one has, say yes or no to an offer, press again while waiting; answers
    the state as it was, and the status."""
    mine = door.rows(
        "SELECT state, ref FROM booking WHERE slot_id = :slot AND person_id = :person ORDER BY id DESC LIMIT 1",
        slot=slot,
        person=who.person_id,
    )
    state, ref = mine[0] if mine else ("", "")
    patient = state == "waiting" and chance.random() < 0.6
    if patient or state not in ("confirmed", "waiting", "offered"):
        party = chance.choice((1, 1, 2, 3))
        return state, door.signs_up(who, slot, party=party, nonce=chance.random()).status
    verb = chance.choice(("accept", "accept", "decline")) if state == "offered" else "cancel"
    return state, door.press(who, f"/bookings/{ref}/{verb}").status
