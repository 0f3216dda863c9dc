"""What goes on in somebody's name ends before their data are erased: a seat in a team, a role, a request that is open."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, update

from yiqi import clock
from yiqi.db import Base

ENDS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("role_grant", "person_id", "revoked_at", {}),
    ("consent", "person_id", "withdrawn_at", {}),
    ("volunteering_consent", "person_id", "withdrawn_at", {}),
    ("league_player", "person_id", "left_at", {"is_captain": False}),
    ("league_transfer", "person_id", "decided_at", {"granted": False}),
    ("reader_note", "person_id", "hidden_at", {}),
    ("notice", "person_id", "sent_at", {}),
)
"""Table, the column of the person, the column that says since when it has ended, and what else is then so."""
LEADS = (
    ("reading_group", "host_id"),
    ("troupe_section", "leader_id"),
    ("volunteering_squad", "leader_id"),
)
"""What has somebody at its head, and goes on without them until the desk names another."""


def settle(here: Connection, person_id: int, at: datetime) -> None:
    """In the caller's transaction: end what is open in somebody's name."""
    for name, column, since, values in ENDS:
        rows = Base.metadata.tables[name]
        mine = (rows.c[column] == person_id, rows.c[since].is_(None))
        here.execute(update(rows).where(*mine).values({since: at, **values}))
    for name, column in LEADS:
        rows = Base.metadata.tables[name]
        here.execute(update(rows).where(rows.c[column] == person_id).values({column: None}))
    membership, today = Base.metadata.tables["membership"], clock.beijing(at).date()
    goes_on = or_(membership.c.until.is_(None), membership.c.until > today)
    here.execute(update(membership).where(membership.c.person_id == person_id, goes_on).values(until=today))
    essay = Base.metadata.tables["essay_entry"]
    judged = (essay.c.person_id == person_id, essay.c.withdrawn_at.is_(None), essay.c.award.is_(None))
    here.execute(update(essay).where(*judged).values(withdrawn_at=at))
