"""The invariants of hours, for `flask doctor`: within the shift, once for any time, each row after another."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select

from yiqi.booking.doctor.findings import Finding
from yiqi.booking.models import Attendance
from yiqi.db import db, table
from yiqi.hours import ledger
from yiqi.hours.models import Entry, Service
from yiqi.hours.rules.standing import Deed, State

_service, _entry, _attendance = table(Service), table(Entry), table(Attendance)
_other = _entry.alias("other")


def credited(at: datetime) -> Iterator[Finding]:
    """What counts is credited or disputed, is not more than the shift allows, and somebody else said so."""
    head = ledger.heads().subquery()
    signed = (head.c.booking_id == _attendance.c.booking_id) & (
        head.c.occurrence_id == _attendance.c.occurrence_id
    )
    query = select(*head.c, _attendance.c.in_at).outerjoin(_attendance, signed)
    for row in db.session.execute(query.where(head.c.minutes > 0)):
        if row.minutes > row.most:
            yield Finding("hours_entry", row.entry_id, f"{row.minutes} minutes count, {row.most} may")
        if row.state in (State.PENDING, State.REVERSED) and row.deed != Deed.PROPOSED:
            yield Finding("hours_entry", row.entry_id, f"{row.minutes} minutes count and it is {row.state}")
        if row.by_id == row.person_id and row.deed != Deed.DISPUTED:
            yield Finding("hours_entry", row.entry_id, "its person has said so")
        if row.in_at is None:
            yield Finding("hours_entry", row.entry_id, f"{row.minutes} minutes count of who never signed in")


def once(at: datetime) -> Iterator[Finding]:
    """No two services of one person count for the same time."""
    head = ledger.heads().where(_entry.c.minutes > 0).subquery()
    last: dict[int, object] = {}
    rows = db.session.execute(select(head).order_by(head.c.person_id, head.c.starts_at, head.c.entry_id))
    ends: dict[int, datetime] = {}
    for row in rows:
        if row.person_id in ends and row.starts_at < ends[row.person_id]:
            yield Finding("hours_entry", row.entry_id, f"it overlaps row {last[row.person_id]}")
        if row.person_id not in ends or row.ends_at > ends[row.person_id]:
            ends[row.person_id], last[row.person_id] = row.ends_at, row.entry_id


def in_a_row(at: datetime) -> Iterator[Finding]:
    """Each service has one newest row, and each row replaces one of the same service."""
    many = ledger.heads().subquery()
    counted = select(many.c.service_id, func.count().label("many")).group_by(many.c.service_id)
    for row in db.session.execute(counted.having(func.count() > 1)):
        yield Finding("hours_service", row.service_id, f"{row.many} rows count at once")
    foreign = (
        select(_entry.c.id, _entry.c.replaces_id)
        .join(_other, _other.c.id == _entry.c.replaces_id)
        .where(_other.c.service_id != _entry.c.service_id)
    )
    for row in db.session.execute(foreign):
        yield Finding("hours_entry", row.id, f"it replaces row {row.replaces_id} of another service")


CHECKS = {"hours": credited, "hours-once": once, "hours-rows": in_a_row}
