"""The negative control of lists of commendation: looked at first, written later. Never served but in tests."""

import time
from datetime import datetime

from sqlalchemy import insert

from tests.concurrency.desk import app
from yiqi.db import db, writing
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing
from yiqi.years import commending, records
from yiqi.years.models import Commended
from yiqi.years.records import Line
from yiqi.years.rules.calendar import Year

WINDOW_SECONDS = 0.05


def publish(*, union_id: int, year: Year, seen: str, by_id: int, at: datetime) -> int:
    """What `commending.publish` would be if it looked for a list first and wrote later, without the union's lock."""
    there = commending.of_union(union_id, year.number)
    record = records.of(union_id, year, at)
    if commending.digest(record) != seen:
        raise commending.Refused(commending.Why.MOVED)
    lines = [(one.award, line) for one, reached in record.commended for line in reached]
    told = records.evidence([line.person_id for _award, line in lines if isinstance(line, Line)], year, at)
    db.session.rollback()
    time.sleep(WINDOW_SECONDS)
    if there is not None:
        return int(there.id)
    with writing() as session:
        here = session.connection()
        made = commending._write(here, record, by_id, at)
        rows = [commending._as_row(made, award, line, told) for award, line in lines]
        here.execute(insert(Commended), rows)
        trail.note(here, What.COMMENDED, at=at, by_id=by_id, thing=Thing(union_id), name=str(year.number))
    return made


__all__ = ["app", "publish"]
