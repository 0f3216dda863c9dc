"""The verbs of commendation: publishing the list of a year, correcting what stands on it, and being named. And its reads.

A list is computed from the facts and published as it was looked at; from then on it stays. Nobody is put on it or left
out by hand.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.orm import defer

from yiqi import clock
from yiqi.db import Facts, db, one_view, retried, table, writing
from yiqi.people.models import Person
from yiqi.people.persons import name_behind
from yiqi.people.rules import in_part, without_numbers
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing
from yiqi.unions.models import Union
from yiqi.years import records
from yiqi.years.models import Commendation, Commended, Correction, NamedConsent
from yiqi.years.records import Branch, Fact, Line, Record
from yiqi.years.rules.awards import Award, as_kept
from yiqi.years.rules.calendar import Year

VERSION = 1
"""Of the words that somebody agrees to be named by; a new one asks again."""
OPENS = (12, 1)
"""The month and day from which the list of a year may be published: commendations are made at its end, and sign-in
lists forget their people a year after each event."""
ListFacts = Facts
"""A list: id, union_id, year, criteria, published_at, the name of who published it (`by_name`), and the union's names
(`union`, `union_en`)."""
_list, _row, _correction = table(Commendation), table(Commended), table(Correction)
_consent, _union, _person = table(NamedConsent), table(Union), table(Person)


class Why(StrEnum):
    """Why a list is not published."""

    TOO_EARLY = "too_early"
    NOBODY = "nobody"
    MOVED = "moved"
    """The facts are not those that were looked at."""


class Refused(Exception):
    """It is not published."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def opens_on(year: Year) -> date:
    """The day from which the list of a year may be published."""
    return date(year.number, *OPENS)


def digest(record: Record) -> str:
    """What a list would hold, in a few characters: what was looked at has to be what is published."""
    rows = [
        (str(one.award), *_named(line), sorted(line.figures.items()))
        for one, reached in record.commended
        for line in reached
    ]
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]


@retried
def publish(*, union_id: int, year: Year, seen: str, by_id: int, at: datetime) -> int:
    """Publish a union's list of a year, with the figures and the evidence of this instant; answers its id. `seen` is the
    `digest` of what was looked at. Once more, or a moment after somebody else, answers the list that is there.

    Figures and evidence are of one view of the data, taken before anything is locked: it takes seconds for a federation,
    in which people go on signing up. Raises `LookupError` for no such union; `Refused`.
    """
    one_view()
    there = of_union(union_id, year.number)
    if there is not None:
        return int(there.id)
    if clock.beijing(at).date() < opens_on(year):
        raise Refused(Why.TOO_EARLY)
    record = records.of(union_id, year, at)
    lines = [(one.award, line) for one, reached in record.commended for line in reached]
    if not lines:
        raise Refused(Why.NOBODY)
    if digest(record) != seen:
        raise Refused(Why.MOVED)
    people = {line.person_id: line.name for _award, line in lines if isinstance(line, Line)}
    told = records.evidence(people, year, at)
    with writing() as session:
        here = session.connection()
        here.execute(select(_union.c.id).where(_union.c.id == union_id).with_for_update())
        same = (_list.c.union_id == union_id, _list.c.year == year.number)
        made = here.scalar(select(_list.c.id).where(*same))
        if made is not None:
            session.rollback()
            return int(made)
        if _held(here, people) != people:  # somebody left, became another record, or has a new name
            raise Refused(Why.MOVED)
        made = _write(here, record, by_id, at)
        here.execute(insert(_row), [_as_row(made, award, line, told) for award, line in lines])
        trail.note(
            here,
            What.COMMENDED,
            at=at,
            by_id=by_id,
            thing=Thing(union_id),
            name=str(year.number),
            count=len(lines),
        )
        return made


def _held(here: Connection, people: Mapping[int, str]) -> dict[int, str]:
    """The names of these people under their locks, in the order of their ids."""
    found: dict[int, str] = {}
    for ids in records.portions(people):
        mine = select(_person.c.id, _person.c.name).where(_person.c.id.in_(ids))
        still = mine.where(_person.c.merged_into_id.is_(None)).order_by(_person.c.id)
        found |= {row.id: row.name for row in here.execute(still.with_for_update(read=True))}
    return found


def _write(here: Connection, record: Record, by_id: int, at: datetime) -> int:
    row = {
        "union_id": record.union.id,
        "year": record.year.number,
        "criteria": as_kept([one for one, _reached in record.commended]),
        "published_at": at,
        "published_by_id": by_id,
    }
    made: int = here.execute(insert(_list).returning(_list.c.id), row).scalar_one()
    return made


def _as_row(
    list_id: int, award: Award, line: Line | Branch, told: Mapping[int, Sequence[Fact]]
) -> dict[str, Any]:
    person_id, union_id, name = _named(line)
    evidence: list[dict[str, Any]]
    if isinstance(line, Branch):
        evidence = [{"measure": "lacking", "weeks": [monday.isoformat() for monday in line.lacking]}]
    else:
        evidence = [asdict(one) | {"at": one.at.isoformat()} for one in told[line.person_id]]
    whose = {"person_id": person_id, "union_id": union_id, "name": name}
    return whose | {"list_id": list_id, "award": award, "figures": dict(line.figures), "evidence": evidence}


def _named(line: Line | Branch) -> tuple[int | None, int, str]:
    """Whom a line names: the person, the union that they belong to or that it is itself, the name."""
    if isinstance(line, Branch):
        return None, line.union.id, line.union.name
    return line.person_id, line.union_id, line.name


