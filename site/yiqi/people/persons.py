"""What a person tells of themselves, and finding them again."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, insert, or_, select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from yiqi.db import Again, db, table, writing
from yiqi.people import finding
from yiqi.people.models import Person
from yiqi.people.spelling import pinyin

SHORTEST_TAIL = 4
"""Digits of a phone number from which it is looked for."""
_record, _now = aliased(Person), aliased(Person)
"""A record that a trail names, and the one it was merged into."""


def tell_name(*, person_id: int, name: str) -> None:
    """Keep the name a person gives."""
    with writing() as session:
        session.execute(update(Person).where(Person.id == person_id).values(name=name, pinyin=pinyin(name)))


def name_of(person_id: int) -> str:
    """The name a person gave; empty when they gave none."""
    return db.session.scalar(select(Person.name).where(Person.id == person_id)) or ""


def language_of(person_id: int) -> str:
    """The language a person reads."""
    return db.session.scalar(select(Person.lang).where(Person.id == person_id)) or "zh-CN"


def read_by(phone: str) -> str | None:
    """The language that the person with a phone (E.164) reads; None when nobody has it."""
    return db.session.scalar(select(Person.lang).where(Person.phone == phone))


def tell_birthday(*, person_id: int, born_on: date) -> None:
    """Keep the day a person was born, which conditions of age look at."""
    with writing() as session:
        session.execute(update(Person).where(Person.id == person_id).values(born_on=born_on))


def birthday(here: Connection, person_id: int) -> date | None:
    """In the caller's transaction: the day somebody was born; None of who did not tell."""
    born_on: date | None = here.execute(
        select(Person.born_on).where(Person.id == person_id)
    ).scalar_one_or_none()
    return born_on


def speak(*, person_id: int, lang: str) -> None:
    """Keep the language a person reads, for their messages."""
    with writing() as session:
        session.execute(update(Person).where(Person.id == person_id).values(lang=lang))


def by_id(ids: Collection[int]) -> dict[int, Person]:
    """The people with these ids."""
    return {one.id: one for one in db.session.scalars(select(Person).where(Person.id.in_(ids)))}


def person_by_phone(phone: str) -> Person | None:
    """The person with a phone (E.164), or None."""
    return db.session.scalar(select(Person).where(Person.phone == phone))


def somebody(here: Connection, *, phone: str, name: str, at: datetime) -> int:
    """In the caller's transaction: the id of the person with a phone (E.164), who is written down when nobody knows them.

    A name is kept of somebody who told none. Who was found to be a second record of somebody is that one. Raises `Again`
    when another process wrote the same person down meanwhile.
    """
    person = table(Person)
    found = here.execute(
        select(person.c.id, person.c.name, person.c.merged_into_id).where(person.c.phone == phone)
    ).one_or_none()
    if found is None:
        row = {"phone": phone, "name": name, "pinyin": pinyin(name), "created_at": at, "turn": 0}
        try:
            made: int = here.execute(
                insert(person).returning(person.c.id), {"lang": "zh-CN", **row}
            ).scalar_one()
        except IntegrityError as error:
            raise Again from error
        return made
    if found.merged_into_id is not None:
        return int(found.merged_into_id)
    if name and not found.name:
        here.execute(update(person).where(person.c.id == found.id).values(name=name, pinyin=pinyin(name)))
    return int(found.id)


def called(who: str, *, whole_names: bool = False) -> ColumnElement[bool]:
    """The people with these characters in their name, or of that phone number or its last four digits, as a condition.
    With `whole_names` a part of a name finds nobody: who sees names in part must not piece them together."""
    if not who:
        return true()
    by_name = Person.name == who if whole_names else Person.name.contains(who, autoescape=True)
    by_number = finding.by_number(who, least=SHORTEST_TAIL)
    return by_name if by_number is None else or_(by_name, by_number)


def whose(person_id: Any) -> ColumnElement[int]:
    """Whose record the one of a column is now, as an expression: one that was merged into another is that other one's.

    Trails are never rewritten, so they keep the ids of records that are no more.
    """
    now = func.coalesce(_record.merged_into_id, _record.id)
    return select(now).where(_record.id == person_id).correlate_except(_record).scalar_subquery()


def name_behind(person_id: Any) -> ColumnElement[str]:
    """What the person is called whose record the one of a column is now, as an expression."""
    found = select(_now.name).join(_record, _now.id == func.coalesce(_record.merged_into_id, _record.id))
    return found.where(_record.id == person_id).correlate_except(_record, _now).scalar_subquery()


def records_called(who: str, *, whole_names: bool = False) -> Select[Any]:
    """The ids of the records of those who are `called` so, with those that were merged into theirs."""
    theirs = Person.id == func.coalesce(_record.merged_into_id, _record.id)
    return select(_record.id).join(Person, theirs).where(called(who, whole_names=whole_names)).correlate(None)
