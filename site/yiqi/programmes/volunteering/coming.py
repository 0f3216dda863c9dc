"""What volunteers meet elsewhere: their next shift, posts that are called so, posts short of people on the screens."""

from datetime import datetime

from sqlalchemy import or_, select

from yiqi.activities.calendar import PUBLIC
from yiqi.activities.models import Activity, Occurrence, Slot, Status, slot_occurrence
from yiqi.booking import sight
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.db import Facts, db
from yiqi.programmes.volunteering import staffing
from yiqi.programmes.volunteering.counting import serves
from yiqi.programmes.volunteering.staffing import Staffed

FOUND, ON_THE_BOARD = 5, 8


def next_shift(person_id: int, at: datetime) -> Facts | None:
    """The next shift of somebody: what, which post, where they gather, when; None for none."""
    query = (
        select(
            Activity.id.label("activity_id"),
            Activity.title,
            Activity.title_en,
            Slot.label,
            Slot.label_en,
            Occurrence.starts_at,
            Occurrence.venue,
            Occurrence.venue_en,
            Occurrence.directions,
            Occurrence.directions_en,
        )
        .join(Slot, Slot.activity_id == Activity.id)
        .join(Booking, Booking.slot_id == Slot.id)
        .join(slot_occurrence, slot_occurrence.c.slot_id == Slot.id)
        .join(Occurrence, Occurrence.id == slot_occurrence.c.occurrence_id)
        .where(
            serves(),
            Activity.status == Status.PUBLISHED,
            Booking.person_id == person_id,
            Booking.state == State.CONFIRMED,
            Occurrence.called_off_at.is_(None),
            Occurrence.ends_at > at,
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(1)
    )
    return db.session.execute(query).one_or_none()


def called(words: str, person_id: int | None, at: datetime) -> list[Staffed]:
    """The posts ahead whose name holds what was typed, of activities that somebody may see."""
    names = (Slot.label, Slot.label_en)
    seen = or_(*(name.icontains(words, autoescape=True) for name in names))
    found = staffing.coming(at, seen & sight.seen_by(person_id, at))
    return found[:FOUND]


def short(at: datetime) -> list[Staffed]:
    """The posts that are short of people, of what everybody may see."""
    return [one for one in staffing.coming(at, PUBLIC) if one.missing][:ON_THE_BOARD]
