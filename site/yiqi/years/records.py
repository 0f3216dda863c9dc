"""What was done in a year, computed from the facts: by person, by union, with the evidence; and who it commends.

A person counts for the union they are in on the last day of the year, or today while it runs. Nothing here is kept:
what is, is in `commending`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import CTE, CompoundSelect, Select, func, literal, or_, select, union_all

from yiqi import clock
from yiqi.activities.models import Activity, Status
from yiqi.db import db
from yiqi.desk.figures import coverage
from yiqi.people.models import Person
from yiqi.unions import belonging
from yiqi.unions.models import Membership, Union
from yiqi.years import measures
from yiqi.years.rules.awards import OF_UNIONS, PEOPLE, SHARE, WEEKS, Criteria, criteria
from yiqi.years.rules.calendar import WEEK, Year

MEMBERS = "members"
AT_A_TIME = 1000
"""People named in one statement: databases take some tens of thousands of values in one, not more."""
Figures = Mapping[str, int]


class Line(Struct, frozen=True):
    """Somebody with what they did: amounts by the names of measures. `union_id` is the union they belong to."""

    person_id: int
    name: str
    union_id: int
    figures: Figures


class Branch(Struct, frozen=True):
    """A union right below another one, with all that is under it: what its members did, and its weeks. `lacking` are the
    Mondays of the weeks that are over and had nothing of its own on."""

    union: Union
    figures: Figures
    lacking: Sequence[date]


class Fact(Struct, frozen=True):
    """One thing that somebody did. `at` an instant, `ref` what its page is found by."""

    measure: str
    at: datetime
    amount: int
    title: str
    title_en: str
    ref: str


class Record(Struct, frozen=True):
    """A union's year at an instant. `people` did something, who did most first; `commended` by award."""

    union: Union
    year: Year
    figures: Figures
    people: Sequence[Line]
    branches: Sequence[Branch]
    commended: Sequence[tuple[Criteria, Sequence[Line | Branch]]]

    def unions(self) -> dict[int, Union]:
        """The unions that its people belong to, by their ids. One query."""
        return {one.id: one for one in belonging.named({line.union_id for line in self.people})}


def of(union_id: int, year: Year, at: datetime) -> Record:
    """The record of a union and of all that is under it. Six statements, however much is counted. Raises `LookupError`."""
    union = db.session.get(Union, union_id)
    if union is None:
        raise LookupError(union_id)
    within = belonging.under([union_id])[union_id]
    counting = _members(within, year.day(at)).cte("counting")
    many = _many(counting)
    people = _people(counting, year, at)
    branches = _branches(union_id, within, many, people, year, at)
    own = _sums(sum(many.values()), people)
    return Record(union, year, own, people, branches, _commended(year, people, branches))


def member_of(union_id: int, person_id: int, year: Year, at: datetime) -> str | None:
    """The name of somebody who counts for a union or one under it in a year; None of whoever does not."""
    within = belonging.under([union_id]).get(union_id, frozenset())
    counted = _members(within, year.day(at)).subquery()
    found = select(Person.name).join(counted, counted.c.person_id == Person.id)
    return db.session.scalar(found.where(Person.id == person_id))


def evidence(person_ids: Collection[int], year: Year, at: datetime) -> dict[int, list[Fact]]:
    """What some people did in a year, one by one: by measure, the earliest first; by the ids of the people. One statement
    for each thousand of them."""
    found: dict[int, list[Fact]] = {one: [] for one in person_ids}
    for ids in portions(person_ids):
        done = _done(year, at).subquery()
        wanted = select(done).where(done.c.person_id.in_(ids))
        for row in db.session.execute(wanted.order_by(done.c.nth, done.c.at, done.c.ref)):
            fact = Fact(row.measure, row.at, int(row.amount), row.title, row.title_en, row.ref)
            found[row.person_id].append(fact)
    return found


def portions(person_ids: Collection[int]) -> Iterator[list[int]]:
    """Some people's ids in their order, as many at a time as one statement names."""
    ids = sorted(person_ids)
    for first in range(0, len(ids), AT_A_TIME):
        yield ids[first : first + AT_A_TIME]


def _done(year: Year, at: datetime) -> CompoundSelect[*tuple[Any, ...]]:
    """Everything that anybody did in a year, with the name of its measure and that measure's place in their order."""
    parts = []
    for nth, measure in enumerate(measures.all_of(at)):
        rows = measure.rows(year.starts_at, year.ends_at).subquery()
        parts.append(select(literal(nth).label("nth"), literal(measure.name).label("measure"), rows))
    return union_all(*parts)


