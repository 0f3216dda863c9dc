"""The verbs of the second factor: setting it up, showing it, its recovery codes, and taking it from who lost the phone."""

from datetime import datetime

from sqlalchemy import select

from yiqi.db import retried, writing
from yiqi.people import second_factor, sessions
from yiqi.people.codes import WrongCode
from yiqi.people.models import Person
from yiqi.people.sessions import NewSession
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What


@retried
def begin(*, person_id: int, at: datetime) -> str | None:
    """The seed of the authenticator somebody is setting up; None when they have one."""
    with writing() as session:
        return second_factor.begin(session, person_id=person_id, at=at)


@retried
def set_up(
    *, person_id: int, browser_id: int, typed: str, at: datetime, key: str
) -> tuple[NewSession, tuple[str, ...]]:
    """Confirm an authenticator by its first code and open the desk in this session, under a new token.

    Answers the session and ten recovery codes, none when it was set up already. Raises `WrongCode` and `TooMany`.
    """
    with writing() as session:
        codes = second_factor.confirm(session, person_id=person_id, typed=typed, at=at, key=key)
        if isinstance(codes, tuple) and codes:
            here = session.connection()
            trail.note(here, What.FACTOR_SET, at=at, by_id=person_id, person_id=person_id)
            return sessions.proven(session, browser_id, at), codes
    raise codes if isinstance(codes, WrongCode) else WrongCode(left=0, expired=True)


@retried
def unlock(*, person_id: int, browser_id: int, typed: str, at: datetime, key: str) -> NewSession:
    """Open the desk in this session, under a new token, by a code of the authenticator or a recovery code.

    Raises `WrongCode` and `TooMany`.
    """
    with writing() as session:
        shown = second_factor.show(session, person_id=person_id, typed=typed, at=at, key=key)
        if not isinstance(shown, WrongCode):
            if shown:
                here = session.connection()
                trail.note(here, What.RECOVERY_CODE_USED, at=at, by_id=person_id, person_id=person_id)
            return sessions.proven(session, browser_id, at)
    raise shown


@retried
def renew_codes(*, person_id: int, key: str) -> tuple[str, ...]:
    """Ten new recovery codes, shown once; the old ones stop working."""
    with writing() as session:
        return second_factor.renew_codes(session, person_id=person_id, key=key)


@retried
def replace(*, person_id: int, at: datetime) -> None:
    """Give up one's own authenticator for another, whose set-up begins."""
    with writing() as session:
        if second_factor.drop(session, person_id=person_id):
            here = session.connection()
            trail.note(here, What.FACTOR_TAKEN_AWAY, at=at, by_id=person_id, person_id=person_id)
        second_factor.begin(session, person_id=person_id, at=at)


@retried
def take_away(*, person_id: int, at: datetime, by_id: int | None, because: str = "") -> bool:
    """Take the second factor from somebody who lost it, and end their sessions; they set up another one.

    Answers whether they had one. Whether `by_id` may is the gate's question.
    """
    with writing() as session:
        session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
        if not second_factor.drop(session, person_id=person_id):
            session.rollback()
            return False
        second_factor.end_sessions(session, person_id=person_id)
        here = session.connection()
        trail.note(here, What.FACTOR_TAKEN_AWAY, at=at, by_id=by_id, person_id=person_id, because=because)
    return True
