"""What the form of an activity may refer to, and the gate its texts pass."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from yiqi.activities.holidays import public_day
from yiqi.booking import sight
from yiqi.db import db
from yiqi.desk.rules import reading
from yiqi.desk.rules.placing import spelled
from yiqi.desk.rules.reading import Known, Read
from yiqi.desk.rules.sheet import Fields
from yiqi.unions.models import Union
from yiqi.web.texts import Unwritable, identifier, plain

SHORTEST, MEANT = 2, 3
"""Of how many characters a name is looked for that is no whole one, and how many names are shown."""


def read(fields: Fields, *, owner_id: int, by_id: int, at: datetime) -> Read:
    """The form read against what is there. Two queries at most, and none where it names neither a union nor a course."""
    return reading.read(fields, _known(fields, owner_id, by_id, at), gate, at)


def gate(typed: str, lines: bool) -> str | None:
    """A typed text as it may be stored; None for one that never is."""
    try:
        return plain(typed, lines=lines)
    except Unwritable:
        return None


def unions() -> dict[str, int]:
    """Every union by its folded names."""
    rows = db.session.execute(select(Union.id, Union.name, Union.name_en))
    return {spelled(name): union_id for union_id, *spellings in rows for name in spellings if name}


def like(typed: str) -> list[str]:
    """Some names of unions in which this stands, as they are written: what somebody may have meant."""
    if len(typed) < SHORTEST:
        return []
    query = select(Union.name).where(Union.name.contains(typed, autoescape=True), Union.ended_on.is_(None))
    return list(db.session.scalars(query.order_by(Union.name).limit(MEANT)))


def of_conditions(fields: Mapping[str, Any], owner_id: int, at: datetime) -> Known:
    """What conditions alone may refer to; a course that anybody may know of. Two queries at most."""
    return _known({**fields, "quota": []}, owner_id, None, at)


def _known(fields: Mapping[str, Any], owner_id: int, by_id: int | None, at: datetime) -> Known:
    names = [fields["conditions_unions"], *(row["unions"] for row in fields["quota"])]
    by_name = unions() if any(names) else {}
    course = identifier(fields["holds_activity"].strip())
    is_there = course is not None and sight.sees(course, by_id, at)
    courses = frozenset([course] if course is not None and is_there else [])
    return Known(by_name, courses, owner_id, public_day)
