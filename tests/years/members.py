"""Members who did something in a year, for the tests of records and lists."""

from datetime import date, datetime

from tests.builders import a_worker
from tests.builders.serving import served
from yiqi import clock
from yiqi.db import db, writing
from yiqi.people.models import Person
from yiqi.unions.models import Membership, Union
from yiqi.years import commending, records
from yiqi.years.rules.calendar import Year

LAST = Year(clock.today().year - 1)
JANUARY = clock.at(date(LAST.number + 1, 1, 8), 10)
DECEMBER = clock.at(date(LAST.number, 12, 3), 1)


def a_member(union: Union, name: str = "梁诚", *, until: date | None = None) -> Person:
    """Somebody who has been in a union since long ago, perhaps until a day."""
    person = a_worker(name=name)
    row = Membership(person_id=person.id, union_id=union.id, since=date(2020, 1, 1), until=until)
    with writing() as session:
        session.add(row)
    return person


def serves(
    person: Person, union: Union, organizer: Person, *, hours: int = 20, at: datetime = DECEMBER
) -> None:
    """They served a shift, and somebody confirmed it."""
    served(person, at, hours=hours, organizer=organizer, owner=union)


def lists(union: Union, by: Person, *, at: datetime = JANUARY) -> int:
    """Publish the union's list of last year as it is now."""
    db.session.rollback()
    seen = commending.digest(records.of(union.id, LAST, at))
    return commending.publish(union_id=union.id, year=LAST, seen=seen, by_id=by.id, at=at)
