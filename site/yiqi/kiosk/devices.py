"""The verbs of devices: made at the desk, enrolled by a code at the screen, seen, revoked; and finding them."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from yiqi.db import db, retried, writing
from yiqi.kiosk.models import Device
from yiqi.kiosk.rules import enrolment
from yiqi.kiosk.rules.times import CODE_LIFE
from yiqi.people.sessions import fingerprint
from yiqi.people.tallies import TooMany as TooMany
from yiqi.people.tallies import forget, spend
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing
from yiqi.unions.models import Union

SEEN_EVERY = timedelta(minutes=1)
GUESS_WINDOW, GUESSES = timedelta(minutes=10), 10
"""Wrong codes that may be tried from one address."""
TRY_WINDOW = timedelta(minutes=1)
MANY = 200


class Try(StrEnum):
    """What one device may try so often in a minute: nobody who stands there does it faster, and a stolen cookie no more."""

    SCAN = "scans"
    """A code, scanned or typed."""
    TAIL = "tails"
    """The end of a number: whoever is expected with it is sent a message."""
    KEPT = "kept"
    """A scan that was kept without a network; what is beyond comes again a minute later."""


TRIES = {Try.SCAN: 30, Try.TAIL: 10, Try.KEPT: 120}


class WrongCode(Exception):
    """No device waits for this code."""


@retried
def make(*, union_id: int, name: str, place: str, place_en: str, nonce: str, by_id: int, at: datetime) -> int:
    """A screen that can be enrolled for a quarter of an hour; answers its id. The same nonce again is the same screen."""
    with writing() as session:
        there = select(Device.id).where(Device.made_by_id == by_id, Device.nonce == nonce)
        found = session.scalar(there)
        if found is not None:
            return found
        device = Device(
            union_id=union_id,
            name=name,
            place=place,
            place_en=place_en,
            nonce=nonce,
            made_at=at,
            made_by_id=by_id,
            code_until=at + CODE_LIFE,
        )
        session.add(device)
        session.flush()
        _note(session, What.KIOSK_MADE, device, at, by_id)
        return device.id


@retried
def renew_code(*, device_id: int, by_id: int, at: datetime) -> bool:
    """Another code for a screen that is not revoked, for a browser that takes the place of the present one; answers
    whether there is such a screen."""
    with writing() as session:
        device = _locked(session, device_id)
        if device is None:
            return False
        device.serial += 1
        device.code_until = at + CODE_LIFE
        _note(session, What.KIOSK_MADE, device, at, by_id)
        return True


@retried
def revoke(*, device_id: int, by_id: int, at: datetime) -> bool:
    """From its next request on a screen is none any more; answers whether there was such a one."""
    with writing() as session:
        device = _locked(session, device_id)
        if device is None:
            return False
        device.revoked_at = at
        device.token_hash = device.code_until = None
        _note(session, What.KIOSK_REVOKED, device, at, by_id)
        return True


@retried
def enrol(*, typed: str, address: str, at: datetime, secret: str) -> str:
    """A screen types its code; answers the token that its cookie carries from now on. The code works once.

    Raises `WrongCode`, or `TooMany` for an address that guesses.
    """
    with writing() as session:
        guesses = f"kiosk-codes {address}"
        spend(session, guesses, GUESS_WINDOW, GUESSES, at)
        waiting = select(Device).where(Device.code_until > at, Device.revoked_at.is_(None))
        for device in session.scalars(waiting.order_by(Device.id).with_for_update()):
            if enrolment.is_right(secret, device.id, device.serial, typed):
                token = secrets.token_urlsafe(32)
                device.token_hash, device.csrf = fingerprint(token), secrets.token_urlsafe(32)
                device.enrolled_at = device.seen_at = at
                device.serial += 1
                device.code_until = None
                forget(session, guesses)
                _note(session, What.KIOSK_ENROLLED, device, at, None)
                return token
        wrong = WrongCode()
    raise wrong


def saw(*, device_id: int, at: datetime) -> None:
    """Note that a screen is in use."""
    with writing() as session:
        session.execute(update(Device).where(Device.id == device_id).values(seen_at=at))


def spend_try(*, device_id: int, what: Try, at: datetime) -> None:
    """Count a try of a device. Raises `TooMany`."""
    with writing() as session:
        spend(session, f"kiosk-{what} {device_id}", TRY_WINDOW, TRIES[what], at)


def of_token(token: str) -> Device | None:
    """The screen whose cookie carries a token. One query."""
    mine = (Device.token_hash == fingerprint(token), Device.revoked_at.is_(None))
    return db.session.scalar(select(Device).where(*mine).execution_options(populate_existing=True))


def thing(device_id: int) -> Thing | None:
    """A screen that is not revoked, as a thing that roles reach; None when there is none."""
    union_id = db.session.scalar(
        select(Device.union_id).where(Device.id == device_id, Device.revoked_at.is_(None))
    )
    return Thing(union_id) if union_id is not None else None


def listed() -> Sequence[Device]:
    """The screens there are, by name, and behind them those that were revoked."""
    order = (Device.revoked_at.is_not(None), Device.name, Device.id)
    fresh = select(Device).order_by(*order).limit(MANY).execution_options(populate_existing=True)
    return db.session.scalars(fresh).all()


def federation_id() -> int:
    """The union at the top of the tree, in whose centre screens stand. Raises `LookupError` before there is one."""
    top = select(Union.id).where(Union.parent_id.is_(None), Union.ended_on.is_(None)).order_by(Union.id)
    found = db.session.scalar(top.limit(1))
    if found is None:
        raise LookupError("there is no union yet")
    return found


def _locked(session: Session, device_id: int) -> Device | None:
    there = select(Device).where(Device.id == device_id, Device.revoked_at.is_(None))
    return session.scalar(there.with_for_update().execution_options(populate_existing=True))


def _note(session: Session, what: What, device: Device, at: datetime, by_id: int | None) -> None:
    session.flush()
    trail.note(session.connection(), what, at=at, by_id=by_id, thing=Thing(device.union_id), name=device.name)
