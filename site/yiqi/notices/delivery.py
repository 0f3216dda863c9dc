"""Taking notices out of the outbox: each is claimed, written from the present state, handed to its channel, and noted.

Any number of processes on any number of machines may do it. At least once: whoever dies between the channel's yes and
the note of it leaves a claim that runs out, and the letter goes again under the same key.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from msgspec.structs import replace
from sqlalchemy import select, update

from yiqi.db import db, touched, writing
from yiqi.notices import reach, spending
from yiqi.notices.letter import Failed, Letter, Refused, Resting
from yiqi.notices.models import Notice
from yiqi.notices.rules import quiet, sms
from yiqi.notices.rules.budget import CAN_WAIT, Budget, Short, held_until, rank_of
from yiqi.notices.rules.trying import MAX_TRIES, RESTS, next_try
from yiqi.notices.rules.ways import Way

BATCH = 50

Compose = Callable[[Notice], Letter | None]
"""Makes the letter of a notice from the present state; None when it is no longer true and must not be sent."""
Send = Callable[[Letter], str | None]
"""Hands a letter to the channel of its way; answers what the channel calls it. Raises `Failed` or `Refused`."""


@dataclass
class Waits(Exception):
    """A phone is left alone until an instant."""

    until: datetime


@dataclass
class Held(Exception):
    """The day has no budget for it: it is tried again on the next one."""

    until: datetime
    short: Short


class Nobody(Exception):
    """There is no number any more to which a short message could go."""


log = structlog.get_logger()

_WAITS = (Notice.sent_at.is_(None), Notice.dead_at.is_(None))


def due(at: datetime) -> list[int]:
    """Ids of the notices to send now: codes first, what can wait last, then the oldest first."""
    order = ((Notice.kind != "code"), Notice.kind.in_(CAN_WAIT), Notice.id)
    found = select(Notice.id).where(*_WAITS, Notice.next_try_at <= at).order_by(*order).limit(BATCH)
    ids = list(db.session.scalars(found))
    db.session.commit()
    return ids


def deliver(
    notice_id: int,
    composers: Mapping[str, Compose],
    send: Send,
    at: datetime,
    *,
    ways: Collection[Way] = (Way.SMS,),
    budget: Budget | None = None,
    keep_codes: bool = False,
) -> bool:
    """Send one notice, at least once: claimed before, and counted as sent only after the channel took it.

    `ways` are the ways that are set up, `budget` what short messages may cost a day (None: without limit). A code is forgotten as soon as its letter is out, but for the demo's message page (`keep_codes`). Answers whether a
    letter went out, or its person wants none.
    """
    tries = claim(notice_id, at)
    if tries is None:
        return False
    notice = db.session.get_one(Notice, notice_id, populate_existing=True)
    if notice.until is not None and notice.until <= at:
        _settle(notice_id, at, reason="too late")
        return False
    if notice.reason in tuple(Short) and notice.read_at is not None:  # held, and found in the inbox meanwhile
        _settle(notice_id, at, way=Way.SITE, reason=notice.reason)
        return False
    if tries >= MAX_TRIES:  # whoever made the last try died of it
        _fail(notice_id, tries, at, "nothing came back", is_last=True)
        return False
    try:
        letter = composers[notice.kind](notice)
        if letter is None:
            _settle(notice_id, at, reason="not true any more")
            return False
        letter = reach.addressed(letter, notice, ways)
        way, receipt, short = _handed_over(letter, notice, send, ways, budget or Budget(), at)
    except Waits as night:
        _release(notice_id, tries, night.until)
        return False
    except Held as held:
        _release(notice_id, tries, held.until, reason=held.short)
        return False
    except Nobody:
        _settle(notice_id, at, reason="no number any more")
        return False
    except Resting:
        _release(notice_id, tries, at + RESTS)
        return False
    except (Failed, Refused) as problem:
        _fail(notice_id, tries, at, str(problem), is_last=isinstance(problem, Refused))
        return False
    except Exception as bug:
        db.session.rollback()
        log.exception("notice_failed", notice=notice_id, tries=tries + 1)
        _fail(notice_id, tries, at, type(bug).__name__)
        return False
    forgotten: dict[str, Any] = {"facts": {}} if letter.code and not keep_codes else {}
    _settle(notice_id, at, way=way, receipt=(receipt or "")[:64], reason=short or "", **forgotten)
    return True


def claim(notice_id: int, at: datetime) -> int | None:
    """Take a notice for this process until its next try is due, by counting the try; answers how often it was tried before.
    None when another process has it, or it is settled."""
    with writing() as session:
        ready = (*_WAITS, Notice.next_try_at <= at)
        tries = session.scalar(select(Notice.tries).where(Notice.id == notice_id, *ready))
        if tries is None:
            return None
        taken = update(Notice).where(Notice.id == notice_id, Notice.tries == tries, *ready)
        values = {"tries": tries + 1, "next_try_at": next_try(at, tries)}
        return tries if touched(session.execute(taken.values(**values))) else None


def quiet_until(letter: Letter, at: datetime) -> datetime:
    """The instant from which a letter may go out on its way."""
    if not letter.waits_for_morning:
        return at
    return quiet.not_before(at, *letter.about) if letter.about else quiet.after_the_night(at)


def _leave_alone(letter: Letter, at: datetime) -> None:
    until = quiet_until(letter, at)
    if until > at:
        raise Waits(until)


def _handed_over(
    letter: Letter, notice: Notice, send: Send, ways: Collection[Way], budget: Budget, at: datetime
) -> tuple[Way, str | None, Short | None]:
    """Hand it over on its way; where that way is closed for good, as a short message. Answers the way it went, what the
    channel calls it, and why it is no short message where it should have been one. Raises `Waits`, `Held`, `Nobody`."""
    if letter.way is Way.SITE:
        return Way.SITE, None, None
    _leave_alone(letter, at)
    closed: set[Way] = set()
    if letter.way is not Way.SMS:
        try:
            return letter.way, send(letter), None
        except Refused:
            if letter.email and not letter.phone:
                raise
            closed.add(letter.way)
    letter = replace(letter, way=Way.SMS)
    _leave_alone(letter, at)
    if not letter.has_number:
        raise Nobody
    rank = rank_of(notice.kind, is_code=bool(letter.code), about=letter.about, until=notice.until, at=at)
    short = spending.take(notice_id=notice.id, parts=sms.parts(letter.text), rank=rank, budget=budget, at=at)
    if short is None:
        try:
            return Way.SMS, send(letter), None
        except Refused:
            spending.give_back(notice_id=notice.id)
            raise
    if notice.person_id is None:
        raise Refused(short)
    for way, address in ((Way.WECHAT, letter.openid), (Way.EMAIL, letter.email)):
        if address and way in ways and way not in closed:
            try:
                return way, send(replace(letter, way=way)), short
            except Refused:
                closed.add(way)
    then = held_until(rank, about=letter.about, until=notice.until, written_at=notice.created_at, at=at)
    if then is not None and short is not Short.MESSAGE:
        raise Held(then, short)
    return Way.SITE, None, short


def _settle(notice_id: int, at: datetime, **values: Any) -> None:
    with writing() as session:
        settled = update(Notice).where(Notice.id == notice_id)
        session.execute(settled.values(**{"sent_at": at, "reason": "", **values}))


def _release(notice_id: int, tries: int, next_try_at: datetime, **values: Any) -> None:
    """Give a claim back: nothing was tried."""
    mine = (Notice.id == notice_id, Notice.tries == tries + 1)
    with writing() as session:
        session.execute(update(Notice).where(*mine).values(tries=tries, next_try_at=next_try_at, **values))


def _fail(notice_id: int, tries: int, at: datetime, reason: str, *, is_last: bool = False) -> None:
    gives_up = is_last or tries + 1 >= MAX_TRIES
    log.warning("notice_not_sent", notice=notice_id, tries=tries + 1, reason=reason, gave_up=gives_up)
    values = {"reason": reason[:200]} | ({"dead_at": at} if gives_up else {})
    mine = (Notice.id == notice_id, Notice.tries == tries + 1, *_WAITS)
    with writing() as session:
        session.execute(update(Notice).where(*mine).values(**values))
