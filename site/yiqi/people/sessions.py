"""Browser sessions as rows: opened, kept alive, listed, ended. Whoever has the token is in; the row is what counts."""

import hashlib
import secrets
from datetime import datetime

from msgspec import Struct
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from yiqi.db import db, retried, touched, writing
from yiqi.people.models import BrowserSession, Person
from yiqi.people.rules import SESSION_LIFE, VISITOR_IDLE, WORKER_IDLE

_VISIT = (
    select(BrowserSession, Person)
    .outerjoin(Person, Person.id == BrowserSession.person_id)
    .where(BrowserSession.token_hash == bindparam("token"))
)


class NewSession(Struct, frozen=True):
    """A fresh browser session; only the browser ever holds the token."""

    token: str
    person_id: int | None
    expires_at: datetime
    device: str = ""


def fingerprint(token: str) -> str:
    """How a random token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_visit(*, at: datetime) -> NewSession:
    """A browser session for somebody who has not signed in: it holds the CSRF secret of the sign-in form."""
    with writing() as session:
        return new_session(session, None, at)


@retried
def sign_out(*, browser_id: int) -> None:
    """End a browser session on the server: a copy of its cookie opens nothing any more."""
    with writing() as session:
        forget(session, browser_id)


@retried
def end(*, person_id: int, browser_id: int) -> bool:
    """End one of a person's own sessions; answers whether it was there and theirs."""
    mine = (BrowserSession.person_id == person_id, BrowserSession.id == browser_id)
    with writing() as session:
        return touched(session.execute(delete(BrowserSession).where(*mine))) > 0


@retried
def end_others(*, person_id: int, browser_id: int) -> int:
    """End all of a person's sessions but this one; answers how many there were."""
    others = (BrowserSession.person_id == person_id, BrowserSession.id != browser_id)
    with writing() as session:
        return touched(session.execute(delete(BrowserSession).where(*others)))


@retried
def use_desk(*, browser_id: int, at: datetime) -> None:
    """Note that the desk is in use in a session."""
    with writing() as session:
        session.execute(update(BrowserSession).where(BrowserSession.id == browser_id).values(desk_at=at))


@retried
def touch(*, browser_id: int, at: datetime, person: bool) -> datetime:
    """Note that a session is in use and move its idle end; answers the new end."""
    with writing() as session:
        row = session.get(BrowserSession, browser_id, populate_existing=True)
        if row is None:
            return at
        row.seen_at = at
        idle_end = at + (WORKER_IDLE if person else VISITOR_IDLE)
        row.expires_at = min(idle_end, row.created_at + SESSION_LIFE)
        return row.expires_at


def visit(token: str, at: datetime) -> tuple[BrowserSession, Person | None] | None:
    """The session a cookie stands for, and its person; None when it is unknown or over. One query.

    The row is as it was read: ended elsewhere a moment later, it does not fail whoever asks it again. One that is over is
    forgotten at once, so that a clock set back does not bring it back.
    """
    row = db.session.execute(_VISIT, {"token": fingerprint(token)}).one_or_none()
    if row is None:
        return None
    if row[0].expires_at <= at:
        sign_out(browser_id=row[0].id)
        return None
    db.session.expunge(row[0])
    return row[0], row[1]


def own(person_id: int, at: datetime) -> list[BrowserSession]:
    """The sessions in which somebody is signed in, the one used last first."""
    mine = (BrowserSession.person_id == person_id, BrowserSession.expires_at > at)
    newest = (BrowserSession.seen_at.desc(), BrowserSession.id.desc())
    return list(db.session.scalars(select(BrowserSession).where(*mine).order_by(*newest)))


def enter(*, person_id: int, browser_id: int, device: str, words: str, at: datetime) -> NewSession:
    """Sign somebody in for whom another service has vouched: the browser's session so far ends, a new one begins.

    Raises `LookupError` for a record that is no more.
    """
    theirs = (Person.id == person_id, Person.merged_into_id.is_(None))
    with writing() as session:
        if not touched(session.execute(update(Person).where(*theirs).values(signed_in_at=at))):
            raise LookupError(person_id)
        forget(session, browser_id)
        return new_session(session, person_id, at, device, words)


def new_session(
    session: Session, person_id: int | None, at: datetime, device: str = "", words: str = ""
) -> NewSession:
    """Make a session in the caller's transaction. `device` is the token of a remembered browser, `words` say which it is."""
    token = secrets.token_urlsafe(32)
    expires_at = at + (WORKER_IDLE if person_id else VISITOR_IDLE)
    row = {
        "token_hash": fingerprint(token),
        "csrf": secrets.token_urlsafe(32),
        "person_id": person_id,
        "created_at": at,
        "seen_at": at,
        "expires_at": expires_at,
        "device": words,
    }
    session.execute(insert(BrowserSession), row)
    return NewSession(token, person_id, expires_at, device)


def claim_session(session: Session, person_id: int, at: datetime, words: str) -> NewSession:
    """In the caller's transaction: a session in which nobody is signed in yet, and whose number has to be confirmed."""
    fresh = new_session(session, None, at, "", words)
    claim = update(BrowserSession).where(BrowserSession.token_hash == fingerprint(fresh.token))
    session.execute(claim.values(claims_id=person_id))
    return fresh


def proven(session: Session, browser_id: int, at: datetime) -> NewSession:
    """In the caller's transaction: the second factor was shown in a session. It goes on under a new token, so that a
    cookie copied before opens no desk. Raises `LookupError` when the session was ended meanwhile."""
    token = secrets.token_urlsafe(32)
    marks = {"factor_at": at, "desk_at": at, "stepped_up_at": at, "token_hash": fingerprint(token)}
    row = session.execute(
        update(BrowserSession)
        .where(BrowserSession.id == browser_id)
        .values(**marks)
        .returning(BrowserSession.person_id, BrowserSession.expires_at)
    ).one_or_none()
    if row is None:
        raise LookupError("the session was ended")
    return NewSession(token, row.person_id, row.expires_at)


def forget(session: Session, browser_id: int) -> None:
    """End a session in the caller's transaction."""
    session.execute(delete(BrowserSession).where(BrowserSession.id == browser_id))
