"""Races for a timed offer: accepted, passed on and run out at one moment, by pages, buttons and sweeps alike."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from tests.concurrency.crowd import Answer, Browser, Door, at_once

SOON = timedelta(hours=20)
"""Inside the last day, where a freed seat is held out and not given."""


@dataclass(frozen=True)
class Ended:
    """What became of an offer: the state of its booking, how often the offer ended, who holds seats, and how many
    offers the next in line has had."""

    state: str
    ends: int
    held: int
    next_offers: int


def one_offer_in_three_hands(door: Door, rounds: int = 6) -> tuple[list[Ended], Counter[int]]:
    """Each round has one seat, held out to the first of three in line for one second more: it is accepted and
    declined five times each, and swept and read ten times, around the moment at which it ends."""
    deeds, slots = [], []
    for _round in range(rounds):
        slot, (_before, second, *_others) = _held_out(door, seats=1, people=4)
        offered = door.bookings(slot)[1]
        assert offered.state == "offered"
        slots.append((slot, offered.id))
        for verb in ("accept", "decline"):
            deeds += [door.pressing(second, f"/bookings/{offered.ref}/{verb}")] * 5
        deeds += [door.pressing(second, f"/verbs/slots/{slot}/settle")] * 5
        deeds += [_reading(door, slot, second)] * 5
    random.Random(rounds).shuffle(deeds)
    for slot, _booking in slots:
        _ends_in_a_second(door, slot)
    statuses = at_once([_sooner_or_later(deed) for deed in deeds])
    return [_ended(door, slot, booking) for slot, booking in slots], statuses


def offers_swept_often(door: Door, seats: int = 4) -> tuple[list[str], int, Counter[int]]:
    """All offers of a slot have run out; sweeps and readers meet them at once, from both processes.

    Answers the states in the order of tickets, how often offers ended, and the statuses; three times as many people
    as there are seats are in line.
    """
    slot, crowd = _held_out(door, seats=seats, people=4 * seats)
    _ends_in_a_second(door, slot)
    time.sleep(2)
    deeds = [door.pressing(crowd[0], f"/verbs/slots/{slot}/settle"), _reading(door, slot, crowd[-1])] * 16
    statuses = at_once(deeds)
    ends = """SELECT count(*) FROM booking_change c JOIN booking b ON b.id = c.booking_id
              WHERE b.slot_id = :slot AND c.was = 'offered'"""
    return door.states(slot), door.found(ends, slot=slot)[0], statuses


def _held_out(door: Door, seats: int, people: int) -> tuple[int, list[Browser]]:
    """A slot whose seats were all given back: they are held out to the first in line."""
    slot = door.activity(places=seats, starts_in=SOON).slot_id
    crowd = door.people(people)
    for one in crowd:
        assert door.signs_up(one, slot).status == 303
    for one, booking in zip(crowd[:seats], door.bookings(slot), strict=False):
        assert door.press(one, f"/bookings/{booking.ref}/cancel").status == 303
    return slot, crowd


def _ends_in_a_second(door: Door, slot: int) -> None:
    (one,) = door.people(1)
    assert door.press(one, f"/verbs/slots/{slot}/hurry").status == 303


def _reading(door: Door, slot: int, one: Browser) -> Callable[[], Answer]:
    return lambda: door.ask("GET", f"/slots/{slot}/_booking", one.cookie, htmx=True)


def _sooner_or_later(deed: Callable[[], Answer]) -> Callable[[], Answer]:
    def after_a_while() -> Answer:
        time.sleep(random.uniform(0, 0.4))
        return deed()

    return after_a_while


def _ended(door: Door, slot: int, booking: int) -> Ended:
    rows = door.bookings(slot)
    ends = "SELECT count(*) FROM booking_change WHERE booking_id = :booking AND was = 'offered'"
    offers = "SELECT count(*) FROM booking_change WHERE booking_id = :booking AND became = 'offered'"
    state = next(one.state for one in rows if one.id == booking)
    third = min(one.id for one in rows if one.id > booking)
    held = door.found("SELECT held FROM slot WHERE id = :slot", slot=slot)[0]
    return Ended(state, door.found(ends, booking=booking)[0], held, door.found(offers, booking=third)[0])
