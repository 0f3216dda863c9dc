"""The outbox: notices written in the transaction of the fact, and delivered afterwards by background work."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, delete, insert, or_, select, update

from yiqi.db import db, table, touched, writing
from yiqi.notices.models import Notice

BATCH = 50
MAX_TRIES = 8
FIRST_PAUSE = timedelta(seconds=30)
"""After the first try; each further pause is four times as long. It is also how long a claim holds."""
KEEP_CODES = timedelta(hours=24)
KEEP_NOTICES = timedelta(days=30)


@dataclass(frozen=True)
class Letter:
    """What goes out: a phone (E.164), the text, and the sign-in code where it carries one."""

    phone: str
    text: str
    code: str = ""


Compose = Callable[[Notice], Letter | None]
"""Makes the letter of a notice from the present state; None when it is no longer true and must not be sent."""

log = structlog.get_logger()

_PUT = insert(table(Notice))


def put(
    here: Connection,
    kind: str,
    *,
    key: str,
    at: datetime,
    phone: str | None = None,
    person_id: int | None = None,
    **facts: Any,
) -> None:
    """Write a notice in the caller's transaction. `key` names the fact: one fact, one notice."""
    row = {
        "key": key,
        "kind": kind,
        "phone": phone,
        "person_id": person_id,
        "facts": facts,
    }
    here.execute(_PUT, row | {"created_at": at, "next_try_at": at, "tries": 0})


@dataclass(frozen=True)
class Addressed:
    """One of many notices of a kind: whose, and not to be sent before an instant."""

    key: str
    person_id: int
    not_before: datetime
    facts: Mapping[str, Any]


def put_all(here: Connection, kind: str, notices: Sequence[Addressed], *, at: datetime) -> None:
    """Write many notices of a kind in the caller's transaction, in one statement."""
    rows = [
        {
            "key": one.key,
            "kind": kind,
            "phone": None,
            "person_id": one.person_id,
            "facts": dict(one.facts),
            "created_at": at,
            "next_try_at": one.not_before,
            "tries": 0,
        }
        for one in notices
    ]
    if rows:
        here.execute(_PUT, rows)


def due(at: datetime) -> list[int]:
    """Ids of the notices to send now, oldest first."""
    ready = (Notice.sent_at.is_(None), Notice.next_try_at <= at, Notice.tries < MAX_TRIES)
    ids = list(db.session.scalars(select(Notice.id).where(*ready).order_by(Notice.id).limit(BATCH)))
    db.session.commit()
    return ids


def deliver(
    notice_id: int,
    composers: Mapping[str, Compose],
    send: Callable[[Letter], None],
    at: datetime,
    *,
    keep_codes: bool = False,
) -> bool:
    """Send one notice, at least once: claimed before, and counted as sent only after the channel took it.

    A code is forgotten as soon as its letter is out, but for the demo's message page (`keep_codes`).
    """
    with writing() as session:
        ready = (Notice.sent_at.is_(None), Notice.next_try_at <= at, Notice.tries < MAX_TRIES)
        tries = session.scalar(select(Notice.tries).where(Notice.id == notice_id, *ready)) or 0
        claim = update(Notice).where(Notice.id == notice_id, Notice.tries == tries, *ready)
        claimed = touched(
            session.execute(claim.values(tries=tries + 1, next_try_at=at + FIRST_PAUSE * 4**tries))
        )
    if not claimed:
        return False
    notice = db.session.get_one(Notice, notice_id, populate_existing=True)
    try:
        letter = composers[notice.kind](notice)
        if letter is not None:
            send(letter)
    except Exception:
        log.exception(
            "notice_failed", notice=notice_id, tries=notice.tries, gave_up=notice.tries >= MAX_TRIES
        )
        return False
    settled: dict[str, Any] = {"sent_at": at}
    if letter is not None and letter.code and not keep_codes:
        settled["facts"] = {}
    with writing() as session:
        session.execute(update(Notice).where(Notice.id == notice_id).values(**settled))
    return True


def newest(phone: str, person_id: int | None, limit: int = 20) -> list[Notice]:
    """The newest notices to a phone or its person, sent or not, newest first. For the demo's message page."""
    theirs = or_(Notice.phone == phone, Notice.person_id == person_id)
    return list(db.session.scalars(select(Notice).where(theirs).order_by(Notice.id.desc()).limit(limit)))


def purge(at: datetime) -> None:
    """Forget what need not be kept: codes after a day, other notices after thirty."""
    with writing() as session:
        session.execute(delete(Notice).where(Notice.kind == "code", Notice.created_at < at - KEEP_CODES))
        session.execute(delete(Notice).where(Notice.created_at < at - KEEP_NOTICES))
