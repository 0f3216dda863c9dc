"""Requests about to be sent, each in an activity of its own: what the site is struck in the middle of."""

from datetime import timedelta

from sqlalchemy import update

from tests.builders import Made
from tests.concurrency.crowd import Browser, Ground
from tests.faults.dying import Case
from yiqi import clock
from yiqi.activities.models import Slot
from yiqi.activities.planning import Pool, Share
from yiqi.booking import places
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.db import writing

DAYS, HOURS = timedelta(days=3), timedelta(hours=20)


def signing_up(ground: Ground) -> Case:
    """Somebody takes the last seat but one, which a quota counts."""
    made, crowd = a_slot(ground, seats=3, people=2, starts_in=DAYS)
    return sign_up(made, crowd[-1])


def cancelling(ground: Ground) -> Case:
    """Somebody gives a seat back, and the first in line moves up."""
    made, crowd = a_slot(ground, seats=1, people=4, starts_in=DAYS)
    take_seats(ground, made, crowd[:3])
    return button(ground, made, crowd[0], "cancel")


def accepting(ground: Ground) -> Case:
    """Somebody takes the seat that is held out to them."""
    made, crowd = held_out(ground)
    return button(ground, made, crowd[1], "accept")


def reading_too_late(ground: Ground) -> Case:
    """Somebody opens the page after an offer has run out, which ends it."""
    made, crowd = held_out(ground)
    run_out(ground, made)
    return Case(made.activity_id, crowd[2], f"/slots/{made.slot_id}/_booking", method="GET")


def accepting_too_late(ground: Ground) -> Case:
    """Somebody accepts after the offer has run out: it ends first, and then they are told."""
    made, crowd = held_out(ground)
    run_out(ground, made)
    return button(ground, made, crowd[1], "accept")


def a_slot(ground: Ground, *, seats: int, people: int, starts_in: timedelta) -> tuple[Made, list[Browser]]:
    made = ground.activity(pools=[Pool(seats)], quotas=[Share("合计", most=30)], starts_in=starts_in)
    return made, ground.people(people)


def take_seats(ground: Ground, made: Made, crowd: list[Browser]) -> None:
    with ground.app.app_context():
        for one in crowd:
            places.sign_up(
                slot_id=made.slot_id, person_id=one.person_id, party=1, nonce="before", at=clock.now()
            )


def held_out(ground: Ground) -> tuple[Made, list[Browser]]:
    """One seat, given back by the first of three, is held out to the second."""
    made, crowd = a_slot(ground, seats=1, people=3, starts_in=HOURS)
    take_seats(ground, made, crowd)
    with ground.app.app_context():
        ref = ground.bookings(made.slot_id)[0].ref
        places.cancel(ref=ref, person_id=crowd[0].person_id, at=clock.now())
    return made, crowd


def run_out(ground: Ground, made: Made) -> None:
    ended = clock.now() - timedelta(minutes=1)
    with ground.app.app_context(), writing() as session:
        offered = (Booking.slot_id == made.slot_id, Booking.state == State.OFFERED)
        session.execute(update(Booking).where(*offered).values(offer_until=ended))
        session.execute(update(Slot).where(Slot.id == made.slot_id).values(due_at=ended))


def sign_up(made: Made, who: Browser) -> Case:
    path = f"/slots/{made.slot_id}/bookings"
    return Case(made.activity_id, who, path, fields={"party": 1, "nonce": "n"})


def button(ground: Ground, made: Made, who: Browser, verb: str) -> Case:
    mine = next(one for one in ground.bookings(made.slot_id) if one.person_id == who.person_id)
    return Case(made.activity_id, who, f"/bookings/{mine.ref}/{verb}")
