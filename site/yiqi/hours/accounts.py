"""Reads of the ledger: how many minutes somebody has, in all and lately, who has most, and who reached a star when."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, func, select

from yiqi import clock
from yiqi.db import Facts, db, table
from yiqi.hours.ledger import heads
from yiqi.hours.models import Entry, Service
from yiqi.hours.rules.stars import Rank, rank
from yiqi.people.persons import name_behind

_service, _entry = table(Service), table(Entry)


class Account(Struct, frozen=True):
    """What somebody has: minutes in all, those of this month, how many services, and what waits for a word."""

    minutes: int
    this_month: int
    services: int
    waiting: int
    rank: Rank


class Reached(Struct, frozen=True):
    """Somebody got a star at an instant."""

    person_id: int
    stars: int
    at: datetime


def of(person_id: int, at: datetime) -> Account:
    """What somebody has at an instant. A service belongs to the month in which it begins. One query."""
    today = clock.beijing(at).date()
    month = clock.at(today.replace(day=1))
    newest = heads().where(_service.c.person_id == person_id).subquery()
    recent = func.sum(newest.c.minutes).filter(newest.c.starts_at >= month)
    found = db.session.execute(
        select(
            func.coalesce(func.sum(newest.c.minutes), 0).label("minutes"),
            func.coalesce(recent, 0).label("this_month"),
            func.count().filter(newest.c.minutes > 0).label("services"),
            func.count().filter(newest.c.state == "pending").label("waiting"),
        )
    ).one()
    return Account(
        int(found.minutes),
        int(found.this_month),
        found.services,
        found.waiting,
        rank(int(found.minutes), today),
    )


def totals(person_ids: Collection[int]) -> dict[int, int]:
    """The minutes of some people, by their ids; who has none is left out."""
    newest = heads().where(_service.c.person_id.in_(person_ids), _entry.c.minutes > 0).subquery()
    rows = select(newest.c.person_id, func.sum(newest.c.minutes)).group_by(newest.c.person_id)
    return {person_id: int(minutes) for person_id, minutes in db.session.execute(rows)}


def by_person(
    first: datetime, until: datetime, *conditions: ColumnElement[bool], most: int
) -> list[tuple[int, int]]:
    """Who has how many minutes of services that begin in a stretch of time, most first. `conditions` are on `Service`."""
    newest = (
        heads()
        .where(_entry.c.minutes > 0, _entry.c.starts_at >= first, _entry.c.starts_at < until, *conditions)
        .subquery()
    )
    served = func.sum(newest.c.minutes)
    rows = select(newest.c.person_id, served).group_by(newest.c.person_id)
    found = db.session.execute(rows.order_by(served.desc(), newest.c.person_id).limit(most))
    return [(person_id, int(minutes)) for person_id, minutes in found]


def reached(since: datetime, at: datetime, on: date) -> list[Reached]:
    """Who has more stars than at an earlier instant, by the rows written since, the newest first. Who lost one again by
    a correction is not among them."""
    changed = (
        select(_service.c.person_id)
        .join(_entry, _entry.c.service_id == _service.c.id)
        .where(_entry.c.at > since, _entry.c.at <= at)
    )
    rows = db.session.execute(
        select(_service.c.person_id, _entry.c.service_id, _entry.c.minutes, _entry.c.at)
        .join(_service, _service.c.id == _entry.c.service_id)
        .where(_service.c.person_id.in_(changed), _entry.c.at <= at)
        .order_by(_service.c.person_id, _entry.c.at, _entry.c.id)
    ).all()
    own: dict[int, list[Facts]] = {}
    for row in rows:
        own.setdefault(row.person_id, []).append(row)
    found = [one for person_id, theirs in own.items() if (one := _reached(person_id, theirs, since, on))]
    return sorted(found, key=lambda one: (one.at, one.person_id), reverse=True)


def _reached(person_id: int, rows: Sequence[Facts], since: datetime, on: date) -> Reached | None:
    """The newest star of one person that is there still, where it came after `since`."""
    counts: dict[int, int] = {}
    total, stars = 0, 0
    won_at = since
    for row in rows:
        total += row.minutes - counts.get(row.service_id, 0)
        counts[row.service_id] = row.minutes
        now = rank(total, on).stars
        if now > stars:
            won_at = row.at
        stars = now
    return Reached(person_id, stars, won_at) if stars and won_at > since else None


def history(service_id: int) -> list[Facts]:
    """All rows of a service, the first one first, with who wrote each (`name`)."""
    return histories([service_id]).get(service_id, [])


def histories(service_ids: Collection[int]) -> dict[int, list[Facts]]:
    """The same of some services, by their ids. One query."""
    query = (
        select(
            _entry.c.service_id,
            _entry.c.id,
            _entry.c.deed,
            _entry.c.state,
            _entry.c.minutes,
            _entry.c.proposed,
            _entry.c.starts_at,
            _entry.c.ends_at,
            _entry.c.at,
            _entry.c.by_id,
            _entry.c.because,
            name_behind(_entry.c.by_id).label("name"),
        )
        .where(_entry.c.service_id.in_(service_ids))
        .order_by(_entry.c.id)
    )
    found: dict[int, list[Facts]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.service_id, []).append(row)
    return found
