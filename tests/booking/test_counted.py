"""What a door counts is what its bookings and entries say, after whatever was done; a check-in counts itself and nobody else."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from tests.booking.steps import HOUR, MINUTE, NOON, asks, gives_back, slot
from tests.builders import Made, a_worker, an_activity, workers
from yiqi.activities.models import Occurrence, Slot, slot_occurrence
from yiqi.activities.planning import Meeting, Pool
from yiqi.booking import attendance, by_hand, door, moving, places
from yiqi.booking.doctor import counts
from yiqi.booking.models import Attendance, Booking
from yiqi.booking.rules.asking import Refused
from yiqi.db import db, writing


def dates(made: Made) -> list[Occurrence]:
    return list(slot(made).occurrences)


def at_the_door(made: Made, date: Occurrence) -> tuple[int, int, int]:
    """How many are expected, came and left as the door says."""
    db.session.rollback()
    now = door.arrived(made.activity_id, date.id)
    return now.expected, now.came, now.left


def in_the_tables(date: Occurrence) -> tuple[int, int, int]:
    """The same, recounted without the site's own code."""
    holds = (
        select(Booking.id, Booking.party)
        .join(slot_occurrence, slot_occurrence.c.slot_id == Booking.slot_id)
        .where(slot_occurrence.c.occurrence_id == date.id, Booking.state == "confirmed")
    )
    parties = {row.id: row.party for row in db.session.execute(holds)}
    entries = db.session.execute(
        select(Attendance.booking_id, Attendance.out_at).where(Attendance.occurrence_id == date.id)
    ).all()
    came = [row for row in entries if row.booking_id in parties]
    return (
        sum(parties.values()),
        sum(parties[row.booking_id] for row in came),
        sum(parties[row.booking_id] for row in came if row.out_at is not None),
    )


def kept(made: Made, date: Occurrence) -> tuple[int | None, bool]:
    """How many came by what is kept beside the slot's date, and whether that holds for the slot as it is."""
    db.session.rollback()
    row = db.session.execute(
        select(slot_occurrence.c.came, slot_occurrence.c.counted_version, Slot.version)
        .join(Slot, Slot.id == slot_occurrence.c.slot_id)
        .where(slot_occurrence.c.slot_id == made.slot_id, slot_occurrence.c.occurrence_id == date.id)
    ).one()
    return row.came, row.counted_version == row.version


def enters(made: Made, ref: str, date: Occurrence) -> None:
    assert attendance.check_in(ref=ref, occurrence_id=date.id, at=date.starts_at, by_id=None).fresh


def miscounted(after_each: Callable[[], object]) -> list[tuple[int, str]]:
    """After which deeds a door says something else than the tables, at a course of two evenings in two groups: whoever gives
    their place back between them came to the first all the same."""
    evenings = [Meeting(NOON + day * 24 * HOUR, NOON + day * 24 * HOUR + HOUR) for day in (2, 3)]
    made = an_activity(
        now=NOON, meetings=evenings, pools=[Pool(9, label="甲组"), Pool(9, label="乙组")], max_party=3
    )
    people, organizer = workers(7), a_worker("李姐")
    tickets = [
        asks(one, made.slot_ids[number % 2], party=1 + number % 3) for number, one in enumerate(people)
    ]
    refs = [one.ref for one in tickets]
    first, second = dates(made)
    between = second.starts_at - 10 * HOUR
    by: dict[str, Any] = {"by_id": organizer.id}
    why: dict[str, Any] = {"because": "名单有变"}
    at_first: dict[str, Any] = {"occurrence_id": first.id, "at": first.starts_at + MINUTE, **by}
    deeds: list[Callable[[], object]] = [
        *(partial(enters, made, ref, first) for ref in refs[:4]),
        lambda: attendance.check_in(ref=refs[0], **at_first),
        lambda: attendance.check_out(ref=refs[0], **at_first),
        lambda: attendance.undo(ref=refs[0], **at_first, leaving=True),
        lambda: attendance.check_out(ref=refs[0], **at_first),
        lambda: attendance.undo(ref=refs[1], **at_first),
        lambda: attendance.check_in(ref=refs[1], **at_first),
        lambda: places.set_capacity(slot_id=made.slot_id, capacity=12, at=first.starts_at),
        lambda: attendance.check_in(ref=refs[4], **at_first),
        lambda: by_hand.take_out(ref=refs[5], at=first.starts_at, **by, **why),
        lambda: attendance.check_out(ref=refs[2], **at_first),
        lambda: gives_back(people[3], tickets[3], at=between),
        lambda: moving.move(ref=refs[2], slot_id=made.slot_ids[1], at=between, **by, **why),
        lambda: asks(a_worker("新来的"), made.slot_ids[0], at=NOON),
        *(partial(enters, made, ref, second) for ref in (refs[0], refs[1], refs[6])),
        lambda: attendance.undo(ref=refs[6], occurrence_id=second.id, at=second.ends_at, **by),
    ]

    found = []
    for number, deed in enumerate(deeds):
        deed()
        after_each()
        for name, date in (("first", first), ("second", second)):
            if at_the_door(made, date) != in_the_tables(date):
                found.append((number, name))
        assert bool(list(counts.doors(NOON))) == any(at == number for at, _name in found)
    return found


