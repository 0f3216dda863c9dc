"""Races over lists of commendation: two people publish the list of one year, or somebody on it leaves meanwhile."""

import threading
import time
from collections import Counter
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import Connection

from tests.builders import a_union
from tests.concurrency.crowd import Browser, Door, at_once
from tests.years.members import DECEMBER, LAST, a_member, serves
from yiqi import clock
from yiqi.db import db
from yiqi.people.models import Person
from yiqi.privacy import erasing
from yiqi.years import commending, records
from yiqi.years.records import Fact
from yiqi.years.rules.calendar import Year

PRESSES = 6
WINDOW_SECONDS = 0.05
_unions = count(1)
_evidence = records.evidence


def two_publish(door: Door) -> tuple[Counter[int], int, int, int]:
    """Two organizers of a union press 公布这份名单 several times each, at once. Answers the statuses, how many lists of the year
    there are, how many rows on them, and how often the trail says that it was published."""
    union_id, _member_id, organizers = _a_year(door)
    seen = _seen(door, union_id)
    path = f"/desk/years/unions/{union_id}/publish"
    deeds = [
        door.pressing(organizers[number % 2], path, year=LAST.number, seen=seen) for number in range(PRESSES)
    ]
    statuses = at_once(deeds)
    (lists,) = door.found("SELECT count(*) FROM commendation WHERE union_id = :union", union=union_id)
    ours = "FROM commended r JOIN commendation l ON l.id = r.list_id WHERE l.union_id = :union"
    (rows,) = door.found(f"SELECT count(*) {ours}", union=union_id)
    noted = "SELECT count(*) FROM deed WHERE what = 'commended' AND union_id = :union"
    (notes,) = door.found(noted, union=union_id)
    return statuses, int(lists), int(rows), int(notes)


def one_leaves_meanwhile(door: Door) -> int:
    """A list is published while somebody on it deletes their account; answers how many rows name them afterwards."""
    union_id, member_id, organizers = _a_year(door)
    seen = _seen(door, union_id)
    gate = threading.Barrier(2)

    def publishes() -> None:
        with door.app.app_context():
            gate.wait(timeout=30)
            by_id = organizers[0].person_id
            with suppress(commending.Refused):
                commending.publish(union_id=union_id, year=LAST, seen=seen, by_id=by_id, at=clock.now())
            db.session.remove()

    def leaves() -> None:
        with door.app.app_context():
            gate.wait(timeout=30)
            erasing.erase(person_id=member_id, at=clock.now())
            db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(publishes), pool.submit(leaves)]:
            one.result()
    named = "SELECT count(*) FROM commended WHERE person_id = :person AND name <> ''"
    (rows,) = door.found(named, person=member_id)
    return int(rows)


def slowly(person_ids: Collection[int], year: Year, at: datetime) -> dict[int, list[Fact]]:
    """The evidence of some people, of a union so large that reading it takes a while."""
    found = _evidence(person_ids, year, at)
    time.sleep(WINDOW_SECONDS * 4)
    return found


def believed(_here: Connection, people: Mapping[int, str]) -> dict[int, str]:
    """What `commending._held` would be if it believed that everybody is still who they were when it was read."""
    return dict(people)


def _a_year(door: Door) -> tuple[int, int, list[Browser]]:
    """A union with a member who served forty hours last year, and two organizers."""
    name = f"表彰工会{next(_unions)}"
    organizers = [door.organizer(name), door.organizer(name)]
    with door.app.app_context():
        union = a_union(name)
        member = a_member(union, "梁诚")
        by = db.session.get_one(Person, organizers[0].person_id)
        for day in (0, 5):
            serves(member, union, by, at=DECEMBER + timedelta(days=day))
        made = union.id, member.id
        db.session.remove()
    return (*made, organizers)


def _seen(door: Door, union_id: int) -> str:
    with door.app.app_context():
        seen = commending.digest(records.of(union_id, LAST, clock.now()))
        db.session.remove()
    return seen
