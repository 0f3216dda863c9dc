"""The verbs of scans: one is entered once, however often it arrives; what could not be entered goes to the desk."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from yiqi.activities.models import Activity
from yiqi.booking import attendance
from yiqi.booking.rules import refs
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.attendance import Doors
from yiqi.booking.rules.states import State
from yiqi.db import db, retried, table, writing
from yiqi.kiosk import arrivals
from yiqi.kiosk.models import Device, Outcome, Scan
from yiqi.kiosk.rules.times import doubt
from yiqi.people.tallies import dialect
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing

NO_CODE = "no_code"
"""What was scanned is no code of a ticket."""
KEPT_FOR = timedelta(days=7)
"""How long a scan is remembered, so that the same one again is known; a conflict until it is settled."""
_INSTANTS = ("opens_at", "closes_at")


@retried
def take(
    *,
    device_id: int,
    nonce: str,
    typed: str,
    at: datetime,
    scanned_at: datetime | None = None,
    ref: str | None = None,
) -> Scan:
    """Somebody showed a code, or (`ref`) told by another way which ticket is theirs. The same nonce again answers the same
    scan and enters nothing.

    `scanned_at`: of a scan that the screen kept while it had no network; it counts as of then where that can be
    believed, and what cannot be entered is a conflict for the desk.
    """
    ref = ref or refs.read(typed)
    with writing() as session:
        made = _made(session, device_id, nonce, at, scanned_at)
        if made is None:
            again = select(Scan).where(Scan.device_id == device_id, Scan.nonce == nonce)
            return session.scalars(again).one()
        facts = _entered(session, ref, at, scanned_at)
        if scanned_at is not None and facts["outcome"] is Outcome.REFUSED:
            facts["outcome"] = Outcome.CONFLICT
        became = update(Scan).where(Scan.id == made).values(ref=ref or "", **facts).returning(Scan)
        as_it_is = {"synchronize_session": False, "populate_existing": True}
        return session.scalars(became, execution_options=as_it_is).one()


@retried
def settle(*, scan_id: int, by_id: int, at: datetime) -> bool:
    """Somebody at the desk has looked at a conflict; answers whether there was such a one. A second time changes nothing."""
    with writing() as session:
        there = select(Scan).where(Scan.id == scan_id, Scan.outcome == Outcome.CONFLICT)
        scan = session.scalar(there.with_for_update())
        if scan is None:
            return False
        if scan.settled_at is None:
            scan.settled_at, scan.settled_by_id = at, by_id
            session.flush()
            here, about = session.connection(), thing(scan_id)
            trail.note(here, What.SCAN_SETTLED, at=at, by_id=by_id, thing=about, booking_ref=scan.ref)
        return True


def purge(at: datetime) -> None:
    """Forget scans that need not be known again."""
    over = or_(Scan.outcome != Outcome.CONFLICT, Scan.settled_at.is_not(None))
    with writing() as session:
        session.execute(delete(Scan).where(Scan.delivered_at < at - KEPT_FOR, over))


def of_id(scan_id: int) -> Scan | None:
    """A scan that was taken."""
    return db.session.get(Scan, scan_id)


def refusal(scan: Scan) -> Refused | None:
    """Why a scan was not entered, where a rule of the door says so."""
    if scan.why not in set(Refusal):
        return None
    facts: dict[str, Any] = {
        name: datetime.fromisoformat(value) if name in _INSTANTS else State(value)
        for name, value in scan.facts.items()
    }
    return Refused(Refusal(scan.why), **facts)


def thing(scan_id: int) -> Thing | None:
    """What a conflict is about: the activity of its ticket, else whose place the screen stands in; None for no such one.
    One statement: another union's conflict costs what none costs."""
    row = db.session.execute(
        select(Scan.activity_id, Activity.owner_id, Activity.programme, Device.union_id)
        .join(Device, Device.id == Scan.device_id)
        .outerjoin(Activity, Activity.id == Scan.activity_id)
        .where(Scan.id == scan_id, Scan.outcome == Outcome.CONFLICT)
    ).one_or_none()
    if row is None:
        return None
    of_screen = row.activity_id is None
    return Thing(row.union_id) if of_screen else Thing(row.owner_id, row.activity_id, row.programme)


def _made(
    session: Session, device_id: int, nonce: str, at: datetime, scanned_at: datetime | None
) -> int | None:
    """A row of its own for a scan; None when it is there already. Two at once: the second waits for the first."""
    row = {
        "device_id": device_id,
        "nonce": nonce,
        "ref": "",
        "scanned_at": scanned_at or at,
        "delivered_at": at,
        "outcome": Outcome.REFUSED,
        "why": "",
        "facts": {},
    }
    statement = dialect(session).insert(table(Scan)).values(**row).on_conflict_do_nothing()
    made: int | None = session.execute(statement.returning(table(Scan).c.id)).scalar_one_or_none()
    return made


def _entered(session: Session, ref: str | None, at: datetime, scanned_at: datetime | None) -> dict[str, Any]:
    here, when = session.connection(), scanned_at or at
    if ref is None:
        return {"outcome": Outcome.REFUSED, "why": NO_CODE}
    door = arrivals.door_of(here, ref, when)
    if door is None:
        return {"outcome": Outcome.REFUSED, "why": str(Refusal.NOT_YOURS)}
    found: dict[str, Any] = {"activity_id": door.activity_id, "occurrence_id": door.id}
    doors = Doors(door.starts_at, door.ends_at)
    if scanned_at is not None:
        doubted = doubt(
            scanned_at, at, opens_at=doors.opens_at, ends_at=doors.ends_at, right_until=doors.right_until
        )
        if doubted is not None:
            return found | {"outcome": Outcome.REFUSED, "why": str(doubted)}
    try:
        with session.begin_nested() as attempt:
            entry = attendance.enter(here, ref=ref, occurrence_id=door.id, at=when, by_id=None)
            if not entry.fresh:
                attempt.rollback()
    except Refused as refused:
        return found | {
            "outcome": Outcome.REFUSED,
            "why": str(refused.why),
            "facts": _kept(refused.facts),
        }
    return found | {"outcome": Outcome.IN if entry.fresh else Outcome.AGAIN, "in_at": entry.in_at}


def _kept(facts: Mapping[str, object]) -> dict[str, str]:
    """What the sentence of a refusal needs, as JSON keeps it."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else str(value)
        for name, value in facts.items()
        if name in _INSTANTS or isinstance(value, State)
    }
