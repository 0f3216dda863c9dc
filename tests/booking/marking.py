"""What tests of marks do and ask: who came, what was noted, who was told."""

from datetime import datetime

from sqlalchemy import select

from tests.booking.steps import HOUR, MINUTE, slot
from tests.builders import Made
from yiqi.booking import attendance, marks
from yiqi.booking.asking import Ticket
from yiqi.booking.models import Mark
from yiqi.db import db, writing
from yiqi.notices.models import Notice
from yiqi.people.models import Person

DAY = 24 * HOUR


def noted(person: Person | None = None) -> list[Mark]:
    """The marks there are, oldest first; a person's own."""
    db.session.rollback()
    found = select(Mark).order_by(Mark.id).execution_options(populate_existing=True)
    return [one for one in db.session.scalars(found) if person is None or one.person_id == person.id]


def notices() -> list[Notice]:
    db.session.rollback()
    return list(db.session.scalars(select(Notice).where(Notice.kind == "mark").order_by(Notice.id)))


def asked_for_approval(person: Person, at: datetime) -> bool:
    with writing() as session:
        return marks.needs_approval(session.connection(), person.id, at)


def late_for(activity: Made) -> datetime:
    """An instant at which cancelling is late and the queue still moves."""
    return activity.starts_at - 90 * MINUTE


def came(ticket: Ticket, activity: Made) -> None:
    (evening,) = slot(activity).occurrences
    attendance.check_in(ref=ticket.ref, occurrence_id=evening.id, at=activity.starts_at, by_id=None)
