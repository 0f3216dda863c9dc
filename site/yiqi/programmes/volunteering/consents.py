"""What volunteers agree to, each by itself and withdrawn as easily; and their number on the city's platform."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, exists, insert, select, update

from yiqi.db import db, retried, table, touched, writing
from yiqi.people.models import Person
from yiqi.programmes.volunteering.models import Consent, Purpose, Volunteer

VERSION = 1
"""Of the wording that people agree to; a new one asks again."""
KEPT = timedelta(days=3 * 365)
"""How long a consent that has ended is kept, as proof of what was so."""

_consent, _volunteer = table(Consent), table(Volunteer)


@retried
def give(*, person_id: int, purpose: Purpose, at: datetime) -> bool:
    """Agree to something; answers whether that is new."""
    with writing() as session:
        here = session.connection()
        here.execute(select(Person.id).where(Person.id == person_id).with_for_update())
        mine = (_consent.c.person_id == person_id, _consent.c.purpose == purpose)
        if here.execute(select(_consent.c.id).where(*mine, _counts())).first() is not None:
            return False
        older = update(_consent).where(*mine, _consent.c.withdrawn_at.is_(None))
        here.execute(older.values(withdrawn_at=at))
        row = {"person_id": person_id, "purpose": purpose, "version": VERSION, "given_at": at}
        here.execute(insert(_consent), row)
        return True


@retried
def withdraw(*, person_id: int, purpose: Purpose, at: datetime) -> bool:
    """Take it back, at once; answers whether it was given."""
    with writing() as session:
        given = update(_consent).where(
            _consent.c.person_id == person_id,
            _consent.c.purpose == purpose,
            _consent.c.withdrawn_at.is_(None),
        )
        return touched(session.connection().execute(given.values(withdrawn_at=at))) > 0


def purge(at: datetime) -> int:
    """Forget consents that ended three years ago; answers how many."""
    with writing() as session:
        return touched(session.execute(delete(_consent).where(_consent.c.withdrawn_at < at - KEPT)))


def of(person_id: int) -> set[Purpose]:
    """What somebody agrees to now."""
    mine = select(Consent.purpose).where(Consent.person_id == person_id, _counts())
    return set(db.session.scalars(mine))


def agreeing(person_ids: Collection[int], purpose: Purpose) -> set[int]:
    """Who of some people agrees to something now."""
    found = select(Consent.person_id).where(
        Consent.person_id.in_(person_ids), Consent.purpose == purpose, _counts()
    )
    return set(db.session.scalars(found))


def agrees(person_id: ColumnElement[int], purpose: Purpose) -> ColumnElement[bool]:
    """Whether the person of a column agrees to something now, as a condition."""
    return exists().where(_consent.c.person_id == person_id, _consent.c.purpose == purpose, _counts())


@retried
def tell_number(*, person_id: int, number: str) -> None:
    """Keep somebody's number on the city's volunteer platform; an empty one is forgotten."""
    with writing() as session:
        here = session.connection()
        here.execute(select(Person.id).where(Person.id == person_id).with_for_update())
        known = select(_volunteer.c.person_id).where(_volunteer.c.person_id == person_id)
        if here.scalar(known) is None:
            here.execute(insert(_volunteer), {"person_id": person_id, "number": number})
        else:
            here.execute(update(_volunteer).where(_volunteer.c.person_id == person_id).values(number=number))


def number_of(person_id: int) -> str:
    """Their number on the city's platform; empty when they told none."""
    return db.session.scalar(select(Volunteer.number).where(Volunteer.person_id == person_id)) or ""


def numbers(person_ids: Collection[int]) -> dict[int, str]:
    """The numbers of some people, by their ids; who told none is left out."""
    query = select(Volunteer.person_id, Volunteer.number)
    rows = db.session.execute(query.where(Volunteer.person_id.in_(person_ids), Volunteer.number != ""))
    return {row.person_id: row.number for row in rows}


def _counts() -> ColumnElement[bool]:
    return (_consent.c.withdrawn_at.is_(None)) & (_consent.c.version == VERSION)
