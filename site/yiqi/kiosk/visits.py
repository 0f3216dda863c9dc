"""The verbs of a visit: whoever stands before a screen, step by step, and forgetting them."""

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from yiqi.booking.rules.refs import ALPHABET
from yiqi.db import db, retried, writing
from yiqi.kiosk.models import Device, Purpose, Stage, Visit
from yiqi.kiosk.rules import keys
from yiqi.kiosk.rules.times import LONGEST, forgotten_at
from yiqi.people import codes
from yiqi.people.codes import WrongCode
from yiqi.people.models import Person
from yiqi.people.spelling import pinyin

MOST = {
    Stage.REF: keys.REF,
    Stage.TAIL: keys.TAIL,
    Stage.PHONE: keys.PHONE,
    Stage.CODE: keys.CODE,
    Stage.NAME: keys.LONGEST_NAME,
}
"""Characters that are typed at each step."""


class Gone(Exception):
    """Nobody stands there any more, or they are at another step."""


@retried
def begin(*, device_id: int, stage: Stage, at: datetime, slot_id: int | None = None) -> str:
    """Somebody steps up to a screen, to sign up in a slot or, without one, to check in; whoever was there before is
    forgotten. Answers the visit's nonce, without which nobody sees it: a copy of the screen's cookie is not enough."""
    purpose = Purpose.CHECK_IN if slot_id is None else Purpose.SIGN_UP
    nonce = secrets.token_urlsafe(16)
    with writing() as session:
        _turn(session, device_id)
        _forget(session, device_id)
        session.add(
            Visit(
                device_id=device_id,
                nonce=nonce,
                purpose=purpose,
                stage=stage,
                slot_id=slot_id,
                began_at=at,
                touched_at=at,
            )
        )
    return nonce


def present(device_id: int, nonce: str, at: datetime) -> Visit | None:
    """Whose visit it is that stands before a screen; None when nobody has for a minute, or it is another visit. One query;
    who is forgotten is so at once."""
    this = (Visit.device_id == device_id, Visit.nonce == nonce)
    visit = db.session.scalar(select(Visit).where(*this).execution_options(populate_existing=True))
    if visit is None:
        return None
    if forgotten_at(visit.began_at, visit.touched_at) <= at:
        leave(device_id=device_id)
        return None
    return visit


@retried
def touch(*, device_id: int, at: datetime) -> bool:
    """They are still there; answers whether anybody is."""
    with writing() as session:
        return _there(session, device_id, at) is not None


@retried
def press(*, device_id: int, key: str, at: datetime) -> None:
    """One of the screen's keys. Raises `Gone`."""
    with writing() as session:
        visit = _standing(session, device_id, at)
        if visit.stage is Stage.NAME:
            visit.typed = keys.spelled(visit.typed, key)
        elif visit.stage in MOST:
            among = ALPHABET if visit.stage is Stage.REF else keys.DIGITS
            visit.typed = keys.pressed(visit.typed, key, MOST[visit.stage], among)


@retried
def fill(*, device_id: int, typed: str, at: datetime) -> Visit:
    """All that was typed at the present step, where the screen itself collected it; answers the visit. Raises `Gone`."""
    with writing() as session:
        visit = _standing(session, device_id, at)
        visit.typed = typed[: MOST.get(visit.stage, 0)]
        return visit


@retried
def ask_code(*, device_id: int, phone: str, at: datetime) -> None:
    """A number was told: next comes the code. Raises `Gone`."""
    with writing() as session:
        visit = _standing(session, device_id, at, Stage.PHONE, Stage.TAIL)
        visit.phone, visit.typed, visit.stage = phone, "", Stage.CODE


@retried
def step_back(*, device_id: int, at: datetime) -> None:
    """Back to the number, which is typed anew; before it nothing is left. Raises `Gone`."""
    with writing() as session:
        visit = _standing(session, device_id, at)
        if visit.stage is Stage.CODE:
            visit.stage = Stage.PHONE if visit.purpose is Purpose.SIGN_UP else Stage.TAIL
            visit.typed = visit.phone = ""
        else:
            _forget(session, device_id)


