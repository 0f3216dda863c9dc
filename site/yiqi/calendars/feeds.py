"""How somebody wants their calendar: the verbs that change it, and who an address opens."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection, insert, select, update

from yiqi.calendars.rules import tokens
from yiqi.db import db, retried, table, writing
from yiqi.people.models import CalendarFeed, Person

_feed, _person = table(CalendarFeed), table(Person)


class Feed(Struct, frozen=True):
    """A person's wishes as they stand, and the token of their present address for a key of the site."""

    person_id: int
    generation: int = 0
    is_on: bool = True
    with_waiting: bool = False
    lang: str = "zh-CN"

    def token(self, key: str) -> str:
        return tokens.token(key, self.person_id, self.generation)


def of_person(person_id: int) -> Feed | None:
    """The wishes of somebody; None for nobody, and for a record that is no more. One query."""
    row = db.session.execute(
        select(Person.lang, CalendarFeed.generation, CalendarFeed.is_on, CalendarFeed.with_waiting)
        .outerjoin(CalendarFeed, CalendarFeed.person_id == Person.id)
        .where(Person.id == person_id, Person.merged_into_id.is_(None))
    ).one_or_none()
    if row is None:
        return None
    if row.generation is None:
        return Feed(person_id, lang=row.lang)
    return Feed(person_id, row.generation, row.is_on, row.with_waiting, row.lang)


def opened_by(token: str, key: str) -> Feed | None:
    """Whose calendar an address opens; None when it is not, or not any more, a good one."""
    feed = of_person(tokens.owner(token))
    generation = feed.generation if feed is not None else 0
    is_good = tokens.holds(token, key, tokens.owner(token), generation)
    return feed if feed is not None and feed.is_on and is_good else None


@retried
def renew(*, person_id: int, seen: int, at: datetime) -> int:
    """Give the calendar a new address; the old one opens nothing from now on. Answers the generation.

    `seen` is the generation the person had before their eyes: the same form sent twice renews once. It is switched on.
    """
    with writing() as session:
        feed = _locked(session.connection(), person_id, at)
        if feed.generation != seen:
            return feed.generation
        _write(session.connection(), person_id, at, generation=seen + 1, is_on=True)
        return seen + 1


@retried
def switch(*, person_id: int, is_on: bool, at: datetime) -> None:
    """Open or close the calendar. Closing gives up the address too, so that opening it again makes a new one."""
    with writing() as session:
        feed = _locked(session.connection(), person_id, at)
        if feed.is_on != is_on:
            _write(
                session.connection(),
                person_id,
                at,
                is_on=is_on,
                generation=feed.generation + (0 if is_on else 1),
            )


@retried
def show_waiting(*, person_id: int, with_waiting: bool, at: datetime) -> None:
    """Whether what one only waits for stands in it too."""
    with writing() as session:
        _locked(session.connection(), person_id, at)
        _write(session.connection(), person_id, at, with_waiting=with_waiting)


def _locked(here: Connection, person_id: int, at: datetime) -> Feed:
    """The person's row is the mutex. Raises `LookupError` for nobody."""
    mine = (_person.c.id == person_id, _person.c.merged_into_id.is_(None))
    lang = here.execute(select(_person.c.lang).where(*mine).with_for_update()).scalar_one_or_none()
    if lang is None:
        raise LookupError(person_id)
    row = here.execute(select(_feed).where(_feed.c.person_id == person_id)).one_or_none()
    if row is not None:
        return Feed(person_id, row.generation, row.is_on, row.with_waiting, lang)
    new = {"person_id": person_id, "generation": 0, "is_on": True, "with_waiting": False, "changed_at": at}
    here.execute(insert(_feed), new)
    return Feed(person_id, lang=lang)


def _write(here: Connection, person_id: int, at: datetime, **values: object) -> None:
    mine = update(_feed).where(_feed.c.person_id == person_id)
    here.execute(mine.values(changed_at=at, **values))