@retried
def correct(*, list_id: int, said: str, by_id: int, at: datetime) -> None:
    """Say under a published list what is not right on it, without phone numbers, and with the names of its people in part:
    it stands there in public after they said no to that, or left. The list stays. Raises `LookupError`."""
    with writing() as session:
        here = session.connection()
        held = select(_list.c.union_id, _list.c.year).where(_list.c.id == list_id).with_for_update()
        found = here.execute(held).one_or_none()
        if found is None:
            raise LookupError(list_id)
        names = here.scalars(
            select(_row.c.name).where(_row.c.list_id == list_id, _row.c.person_id.is_not(None))
        )
        words = without_numbers(in_part(said, set(names)))
        here.execute(insert(_correction), {"list_id": list_id, "said": words, "at": at, "by_id": by_id})
        trail.note(
            here,
            What.LIST_CORRECTED,
            at=at,
            by_id=by_id,
            thing=Thing(found.union_id),
            because=words,
            name=str(found.year),
        )


@retried
def be_named(*, person_id: int, is_given: bool, at: datetime) -> None:
    """Somebody agrees that their whole name stands on published lists, or takes it back: from then on it is so on all."""
    with writing() as session:
        here = session.connection()
        here.execute(select(Person.id).where(Person.id == person_id).with_for_update())
        here.execute(delete(_consent).where(_consent.c.person_id == person_id))
        row = {"person_id": person_id, "version": VERSION, "is_given": is_given, "changed_at": at}
        here.execute(insert(_consent), row)


def carry(here: Connection, kept_id: int, gone_id: int, _at: datetime) -> None:
    """Give what is kept of one record to another, in the caller's transaction. A word that stays is the kept one's."""
    here.execute(update(_row).where(_row.c.person_id == gone_id).values(person_id=kept_id))
    own = select(_consent.c.person_id).where(_consent.c.person_id == kept_id)
    if here.execute(own).first() is None:
        here.execute(update(_consent).where(_consent.c.person_id == gone_id).values(person_id=kept_id))
    here.execute(delete(_consent).where(_consent.c.person_id == gone_id))


def is_named(person_id: int) -> bool:
    """Whether somebody agrees to be named now."""
    return bool(naming([person_id]))


def naming(person_ids: Collection[int]) -> set[int]:
    """Who of some people agrees to be named now."""
    given = (NamedConsent.is_given.is_(True), NamedConsent.version == VERSION)
    found = select(NamedConsent.person_id).where(NamedConsent.person_id.in_(list(person_ids)), *given)
    return set(db.session.scalars(found))


def published(list_id: int) -> ListFacts | None:
    """A list by its id."""
    return db.session.execute(_lists().where(Commendation.id == list_id)).one_or_none()


def of_union(union_id: int, year: int) -> ListFacts | None:
    """The list of a union and a year."""
    wanted = (Commendation.union_id == union_id, Commendation.year == year)
    return db.session.execute(_lists().where(*wanted)).one_or_none()


def years() -> list[int]:
    """The years of which something was published, the newest first."""
    return list(db.session.scalars(select(Commendation.year).distinct().order_by(Commendation.year.desc())))


def of_year(year: int, typed: str = "", many: int = 60) -> tuple[list[ListFacts], bool]:
    """What was published of a year by unions whose names have these characters, those at the top of the tree first; and
    whether there are more."""
    called = Union.name.contains(typed, autoescape=True) | Union.name_en.icontains(typed, autoescape=True)
    found = (
        _lists().where(Commendation.year == year, called).order_by(Union.parent_id.is_not(None), Union.name)
    )
    rows = list(db.session.execute(found.limit(many + 1)))
    return rows[:many], len(rows) > many


def publishers(year: int, union_ids: Collection[int]) -> set[int]:
    """Which of some unions published the list of a year."""
    found = select(Commendation.union_id).where(Commendation.year == year)
    return set(db.session.scalars(found.where(Commendation.union_id.in_(union_ids))))


def rows(list_id: int) -> list[Commended]:
    """The rows of a list, in the order they were written in; the evidence of one is read when it is asked for."""
    found = select(Commended).where(Commended.list_id == list_id).order_by(Commended.id)
    return list(db.session.scalars(found.options(defer(Commended.evidence))))


def row_of_union(union_id: int, row_id: int) -> tuple[Commended | None, ListFacts | None]:
    """A row of one of a union's lists, and the list. Another union's row costs what none costs."""
    own = select(Commended).join(Commendation, Commendation.id == Commended.list_id)
    row = db.session.scalar(own.where(Commended.id == row_id, Commendation.union_id == union_id))
    return (row, published(row.list_id)) if row is not None else (None, None)


def of_person(person_id: int) -> list[Facts]:
    """Where somebody is commended: list_id, year, award, union, union_en; the newest first."""
    found = (
        select(Commended.list_id, Commended.award, Commendation.year, Union.name.label("union"))
        .add_columns(Union.name_en.label("union_en"))
        .join(Commendation, Commendation.id == Commended.list_id)
        .join(Union, Union.id == Commendation.union_id)
        .where(Commended.person_id == person_id)
        .order_by(Commendation.year.desc(), Commended.id)
    )
    return list(db.session.execute(found))


def corrections(list_id: int) -> list[Correction]:
    """What was said of a list since, the oldest first."""
    found = select(Correction).where(Correction.list_id == list_id).order_by(Correction.id)
    return list(db.session.scalars(found))


def _lists() -> Any:
    return select(
        Commendation.id,
        Commendation.union_id,
        Commendation.year,
        Commendation.criteria,
        Commendation.published_at,
        name_behind(Commendation.published_by_id).label("by_name"),
        Union.name.label("union"),
        Union.name_en.label("union_en"),
    ).join(Union, Union.id == Commendation.union_id)
