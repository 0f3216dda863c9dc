"""Reminders, a day and two hours before: everybody who comes to a date, once for each time it is set to.

Who got the place later than that knows it from the letter that said so.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, insert, select
from sqlalchemy.exc import IntegrityError

from yiqi.activities.models import Activity, Occurrence, Status, slot_occurrence
from yiqi.booking.models import Booking, BookingChange, Reminded
from yiqi.booking.rules import reminding
from yiqi.booking.rules.states import State
from yiqi.db import Facts, db, retried, table, writing
from yiqi.notices import outbox
from yiqi.notices.models import Reach
from yiqi.notices.outbox import Addressed

AT_ONCE = 50

_occurrence, _activity, _reminded = table(Occurrence), table(Activity), table(Reminded)
_booking, _change, _reach = table(Booking), table(BookingChange), table(Reach)

_SOON = (
    select(_occurrence.c.id, _occurrence.c.starts_at)
    .join(_activity, _activity.c.id == _occurrence.c.activity_id)
    .where(
        _occurrence.c.starts_at > bindparam("least"),
        _occurrence.c.starts_at <= bindparam("most"),
        _occurrence.c.called_off_at.is_(None),
        _activity.c.status == Status.PUBLISHED,
        ~select(_reminded.c.lead)
        .where(
            _reminded.c.occurrence_id == _occurrence.c.id,
            _reminded.c.lead == bindparam("lead"),
            _reminded.c.starts_at == _occurrence.c.starts_at,
        )
        .exists(),
    )
    .order_by(_occurrence.c.starts_at, _occurrence.c.id)
    .limit(AT_ONCE)
)
_HELD_SINCE = (
    select(func.max(_change.c.at))
    .where(_change.c.booking_id == _booking.c.id, _change.c.became == State.CONFIRMED)
    .scalar_subquery()
)
_COMING = (
    select(_booking.c.id, _booking.c.person_id)
    .join(slot_occurrence, slot_occurrence.c.slot_id == _booking.c.slot_id)
    .outerjoin(_reach, _reach.c.person_id == _booking.c.person_id)
    .where(
        slot_occurrence.c.occurrence_id == bindparam("occurrence"),
        _booking.c.state == State.CONFIRMED,
        func.coalesce(_reach.c.reminders, True),
        bindparam("known_since") >= _HELD_SINCE,
    )
    .order_by(_booking.c.id)
)


def remind(at: datetime) -> int:
    """Write the reminders that are due, the shorter notice first; answers how many. Any number of processes may do it."""
    written = 0
    for lead in reversed(reminding.LEADS):
        least, most = reminding.window(lead, at)
        asked = {"least": least, "most": most, "lead": _minutes(lead)}
        dates = db.session.execute(_SOON, asked).all()
        db.session.commit()
        written += sum(_written(date, lead, at) for date in dates)
    return written


def _written(date: Facts, lead: timedelta, at: datetime) -> int:
    try:
        return _write(date, lead, at)
    except IntegrityError:  # another process was faster
        return 0


@retried
def _write(date: Facts, lead: timedelta, at: datetime) -> int:
    with writing() as session:
        here = session.connection()
        done = {
            "occurrence_id": date.id,
            "lead": _minutes(lead),
            "starts_at": date.starts_at,
            "at": at,
        }
        here.execute(insert(_reminded), done)
        letters = _letters(here, date, lead)
        outbox.put_all(here, "reminder", letters, at=at)
        return len(letters)


def _letters(here: Connection, date: Facts, lead: timedelta) -> list[Addressed]:
    asked = {"occurrence": date.id, "known_since": date.starts_at - lead}
    return [
        Addressed(
            f"reminder-{one.id}-{date.id}-{_minutes(lead)}-{int(date.starts_at.timestamp())}",
            one.person_id,
            date.starts_at - lead,
            {
                "booking": one.id,
                "occurrence": date.id,
                "starts": int(date.starts_at.timestamp()),
                "lead": _minutes(lead),
            },
            until=date.starts_at,
        )
        for one in here.execute(_COMING, asked)
    ]


def purge(at: datetime) -> None:
    """Forget what was reminded of a month ago."""
    with writing() as session:
        session.execute(_reminded.delete().where(_reminded.c.at < at - outbox.KEEP_NOTICES))


def _minutes(lead: timedelta) -> int:
    return int(lead.total_seconds()) // 60
