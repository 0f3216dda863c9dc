"""The link with which the first admin of a new site comes in, before any message reaches a phone."""

import hashlib
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import update

from yiqi.db import db, retried, touched, writing
from yiqi.people.models import Person
from yiqi.people.rules import device_words
from yiqi.people.sessions import NewSession, forget, new_session

LIFE = timedelta(hours=1)


class Spent(Exception):
    """The link is forged, an hour old, or its person has signed in before."""


def link_token(*, person_id: int, at: datetime, secret: str) -> str:
    """What the link of a person carries, who must never have signed in; it holds for an hour."""
    return _serializer(secret).dumps([person_id, int((at + LIFE).timestamp())])


def whose(token: str, at: datetime, secret: str) -> Person:
    """Whose link it is. Raises `Spent`."""
    person = db.session.get(Person, _person_id(token, at, secret))
    if person is None or person.signed_in_at is not None:
        raise Spent
    return person


def _person_id(token: str, at: datetime, secret: str) -> int:
    try:
        person_id, until = _serializer(secret).loads(token)
    except (BadSignature, ValueError, TypeError) as error:
        raise Spent from error
    if at.timestamp() >= until:
        raise Spent
    return int(person_id)


@retried
def sign_in(*, token: str, browser_id: int, at: datetime, secret: str, user_agent: str = "") -> NewSession:
    """Sign the person of a link in, once: who has signed in before needs a code. The present session ends.

    Raises `Spent`.
    """
    person_id = _person_id(token, at, secret)
    never = (Person.id == person_id, Person.signed_in_at.is_(None), Person.merged_into_id.is_(None))
    with writing() as session:
        if not touched(session.execute(update(Person).where(*never).values(signed_in_at=at))):
            raise Spent
        forget(session, browser_id)
        return new_session(session, person_id, at, words=device_words(user_agent))


def _serializer(secret: str) -> URLSafeSerializer:
    digest = {"digest_method": hashlib.sha256}  # the library's own is SHA-1
    return URLSafeSerializer(secret, salt="yiqi-first-link", signer_kwargs=digest)
