"""The site with addresses of our own, for verbs that have no page yet, so that they race over HTTP too.

Never served but in tests.
"""

from datetime import timedelta

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import update

from wsgi import app
from yiqi import clock
from yiqi.activities.models import Slot
from yiqi.booking import approval, merging, offers, places, seats
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.db import touched, writing
from yiqi.people.merging import Keeps
from yiqi.privacy import erasing

verbs = Blueprint("verbs", __name__, url_prefix="/verbs")


@verbs.post("/slots/<id:slot_id>/capacity")
def capacity(slot_id: int) -> ResponseReturnValue:
    places.set_capacity(slot_id=slot_id, capacity=int(request.form["seats"]), at=clock.now())
    return "", 303


@verbs.post("/slots/<id:slot_id>/settle")
def settle(slot_id: int) -> ResponseReturnValue:
    """What the sweep does for one slot."""
    offers.settle_due(clock.now(), [slot_id])
    return "", 303


@verbs.post("/bookings/<ref:ref>/approve")
def approve(ref: str) -> ResponseReturnValue:
    approval.approve(ref=ref, by_id=current_user.id, at=clock.now())
    return "", 303


@verbs.post("/slots/<id:slot_id>/hurry")
def hurry(slot_id: int) -> ResponseReturnValue:
    """Time flies: what is held out in a slot is so for one second more."""
    soon = clock.now() + timedelta(seconds=1)
    with writing() as session:
        seats.lock(session.connection(), slot_id)
        offered = (Booking.slot_id == slot_id, Booking.state == State.OFFERED)
        if touched(session.execute(update(Booking).where(*offered).values(offer_until=soon))):
            session.execute(update(Slot).where(Slot.id == slot_id).values(due_at=soon))
    return "", 303


@verbs.post("/me/erase")
def erase() -> ResponseReturnValue:
    """What the page of deleting an account does behind its fresh code."""
    erasing.erase(person_id=current_user.id, at=clock.now())
    return "", 303


@verbs.post("/people/<id:kept_id>/merge/<id:gone_id>")
def merge(kept_id: int, gone_id: int) -> ResponseReturnValue:
    """What the page of two records does behind its fresh proof."""
    merging.merge(
        kept_id=kept_id,
        gone_id=gone_id,
        keeps=Keeps.KEPT,
        because="同一个人",
        at=clock.now(),
        by_id=current_user.id,
    )
    return "", 303


app.register_blueprint(verbs)

__all__ = ["app"]
