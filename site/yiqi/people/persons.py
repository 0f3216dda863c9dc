"""What a person tells of themselves, and finding them again."""

from datetime import date

from sqlalchemy import select, update

from yiqi.db import db, writing
from yiqi.people.models import Person
from yiqi.people.spelling import pinyin


def tell_name(*, person_id: int, name: str) -> None:
    """Keep the name a person gives."""
    with writing() as session:
        session.execute(update(Person).where(Person.id == person_id).values(name=name, pinyin=pinyin(name)))


def name_of(person_id: int) -> str:
    """The name a person gave; empty when they gave none."""
    return db.session.scalar(select(Person.name).where(Person.id == person_id)) or ""


def tell_birthday(*, person_id: int, born_on: date) -> None:
    """Keep the day a person was born, which conditions of age look at."""
    with writing() as session:
        session.execute(update(Person).where(Person.id == person_id).values(born_on=born_on))


def speak(*, person_id: int, lang: str) -> None:
    """Keep the language a person reads, for their messages."""
    with writing() as session:
        session.execute(update(Person).where(Person.id == person_id).values(lang=lang))


def person_by_phone(phone: str) -> Person | None:
    """The person with a phone (E.164), or None."""
    return db.session.scalar(select(Person).where(Person.phone == phone))
