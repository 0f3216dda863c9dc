"""Races of organizers at the desk: with each other, and with workers who sign up at the same moment."""

from collections import Counter

from tests.builders import CAST
from tests.concurrency.crowd import Door, at_once
from yiqi.activities.models import Allocation
from yiqi.activities.planning import Pool


def two_let_different_people_in(door: Door, rounds: int = 6) -> tuple[list[list[str]], Counter[int]]:
    """One seat each time, six people to be checked, and two organizers who each let three others of them in at once.

    Answers the states each time, and the statuses.
    """
    organizers, ends, statuses = [door.organizer(), door.organizer()], [], Counter[int]()
    for _round in range(rounds):
        made = door.activity(places=1, allocation=Allocation.APPROVAL)
        for one in door.people(6):
            assert door.signs_up(one, made.slot_id).status == 303
        deeds = [
            door.pressing(
                organizers[number % 2],
                f"/desk/activities/{made.activity_id}/bookings/{booking.ref}/promote",
                because="名单已定",
            )
            for number, booking in enumerate(door.bookings(made.slot_id))
        ]
        statuses += at_once(deeds)
        ends.append(sorted(door.states(made.slot_id)))
    return ends, statuses


def one_person_added_often(door: Door) -> tuple[list[str], Counter[int]]:
    """Two organizers add the same unknown phone ten times each, with a form of their own each time."""
    made = door.activity(places=30)
    organizers = [door.organizer(), door.organizer()]
    deeds = [
        door.pressing(
            organizers[number % 2],
            f"/desk/activities/{made.activity_id}/add",
            **_added(made.slot_id, CAST["老陈"], nonce=f"n{number}"),
        )
        for number in range(20)
    ]
    statuses = at_once(deeds)
    return door.states(made.slot_id), statuses


def added_while_people_sign_up(door: Door, places: int) -> tuple[list[str], set[int]]:
    """Thirty workers press 我要报名 while two organizers add thirty others by phone."""
    made = door.activity(places=places)
    organizers = [door.organizer(), door.organizer()]
    deeds = []
    for number, one in enumerate(door.people(30)):
        deeds.append(door.pressing(one, f"/slots/{made.slot_id}/bookings", party=1, nonce="n"))
        fields = _added(made.slot_id, f"+86135{made.slot_id:04d}{number:04d}", nonce=f"n{number}")
        deeds.append(
            door.pressing(organizers[number % 2], f"/desk/activities/{made.activity_id}/add", **fields)
        )
    statuses = set(at_once(deeds))
    return door.states(made.slot_id), statuses


def added_beyond(door: Door, places: int) -> tuple[list[str], int]:
    """All seats are taken; two organizers add six people beyond them while the holders give theirs back.

    Answers the states, and the seats that are counted as given beyond.
    """
    made = door.activity(places=places)
    organizers, holders = [door.organizer(), door.organizer()], door.people(places)
    for one in holders:
        assert door.signs_up(one, made.slot_id).status == 303
    deeds = []
    for number in range(6):
        phone = f"+86134{made.slot_id:04d}{number:04d}"
        fields = _added(made.slot_id, phone, nonce=f"n{number}") | {"beyond": "y", "because": "主办方请的"}
        deeds.append(
            door.pressing(organizers[number % 2], f"/desk/activities/{made.activity_id}/add", **fields)
        )
    for one, booking in zip(holders[:2], door.bookings(made.slot_id), strict=False):
        deeds.append(door.pressing(one, f"/bookings/{booking.ref}/cancel"))
    at_once(deeds)
    (over,) = door.found("SELECT over FROM slot WHERE id = :slot", slot=made.slot_id)
    return door.states(made.slot_id), over


def moved_both_ways(door: Door, places: int, there: int, back: int) -> tuple[list[int], int, Counter[int]]:
    """Two slots with two seats free in each. Of the first `there` people are moved to the second one, of the second
    `back` to the first, each by two organizers at once.

    Answers the seats that are held in each slot, how many people hold one, and the statuses.
    """
    made = door.activity(pools=[Pool(places, label="东门"), Pool(places, label="西门")])
    organizers, deeds = [door.organizer(), door.organizer()], []
    for slot_id, other, many in zip(made.slot_ids, reversed(made.slot_ids), (there, back), strict=True):
        for one in door.people(places - 2):
            assert door.signs_up(one, slot_id).status == 303
        for booking in door.bookings(slot_id)[:many]:
            path = f"/desk/activities/{made.activity_id}/bookings/{booking.ref}/move"
            deeds += [door.pressing(one, path, slot=other, because="那边缺人") for one in organizers]
    statuses = at_once(deeds)
    bookings = [one for slot_id in made.slot_ids for one in door.bookings(slot_id)]
    holders = [one.person_id for one in bookings if one.state == "confirmed"]
    assert len(holders) == len(set(holders))
    held = [door.states(slot_id).count("confirmed") for slot_id in made.slot_ids]
    return held, len(holders), statuses


def _added(slot_id: int, phone: str, *, nonce: str) -> dict[str, object]:
    """The form that adds somebody."""
    number = phone.removeprefix("+86")
    return {"slot": slot_id, "phone": number, "name": "新来的", "party": 1, "nonce": nonce, "because": ""}
