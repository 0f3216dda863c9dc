"""Two app hosts serve one site: nobody is bound to one of them, and nothing that one of them remembers is wrong
on the other."""

import asyncio
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from html import unescape
from itertools import cycle

import pytest

from tests.bench.people import Phone, form_fields, street
from tests.bench.writing import fairly_dealt, until_answered
from tests.concurrency.crowd import Answer, Browser, Door, at_once, token
from tests.faults.scenes import held_out, run_out
from tests.faults.test_streams import BOARD, Stream, screens, until
from tests.hosts.machines import City
from yiqi.live.snapshot import FRESH_SECONDS

pytestmark = pytest.mark.hosts

PEOPLE, PLACES = 300, 30
SLACK = 2.0
"""Seconds that a busy machine may take beside the interval that is promised."""


def shown(page: Answer) -> tuple[str, str]:
    """State and ticket of the booking on an activity's page."""
    found = re.search(r'class="booking[^"]*" data-state="(\w+)"(?: data-ref="(\w+)")?', page.text)
    assert found is not None, page.text[:500]
    return found[1], found[2] or ""


def test_who_signs_up_on_one_host_sees_it_on_the_other_and_cancels_there(two: City) -> None:
    one, other = two.doors
    made, (who,) = two.front.activity(places=3), two.front.people(1)
    page = f"/activities/{made.activity_id}"
    action = f"/slots/{made.slot_id}/bookings"

    form = form_fields(one.ask("GET", page, who.cookie).text, action)
    assert other.ask("POST", action, who.cookie, form).status == 303
    state, ref = shown(one.ask("GET", page, who.cookie))
    assert state == "confirmed"
    again = one.ask("POST", action, who.cookie, form)
    assert again.status == 303
    assert two.front.states(made.slot_id) == ["confirmed"], (
        "the form, sent again to the other host, made a second booking"
    )

    cancel = {"csrf_token": token(one.ask("GET", page, who.cookie))}
    assert other.ask("POST", f"/bookings/{ref}/cancel", who.cookie, cancel).status == 303
    assert two.front.states(made.slot_id) == ["cancelled"]
    assert shown(one.ask("GET", page, who.cookie))[0] != "confirmed"


def test_one_form_pressed_twenty_times_at_once_on_both_hosts_books_once(two: City) -> None:
    made, (who,) = two.front.activity(places=3), two.front.people(1)
    doors = cycle(two.doors)

    answered = at_once(
        [next(doors).pressing(who, f"/slots/{made.slot_id}/bookings", party=1, nonce="n")] * 20
    )

    assert answered == {303: 20}
    assert two.front.states(made.slot_id) == ["confirmed"]


def test_the_proxy_binds_nobody_to_a_host(two: City) -> None:
    (who,) = two.front.people(1)
    before = [host.served() for host in two.hosts]
    pages = [two.front.ask("GET", "/me", who.cookie).status for _time in range(20)]
    served = [host.served() - was for host, was in zip(two.hosts, before, strict=True)]

    assert pages == [200] * 20
    assert min(served) >= 5, served


def test_three_hundred_for_thirty_places_over_both_hosts_are_dealt_exactly(two: City) -> None:
    made, crowd = two.front.activity(places=PLACES), two.front.people(PEOPLE)
    action = f"/slots/{made.slot_id}/bookings"
    opened = connections_opened(two)

    async def press() -> list[list[str]]:
        async with street(two.front.base, own=True, checked=False) as here:
            tried = await asyncio.gather(
                *(
                    until_answered(Phone(one, here), action, {"party": 1, "nonce": f"n{one.person_id}"})
                    for one in crowd
                )
            )
        return [[answer.text for answer in answers] for answers in tried]

    began = time.monotonic()
    tried = asyncio.run(press())
    took = time.monotonic() - began
    told = {one.person_id: answers[-1] for one, answers in zip(crowd, tried, strict=True)}

    right = fairly_dealt(two.front, made.slot_id, PLACES, told)
    assert right == "30 confirmed, queue 1..270, 0 oversold, 0 × 5xx"
    assert two.front.faults() == []
    waited = sum(len(answers) - 1 for answers in tried)
    print(
        f"\n{PEOPLE} for {PLACES}: {right} in {took:.1f} s, {waited} told to wait, "
        f"{connections_opened(two) - opened} connections to the database opened"
    )