@retried
def admit(
    *,
    device_id: int,
    phones: Collection[str],
    code: str,
    browser: str,
    address: str,
    at: datetime,
    secret: str,
    lang: str,
) -> int:
    """The code was typed: answers who it is, of those with these numbers (E.164). Who signs up and never told a name is
    asked for it next. Every number's try is counted, right or wrong.

    Raises `WrongCode`, `codes.TooMany`, `codes.NotHere`, `Gone`.
    """
    wrong: WrongCode | codes.NotHere | None = None
    with writing() as session:
        visit = _standing(session, device_id, at, Stage.CODE)
        for phone in phones:
            found = codes.redeem(
                session,
                phone=phone,
                code=code,
                browser=browser,
                address=address,
                at=at,
                secret=secret,
                lang=lang,
            )
            if isinstance(found, int):
                visit.person_id, visit.typed = found, ""
                name = session.scalar(select(Person.name).where(Person.id == found))
                needs_name = not name and visit.purpose is Purpose.SIGN_UP
                visit.stage = Stage.NAME if needs_name else Stage.READY
                return found
            if isinstance(found, codes.NotHere):
                wrong = found
                break
            if not isinstance(wrong, WrongCode) or found.left > wrong.left:
                wrong = found
        visit.typed = ""
    raise wrong or WrongCode(left=1)


@retried
def tell_name(*, device_id: int, name: str, at: datetime) -> None:
    """How they are called, where they never told; "" leaves it for another time. Raises `Gone`."""
    with writing() as session:
        visit = _standing(session, device_id, at, Stage.NAME)
        nameless = (Person.id == visit.person_id, Person.name == "")
        if name:
            session.execute(update(Person).where(*nameless).values(name=name, pinyin=pinyin(name)))
        visit.stage, visit.typed = Stage.READY, ""


@retried
def finish(*, device_id: int, outcome: dict[str, Any], at: datetime) -> None:
    """What they came for is done, or refused: it is said once. Raises `Gone`."""
    with writing() as session:
        visit = _standing(session, device_id, at, Stage.READY, Stage.TAIL, Stage.REF)
        visit.stage, visit.outcome = Stage.DONE, outcome


@retried
def say_and_forget(*, device_id: int, nonce: str) -> Visit | None:
    """What there is to say at the end; whoever it is about is forgotten with it, so that a reload says nothing."""
    with writing() as session:
        _turn(session, device_id)
        this = (Visit.device_id == device_id, Visit.nonce == nonce, Visit.stage == Stage.DONE)
        visit = session.scalar(select(Visit).where(*this))
        if visit is not None:
            _forget(session, device_id)
            session.expunge(visit)
        return visit


def leave(*, device_id: int) -> None:
    """Nobody stands there any more."""
    with writing() as session:
        _forget(session, device_id)


def purge(at: datetime) -> None:
    """Forget whoever went away without a word, also where the screen itself went dark."""
    with writing() as session:
        for visit in session.scalars(select(Visit).where(Visit.touched_at <= at)).all():
            if forgotten_at(visit.began_at, visit.touched_at) <= at:
                session.delete(visit)
        session.execute(delete(Visit).where(Visit.began_at <= at - LONGEST))


def _turn(session: Session, device_id: int) -> None:
    """The screen's row is locked, so that of two touches one waits."""
    session.scalar(select(Device.id).where(Device.id == device_id).with_for_update())


def _there(session: Session, device_id: int, at: datetime) -> Visit | None:
    _turn(session, device_id)
    fresh = select(Visit).where(Visit.device_id == device_id).execution_options(populate_existing=True)
    visit = session.scalar(fresh)
    if visit is None or forgotten_at(visit.began_at, visit.touched_at) <= at:
        return None
    visit.touched_at = max(at, visit.touched_at)
    return visit


def _standing(session: Session, device_id: int, at: datetime, *stages: Stage) -> Visit:
    visit = _there(session, device_id, at)
    if visit is None or (stages and visit.stage not in stages):
        raise Gone
    return visit


def _forget(session: Session, device_id: int) -> None:
    session.execute(delete(Visit).where(Visit.device_id == device_id))
