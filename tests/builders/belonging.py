"""Memberships by the day they began."""

from datetime import date

from sqlalchemy import insert

from yiqi.db import table, writing
from yiqi.people.models import Person
from yiqi.unions.models import Membership, Union

_membership = table(Membership)


def a_membership(
    person: Person,
    union: Union,
    *,
    since: date = date(2026, 1, 1),
    until: date | None = None,
    number: str = "",
) -> int:
    """Somebody in a union from a day on, perhaps until one; answers the id of the membership."""
    row = {
        "person_id": person.id,
        "union_id": union.id,
        "since": since,
        "until": until,
        "in_good_standing": True,
        "number": number,
    }
    with writing() as session:
        made: int = session.execute(insert(_membership).returning(_membership.c.id), row).scalar_one()
    return made
