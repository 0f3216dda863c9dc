"""Races of uploaded lists: one word said often, two organizers with the same list, a list against a crowd."""

from collections import Counter
from itertools import count

from tests.builders import Made, a_union, workers
from tests.concurrency.crowd import Browser, Door, at_once
from tests.sheets.files import table
from yiqi import clock
from yiqi.desk.files import lists

_unions = count(1)


def one_word_said_often(door: Door, people: int = 30) -> tuple[int, int, Counter[int]]:
    """A roll is taken over from ten tabs at once; answers the memberships, the notes of it, and the statuses."""
    union = f"名册工会{next(_unions)}"
    organizer, data = door.organizer(union), _of_workers(door, people)
    address = _uploaded_roll(door, union, organizer, data)
    statuses = at_once([door.pressing(organizer, address, which="good")] * 10)
    return (*_came_of_it(door, union), statuses)


def the_same_roll_twice(door: Door, people: int = 30) -> tuple[int, int, Counter[int]]:
    """Four organizers of a union take the same roll over at once; answers as above."""
    union = f"名册工会{next(_unions)}"
    organizers, data = [door.organizer(union) for _one in range(4)], _of_workers(door, people)
    deeds = [door.pressing(one, _uploaded_roll(door, union, one, data), which="good") for one in organizers]
    statuses = at_once(deeds)
    return (*_came_of_it(door, union), statuses)


def lists_against_a_crowd(door: Door, places: int) -> tuple[list[str], int, Counter[int]]:
    """Two organizers sign up forty people by list, each pressing thrice, while thirty others press 我要报名.

    Answers the states, the notes of imports, and the statuses.
    """
    made = door.activity(places=places)
    deeds = []
    for organizer in (door.organizer(), door.organizer()):
        address = _uploaded_bookings(door, made, organizer, _of_workers(door, 40))
        deeds += [door.pressing(organizer, address, which="good")] * 3
    for one in door.people(30):
        deeds.append(door.pressing(one, f"/slots/{made.slot_id}/bookings", party=1, nonce="n"))
    statuses = at_once(deeds)
    noted = "SELECT count(*) FROM deed WHERE what = 'imported' AND activity_id = :activity"
    (notes,) = door.found(noted, activity=made.activity_id)
    return door.states(made.slot_id), int(notes), statuses


def _of_workers(door: Door, many: int) -> bytes:
    """A list of people who have an account."""
    with door.app.app_context():
        return table([["姓名", "手机"], *([one.name, one.phone] for one in workers(many))])


def _uploaded_roll(door: Door, union: str, by: Browser, data: bytes) -> str:
    """Where a roll is taken over that somebody uploaded."""
    with door.app.app_context():
        union_id = a_union(union).id
        made = lists.upload_roll(
            union_id=union_id, data=data, name="a.xlsx", by_id=by.person_id, at=clock.now()
        )
        return f"/desk/unions/{union_id}/roll/{made}"


def _uploaded_bookings(door: Door, made: Made, by: Browser, data: bytes) -> str:
    with door.app.app_context():
        activity_id = made.activity_id
        listed = lists.upload_bookings(
            activity_id=activity_id, data=data, name="a.xlsx", by_id=by.person_id, at=clock.now()
        )
        return f"/desk/activities/{activity_id}/import/{listed}"


def _came_of_it(door: Door, union: str) -> tuple[int, int]:
    joined = 'SELECT count(*) FROM membership WHERE union_id = (SELECT id FROM "union" WHERE name = :name)'
    noted = (
        "SELECT count(*) FROM deed WHERE what = 'imported'"
        ' AND union_id = (SELECT id FROM "union" WHERE name = :name)'
    )
    return int(door.found(joined, name=union)[0]), int(door.found(noted, name=union)[0])