def _people(counting: CTE, year: Year, at: datetime) -> list[Line]:
    """Who of those that count did something, who took part most first. One statement."""
    done = _done(year, at).subquery()
    summed = (
        select(done.c.person_id, done.c.measure, func.sum(done.c.amount).label("amount"))
        .where(done.c.person_id.in_(select(counting.c.person_id)))
        .group_by(done.c.person_id, done.c.measure)
        .subquery()
    )
    rows = db.session.execute(
        select(summed, counting.c.union_id, Person.name)
        .join(counting, counting.c.person_id == summed.c.person_id)
        .join(Person, Person.id == summed.c.person_id)
        .where(Person.name != "")
    )
    found: dict[int, Line] = {}
    figures: dict[int, dict[str, int]] = {}
    for row in rows:
        mine = figures.setdefault(row.person_id, {})
        mine[row.measure] = int(row.amount)
        found.setdefault(row.person_id, Line(row.person_id, row.name, row.union_id, mine))
    return sorted(found.values(), key=lambda one: (-one.figures.get(measures.ACTIVITIES, 0), one.person_id))


def _many(counting: CTE) -> dict[int, int]:
    """How many count for each union. One statement."""
    rows = db.session.execute(select(counting.c.union_id, func.count()).group_by(counting.c.union_id))
    return {union_id: int(many) for union_id, many in rows}


def _members(union_ids: Collection[int], on: date) -> Select[*tuple[Any, ...]]:
    """Person and union, the newest membership that holds on a day."""
    nth = func.row_number().over(
        partition_by=Membership.person_id, order_by=(Membership.since.desc(), Membership.id.desc())
    )
    held = (
        select(Membership.person_id, Membership.union_id, nth.label("nth"))
        .where(Membership.since <= on, or_(Membership.until.is_(None), Membership.until > on))
        .subquery()
    )
    return select(held.c.person_id, held.c.union_id).where(held.c.nth == 1, held.c.union_id.in_(union_ids))


def _sums(many: int, people: Sequence[Line]) -> dict[str, int]:
    """The sums of some people's figures, with how many took part of how many members."""
    found: Counter[str] = Counter()
    for one in people:
        found.update(one.figures)
    took_part = sum(1 for one in people if one.figures.get(measures.ACTIVITIES))
    share = 100 * took_part // many if many else 0
    return {**found, MEMBERS: many, PEOPLE: took_part, SHARE: share}


def _branches(
    union_id: int,
    within: Collection[int],
    many: Mapping[int, int],
    people: Sequence[Line],
    year: Year,
    at: datetime,
) -> list[Branch]:
    below = {one.id: one for one in belonging.named(within)}
    home = {one: _top(one, union_id, below) for one in below if one != union_id}
    if not home:
        return []
    mondays = year.mondays
    today = clock.beijing(at).date()
    over = [monday for monday in mondays if monday + WEEK <= today]
    members: Counter[int] = Counter()
    lines: dict[int, list[Line]] = defaultdict(list)
    on: dict[int, set[date]] = defaultdict(set)
    for one, counted in many.items():
        if one in home:
            members[home[one]] += counted
    for line in people:
        if line.union_id in home:
            lines[home[line.union_id]].append(line)
    for owner_id, weeks in coverage.by(Activity.owner_id, _published(within), mondays).items():
        if owner_id in home:
            on[home[owner_id]] |= {monday for monday, dates in weeks.items() if dates}
    found = []
    for top in sorted(set(home.values())):
        held = {WEEKS: sum(1 for monday in on[top] if monday <= today)}
        summed = _sums(members[top], lines[top])
        found.append(Branch(below[top], summed | held, [one for one in over if one not in on[top]]))
    return sorted(found, key=lambda one: (-one.figures[WEEKS], one.union.name))


def _top(union_id: int, above_id: int, below: Mapping[int, Union]) -> int:
    """The union right below another one that a union is in, or is."""
    here = below[union_id]
    while here.parent_id is not None and here.parent_id != above_id:
        here = below[here.parent_id]
    return here.id


def _published(within: Collection[int]) -> Any:
    return Activity.owner_id.in_(within) & (Activity.status == Status.PUBLISHED)


def _commended(
    year: Year, people: Sequence[Line], branches: Sequence[Branch]
) -> list[tuple[Criteria, Sequence[Line | Branch]]]:
    found: list[tuple[Criteria, Sequence[Line | Branch]]] = []
    for one in criteria(year.number):
        asked: Sequence[Line | Branch] = branches if one.award in OF_UNIONS else people
        reached = [line for line in asked if one.met_by(line.figures)]
        if one.award not in OF_UNIONS or branches:
            found.append((one, sorted(reached, key=lambda line, of=one: of.rank(line.figures))))  # type: ignore[misc]
    return found
