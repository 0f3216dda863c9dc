"""Races at the door of an activity: each is run on the site as it is, and on the site with its guards off."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from tests.builders import Made
from tests.concurrency.crowd import Answer, Browser, Door, at_once

SOON = timedelta(minutes=30)


def ten_desks_scan_one_code(door: Door) -> tuple[Counter[str], int]:
    """One worker's code at ten desks at the same moment; answers what each desk said, and how often they came."""
    made, refs = _crowded(door, 1)
    said: list[str] = []
    statuses = at_once([_scanning(door, door.organizer(), made, refs[0], said) for _desk in range(10)])
    assert set(statuses) == {200}
    return Counter(said), len(_came(door, made))


def ten_desks_take_a_check_out_back(door: Door) -> tuple[Counter[str], list[bool]]:
    """Ten desks press to take back the check-out of one worker at the same moment; answers what each said, and of each
    entry that is left whether somebody is out."""
    made, refs = _crowded(door, 1)
    desk, said = door.organizer(), list[str]()
    for more in ({}, {"leaving": "1"}):
        _scanning(door, desk, made, refs[0], [], **more)()
    path = f"/desk/activities/{made.activity_id}/check-in/undo"
    at_once(
        [
            _pressing(door, door.organizer(), path, said, {"ref": refs[0], "leaving": "1"})
            for _desk in range(10)
        ]
    )
    rows = door.rows(
        "SELECT a.out_at FROM attendance a JOIN booking b ON b.id = a.booking_id WHERE b.slot_id = :id",
        id=made.slot_id,
    )
    return Counter(said), [row.out_at is not None for row in rows]


def a_crowd_comes_while_some_are_taken_out(
    door: Door, people: int = 16
) -> tuple[int, int, list[str], Counter[str]]:
    """Eight desks check people in, one after the other at each, while another desk takes every second of them out.

    Answers how many have come by the tables and by the door's page, who came and has no place, and what the desks said.
    """
    made, refs = _crowded(door, people)
    desks = [door.organizer() for _desk in range(8)]
    said: list[str] = []
    deeds: list[Callable[[], Answer]] = []
    for number, ref in enumerate(refs):
        desk = desks[number % len(desks)]
        deeds.append(_scanning(door, desk, made, ref, said))
        if number % 2:
            path = f"/desk/activities/{made.activity_id}/bookings/{ref}/take-out"
            deeds.append(door.pressing(desks[0], path, because="来不了"))
    at_once(deeds)
    came = _came(door, made)
    page = door.ask("GET", f"/desk/activities/{made.activity_id}/check-in", desks[0].cookie).text
    shown = re.search(r'id="door-came">(\d+)', page)
    assert shown is not None
    return (
        sum(state == "confirmed" for state in came.values()),
        int(shown[1]),
        [ref for ref, state in came.items() if state != "confirmed"],
        Counter(said),
    )


def _crowded(door: Door, people: int) -> tuple[Made, list[str]]:
    made = door.activity(places=people + 5, starts_in=SOON)
    for one in door.people(people):
        assert door.signs_up(one, made.slot_id).status == 303
    return made, [booking.ref for booking in door.bookings(made.slot_id)]


def _scanning(
    door: Door, desk: Browser, made: Made, ref: str, said: list[str], **more: str
) -> Callable[[], Answer]:
    (occurrence,) = door.found(
        "SELECT occurrence_id FROM slot_occurrence WHERE slot_id = :id", id=made.slot_id
    )
    fields = {"code": ref, "occurrence": str(occurrence)} | more
    return _pressing(door, desk, f"/desk/activities/{made.activity_id}/check-in", said, fields)


def _pressing(
    door: Door, desk: Browser, path: str, said: list[str], fields: dict[str, str]
) -> Callable[[], Answer]:
    def press() -> Answer:
        answer = door.ask("POST", path, desk.cookie, {"csrf_token": desk.csrf} | fields, htmx=True)
        said.extend(re.findall(r'data-result="(\w+)"', answer.text))
        return answer

    return press


def _came(door: Door, made: Made) -> dict[str, str]:
    """Who was entered, by their codes: the states of their bookings."""
    rows = door.rows(
        "SELECT b.ref, b.state FROM attendance a JOIN booking b ON b.id = a.booking_id WHERE b.slot_id = :id",
        id=made.slot_id,
    )
    return {row.ref: row.state for row in rows}
