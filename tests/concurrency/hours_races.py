"""Races of organizers over the hours of volunteers: what two confirm at once counts once."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import text

from tests.builders import workers
from tests.builders.serving import an_event, counted, signs
from tests.concurrency.crowd import Door, at_once
from yiqi import clock
from yiqi.db import db, writing

MINUTES = 120
NEWEST = "NOT EXISTS (SELECT 1 FROM hours_entry n WHERE n.replaces_id = e.id)"


def without_its_rows_in_a_row(door: Door) -> None:
    """Let several rows replace the same one: what the database itself forbids."""
    with door.app.app_context(), writing() as session:
        session.execute(text("DROP INDEX IF EXISTS uq_hours_entry_replaces_id"))


def two_confirm_everything(
    door: Door, many: int = 6, presses: int = 4
) -> tuple[list[int], list[int], Counter[int]]:
    """Some volunteers have served, and two organizers press 全部确认 several times each, at once.

    Answers the minutes that count of each volunteer, how many rows credited each, and the statuses.
    """
    with door.app.app_context():
        event = an_event(clock.now() - timedelta(days=1))
        for person in workers(many):
            signs(person, event, left=MINUTES)
        counted(event)
        db.session.remove()
    organizers = [door.organizer(), door.organizer()]
    path = f"/desk/volunteering/events/{event.activity_id}/hours/confirm"
    deeds = [door.pressing(organizers[number % 2], path) for number in range(2 * presses)]
    statuses = Counter(at_once(deeds))
    about = "FROM hours_service s JOIN hours_entry e ON e.service_id = s.id WHERE s.activity_id = :activity"
    counts = door.rows(
        f"SELECT s.id, sum(e.minutes) AS minutes {about} AND {NEWEST} GROUP BY s.id",
        activity=event.activity_id,
    )
    credited = door.rows(
        f"SELECT s.id, count(*) AS many {about} AND e.deed = 'confirmed' GROUP BY s.id",
        activity=event.activity_id,
    )
    return [int(row.minutes) for row in counts], [int(row.many) for row in credited], statuses
