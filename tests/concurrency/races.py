"""Races for places: each is run on the site as it is, and on the site with its guards off."""

import random
from collections import Counter

from tests.concurrency.crowd import Door, at_once
from yiqi.activities.models import Allocation
from yiqi.activities.planning import Pool, Share


def stampede(door: Door, people: int, places: int) -> tuple[list[str], set[int]]:
    """Everybody presses 我要报名 at once; answers the states in the order of tickets, and the statuses."""
    slot = door.activity(places=places).slot_id
    crowd = door.people(people)
    deeds = [door.pressing(one, f"/slots/{slot}/bookings", party=1, nonce="n") for one in crowd]
    statuses = set(at_once(deeds))
    return door.states(slot), statuses


def one_presses_often(door: Door) -> tuple[list[str], Counter[int]]:
    """One person sends fifty forms at once, each of them twice the same."""
    slot = door.activity(places=30).slot_id
    (one,) = door.people(1)
    deeds = [
        door.pressing(one, f"/slots/{slot}/bookings", party=1, nonce=f"n{number % 25}")
        for number in range(50)
    ]
    statuses = at_once(deeds)
    return door.states(slot), statuses


def one_cancels_often(door: Door) -> tuple[list[str], Counter[int]]:
    """One place, three people waiting, and its holder cancels twenty times at once."""
    slot = door.activity(places=1).slot_id
    crowd = door.people(4)
    for one in crowd:
        assert door.signs_up(one, slot).status == 303
    ref = door.bookings(slot)[0].ref
    statuses = at_once([door.pressing(crowd[0], f"/bookings/{ref}/cancel")] * 20)
    return door.states(slot), statuses


def three_seats_for_a_party_and_three_more(door: Door, rounds: int) -> list[list[int]]:
    """The last three seats, a party of three, and three people who come alone; answers who got in, each time."""
    held = []
    for _round in range(rounds):
        slot = door.activity(places=3, max_party=3).slot_id
        deeds = [
            door.pressing(one, f"/slots/{slot}/bookings", party=party)
            for party, one in zip((3, 1, 1, 1), door.people(4), strict=True)
        ]
        at_once(deeds)
        bookings = door.bookings(slot)
        assert len(bookings) == 4
        held.append(sorted(one.party for one in bookings if one.state == "confirmed"))
    return held


def two_slots_of_one_quota(door: Door, people: int, most: int) -> tuple[int, set[int]]:
    """A quota over two slots, and half of the crowd presses in each; answers who got in, and the statuses."""
    made = door.activity(pools=[Pool(people), Pool(people)], quotas=[Share("两场合计", most=most)])
    deeds = [
        door.pressing(one, f"/slots/{made.slot_ids[number % 2]}/bookings", party=1)
        for number, one in enumerate(door.people(people))
    ]
    statuses = set(at_once(deeds))
    return sum(door.states(slot).count("confirmed") for slot in made.slot_ids), statuses


def organizers_change_the_seats(door: Door, waiting: int, seats: list[int]) -> tuple[Counter[str], int, int]:
    """Two seats, a queue, and organizers who all set another number at once; answers the states, the seats there are
    then and those beyond them."""
    slot = door.activity(places=2).slot_id
    crowd = door.people(2 + waiting)
    at_once([door.pressing(one, f"/slots/{slot}/bookings", party=1) for one in crowd])
    organizer = crowd[0]
    at_once([door.pressing(organizer, f"/verbs/slots/{slot}/capacity", seats=one) for one in seats])
    capacity, over = door.found("SELECT capacity, over FROM slot WHERE id = :slot", slot=slot)
    return Counter(door.states(slot)), capacity, over


def approved_while_withdrawn(door: Door, rounds: int = 6) -> tuple[set[tuple[str, int, int]], Counter[int]]:
    """A checked sign-up is approved and withdrawn at once, five times each, in several slots.

    Answers the states in the end, with the seats held and how often it was decided, and the statuses.
    """
    deeds = []
    activity = door.activity(pools=[Pool(3)] * rounds, allocation=Allocation.APPROVAL)
    organizer, *crowd = door.people(1 + rounds)
    for slot, one in zip(activity.slot_ids, crowd, strict=True):
        assert door.signs_up(one, slot).status == 303
        ref = door.bookings(slot)[0].ref
        deeds += [door.pressing(organizer, f"/verbs/bookings/{ref}/approve")] * 5
        deeds += [door.pressing(one, f"/bookings/{ref}/cancel", seen="pending")] * 5
    random.Random(rounds).shuffle(deeds)
    statuses = at_once(deeds)
    ends = door.rows(
        """SELECT b.state, s.held, count(c.id) AS decided
           FROM booking b JOIN slot s ON s.id = b.slot_id
           LEFT JOIN booking_change c ON c.booking_id = b.id AND c.was = 'pending'
           WHERE s.activity_id = :activity GROUP BY b.id, b.state, s.id, s.held""",
        activity=activity.activity_id,
    )
    assert len(ends) == rounds
    return {tuple(one) for one in ends}, statuses
