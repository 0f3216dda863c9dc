"""The verbs of signing in: ask for a code, use it, sign out. Every limit is counted in the database, atomically."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from yiqi.db import db, retried, writing
from yiqi.notices import outbox
from yiqi.people.models import (
    BrowserSession,
    KnownDevice,
    Person,
    PhoneTurn,
    SignInCode,
    Tally,
)
from yiqi.people.rules import (
    ADDRESS_LIMIT,
    ADDRESS_WINDOW,
    CLOCKS_APART,
    CODE_LIFE,
    CODE_TRIES,
    DEVICE_LIFE,
    SEND_LIMITS,
    SESSION_LIFE,
    VISITOR_IDLE,
    WORKER_IDLE,
    WRONG_CODES_AN_ADDRESS,
    WRONG_CODES_AN_HOUR,
    address_block,
    wait_for_code,
    window_start,
)

HOUR = timedelta(hours=1)

log = structlog.get_logger()


class TooMany(Exception):
    """A limit on codes was reached; `wait` is how long until it eases."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(str(wait))
        self.wait = wait


@dataclass(frozen=True)
class WrongCode(Exception):
    """The code did not let anybody in. `left` counts the tries that remain; 0 means a new code is needed."""

    left: int
    expired: bool = False


@dataclass(frozen=True)
class NewSession:
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
        return _new_session(session, None, at)


@retried
def ask(
    *, phone: str, browser: str, address: str, device: str, at: datetime, secret: str, lang: str = "zh-CN"
) -> None:
    """Send a new code to a phone (E.164), bound to the asking browser (its token's hash); an older one stops working.

    The answer is the same for known and unknown phones. Raises `TooMany`.
    """
    with writing() as session:
        if _tally(session, f"codes-asked {address_block(address)}", ADDRESS_WINDOW, at) > ADDRESS_LIMIT:
            raise TooMany(window_start(at, ADDRESS_WINDOW) + ADDRESS_WINDOW - at)
        _raise(session, PhoneTurn.turn, phone=phone)
        sent = session.scalars(
            select(SignInCode.sent_at).where(
                SignInCode.phone == phone, SignInCode.sent_at > at - SEND_LIMITS[-1][0]
            )
        ).all()
        wait = wait_for_code(sent, at, known_device=_knows(session, device, phone))
        if wait is not None:
            raise TooMany(wait)
        code = f"{secrets.randbelow(10**6):06d}"
        session.execute(
            update(SignInCode)
            .where(SignInCode.phone == phone, SignInCode.ended_at.is_(None))
            .values(ended_at=at)
        )
        code_id = session.execute(
            insert(SignInCode).returning(SignInCode.id),
            {
                "phone": phone,
                "browser": browser,
                "code_hash": _code_hash(secret, phone, browser, code),
                "sent_at": at,
                "expires_at": at + CODE_LIFE,
                "tries": 0,
            },
        ).scalar_one()
        outbox.put(
            session.connection(), "code", key=f"code-{code_id}", phone=phone, at=at, code=code, lang=lang
        )


@retried
def sign_in(
    *,
    phone: str,
    code: str,
    browser: str,
    browser_id: int,
    device: str,
    at: datetime,
    secret: str,
    lang: str,
    address: str = "",
) -> NewSession:
    """Use a code. The try is counted before the code is looked at; a right code works once.

    Answers a new session (the old one is gone). Raises `WrongCode`, or `TooMany` while wrong codes pour in from
    everywhere and this browser never signed in before.
    """
    with writing() as session:
        known = _knows(session, device, phone)
        limits = {"wrong-codes": WRONG_CODES_AN_HOUR}
        if address:
            limits[f"wrong-codes {address_block(address)}"] = WRONG_CODES_AN_ADDRESS
        reached = [what for what, most in limits.items() if _counted(session, what, HOUR, at) >= most]
        if reached and not known:
            log.error("wrong_code_breaker_open", everywhere="wrong-codes" in reached)
            raise TooMany(window_start(at, HOUR) + HOUR - at)
        mine = (SignInCode.phone == phone, SignInCode.browser == browser, SignInCode.ended_at.is_(None))
        # Seen expired is ended for good, and a code from the future is none: a clock set back revives nothing.
        session.execute(update(SignInCode).where(*mine, SignInCode.expires_at <= at).values(ended_at=at))
        kept = session.execute(
            update(SignInCode)
            .where(
                *mine,
                SignInCode.expires_at <= at + CODE_LIFE + CLOCKS_APART,
                SignInCode.tries < CODE_TRIES,
            )
            .values(tries=SignInCode.tries + 1)
            .returning(SignInCode.id, SignInCode.code_hash, SignInCode.tries)
        ).one_or_none()
        typed = _code_hash(secret, phone, browser, code)
        if kept is not None and hmac.compare_digest(kept.code_hash, typed):
            session.execute(update(SignInCode).where(SignInCode.id == kept.id).values(ended_at=at))
            session.execute(delete(Tally).where(Tally.window < at - 2 * HOUR))
            return _enter(session, phone, browser_id, device, at, lang)
        if kept is not None:  # a guess that no code was held against cannot let anybody in
            for what in limits:
                _tally(session, what, HOUR, at)
    raise WrongCode(left=CODE_TRIES - kept.tries if kept else 0, expired=kept is None)


