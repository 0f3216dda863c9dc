"""How tests prove who somebody is at the desk: an authenticator in their hand, and sessions that proved it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

import pyotp
from flask import Flask
from sqlalchemy import select, update

from tests.browsing import a_session
from tests.databases import SECRET
from yiqi import clock
from yiqi.db import db, writing
from yiqi.people.authenticator import secret_of
from yiqi.people.models import BrowserSession, Person, SecondFactor
from yiqi.roles import securing


@dataclass(frozen=True)
class Phone:
    """A phone with an authenticator that was set up, and the recovery codes on paper."""

    secret: str
    codes: tuple[str, ...]

    def code(self, at: datetime | None = None) -> str:
        return pyotp.TOTP(self.secret).at(at or clock.now())


def secret_kept(person: Person) -> str:
    """The secret of the authenticator that somebody sets up or has."""
    seed = db.session.scalars(select(SecondFactor.secret).where(SecondFactor.person_id == person.id)).one()
    db.session.rollback()
    return secret_of(seed, SECRET)


def a_phone(person: Person, at: datetime) -> Phone:
    """Somebody sets their authenticator up, at an instant."""
    securing.begin(person_id=person.id, at=at)
    secret = secret_kept(person)
    browser = a_session(person.id, at=at)
    code = pyotp.TOTP(secret).at(at)
    _fresh, codes = securing.set_up(
        person_id=person.id, browser_id=browser.browser_id, typed=code, at=at, key=SECRET
    )
    return Phone(secret, codes)


@contextmanager
def asking_everybody(site: Flask) -> Iterator[None]:
    """The site as it runs in production: the desk asks for the second factor."""
    kept = site.config["YIQI"]
    site.config["YIQI"] = replace(kept, second_factor=True)
    try:
        yield
    finally:
        site.config["YIQI"] = kept


def proves_anew(person: Person) -> None:
    """Every session of somebody has just proved who they are."""
    mine = BrowserSession.person_id == person.id
    with writing() as session:
        session.execute(update(BrowserSession).where(mine).values(stepped_up_at=clock.now()))
