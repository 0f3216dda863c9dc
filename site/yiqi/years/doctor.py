"""What must be true of published lists: everybody on one meets its criteria, by figures that their evidence adds up to."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from yiqi.booking.doctor.findings import Check, Finding
from yiqi.db import db
from yiqi.years.models import Commendation, Commended
from yiqi.years.rules.awards import from_kept


def commendations(_at: datetime) -> Iterator[Finding]:
    """Rows that do not meet what their list asks for, or whose evidence says something else. Of a deleted account both
    are gone."""
    asked = {
        one.id: {each.award: each for each in from_kept(one.criteria)}
        for one in db.session.scalars(select(Commendation))
    }
    named = select(Commended).where(Commended.name != "").order_by(Commended.id)
    for row in db.session.scalars(named):
        criteria = asked[row.list_id].get(row.award)
        if criteria is None or not criteria.met_by(row.figures):
            yield Finding("commended", row.id, f"its figures do not reach {row.award}")
        elif row.person_id is not None and _added(row) != row.figures:
            yield Finding("commended", row.id, "its evidence does not add up to its figures")


def _added(row: Commended) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for one in row.evidence:
        sums[one["measure"]] += one["amount"]
    return dict(sums)


CHECKS: dict[str, Check] = {"commendations": commendations}
