"""The marks within reach: late cancels and no-shows, with what their people say against them."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, select

from yiqi.activities.models import Activity, Occurrence
from yiqi.booking.models import Booking, Mark
from yiqi.booking.rules.marks import LAPSES_AFTER
from yiqi.db import Facts, db
from yiqi.desk import reach
from yiqi.people.models import Person
from yiqi.roles.rules.permissions import Action, Held

PAGE = 30
OPEN: ColumnElement[bool] = and_(
    Mark.objected_at.is_not(None), Mark.settled_at.is_(None), Mark.lifted_at.is_(None)
)
"""An objection that waits for its answer, as a condition on `Mark`."""


class Marked(Struct, frozen=True):
    """A page of marks, newest first; `facts` of each: the mark, its activity's id, title and title_en, its booking's
    ref, its date's starts_at, its person's name. `before` is the id from which the next page goes on, None on the last.
    """

    rows: Sequence[Facts]
    before: int | None


def read(
    held: Sequence[Held],
    at: datetime,
    *,
    is_open: bool,
    activity_id: int | None = None,
    before: int | None = None,
) -> Marked:
    """Marks that have not lapsed, of activities whose bookings these roles may change: those with an open objection, or
    all; of one activity, or of every one. One query."""
    query = (
        select(
            *(Mark.id, Mark.kind, Mark.at, Mark.objection, Mark.objected_at, Mark.settled_at, Mark.lifted_at),
            *(Mark.settled_because, Activity.id.label("activity_id"), Activity.title, Activity.title_en),
            *(Booking.ref, Occurrence.starts_at, Person.name),
        )
        .join(Booking, Booking.id == Mark.booking_id)
        .join(Occurrence, Occurrence.id == Mark.occurrence_id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .join(Person, Person.id == Mark.person_id)
        .where(reach.activities(held, Action.BOOK_FOR_OTHERS), Mark.at > at - LAPSES_AFTER)
        .order_by(Mark.id.desc())
        .limit(PAGE + 1)
    )
    if is_open:
        query = query.where(OPEN)
    if activity_id is not None:
        query = query.where(Activity.id == activity_id)
    if before is not None:
        query = query.where(Mark.id < before)
    rows = db.session.execute(query).all()
    return Marked(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)