def test_whatever_is_done_at_a_door_and_behind_it_the_door_counts_what_is_there(site: Flask) -> None:
    assert miscounted(after_each=lambda: None) == []


def test_without_the_versions_the_door_goes_on_saying_what_was_counted_once(site: Flask) -> None:
    """The control: what is kept is taken to be of the slot's present version, whatever was done since."""

    def believe() -> None:
        version = select(Slot.version).where(Slot.id == slot_occurrence.c.slot_id).scalar_subquery()
        was_counted = slot_occurrence.c.counted_version.is_not(None)
        with writing() as session:
            session.execute(update(slot_occurrence).where(was_counted).values(counted_version=version))

    wrong = miscounted(after_each=believe)

    assert {name for _number, name in wrong} == {"first", "second"}


def test_who_comes_is_added_and_nobody_else_is_counted_again(site: Flask) -> None:
    """What is kept is spoilt: who comes next is added to it. After anything else it is counted from the rows."""
    made = an_activity(places=9, now=NOON)
    refs = [asks(one, made).ref for one in workers(4)]
    (evening,) = dates(made)
    assert kept(made, evening) == (None, False)
    enters(made, refs[0], evening)
    assert kept(made, evening) == (1, True)

    with writing() as session:
        session.execute(update(slot_occurrence).values(came=40))
    enters(made, refs[1], evening)

    assert kept(made, evening) == (41, True)
    assert at_the_door(made, evening)[1] == 41
    assert [one.row for one in counts.doors(NOON)] == [made.slot_id]

    attendance.undo(ref=refs[1], occurrence_id=evening.id, at=evening.starts_at, by_id=None)
    assert kept(made, evening) == (41, False)
    assert at_the_door(made, evening)[1] == 1
    enters(made, refs[2], evening)
    assert kept(made, evening) == (2, True)


def test_who_is_refused_or_comes_again_changes_nothing_that_is_kept(site: Flask) -> None:
    made = an_activity(places=9, now=NOON)
    here, late = [asks(one, made).ref for one in workers(2)]
    (evening,) = dates(made)
    enters(made, here, evening)

    assert not attendance.check_in(
        ref=here, occurrence_id=evening.id, at=evening.starts_at + MINUTE, by_id=None
    ).fresh
    with pytest.raises(Refused, match="closed"):
        attendance.check_in(ref=late, occurrence_id=evening.id, at=evening.ends_at, by_id=None)

    assert kept(made, evening) == (1, True)
    assert db.session.scalar(select(func.count()).select_from(Attendance)) == 1


def test_a_ticket_of_another_activity_enters_nobody_though_it_is_one_for_that_date(site: Flask) -> None:
    made, other = an_activity(places=9, now=NOON), an_activity(places=9, now=NOON, starts_in=99 * HOUR)
    ref = asks(a_worker(), made).ref
    (evening,) = dates(made)
    said: dict[str, Any] = {"ref": ref, "occurrence_id": evening.id, "at": evening.starts_at, "by_id": None}

    with pytest.raises(Refused, match="not_yours"):
        attendance.check_in(**said, activity_id=other.activity_id)

    assert db.session.scalar(select(func.count()).select_from(Attendance)) == 0
    assert attendance.check_in(**said, activity_id=made.activity_id).fresh
