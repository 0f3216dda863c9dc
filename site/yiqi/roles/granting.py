"""The verbs of giving and taking roles."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Connection, insert, select, update

from yiqi.activities.models import Activity, Programme
from yiqi.db import retried, table, writing
from yiqi.people.models import Person
from yiqi.roles import trail
from yiqi.roles.models import Grant
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import EVERYWHERE, Role, Thing

_grant, _person, _activity = table(Grant), table(Person), table(Activity)


class LastAdmin(Exception):
    """The only federation admin whose role ends on no day keeps it: nobody could give it back."""


@retried
def grant(
    *,
    person_id: int,
    role: Role,
    at: datetime,
    by_id: int | None,
    union_id: int | None = None,
    programme: Programme | None = None,
    activity_id: int | None = None,
    ends_on: date | None = None,
) -> int:
    """Give a role on a union with all below it (in one programme, where named), on one activity, or, for a role of the
    federation, everywhere; to the end of a day in Beijing, where named. The same grant again is the one that is there;
    answers its id.

    Whether `by_id` may do so is the gate's question. Raises `ValueError` for a role on too little or too much.
    """
    if (role in EVERYWHERE) != (union_id is None and activity_id is None):
        raise ValueError(
            f"{role} is granted on {'nothing' if role in EVERYWHERE else 'a union or an activity'}"
        )
    with writing() as session:
        here = session.connection()
        _hold(here, person_id)
        scope = {
            "union_id": union_id,
            "programme": programme,
            "activity_id": activity_id,
            "ends_on": ends_on,
        }
        found = _same(here, person_id, role, scope)
        if found is not None:
            session.rollback()
            return found
        row = {"person_id": person_id, "role": role, "granted_at": at, "granted_by_id": by_id, **scope}
        made: int = here.execute(insert(_grant).returning(_grant.c.id), row).scalar_one()
        thing = _about(here, union_id, programme, activity_id)
        last = ends_on.isoformat() if ends_on else None
        trail.note(
            here, What.GRANTED, at=at, by_id=by_id, thing=thing, person_id=person_id, role=role, to=last
        )
    return made


@retried
def revoke(*, grant_id: int, at: datetime, by_id: int | None) -> bool:
    """Take a role away; from the next request on it opens nothing. Answers whether it was still held.

    Raises `LastAdmin`.
    """
    with writing() as session:
        here = session.connection()
        if _admins(here) == {grant_id}:
            raise LastAdmin
        taken = here.execute(
            update(_grant)
            .where(_grant.c.id == grant_id, _grant.c.revoked_at.is_(None))
            .values(revoked_at=at, revoked_by_id=by_id)
            .returning(
                _grant.c.person_id, _grant.c.role, _grant.c.union_id, _grant.c.programme, _grant.c.activity_id
            )
        ).one_or_none()
        if taken is None:
            session.rollback()
            return False
        thing = _about(here, taken.union_id, taken.programme, taken.activity_id)
        trail.note(
            here, What.REVOKED, at=at, by_id=by_id, thing=thing, person_id=taken.person_id, role=taken.role
        )
    return True


def is_last_admin(here: Connection, person_id: int) -> bool:
    """In the caller's transaction: whether nobody else is a federation admin for good. Their grants stay locked."""
    theirs = select(_grant.c.id).where(_grant.c.person_id == person_id)
    admins = _admins(here)
    return bool(admins) and admins <= set(here.scalars(theirs))


def _about(
    here: Connection, union_id: int | None, programme: Programme | None, activity_id: int | None
) -> Thing:
    """What a role is on, as the trail keeps it: what is given on an activity its union's organizers read of."""
    if activity_id is not None:
        of_it = select(_activity.c.owner_id, _activity.c.programme).where(_activity.c.id == activity_id)
        union_id, programme = here.execute(of_it).one()
    return Thing(union_id, activity_id, programme)


def _hold(here: Connection, person_id: int) -> None:
    """Of two who give one person a role at once the second sees the first one's: a role that stood there twice would
    still be held after it was taken."""
    here.execute(select(_person.c.id).where(_person.c.id == person_id).with_for_update(key_share=True))


def _same(here: Connection, person_id: int, role: Role, scope: Mapping[str, object]) -> int | None:
    same = select(_grant.c.id).where(
        _grant.c.person_id == person_id,
        _grant.c.role == role,
        _grant.c.revoked_at.is_(None),
        *(_grant.c[name].is_not_distinct_from(value) for name, value in scope.items()),
    )
    found: int | None = here.execute(same.limit(1)).scalar()
    return found


def _admins(here: Connection) -> set[int]:
    """The grants of federation admins that end on no day, locked: of two who take each other's role at once, one is told
    no."""
    live = select(_grant.c.id).where(
        _grant.c.role == Role.FEDERATION_ADMIN, _grant.c.revoked_at.is_(None), _grant.c.ends_on.is_(None)
    )
    return set(here.scalars(live.order_by(_grant.c.id).with_for_update()))
