"""The negative control: the site with its sign-up guard off, as a naive program would do it. Never served but in tests.

It counts first, takes its time, and inserts then, without a lock. The race tests must catch it selling too much.
"""

import time
from datetime import datetime

from sqlalchemy import select

from wsgi import app
from yiqi.activities.models import Slot
from yiqi.booking import places, seats
from yiqi.booking.places import Ticket
from yiqi.booking.rules.states import State
from yiqi.db import db, writing

WINDOW_SECONDS = 0.02


def count_then_insert(
    *,
    slot_id: int,
    person_id: int,
    party: int,
    nonce: str,
    at: datetime,
    note: str = "",
    by_id: int | None = None,
) -> Ticket:
    """What `places.sign_up` would be without the slot's lock."""
    with db.engine.connect() as reader:
        slot = reader.execute(select(*seats._SLOT).where(Slot.id == slot_id)).one()
    time.sleep(WINDOW_SECONDS)
    state = State.CONFIRMED if slot.held + party <= (slot.capacity or 0) else State.WAITING
    with writing() as session:
        _id, ref = seats.take(
            session.connection(),
            slot,
            state,
            at,
            person_id=person_id,
            party=party,
            nonce=nonce,
            note=note,
            by_id=person_id,
        )
    return Ticket(ref, state, slot_id, slot.activity_id)


places.sign_up = count_then_insert

__all__ = ["app"]
