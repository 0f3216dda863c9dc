"""The outbox: notices written in the transaction of the fact. `delivery` takes them out of it afterwards."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, field
from sqlalchemy import Connection, delete, func, insert, or_, select

from yiqi.db import db, table, writing
from yiqi.notices.models import Notice

KEEP_CODES = timedelta(hours=24)
KEEP_NOTICES = timedelta(days=30)

_PUT = insert(table(Notice))


def put(
    here: Connection,
    kind: str,
    *,
    key: str,
    at: datetime,
    phone: str | None = None,
    person_id: int | None = None,
    until: datetime | None = None,
    **facts: Any,
) -> None:
    """Write a notice in the caller's transaction. `key` names the fact: one fact, one notice. From `until` on it is
    not worth sending."""
    row = {"key": key, "kind": kind, "phone": phone, "person_id": person_id, "facts": facts}
    here.execute(_PUT, row | {"created_at": at, "until": until, "next_try_at": at, "tries": 0})


class Addressed(Struct, frozen=True):
    """One of many notices of a kind: whose, not to be sent before an instant, and not worth it from another one on."""

    key: str
    person_id: int
    not_before: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)
    until: datetime | None = None


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
            "until": one.until,
            "next_try_at": one.not_before,
            "tries": 0,
        }
        for one in notices
    ]
    if rows:
        here.execute(_PUT, rows)


class Waiting(Struct, frozen=True):
    """What could go out now: how many, since when the first of them could have, and when the oldest was written. Both
    instants are UTC, and None when nothing waits."""

    many: int
    due_since: datetime | None
    written_since: datetime | None


def waiting(at: datetime) -> Waiting:
    """What could go out at an instant and has not: for `/metrics` and `flask notices state`."""
    now = (Notice.sent_at.is_(None), Notice.dead_at.is_(None), Notice.next_try_at <= at)
    asked = select(func.count(), func.min(Notice.next_try_at), func.min(Notice.created_at))
    return Waiting(*db.session.execute(asked.where(*now)).one())


def newest(phone: str, person_id: int | None, limit: int = 20) -> list[Notice]:
    """The newest notices to a phone or its person, sent or not, newest first. For the demo's message page."""
    theirs = or_(Notice.phone == phone, Notice.person_id == person_id)
    return list(db.session.scalars(select(Notice).where(theirs).order_by(Notice.id.desc()).limit(limit)))


def purge(at: datetime) -> None:
    """Forget what need not be kept: codes after a day, other notices after thirty."""
    with writing() as session:
        session.execute(delete(Notice).where(Notice.kind == "code", Notice.created_at < at - KEEP_CODES))
        session.execute(delete(Notice).where(Notice.created_at < at - KEEP_NOTICES))
