"""What was done in a year, computed from the facts: by person, by union, with the evidence; and who it commends.

A person counts for the union they are in on the last day of the year, or today while it runs. Nothing here is kept:
what is, is in `commending`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, or_, select

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
Figures = Mapping[str, int]


@dataclass(frozen=True)
class Line:
    """Somebody with what they did: amounts by the names of measures. `union_id` is the union they belong to."""

    person_id: int
    name: str
    union_id: int
    figures: Figures


@dataclass(frozen=True)
class Branch:
    """A union right below another one, with all that is under it: what its members did, and its weeks. `lacking` are the
    Mondays of the weeks that are over and had nothing of its own on."""

    union: Union
    figures: Figures
    lacking: Sequence[date]


@dataclass(frozen=True)
class Fact:
    """One thing that somebody did. `at` an instant, `ref` what its page is found by."""

    measure: str
    at: datetime
    amount: int
    title: str
    title_en: str
    ref: str


@dataclass(frozen=True)
class Record:
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
    """The record of a union and of all that is under it. As many statements as there are measures, and six more. Raises
    `LookupError`."""
    union = db.session.get(Union, union_id)
    if union is None:
        raise LookupError(union_id)
    within = belonging.under([union_id])[union_id]
    on = year.day(at)
    homes = members(within, on)
    done = figures(_members(within, on), year, at)
    names = _names(done)
    people = [Line(one, names[one], homes[one], done[one]) for one in done if one in homes and names[one]]
    people.sort(key=lambda one: (-one.figures.get(measures.ACTIVITIES, 0), one.person_id))
    branches = _branches(union_id, within, homes, people, year, at)
    own = _together(homes, people)
    return Record(union, year, own, people, branches, _commended(year, people, branches))


def member_of(union_id: int, person_id: int, year: Year, at: datetime) -> str | None:
    """The name of somebody who counts for a union or one under it in a year; None of whoever does not."""
    within = belonging.under([union_id]).get(union_id, frozenset())
    counted = _members(within, year.day(at)).subquery()
    found = select(Person.name).join(counted, counted.c.person_id == Person.id)
    return db.session.scalar(found.where(Person.id == person_id))


def members(union_ids: Collection[int], on: date) -> dict[int, int]:
    """Who belongs to some unions on a Beijing day, with the union: the newest of several."""
    rows = db.session.execute(_members(union_ids, on))
    return {row.person_id: row.union_id for row in rows}


def figures(people: Select[*tuple[Any, ...]], year: Year, at: datetime) -> dict[int, dict[str, int]]:
    """What some people (a selection whose first column names them) did in a year, by their ids; who did nothing is left
    out."""
    ids = people.with_only_columns(people.selected_columns[0])
    found: dict[int, dict[str, int]] = {}
    for measure in measures.all_of(at):
        rows = measure.rows(year.starts_at, year.ends_at).subquery()
        summed = select(rows.c.person_id, func.sum(rows.c.amount)).where(rows.c.person_id.in_(ids))
        for person_id, amount in db.session.execute(summed.group_by(rows.c.person_id)):
            found.setdefault(person_id, {})[measure.name] = int(amount)
    return found


def evidence(person_ids: Collection[int], year: Year, at: datetime) -> dict[int, list[Fact]]:
    """What some people did in a year, one by one: by measure, the earliest first; by the ids of the people."""
    found: dict[int, list[Fact]] = {one: [] for one in person_ids}
    for measure in measures.all_of(at):
        rows = measure.rows(year.starts_at, year.ends_at).subquery()
        wanted = select(rows).where(rows.c.person_id.in_(list(person_ids))).order_by(rows.c.at, rows.c.ref)
        for row in db.session.execute(wanted):
            fact = Fact(measure.name, row.at, int(row.amount), row.title, row.title_en, row.ref)
            found[row.person_id].append(fact)
    return found


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


def _names(person_ids: Collection[int]) -> dict[int, str]:
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(list(person_ids))))
    return {row.id: row.name for row in rows}


def _together(homes: Mapping[int, int], people: Sequence[Line]) -> dict[str, int]:
    """The sums of some people's figures, with how many took part of how many members."""
    found: dict[str, int] = {}
    for one in people:
        for name, amount in one.figures.items():
            found[name] = found.get(name, 0) + amount
    took_part = sum(1 for one in people if one.figures.get(measures.ACTIVITIES))
    found |= {MEMBERS: len(homes), PEOPLE: took_part}
    found[SHARE] = 100 * took_part // len(homes) if homes else 0
    return found


def _branches(
    union_id: int,
    within: Collection[int],
    homes: Mapping[int, int],
    people: Sequence[Line],
    year: Year,
    at: datetime,
) -> list[Branch]:
    below = {one.id: one for one in belonging.named(within)}
    tops = [one for one in below.values() if one.parent_id == union_id]
    if not tops:
        return []
    mondays = year.mondays
    counted = coverage.by(Activity.owner_id, _published(within), mondays)
    today = clock.beijing(at).date()
    over = [monday for monday in mondays if monday + WEEK <= today]
    found = []
    for top in tops:
        own = {one for one in below if _is_under(one, top.id, below)}
        on = {monday for one in own for monday, many in counted.get(one, {}).items() if many}
        theirs = {person: home for person, home in homes.items() if home in own}
        summed = _together(theirs, [one for one in people if one.union_id in own])
        weeks = {WEEKS: sum(1 for monday in mondays if monday in on and monday <= today)}
        found.append(Branch(top, summed | weeks, [one for one in over if one not in on]))
    return sorted(found, key=lambda one: (-one.figures[WEEKS], one.union.name))


def _published(within: Collection[int]) -> Any:
    return Activity.owner_id.in_(within) & (Activity.status == Status.PUBLISHED)


def _is_under(union_id: int, top_id: int, below: Mapping[int, Union]) -> bool:
    here: int | None = union_id
    while here is not None and here in below:
        if here == top_id:
            return True
        here = below[here].parent_id
    return False


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
