"""The verbs of membership as organizers use them, each with its line in the audit trail. Whether `by_id` may is the
gate's question."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from yiqi import clock
from yiqi.db import Facts, retried, table, writing
from yiqi.people import attributes, persons
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing
from yiqi.unions import membership, requests
from yiqi.unions.models import Membership

_membership = table(Membership)


@retried
def add(*, union_id: int, phone: str, name: str, number: str, at: datetime, by_id: int) -> tuple[int, bool]:
    """Make the owner of a phone (E.164) a member from today on; who is not known yet is now, by the name that is given.

    Answers the membership, and whether it is new. Raises `tree.Ended`, `LookupError` for no such union.
    """
    with writing() as session:
        here = session.connection()
        person_id = persons.somebody(here, phone=phone, name=name, at=at)
        on = clock.beijing(at).date()
        made, is_new = membership.join(here, person_id=person_id, union_id=union_id, number=number, on=on)
        if not is_new:
            session.rollback()
            return made, False
        _note(here, union_id, person_id, at, by_id, deed="added")
        return made, True


@retried
def end(*, membership_id: int, because: str, at: datetime, by_id: int) -> bool:
    """End a membership today. What its person has booked stays; they are told of what is for members only.

    Answers whether it was still going on. Raises `LookupError`, `ValueError` without a reason.
    """
    if not because.strip():
        raise ValueError("a membership is ended for a reason")
    with writing() as session:
        here = session.connection()
        it = _of(here, membership_id)
        if not membership.end(here, membership_id=membership_id, on=clock.beijing(at).date(), at=at):
            session.rollback()
            return False
        _note(here, it.union_id, it.person_id, at, by_id, because=because.strip(), deed="ended")
        return True


@retried
def keep(
    *, membership_id: int, new: Mapping[str, Any], shown: Mapping[str, Any], at: datetime, by_id: int
) -> bool:
    """Keep the standing and the 工号 of a membership, as `membership.keep` does; answers whether anything changed.

    Raises `LookupError`, `membership.KeptMeanwhile`.
    """
    with writing() as session:
        here = session.connection()
        it = _of(here, membership_id)
        changed = membership.keep(here, membership_id=membership_id, new=new, shown=shown)
        if not changed:
            session.rollback()
            return False
        _note(here, it.union_id, it.person_id, at, by_id, deed="kept", changed=changed)
        return True


@retried
def tag(*, membership_id: int, word: str, on: bool, at: datetime, by_id: int) -> bool:
    """Put a tag on the person of a membership, or take it off (`on`); answers whether anything changed."""
    with writing() as session:
        here = session.connection()
        it = _of(here, membership_id)
        change = attributes.put_tag if on else attributes.take_tag
        if not change(here, person_id=it.person_id, tag=word):
            session.rollback()
            return False
        _note(here, it.union_id, it.person_id, at, by_id, deed="tagged" if on else "untagged", tag=word)
        return True


@retried
def certify(
    *, membership_id: int, code: str, since: date, until: date | None, at: datetime, by_id: int
) -> bool:
    """Write down a certificate that the person of a membership holds; answers whether it is new."""
    with writing() as session:
        here = session.connection()
        it = _of(here, membership_id)
        if not attributes.put_credential(here, person_id=it.person_id, code=code, since=since, until=until):
            session.rollback()
            return False
        facts: dict[str, Any] = {
            "code": code,
            "since": since.isoformat(),
            "until": until.isoformat() if until else None,
        }
        _note(here, it.union_id, it.person_id, at, by_id, deed="certified", **facts)
        return True


@retried
def strike(*, membership_id: int, code: str, since: date, at: datetime, by_id: int) -> bool:
    """Strike a certificate out; answers whether it was there."""
    with writing() as session:
        here = session.connection()
        it = _of(here, membership_id)
        if not attributes.take_credential(here, person_id=it.person_id, code=code, since=since):
            session.rollback()
            return False
        _note(
            here,
            it.union_id,
            it.person_id,
            at,
            by_id,
            deed="struck",
            code=code,
            since=since.isoformat(),
        )
        return True


@retried
def answer(*, request_id: int, granted: bool, because: str, at: datetime, by_id: int) -> bool:
    """Answer what a worker asked of a union; a refusal has a reason. Answers False when somebody has answered it before.

    Raises `tree.Ended`, `ValueError` without a reason for a refusal.
    """
    because = because.strip()
    if not granted and not because:
        raise ValueError("a refusal has a reason")
    with writing() as session:
        here = session.connection()
        said = requests.answer(
            here, request_id=request_id, granted=granted, because=because, at=at, by_id=by_id
        )
        if said is None:
            session.rollback()
            return False
        trail.note(
            here,
            What.REQUEST_ANSWERED,
            at=at,
            by_id=by_id,
            thing=Thing(said.union_id),
            person_id=said.person_id,
            because=because,
            kind=said.kind,
            granted=granted,
        )
        return True


def _of(here: Connection, membership_id: int) -> Facts:
    return here.execute(
        select(_membership.c.person_id, _membership.c.union_id)
        .where(_membership.c.id == membership_id)
        .with_for_update()
    ).one_or_none() or _missing(membership_id)


def _missing(membership_id: int) -> Facts:
    raise LookupError(membership_id)


def _note(
    here: Connection,
    union_id: int,
    person_id: int,
    at: datetime,
    by_id: int,
    because: str = "",
    **facts: Any,
) -> None:
    trail.note(
        here,
        What.MEMBERSHIP_KEPT,
        at=at,
        by_id=by_id,
        thing=Thing(union_id),
        person_id=person_id,
        because=because,
        **facts,
    )
