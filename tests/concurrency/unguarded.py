"""The negative control: the site with its guards off, as a naive program would do it. Never served but in tests.

Each verb looks first, takes its time, and writes then what it thought. The race tests must be lost here.
"""

import hmac
import secrets
import time
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from wsgi import app
from yiqi.activities.models import Slot
from yiqi.booking import looking, places, queue, seats
from yiqi.booking.asking import Ticket
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import LIVE, State
from yiqi.db import db, writing
from yiqi.notices import outbox
from yiqi.people import codes
from yiqi.people.models import SignInCode
from yiqi.people.rules import CODE_LIFE, CODE_TRIES

WINDOW_SECONDS = 0.02


def looked_up(statement: Any) -> Any:
    """The row of a statement, read outside any lock, and then some time goes by."""
    with db.engine.connect() as reader:
        row = reader.execute(statement).one_or_none()
    db.session.rollback()
    time.sleep(WINDOW_SECONDS)
    return row


def sign_up(
    *,
    slot_id: int,
    person_id: int,
    party: int,
    nonce: str,
    at: datetime,
    note: str = "",
    answers: object = None,
    by_id: int | None = None,
) -> Ticket:
    """What `places.sign_up` would be without the slot's lock."""
    slot = looked_up(select(*seats._SLOT).where(Slot.id == slot_id))
    state = State.CONFIRMED if slot.held + party <= (slot.capacity or 0) else State.WAITING
    with writing() as session:
        _id, ref = seats.take(
            session.connection(),
            slot,
            state,
            at,
            person_id=person_id,
            party=party,
            nonce=nonce,
            note=note,
            by_id=person_id,
        )
    return Ticket(ref, state, slot_id, slot.activity_id)


def cancel(
    *, ref: str, person_id: int, at: datetime, seen: object = None, accepts_late: bool = True
) -> Ticket:
    """What `places.cancel` would be if it believed what it read before the lock."""
    booking = looked_up(select(*looking.BOOKING).where(Booking.ref == ref))
    became = State.CANCELLED if booking.state in LIVE else booking.state
    with writing() as session:
        here = session.connection()
        slot = seats.lock(here, booking.slot_id)
        if booking.state in LIVE:
            outgoing = update(Slot).where(Slot.id == slot.id).values(held=0)
            here.execute(update(Booking).where(Booking.ref == ref).values(state=became))
            here.execute(outgoing)
            queue.move_up(here, slot, looking.policy(here, slot.activity_id), at)
    return Ticket(ref, became, slot.id, slot.activity_id)


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
) -> codes.NewSession:
    """What `codes.sign_in` would be if it counted a try after it looked at the code."""
    mine = (SignInCode.phone == phone, SignInCode.browser == browser, SignInCode.ended_at.is_(None))
    kept = looked_up(select(SignInCode.id, SignInCode.code_hash, SignInCode.tries).where(*mine))
    if kept is None or kept.tries >= CODE_TRIES:
        raise codes.WrongCode(left=0, expired=True)
    right = hmac.compare_digest(kept.code_hash, codes._code_hash(secret, phone, browser, code))
    with writing() as session:
        counted: dict[str, Any] = {"tries": kept.tries + 1, "ended_at": at if right else None}
        session.execute(update(SignInCode).where(SignInCode.id == kept.id).values(**counted))
        if right:
            return codes._enter(session, phone, browser_id, secrets.token_urlsafe(24), at, lang)
        codes._tally(session, "wrong-codes", codes.HOUR, at)
    raise codes.WrongCode(left=CODE_TRIES - kept.tries - 1)


def ask(
    *, phone: str, browser: str, address: str, device: str, at: datetime, secret: str, lang: str = "zh-CN"
) -> None:
    """What `codes.ask` would be without the phone's turn."""
    lately = select(SignInCode.id).where(
        SignInCode.phone == phone, SignInCode.sent_at > at - timedelta(minutes=1)
    )
    if looked_up(lately.limit(1)) is not None:
        raise codes.TooMany(timedelta(minutes=1))
    code = f"{secrets.randbelow(10**6):06d}"
    with writing() as session:
        row = {
            "phone": phone,
            "browser": browser,
            "code_hash": codes._code_hash(secret, phone, browser, code),
            "sent_at": at,
            "expires_at": at + CODE_LIFE,
            "tries": 0,
        }
        made = session.execute(insert(SignInCode).returning(SignInCode.id), row).scalar_one()
        outbox.put(session.connection(), "code", key=f"code-{made}", phone=phone, at=at, code=code, lang=lang)


for module, naive in ((places, sign_up), (places, cancel), (codes, sign_in), (codes, ask)):
    setattr(module, naive.__name__, naive)

__all__ = ["app"]
