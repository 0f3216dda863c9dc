"""The roles of somebody's second record, carried to the first inside the caller's transaction."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from yiqi.db import table
from yiqi.roles.models import Grant

_grant = table(Grant)


def carry(here: Connection, *, kept_id: int, gone_id: int, at: datetime, by_id: int) -> None:
    """What both were granted is held once; the rest goes over as it is."""
    theirs = select(_grant).where(_grant.c.person_id.in_([kept_id, gone_id]), _grant.c.revoked_at.is_(None))
    seen = set()
    for row in here.execute(theirs.order_by(_grant.c.person_id != kept_id, _grant.c.id)).all():
        scope = (row.role, row.union_id, row.programme, row.activity_id, row.ends_on)
        if row.person_id == gone_id and scope in seen:
            once = update(_grant).where(_grant.c.id == row.id)
            here.execute(once.values(revoked_at=at, revoked_by_id=by_id))
        seen.add(scope)
    here.execute(update(_grant).where(_grant.c.person_id == gone_id).values(person_id=kept_id))
