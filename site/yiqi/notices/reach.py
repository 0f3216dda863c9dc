"""How people want to be reached: what they choose, the addresses they show to be theirs, and what it makes of a letter."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from yiqi.db import db, retried, table, writing
from yiqi.notices import outbox
from yiqi.notices.letter import Letter
from yiqi.notices.models import Notice, Reach
from yiqi.notices.rules.ways import Way, way_of

LINK_LIFE = timedelta(hours=24)
"""How long the link that shows a mail address works."""
ONE_LETTER_IN = timedelta(minutes=2)
DAY = timedelta(hours=24)
LETTERS_A_DAY = 5
"""Links that somebody may have sent in 24 hours, to whatever addresses: nobody's mailbox is filled through us."""
PEOPLE_A_DAY = 3
"""People who may say in 24 hours that an address is theirs."""

_reach, _notice = table(Reach), table(Notice)


class TooSoon(Exception):
    """A letter to a new address went out a moment ago."""


class Enough(Exception):
    """So many went out in a day, from somebody or to an address, that no more do."""


def of(person_id: int) -> Reach:
    """What somebody chose; the choice of who never said anything is short messages."""
    found = db.session.get(Reach, person_id, populate_existing=True)
    return found or Reach(
        person_id=person_id, way=Way.SMS, reminders=True, email="", email_token="", openid=None
    )


def addressed(letter: Letter, notice: Notice, there: Collection[Way]) -> Letter:
    """A letter with the way it takes, of those that are set up (`there`), and the address on it. Codes go by short message,
    whatever was chosen."""
    letter = replace(letter, key=notice.key, notice_id=notice.id)
    if letter.email:
        return replace(letter, way=Way.EMAIL)
    if letter.code or notice.person_id is None:
        return letter
    mine = of(notice.person_id)
    email = mine.email if mine.email_at else ""
    has = {way for way, where in ((Way.EMAIL, email), (Way.WECHAT, mine.openid), (Way.SMS, True)) if where}
    return replace(letter, way=way_of(mine.way, has, there), email=email, openid=mine.openid or "")


@retried
def choose(*, person_id: int, way: Way, reminders: bool) -> None:
    """Keep how somebody wants to be reached."""
    with writing() as session:
        _keep(session.connection(), person_id, way=way, reminders=reminders)


@retried
def ask_email(*, person_id: int, address: str, at: datetime) -> None:
    """Send a link to an address that somebody says is theirs; nothing else goes there before it was opened.

    Raises `TooSoon` within two minutes of another one, `Enough` beyond a day's.
    """
    token = secrets.token_urlsafe(16)
    if _others_with(address, person_id, at) >= PEOPLE_A_DAY:
        raise Enough
    with writing() as session:
        here = session.connection()
        _keep(here, person_id)
        asked_at = here.execute(
            select(_reach.c.email_asked_at).where(_reach.c.person_id == person_id).with_for_update()
        ).scalar_one()
        if asked_at is not None and at - asked_at < ONE_LETTER_IN:
            raise TooSoon
        if _letters(here, person_id, at) >= LETTERS_A_DAY:
            raise Enough
        asked = {"email": address, "email_at": None, "email_token": _hash(token), "email_asked_at": at}
        _keep(here, person_id, **asked)
        outbox.put(
            here,
            "email_link",
            key=f"email-{_hash(token)[:40]}",
            person_id=person_id,
            at=at,
            until=at + LINK_LIFE,
            address=address,
            token=token,
        )


@retried
def show_email(*, person_id: int, token: str, at: datetime) -> bool:
    """The link was opened by whose address it is: letters go there from now on. Whether it was a good one; a second time
    changes nothing."""
    mine = (_reach.c.person_id == person_id, _reach.c.email_token == _hash(token))
    fresh = (*mine, _reach.c.email_at.is_(None), _reach.c.email_asked_at > at - LINK_LIFE)
    with writing() as session:
        here = session.connection()
        here.execute(update(_reach).where(*fresh).values(email_at=at, way=Way.EMAIL))
        return here.execute(select(_reach.c.email_at).where(*mine)).scalar_one_or_none() is not None


@retried
def forget_email(*, person_id: int) -> None:
    """Forget a mail address."""
    gone = {"email": "", "email_at": None, "email_token": ""}
    with writing() as session:
        here = session.connection()
        here.execute(update(_reach).where(_reach.c.person_id == person_id).values(**gone))
        _fall_back(here, person_id, Way.EMAIL)


@retried
def link_wechat(*, person_id: int, openid: str) -> None:
    """Keep who somebody is to the official account; whose it was before is it no more."""
    with writing() as session:
        here = session.connection()
        others = (_reach.c.openid == openid, _reach.c.person_id != person_id)
        here.execute(update(_reach).where(*others).values(openid=None))
        _keep(here, person_id, openid=openid, way=Way.WECHAT)


@retried
def unlink_wechat(*, person_id: int) -> None:
    """Forget who somebody is to the official account."""
    with writing() as session:
        here = session.connection()
        here.execute(update(_reach).where(_reach.c.person_id == person_id).values(openid=None))
        _fall_back(here, person_id, Way.WECHAT)


def person_of(openid: str) -> int | None:
    """Whose WeChat it is, or None."""
    return db.session.scalar(select(Reach.person_id).where(Reach.openid == openid))


def carry(here: Connection, *, kept_id: int, gone_id: int) -> None:
    """In the transaction that makes one record of two: the choice of the one that stays counts, else the other's."""
    has = here.execute(select(_reach.c.person_id).where(_reach.c.person_id == kept_id)).one_or_none()
    theirs = _reach.c.person_id == gone_id
    here.execute(
        delete(_reach).where(theirs) if has else update(_reach).where(theirs).values(person_id=kept_id)
    )


def _letters(here: Connection, person_id: int, at: datetime) -> int:
    """How many links somebody had sent in a day."""
    theirs = (_notice.c.person_id == person_id, _notice.c.kind == "email_link")
    lately = _notice.c.created_at > at - DAY
    return here.scalar(select(func.count()).select_from(_notice).where(*theirs, lately)) or 0


def _others_with(address: str, person_id: int, at: datetime) -> int:
    """How many others said in a day that an address is theirs."""
    same = (func.lower(Reach.email) == address.lower(), Reach.person_id != person_id)
    lately = Reach.email_asked_at > at - DAY
    return db.session.scalar(select(func.count()).select_from(Reach).where(*same, lately)) or 0


def _keep(here: Connection, person_id: int, **values: Any) -> None:
    """Write values into somebody's row, which is made where there is none."""
    kind = postgresql if here.dialect.name == "postgresql" else sqlite
    fresh = {"person_id": person_id, "way": Way.SMS, "reminders": True, "email": "", "email_token": ""}
    put = kind.insert(_reach).values(**fresh | values)
    here.execute(
        put.on_conflict_do_update(index_elements=["person_id"], set_=values)
        if values
        else put.on_conflict_do_nothing()
    )


def _fall_back(here: Connection, person_id: int, way: Way) -> None:
    mine = (_reach.c.person_id == person_id, _reach.c.way == way)
    here.execute(update(_reach).where(*mine).values(way=Way.SMS))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
