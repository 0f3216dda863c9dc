"""The verbs of signing in: ask for a code, use it. Every limit is counted in the database, atomically."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from yiqi.db import Again, db, retried, writing
from yiqi.notices import outbox
from yiqi.people import agreeing, tallies
from yiqi.people.models import BrowserSession, KnownDevice, Person, PhoneTurn, SignInCode
from yiqi.people.rules import (
    ADDRESS_LIMIT,
    ADDRESS_WINDOW,
    CLOCKS_APART,
    CODE_LIFE,
    CODE_TRIES,
    DEVICE_LIFE,
    SEND_LIMITS,
    WRONG_CODES_AN_ADDRESS,
    WRONG_CODES_AN_HOUR,
    address_block,
    device_words,
    may_be_recycled,
    wait_for_code,
)
from yiqi.people.sessions import NewSession, claim_session, fingerprint, forget, new_session
from yiqi.people.tallies import TooMany as TooMany
from yiqi.people.tallies import count, counted, dialect, raised, rest, spend

HOUR = timedelta(hours=1)

log = structlog.get_logger()


@dataclass(frozen=True)
class WrongCode(Exception):
    """The code did not let anybody in. `left` counts the tries that remain; 0 means a new code is needed."""

    left: int
    expired: bool = False


class NotHere(Exception):
    """The code was right, but nobody came in with the number for long: its owner says first, signing in, who they are."""


@retried
def ask(
    *, phone: str, browser: str, address: str, device: str, at: datetime, secret: str, lang: str = "zh-CN"
) -> None:
    """Send a new code to a phone (E.164), bound to the asking browser (its token's hash); an older one stops working.

    The answer is the same for known and unknown phones. Raises `TooMany`.
    """
    with writing() as session:
        spend(session, f"codes-asked {address_block(address)}", ADDRESS_WINDOW, ADDRESS_LIMIT, at)
        raised(session, PhoneTurn.turn, phone=phone)
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
            session.connection(),
            "code",
            key=f"code-{code_id}",
            phone=phone,
            at=at,
            until=at + CODE_LIFE,
            code=code,
            lang=lang,
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
    lang: str | None,
    address: str = "",
    user_agent: str = "",
) -> NewSession:
    """Use a code. The try is counted before the code is looked at; a right code works once. `lang` is the language that
    was chosen on the phone: without one what the person reads stays as they chose it before.

    Answers a new session (the old one is gone). Raises `WrongCode`, or `TooMany` while wrong codes pour in from
    everywhere and this browser never signed in before.
    """
    with writing() as session:
        wrong = _tried(session, phone, code, browser, device, address, at, secret)
        if wrong is None:
            return _enter(session, phone, browser_id, device, at, lang, device_words(user_agent))
    raise wrong


@retried
def prove(
    *,
    phone: str,
    code: str,
    browser: str,
    browser_id: int,
    device: str,
    at: datetime,
    secret: str,
    address: str = "",
) -> None:
    """Use a code in a session that is signed in already, to prove anew who is there. Raises as `sign_in` does."""
    with writing() as session:
        wrong = _tried(session, phone, code, browser, device, address, at, secret)
        if wrong is None:
            session.execute(
                update(BrowserSession).where(BrowserSession.id == browser_id).values(stepped_up_at=at)
            )
            return
    raise wrong


def redeem(
    session: Session,
    *,
    phone: str,
    code: str,
    browser: str,
    address: str,
    at: datetime,
    secret: str,
    lang: str,
) -> int | WrongCode | NotHere:
    """In the caller's transaction: use a code without signing anybody in; answers whose it is, or why it opens nothing.

    The try counts either way, so that the caller must commit. Raises `TooMany` as `sign_in` does.
    """
    wrong = _tried(session, phone, code, browser, "", address, at, secret)
    if wrong is None and _claimed(session, phone, "", at) is not None:
        return NotHere()
    return wrong or _somebody(session, phone, at, lang)


def purge(at: datetime) -> None:
    """Forget ended sessions, codes older than a day and old tallies."""
    with writing() as session:
        session.execute(delete(SignInCode).where(SignInCode.sent_at < at - SEND_LIMITS[-1][0]))
        session.execute(delete(PhoneTurn).where(PhoneTurn.phone.not_in(select(SignInCode.phone))))
        session.execute(delete(BrowserSession).where(BrowserSession.expires_at < at))
        tallies.purge(session, at)
        session.execute(delete(KnownDevice).where(KnownDevice.seen_at < at - DEVICE_LIFE))


def asked_phone(browser: str) -> str | None:
    """The phone that a browser (its token's hash) last asked a code for, within the day."""
    return db.session.scalar(
        select(SignInCode.phone).where(SignInCode.browser == browser).order_by(SignInCode.id.desc()).limit(1)
    )


def is_out(phone: str, browser: str, at: datetime) -> bool:
    """Whether a code that a browser asked for to a phone still works."""
    mine = (SignInCode.phone == phone, SignInCode.browser == browser, SignInCode.ended_at.is_(None))
    return (
        db.session.scalar(select(SignInCode.id).where(*mine, SignInCode.expires_at > at).limit(1)) is not None
    )


def _tried(
    session: Session,
    phone: str,
    code: str,
    browser: str,
    device: str,
    address: str,
    at: datetime,
    secret: str,
) -> WrongCode | None:
    """Try a code and spend it; None when it was right. Raises `TooMany` before anything is tried."""
    known = _knows(session, device, phone)
    limits = {"wrong-codes": WRONG_CODES_AN_HOUR}
    if address:
        limits[f"wrong-codes {address_block(address)}"] = WRONG_CODES_AN_ADDRESS
    reached = [what for what, most in limits.items() if counted(session, what, HOUR, at) >= most]
    if reached and not known:
        log.error("wrong_code_breaker_open", everywhere="wrong-codes" in reached)
        raise TooMany(rest(HOUR, at))
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
        tallies.purge(session, at)
        return None
    if kept is not None:  # a guess that no code was held against cannot let anybody in
        for what in limits:
            count(session, what, HOUR, at)
    return WrongCode(left=CODE_TRIES - kept.tries if kept else 0, expired=kept is None)


def _enter(
    session: Session, phone: str, browser_id: int, device: str, at: datetime, lang: str | None, words: str
) -> NewSession:
    claimed = _claimed(session, phone, device, at)
    if claimed is not None:
        forget(session, browser_id)
        return claim_session(session, claimed, at, words)
    person_id = _somebody(session, phone, at, lang)
    theirs = update(Person).where(Person.id == person_id).values(lang=func.coalesce(lang, Person.lang))
    agreed = session.execute(theirs.returning(Person.agreed)).scalar_one()
    if agreed < agreeing.NOTICE:  # the form for the phone says so
        agreeing.write(session.connection(), person_id, at)
    forget(session, browser_id)
    device = device or secrets.token_urlsafe(24)
    session.execute(delete(KnownDevice).where(KnownDevice.token_hash == fingerprint(device)))
    session.execute(
        insert(KnownDevice),
        {"token_hash": fingerprint(device), "person_id": person_id, "seen_at": at},
    )
    return new_session(session, person_id, at, device, words)


def _claimed(session: Session, phone: str, device: str, at: datetime) -> int | None:
    """Whose record a number may not open before more is known: nobody came in with it for long, and numbers are given to
    new owners. A browser that was here before is known."""
    known = select(Person.id, Person.name, Person.signed_in_at, Person.created_at).where(
        Person.phone == phone
    )
    found = session.execute(known).one_or_none()
    if found is None or not may_be_recycled(found.signed_in_at, found.created_at, at):
        return None
    return None if _knows(session, device, phone) else int(found.id)


def _somebody(session: Session, phone: str, at: datetime, lang: str | None) -> int:
    """Who has a phone, now that they showed it; written down when nobody knew them."""
    newcomer = {
        "phone": phone,
        "name": "",
        "lang": lang or "zh-CN",
        "created_at": at,
        "pinyin": "",
        "turn": 0,
    }
    session.execute(dialect(session).insert(Person).values(**newcomer).on_conflict_do_nothing())
    signed_in = update(Person).where(Person.phone == phone).values(signed_in_at=at)
    person_id = session.execute(signed_in.returning(Person.id)).scalar_one_or_none()
    if person_id is None:
        raise Again  # the number was another record's until this moment
    return int(person_id)


def _knows(session: Session, device: str, phone: str) -> bool:
    """Whether this browser signed this phone in before."""
    seen = select(KnownDevice.seen_at).join(Person, Person.id == KnownDevice.person_id)
    this = (KnownDevice.token_hash == fingerprint(device), Person.phone == phone)
    return bool(device) and session.scalar(seen.where(*this)) is not None


def _code_hash(secret: str, phone: str, browser: str, code: str) -> str:
    return hmac.new(secret.encode(), f"{phone} {browser} {code}".encode(), hashlib.sha256).hexdigest()
