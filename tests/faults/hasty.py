"""A negative control: the site that says yes first and writes a moment later. Never served but in tests."""

import threading
import time
from typing import Any

from sqlalchemy import select

from wsgi import app
from yiqi.activities.models import Slot
from yiqi.booking import places
from yiqi.booking.asking import Ticket
from yiqi.booking.rules.refs import new_ref
from yiqi.booking.rules.states import State
from yiqi.db import db

LATER_SECONDS = 0.5
_sign_up = places.sign_up


def sign_up(**wish: Any) -> Ticket:
    def write() -> None:
        time.sleep(LATER_SECONDS)
        with app.app_context():
            _sign_up(**wish)

    threading.Thread(target=write).start()
    activity_id = db.session.scalars(select(Slot.activity_id).where(Slot.id == wish["slot_id"])).one()
    return Ticket(new_ref(), State.CONFIRMED, wish["slot_id"], activity_id)


places.sign_up = sign_up

__all__ = ["app"]
