"""Who is on the public honour list, who has reached a star, and how many stars a union's members have."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct
from sqlalchemy import ColumnElement, exists, func, select

from yiqi import clock
from yiqi.db import db, table
from yiqi.hours import accounts, ledger
from yiqi.hours.models import Service
from yiqi.hours.rules.stars import rank
from yiqi.people.models import Person
from yiqi.people.rules import starred
from yiqi.programmes.volunteering import consents
from yiqi.programmes.volunteering.models import Purpose
from yiqi.unions import belonging
from yiqi.unions.models import Membership

MOST = 100
NOTICE = timedelta(days=30)
"""How long new star volunteers stand on the notice: seven days are the least (民发〔2015〕149号)."""

_service = table(Service)


class Honoured(Struct, frozen=True):
    """A line of the list: the place, the name as it may be read, the union, minutes in the year and stars in all."""

    place: int
    name: str
    union: object | None
    minutes: int
    stars: int


class NewStar(Struct, frozen=True):
    """Somebody who reached a star: the name as it may be read, the union, how many stars, and when."""

    name: str
    union: object | None
    stars: int
    at: datetime


def year(of: int, at: datetime) -> list[Honoured]:
    """The honour list of a year: those who agree to stand on it, by the hours they served in it; same hours, same place."""
    agreeing = consents.agrees(_service.c.person_id, Purpose.HONOUR)
    first, until = clock.at(date(of, 1, 1)), clock.at(date(of + 1, 1, 1))
    served = accounts.by_person(first, until, agreeing, most=MOST)
    ids = [person_id for person_id, _minutes in served]
    names, unions, totals = _names(ids), belonging.unions_of(ids, _day(at)), accounts.totals(ids)
    found: list[Honoured] = []
    for number, (person_id, minutes) in enumerate(served, 1):
        place = found[-1].place if found and found[-1].minutes == minutes else number
        stars = rank(totals.get(person_id, 0), _day(at)).stars
        found.append(Honoured(place, names[person_id], unions.get(person_id), minutes, stars))
    return found


def new_stars(at: datetime) -> list[NewStar]:
    """Who reached a star lately, the newest first; in full only the names of those who agree to be named."""
    found = accounts.reached(at - NOTICE, at, _day(at))
    ids = [one.person_id for one in found]
    names, unions = _names(ids), belonging.unions_of(ids, _day(at))
    named = consents.agreeing(ids, Purpose.HONOUR)
    return [
        NewStar(
            names[one.person_id] if one.person_id in named else starred(names[one.person_id]),
            unions.get(one.person_id),
            one.stars,
            one.at,
        )
        for one in found
    ]


def stars(unions: Sequence[int] | None, at: datetime) -> dict[int, int]:
    """How many members of some unions (None: everybody) have how many stars, by stars; who has no hours is left out."""
    newest = ledger.heads().where(*_members(unions, at)).subquery()
    totals = select(func.sum(newest.c.minutes).label("minutes")).group_by(newest.c.person_id)
    counted = Counter(rank(int(minutes), _day(at)).stars for minutes in db.session.scalars(totals) if minutes)
    return dict(sorted(counted.items(), reverse=True))


def most_served(
    unions: Sequence[int] | None, first: datetime, until: datetime, at: datetime
) -> list[tuple[str, object | None, int, bool]]:
    """The members of some unions (None: everybody) with most hours in a stretch of time: name, union, minutes, and
    whether they agree to stand on the public list."""
    served = accounts.by_person(first, until, *_members(unions, at), most=MOST)
    ids = [person_id for person_id, _minutes in served]
    names, home = _names(ids), belonging.unions_of(ids, _day(at))
    agreeing = consents.agreeing(ids, Purpose.HONOUR)
    return [(names[one], home.get(one), minutes, one in agreeing) for one, minutes in served]


def _members(unions: Sequence[int] | None, at: datetime) -> list[ColumnElement[bool]]:
    if unions is None:
        return []
    day = _day(at)
    now = (Membership.since <= day, Membership.until.is_(None) | (Membership.until > day))
    theirs = (Membership.person_id == _service.c.person_id, Membership.union_id.in_(unions))
    return [exists().where(*theirs, *now)]


def _names(ids: Sequence[int]) -> dict[int, str]:
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _day(at: datetime) -> date:
    return clock.beijing(at).date()
