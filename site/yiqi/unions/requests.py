"""What workers ask of a union: confirm me, correct what stands of me, I have left. Each is answered once."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from yiqi import clock
from yiqi.db import Facts, db, retried, table, touched, writing
from yiqi.notices import outbox
from yiqi.people.models import Person
from yiqi.unions import membership
from yiqi.unions.models import Membership, MembershipRequest, RequestKind, Union
from yiqi.unions.tree import Ended

LONGEST = 200
PAGE = 50
SHOWN = 10

_request, _person, _union, _membership = (
    table(MembershipRequest),
    table(Person),
    table(Union),
    table(Membership),
)

_COLUMNS = (
    MembershipRequest.id,
    MembershipRequest.union_id,
    MembershipRequest.person_id,
    MembershipRequest.kind,
    MembershipRequest.said,
    MembershipRequest.asked_at,
    MembershipRequest.answered_at,
    MembershipRequest.answered_by_id,
    MembershipRequest.granted,
    MembershipRequest.because,
    Union.name.label("union"),
    Union.name_en.label("union_en"),
    Person.name,
    Person.phone,
)


class NotAMember(Exception):
    """Only a member of a union can have left it, or have something corrected there."""


class IsAMember(Exception):
    """Who is a member already need not be confirmed."""


@retried
def ask(*, person_id: int, union_id: int, kind: RequestKind, said: str, at: datetime) -> int:
    """Ask something of a union; answers the request. One that is open already stays, with its words.

    Raises `Ended` for a union that is no more, `NotAMember`, `IsAMember`, `LookupError` for no such union.
    """
    on = clock.beijing(at).date()
    with writing() as session:
        here = session.connection()
        person = select(_person.c.merged_into_id).where(_person.c.id == person_id)
        if here.execute(person.with_for_update(key_share=True)).scalar() is not None:
            raise LookupError(person_id)
        union = here.execute(select(_union.c.ended_on).where(_union.c.id == union_id)).one_or_none()
        if union is None:
            raise LookupError(union_id)
        mine = (_membership.c.person_id == person_id, _membership.c.union_id == union_id)
        belongs = here.execute(select(_membership.c.id).where(*mine, membership.current(on))).first()
        if kind is RequestKind.JOIN and union.ended_on is not None and union.ended_on <= on:
            raise Ended
        if kind is RequestKind.JOIN and belongs is not None:
            raise IsAMember
        if kind is not RequestKind.JOIN and belongs is None:
            raise NotAMember
        open_one = here.execute(
            select(_request.c.id).where(
                _request.c.person_id == person_id,
                _request.c.union_id == union_id,
                _request.c.kind == kind,
                _request.c.answered_at.is_(None),
            )
        ).scalar()
        if open_one is not None:
            session.rollback()
            return int(open_one)
        row = {"person_id": person_id, "union_id": union_id, "kind": kind, "said": said, "asked_at": at}
        made: int = here.execute(
            insert(_request).returning(_request.c.id), {**row, "because": ""}
        ).scalar_one()
        return made


@retried
def withdraw(*, request_id: int, person_id: int, at: datetime) -> bool:
    """Take an open request of one's own back; answers whether it was still open. Raises `LookupError` for no own one."""
    mine = (_request.c.id == request_id, _request.c.person_id == person_id)
    with writing() as session:
        here = session.connection()
        ended = here.execute(
            update(_request)
            .where(*mine, _request.c.answered_at.is_(None))
            .values(answered_at=at, answered_by_id=person_id)
        )
        if touched(ended):
            return True
        if here.execute(select(_request.c.id).where(*mine)).first() is None:
            raise LookupError(request_id)
        return False


def answer(
    here: Connection, *, request_id: int, granted: bool, because: str, at: datetime, by_id: int
) -> Facts | None:
    """Answer a request in the caller's transaction: who is confirmed becomes a member, who has left is one no more, and
    the person is told. Answers the request; None when somebody has answered it already. Raises `Ended`.
    """
    said = here.execute(
        update(_request)
        .where(_request.c.id == request_id, _request.c.answered_at.is_(None))
        .values(answered_at=at, answered_by_id=by_id, granted=granted, because=because)
        .returning(_request.c.id, _request.c.person_id, _request.c.union_id, _request.c.kind)
    ).one_or_none()
    if said is None:
        return None
    on = clock.beijing(at).date()
    if granted and said.kind is RequestKind.JOIN:
        membership.join(here, person_id=said.person_id, union_id=said.union_id, number="", on=on)
    if granted and said.kind is RequestKind.LEAVE:
        theirs = (_membership.c.person_id == said.person_id, _membership.c.union_id == said.union_id)
        for membership_id in here.scalars(
            select(_membership.c.id).where(*theirs, membership.current(on))
        ).all():
            membership.end(here, membership_id=membership_id, on=on, at=at)
    key = f"membership-request-{said.id}"
    outbox.put(here, "membership_request", key=key, person_id=said.person_id, at=at, request=said.id)
    return said


def open_in(
    union_ids: Collection[int] | None, *, after: int | None = None, size: int = PAGE
) -> tuple[list[Facts], bool]:
    """Open requests to some unions (None: to all), the oldest first, a page behind one; and whether there are more."""
    found = (
        select(*_COLUMNS)
        .join(Union, Union.id == MembershipRequest.union_id)
        .join(Person, Person.id == MembershipRequest.person_id)
        .where(MembershipRequest.answered_at.is_(None))
        .order_by(MembershipRequest.id)
        .limit(size + 1)
    )
    if union_ids is not None:
        found = found.where(MembershipRequest.union_id.in_(union_ids))
    if after is not None:
        found = found.where(MembershipRequest.id > after)
    rows = list(db.session.execute(found))
    return rows[:size], len(rows) > size


def open_count(union_ids: Collection[int] | None) -> int:
    """How many requests to some unions (None: to all) wait for an answer."""
    found = select(func.count()).select_from(MembershipRequest).where(MembershipRequest.answered_at.is_(None))
    if union_ids is not None:
        found = found.where(MembershipRequest.union_id.in_(union_ids))
    return db.session.scalar(found) or 0


def one(request_id: int) -> Facts | None:
    """A request with its union and its person; None when there is none."""
    found = select(*_COLUMNS).join(Union, Union.id == MembershipRequest.union_id)
    return db.session.execute(
        found.join(Person, Person.id == MembershipRequest.person_id).where(MembershipRequest.id == request_id)
    ).one_or_none()


def of_person(person_id: int) -> list[Facts]:
    """The newest requests of somebody, the newest first."""
    found = select(*_COLUMNS).join(Union, Union.id == MembershipRequest.union_id)
    return list(
        db.session.execute(
            found.join(Person, Person.id == MembershipRequest.person_id)
            .where(MembershipRequest.person_id == person_id)
            .order_by(MembershipRequest.id.desc())
            .limit(SHOWN)
        )
    )
