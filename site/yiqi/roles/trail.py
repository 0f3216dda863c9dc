"""The audit trail: writing to it inside whatever is being done, and reading it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from yiqi.db import table
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing


def note(
    here: Connection,
    what: What,
    *,
    at: datetime,
    by_id: int | None,
    thing: Thing | None = None,
    person_id: int | None = None,
    booking_ref: str = "",
    because: str = "",
    **facts: Any,
) -> None:
    """Write, in the caller's transaction, what somebody did to what and whom, and why."""
    row = {
        "at": at,
        "by_id": by_id,
        "what": what,
        "union_id": thing.union_id if thing else None,
        "activity_id": thing.activity_id if thing else None,
        "booking_ref": booking_ref,
        "person_id": person_id,
        "because": because,
        "facts": facts,
    }
    here.execute(insert(table(Deed)), row)
