"""A booking that is written in one statement is the one that several would have written, column for column."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Table, select

from tests.booking.steps import NOON, asks
from tests.builders import an_activity, workers
from yiqi.activities.models import Allocation, Slot
from yiqi.booking import at_once, seats
from yiqi.booking.models import Booking, BookingChange
from yiqi.db import db, table
from yiqi.notices.models import Notice

pytestmark = pytest.mark.parametrize("site", ["postgresql"], indirect=True)
OWN = {"id", "ref", "slot_id", "person_id", "booking_id", "activity_id", "by_id", "key", "facts"}


def rows(of: Table, *which: Any) -> list[dict[str, Any]]:
    """Rows without what names them."""
    found = db.session.execute(select(of).where(*which).order_by(*of.primary_key)).mappings()
    return [{name: value for name, value in row.items() if name not in OWN} for row in found]


def written(places: int, asked: int, allocation: Allocation) -> list[list[dict[str, Any]]]:
    """What stands in the tables when so many asked for so many places; the last of them with two companions."""
    made, crowd = an_activity(places=places, now=NOON, allocation=allocation, max_party=3), workers(asked)
    tickets = [
        asks(one, made, nonce=f"nonce-{number}", party=3 if one is crowd[-1] else 1, note="素食")
        for number, one in enumerate(crowd)
    ]
    mine = select(Booking.id).where(Booking.ref.in_([ticket.ref for ticket in tickets]))
    told = Notice.person_id.in_([one.id for one in crowd])
    for notice in db.session.scalars(select(Notice).where(told)):
        booking = db.session.get_one(Booking, notice.facts["booking"])
        change = db.session.scalars(
            select(BookingChange.id).where(BookingChange.booking_id == booking.id)
        ).one()
        assert (notice.key, notice.facts) == (
            f"booking-{booking.id}-{change}",
            {"booking": booking.id, "state": str(booking.state)},
        )
        assert notice.person_id == booking.person_id
    return [
        rows(table(Booking), Booking.id.in_(mine)),
        rows(table(BookingChange), BookingChange.booking_id.in_(mine)),
        rows(table(Notice), told),
        rows(table(Slot), Slot.id == made.slot_id),
    ]


@pytest.mark.parametrize(
    ("places", "asked", "allocation", "letters"),
    [(9, 2, Allocation.FIRST_COME, 2), (3, 5, Allocation.FIRST_COME, 3), (3, 2, Allocation.APPROVAL, 0)],
    ids=["confirmed", "waiting", "pending"],
)
def test_one_statement_writes_what_several_do(
    site: Flask,
    monkeypatch: pytest.MonkeyPatch,
    places: int,
    asked: int,
    allocation: Allocation,
    letters: int,
) -> None:
    together = written(places, asked, allocation)
    monkeypatch.setattr(at_once, "is_known_to", lambda _here: False)
    apart = written(places, asked, allocation)

    assert together == apart
    assert [len(found) for found in together] == [asked, asked, letters, 1]


def test_a_column_that_one_statement_writes_otherwise_is_noticed(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    together = written(3, 1, Allocation.FIRST_COME)
    monkeypatch.setattr(at_once, "is_known_to", lambda _here: False)
    monkeypatch.setattr(seats, "_TAKE", seats._TAKE.values(desk_note="-"))
    assert written(3, 1, Allocation.FIRST_COME)[0] != together[0]
