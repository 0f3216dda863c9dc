"""The second factor of somebody who organizes: an authenticator app, and ten codes that stand in for it.

What is here joins the caller's transaction: that it was done stands in the audit trail, which is a room above.
"""

from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import ColumnElement, delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from yiqi.db import db, touched
from yiqi.people.authenticator import (
    RECOVERY_CODES,
    new_recovery_code,
    new_seed,
    recovery_hash,
    secret_of,
    step_of,
)
from yiqi.people.codes import WrongCode
from yiqi.people.models import BrowserSession, RecoveryCode, SecondFactor
from yiqi.people.tallies import dialect, forget, spend

TRIES, WINDOW = 5, timedelta(minutes=15)
TRIES_A_DAY, DAY = 50, timedelta(days=1)
"""Codes tried by one person; a right one begins both counts anew. Fifty guesses a day meet a code once in eighteen years."""
SETTING_UP = timedelta(hours=1)
"""How long a secret waits for its first code; then another one is made."""


class Standing(Struct, frozen=True):
    """Whether somebody has a second factor: since when, and how many recovery codes are left."""

    since: datetime
    codes_left: int


def standing(person_id: int) -> Standing | None:
    """The second factor of somebody; None when it was never confirmed."""
    left = select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    mine = (SecondFactor.person_id == person_id, SecondFactor.confirmed_at.is_not(None))
    row = db.session.execute(
        select(SecondFactor.confirmed_at, left.scalar_subquery().label("left")).where(*mine)
    ).one_or_none()
    return Standing(row.confirmed_at, row.left) if row else None


def is_set_up(person_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether somebody has a second factor, as a column."""
    return exists().where(SecondFactor.person_id == person_id, SecondFactor.confirmed_at.is_not(None))


def begin(session: Session, *, person_id: int, at: datetime) -> str | None:
    """The seed of an authenticator that is being set up, made where there is none; None when one is set up."""
    kept = {"person_id": person_id, "secret": new_seed(), "made_at": at, "last_step": 0}
    session.execute(dialect(session).insert(SecondFactor).values(**kept).on_conflict_do_nothing())
    waits = (SecondFactor.person_id == person_id, SecondFactor.confirmed_at.is_(None))
    session.execute(
        update(SecondFactor)
        .where(*waits, SecondFactor.made_at < at - SETTING_UP)
        .values(secret=new_seed(), made_at=at)
    )
    return session.scalar(select(SecondFactor.secret).where(*waits))


def confirm(
    session: Session, *, person_id: int, typed: str, at: datetime, key: str
) -> tuple[str, ...] | WrongCode:
    """Set up the authenticator by its first code; answers ten recovery codes, which are never shown again, or none
    when it was set up already. Raises `TooMany`."""
    left = _count_try(session, person_id, at)
    seed = begin(session, person_id=person_id, at=at)
    if seed is None:
        return ()
    step = step_of(secret_of(seed, key), typed, at)
    if step is None:
        return WrongCode(left)
    waits = (SecondFactor.person_id == person_id, SecondFactor.confirmed_at.is_(None))
    session.execute(update(SecondFactor).where(*waits).values(confirmed_at=at, last_step=step))
    _forget_tries(session, person_id)
    return renew_codes(session, person_id=person_id, key=key)


def show(session: Session, *, person_id: int, typed: str, at: datetime, key: str) -> bool | WrongCode:
    """Try a code of the authenticator or a recovery code. Each step's code and each recovery code works once.

    Answers whether it was a recovery code. Raises `TooMany`.
    """
    left = _count_try(session, person_id, at)
    by_recovery = not (typed.isdigit() and len(typed) == 6)
    right = (
        _spend(session, person_id, typed, at, key)
        if by_recovery
        else _step(session, person_id, typed, at, key)
    )
    if not right:
        return WrongCode(left)
    _forget_tries(session, person_id)
    return by_recovery


def renew_codes(session: Session, *, person_id: int, key: str) -> tuple[str, ...]:
    """Ten new recovery codes; the old ones stop working."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    made = tuple(new_recovery_code() for _n in range(RECOVERY_CODES))
    rows = [{"person_id": person_id, "code_hash": recovery_hash(code, person_id, key)} for code in made]
    session.execute(insert(RecoveryCode), rows)
    return made


def drop(session: Session, *, person_id: int) -> bool:
    """Take the authenticator and its codes away; answers whether one was set up. No desk stays open that it opened."""
    mine = SecondFactor.person_id == person_id
    was_set = session.scalar(select(SecondFactor.confirmed_at).where(mine)) is not None
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    session.execute(delete(SecondFactor).where(mine))
    shut = {"factor_at": None, "desk_at": None}
    session.execute(update(BrowserSession).where(BrowserSession.person_id == person_id).values(shut))
    _forget_tries(session, person_id)
    return was_set


def end_sessions(session: Session, *, person_id: int) -> None:
    """End every session of somebody: what holds one may be what was lost."""
    session.execute(delete(BrowserSession).where(BrowserSession.person_id == person_id))


def _step(session: Session, person_id: int, code: str, at: datetime, key: str) -> bool:
    mine = (SecondFactor.person_id == person_id, SecondFactor.confirmed_at.is_not(None))
    seed = session.scalar(select(SecondFactor.secret).where(*mine))
    step = step_of(secret_of(seed, key), code, at) if seed else None
    if step is None:
        return False
    newer = update(SecondFactor).where(*mine, SecondFactor.last_step < step).values(last_step=step)
    return touched(session.execute(newer)) == 1


def _spend(session: Session, person_id: int, code: str, at: datetime, key: str) -> bool:
    unused = (
        RecoveryCode.person_id == person_id,
        RecoveryCode.code_hash == recovery_hash(code, person_id, key),
        RecoveryCode.used_at.is_(None),
    )
    return touched(session.execute(update(RecoveryCode).where(*unused).values(used_at=at))) == 1


def _count_try(session: Session, person_id: int, at: datetime) -> int:
    """Count before anything is looked at: the row stays locked until the commit, so tries of one person queue.

    Answers how many are left after this one.
    """
    tried = spend(session, f"factor {person_id}", WINDOW, TRIES, at)
    today = spend(session, f"factor-day {person_id}", DAY, TRIES_A_DAY, at)
    return min(TRIES - tried, TRIES_A_DAY - today)


def _forget_tries(session: Session, person_id: int) -> None:
    forget(session, f"factor {person_id}")
    forget(session, f"factor-day {person_id}")
