"""What people agree to before the site may keep anything of them: the privacy notice in its version, and a guardian's word."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from yiqi.db import db, retried, table, writing
from yiqi.people.models import Consent, Person, Purpose

NOTICE = 2
"""The version of the privacy notice. Raise it when the notice says something new: everybody is asked again."""
GUARDIAN = 1
"""The version of what a guardian agrees to."""

_consent, _person = table(Consent), table(Person)


def is_asked_again(agreed: int) -> bool:
    """Whether somebody agreed to an older notice only. Who never signed in is asked when they do."""
    return 0 < agreed < NOTICE


@retried
def agree(*, person_id: int, version: int, at: datetime) -> bool:
    """Somebody agrees to the notice in the version they saw; answers whether it is the present one. Twice equals once."""
    if version != NOTICE:
        return False
    with writing() as session:
        here = session.connection()
        mine = (_person.c.id == person_id, _person.c.left_at.is_(None))
        held = select(_person.c.agreed).where(*mine).with_for_update()
        agreed = here.execute(held).scalar_one_or_none()
        if agreed is not None and agreed < NOTICE:
            write(here, person_id, at)
    return True


def write(here: Connection, person_id: int, at: datetime) -> None:
    """In the caller's transaction, which holds the person: that they agree to the present notice. What they agreed to
    before has ended, and stays as what was so."""
    _end(here, person_id, Purpose.NOTICE, at)
    here.execute(insert(_consent), _row(person_id, Purpose.NOTICE, NOTICE, at))
    here.execute(update(_person).where(_person.c.id == person_id).values(agreed=NOTICE))


@retried
def guard(*, person_id: int, name: str, phone: str, at: datetime) -> None:
    """A guardian, by name and phone (E.164), agrees that somebody who is not of age takes part; an earlier word of another
    one has ended. The same again changes nothing."""
    with writing() as session:
        here = session.connection()
        here.execute(select(_person.c.id).where(_person.c.id == person_id).with_for_update())
        given = here.execute(_given(person_id, Purpose.GUARDIAN)).one_or_none()
        if given is not None and (given.guardian_name, given.guardian_phone) == (name, phone):
            return
        write_guardian(here, person_id, name, phone, at)


def write_guardian(here: Connection, person_id: int, name: str, phone: str, at: datetime) -> None:
    """In the caller's transaction, which holds the person: the word of a guardian by name and phone (E.164)."""
    _end(here, person_id, Purpose.GUARDIAN, at)
    row = _row(person_id, Purpose.GUARDIAN, GUARDIAN, at)
    here.execute(insert(_consent), row | {"guardian_name": name, "guardian_phone": phone})


@retried
def unguard(*, person_id: int, at: datetime) -> None:
    """The guardian takes it back."""
    with writing() as session:
        _end(session.connection(), person_id, Purpose.GUARDIAN, at)


def has_guardian(person_id: int) -> bool:
    """Whether a guardian's word holds."""
    return is_guarded(db.session.connection(), person_id)


def is_guarded(here: Connection, person_id: int) -> bool:
    """The same in the caller's transaction."""
    return here.execute(_given(person_id, Purpose.GUARDIAN)).first() is not None


def of(person_id: int) -> list[Consent]:
    """All that somebody ever agreed to here, the newest first."""
    mine = select(Consent).where(Consent.person_id == person_id)
    return list(db.session.scalars(mine.order_by(Consent.id.desc())))


def _given(person_id: int, purpose: Purpose) -> Select[Any]:
    return select(_consent.c.guardian_name, _consent.c.guardian_phone).where(
        _consent.c.person_id == person_id,
        _consent.c.purpose == purpose,
        _consent.c.withdrawn_at.is_(None),
    )


def _end(here: Connection, person_id: int, purpose: Purpose, at: datetime) -> None:
    given = (_consent.c.person_id == person_id, _consent.c.purpose == purpose)
    here.execute(update(_consent).where(*given, _consent.c.withdrawn_at.is_(None)).values(withdrawn_at=at))


def _row(person_id: int, purpose: Purpose, version: int, at: datetime) -> dict[str, object]:
    row = {"person_id": person_id, "purpose": purpose, "version": version, "given_at": at}
    return {**row, "guardian_name": "", "guardian_phone": ""}