def sign_out(*, browser_id: int) -> None:
    """End a browser session on the server: a copy of its cookie opens nothing any more."""
    with writing() as session:
        _forget(session, browser_id)


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


def purge(at: datetime) -> None:
    """Forget ended sessions, codes older than a day and old tallies."""
    with writing() as session:
        session.execute(delete(SignInCode).where(SignInCode.sent_at < at - SEND_LIMITS[-1][0]))
        session.execute(delete(PhoneTurn).where(PhoneTurn.phone.not_in(select(SignInCode.phone))))
        session.execute(delete(BrowserSession).where(BrowserSession.expires_at < at))
        session.execute(delete(Tally).where(Tally.window < at - 2 * HOUR))
        session.execute(delete(KnownDevice).where(KnownDevice.seen_at < at - DEVICE_LIFE))


def visit(token: str, at: datetime) -> tuple[BrowserSession, Person | None] | None:
    """The session a cookie stands for, and its person; None when it is unknown or over. One query.

    One that is over is forgotten at once, so that a clock set back does not bring it back.
    """
    row = db.session.execute(
        select(BrowserSession, Person)
        .outerjoin(Person, Person.id == BrowserSession.person_id)
        .where(BrowserSession.token_hash == fingerprint(token))
    ).one_or_none()
    if row is None:
        return None
    if row[0].expires_at <= at:
        sign_out(browser_id=row[0].id)
        return None
    return row[0], row[1]


def asked_phone(browser: str) -> str | None:
    """The phone that a browser (its token's hash) last asked a code for, within the day."""
    return db.session.scalar(
        select(SignInCode.phone).where(SignInCode.browser == browser).order_by(SignInCode.id.desc()).limit(1)
    )


def _enter(session: Session, phone: str, browser_id: int, device: str, at: datetime, lang: str) -> NewSession:
    newcomer = {"phone": phone, "name": "", "lang": lang, "created_at": at, "pinyin": "", "turn": 0}
    session.execute(_dialect(session).insert(Person).values(**newcomer).on_conflict_do_nothing())
    signed_in = update(Person).where(Person.phone == phone).values(signed_in_at=at, lang=lang)
    person_id = session.execute(signed_in.returning(Person.id)).scalar_one()
    _forget(session, browser_id)
    device = device or secrets.token_urlsafe(24)
    session.execute(delete(KnownDevice).where(KnownDevice.token_hash == fingerprint(device)))
    session.execute(
        insert(KnownDevice),
        {"token_hash": fingerprint(device), "person_id": person_id, "seen_at": at},
    )
    return _new_session(session, person_id, at, device)


def _new_session(session: Session, person_id: int | None, at: datetime, device: str = "") -> NewSession:
    token = secrets.token_urlsafe(32)
    expires_at = at + (WORKER_IDLE if person_id else VISITOR_IDLE)
    session.execute(
        insert(BrowserSession),
        {
            "token_hash": fingerprint(token),
            "csrf": secrets.token_urlsafe(32),
            "person_id": person_id,
            "created_at": at,
            "seen_at": at,
            "expires_at": expires_at,
        },
    )
    return NewSession(token, person_id, expires_at, device)


def _forget(session: Session, browser_id: int) -> None:
    session.execute(delete(BrowserSession).where(BrowserSession.id == browser_id))


def _knows(session: Session, device: str, phone: str) -> bool:
    """Whether this browser signed this phone in before."""
    seen = select(KnownDevice.seen_at).join(Person, Person.id == KnownDevice.person_id)
    this = (KnownDevice.token_hash == fingerprint(device), Person.phone == phone)
    return bool(device) and session.scalar(seen.where(*this)) is not None


def _counted(session: Session, what: str, window: timedelta, at: datetime) -> int:
    """What was counted in the present window."""
    this = (Tally.what == what, Tally.window == window_start(at, window))
    return session.scalar(select(Tally.count).where(*this)) or 0


def _tally(session: Session, what: str, window: timedelta, at: datetime) -> int:
    """Count one more in the present window; answers the count."""
    return _raise(session, Tally.count, what=what, window=window_start(at, window))


def _raise(session: Session, counter: Any, **key: Any) -> int:
    """Raise the counter of the row with this key by one, making the row at 1; it stays locked until the commit."""
    statement = _dialect(session).insert(counter.class_).values(**key, **{counter.key: 1})
    rising = statement.on_conflict_do_update(index_elements=list(key), set_={counter.key: counter + 1})
    return int(session.execute(rising.returning(counter)).scalar_one())


def _dialect(session: Session) -> Any:
    """The module with this database's INSERT … ON CONFLICT."""
    return postgresql if session.get_bind().dialect.name == "postgresql" else sqlite


def _code_hash(secret: str, phone: str, browser: str, code: str) -> str:
    return hmac.new(secret.encode(), f"{phone} {browser} {code}".encode(), hashlib.sha256).hexdigest()
