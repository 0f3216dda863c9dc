"""The negative control of what is one's own: looked at first, written later. Never served but in tests."""

import time
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from tests.concurrency.desk import app
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import LIVE, State
from yiqi.calendars.feeds import Feed, of_person
from yiqi.db import db, table, touched, writing
from yiqi.people.merging import no_phone
from yiqi.people.models import BrowserSession, CalendarFeed, Person
from yiqi.people.sessions import NewSession, forget, new_session
from yiqi.privacy.claiming import NotClaiming
from yiqi.privacy.erasing import Erased

WINDOW_SECONDS = 0.05
_feed = table(CalendarFeed)


def renew(*, person_id: int, seen: int, at: datetime) -> int:
    """What `feeds.renew` would be if it believed the generation that it saw before the lock."""
    feed = of_person(person_id) or Feed(person_id)
    _waits()
    with writing() as session:
        if feed.generation == seen:
            mine = update(_feed).where(_feed.c.person_id == person_id)
            new: dict[str, Any] = {"person_id": person_id, "generation": 1, "is_on": True}
            if not touched(session.execute(mine.values(generation=_feed.c.generation + 1))):
                session.execute(insert(_feed), {**new, "with_waiting": False, "changed_at": at})
    return seen + 1


def begin_anew(*, browser_id: int, at: datetime, device: str = "", lang: str | None = None) -> NewSession:
    """What `claiming.begin_anew` would be if it closed whatever record has the number by the time it writes."""
    with db.engine.connect() as reader:
        claims = reader.scalar(select(BrowserSession.claims_id).where(BrowserSession.id == browser_id))
        old = reader.execute(select(Person.id, Person.phone).where(Person.id == claims)).one_or_none()
    _waits()
    if old is None or old.phone == no_phone(old.id):
        raise NotClaiming
    with writing() as session:
        for one in session.scalars(select(Person.id).where(Person.phone == old.phone).with_for_update()):
            gone = {"phone": no_phone(one), "merged_into_id": one}
            session.execute(update(Person).where(Person.id == one).values(**gone))
        row = {
            "phone": old.phone,
            "name": "",
            "pinyin": "",
            "lang": lang or "zh-CN",
            "created_at": at,
            "turn": 0,
        }
        made = session.execute(insert(Person).returning(Person.id), row | {"agreed": 2}).scalar_one()
        forget(session, browser_id)
        return new_session(session, made, at, device, "")


def erase(*, person_id: int, at: datetime) -> Erased:
    """What `erasing.erase` would be if it ended what it saw before the locks, as it saw it."""
    live = (Booking.person_id == person_id, Booking.state.in_(LIVE))
    with db.engine.connect() as reader:
        seen = reader.execute(select(Booking.id, Booking.state).where(*live)).all()
    _waits()
    with writing() as session:
        for booking_id, state in seen:
            as_seen = (Booking.id == booking_id, Booking.state == state)
            session.execute(update(Booking).where(*as_seen).values(state=State.LEFT))
        gone = {"phone": no_phone(person_id), "left_at": at, "merged_into_id": person_id}
        session.execute(update(Person).where(Person.id == person_id).values(**gone))
    return Erased()


def _waits() -> None:
    db.session.rollback()
    time.sleep(WINDOW_SECONDS)


__all__ = ["app", "begin_anew", "erase", "renew"]