def connections_opened(two: City) -> int:
    """How many the database has seen begin; it counts them a moment later."""
    time.sleep(1.2)
    (number,) = two.front.found("SELECT sessions FROM pg_stat_database WHERE datname = current_database()")
    return int(number)


def test_each_offer_that_ran_out_goes_to_the_next_once_though_both_hosts_sweep(two: City) -> None:
    scenes = [held_out(two.front) for _number in range(8)]
    for made, _crowd in scenes:
        run_out(two.front, made)

    def offered() -> list[int]:
        many = "SELECT count(*) FROM booking_change c JOIN booking b ON b.id = c.booking_id "
        of_slot = "WHERE c.became = 'offered' AND b.slot_id = :slot"
        return [int(two.front.found(many + of_slot, slot=made.slot_id)[0]) for made, _crowd in scenes]

    assert until(lambda: offered() == [2] * len(scenes), 30), offered()
    time.sleep(3)
    assert offered() == [2] * len(scenes), "the first offer, and one after it"
    (twice,) = two.front.found("SELECT count(*) - count(DISTINCT key) FROM notice")
    assert twice == 0
    assert two.front.faults() == []


def signs_up(two: City, slot_id: int, who: Browser, door: Door) -> None:
    assert door.signs_up(who, slot_id, nonce=secrets.token_hex(4)).status == 303


def moved(door: Door, poll: str) -> bool:
    return door.ask("GET", poll, htmx=True).status == 200


def test_a_page_that_follows_on_one_host_hears_of_a_sign_up_on_the_other_in_time(two: City) -> None:
    one, other = two.doors
    made, crowd = two.front.activity(places=40), two.front.people(10)
    waits = []
    for who in crowd:
        time.sleep(2 * FRESH_SECONDS)  # every process has seen what was before
        page = other.ask("GET", f"/activities/{made.activity_id}").text
        poll = unescape(re.findall(r'id="poller" hx-get="([^"]+)"', page)[0])
        assert other.ask("GET", poll, htmx=True).status == 204
        signs_up(two, made.slot_id, who, one)
        began = time.monotonic()
        assert until(partial(moved, other, poll), 10)
        waits.append(time.monotonic() - began)

    assert max(waits) <= FRESH_SECONDS + SLACK, waits
    print(f"\na poll on the other host: {sorted(waits)[5]:.2f} s in the middle, {max(waits):.2f} s at most")


def test_a_board_on_one_host_and_one_over_the_proxy_are_told_of_a_sign_up_on_the_other(two: City) -> None:
    made, crowd = two.front.activity(places=7, starts_in=timedelta(hours=4)), two.front.people(4)
    (_one, cookie), (_two, proxied) = screens(two.front, 2)
    waits = []
    with board(two.doors[1], cookie) as there, board(two.front, proxied) as outside:
        there.hears(2)
        outside.hears(2)
        for who in crowd:
            signs_up(two, made.slot_id, who, two.doors[0])
            waits += [there.hears_of("event: fragment", 10), outside.hears_of("event: fragment", 10)]

    assert None not in waits
    late = sorted(wait for wait in waits if wait is not None)
    assert late[-1] <= 1 + SLACK, late
    print(f"\na board on the other host: {late[4]:.2f} s in the middle, {late[-1]:.2f} s at most")


@contextmanager
def board(door: Door, cookie: str) -> Iterator[Stream]:
    stream = Stream(door, BOARD, cookie)
    try:
        assert stream.status == 200
        yield stream
    finally:
        stream.close()
